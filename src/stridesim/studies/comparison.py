"""Runners, or one runner under several settings, side by side: what differs, and by how much.

answer = compare({"me": runner, "stiffer tendons": runner.with_({"tendon.stiffness_scale": 1.2})})
answer.differences["stiffer tendons"]["cost_of_transport"].percent

The first is what the others are compared with. A variant without a result keeps its reason.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy import evaluate
from stridesim.economy.compared import Compared, Difference, Variant, differences
from stridesim.economy.stride import check_metabolic_model
from stridesim.results import InputError, Status, quantity
from stridesim.runner import Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.studies.failure import failure_line
from stridesim.studies.variants import check_number
from stridesim.words import habit_words
from stridesim.words.everyday import COMPARED, everyday_number, everyday_value
from stridesim.words.wording import change


@dataclass(frozen=True, repr=False)
class ComparisonAnswer(Answer):
    """Every variant with its stride, the first as the reference, and the differences from it.

    `outputs` are the results that are compared, `settings` what was set for all, as written.
    """

    kind: ClassVar[str] = "comparison"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    variants: tuple[Compared, ...]
    outputs: tuple[str, ...]
    metabolic: str
    settings: Mapping[str, str]

    @property
    def reference(self) -> Compared:
        """The first variant."""
        return self.variants[0]

    @functools.cached_property
    def differences(self) -> dict[str, dict[str, Difference]]:
        """Name of a later variant -> result -> its difference from the first; without those that
        have no result, and empty where the first has none."""
        return differences(self.variants, self.outputs)

    @functools.cached_property
    def costs(self) -> dict[str, Difference]:
        """Name of a later variant -> its cost of transport (J/kg/m) against the first's."""
        name = "cost_of_transport"
        return {who: told[name] for who, told in differences(self.variants, [name]).items()}

    @property
    def sentence(self) -> str:
        """What the others cost against the first; empty where there is nothing to compare."""
        if not self.costs:
            return ""
        name, first = "cost_of_transport", self.reference
        parts = [
            f"{other} {change(cost.percent or 0.0)} ({everyday_number(name, cost.value)})"
            for other, cost in self.costs.items()
        ]
        own = everyday_value(name, float(first.evaluation.results[name]))
        return f"Energy a metre against {first.variant.name} ({own}): {', '.join(parts)}."

    def record(self) -> dict[str, Any]:
        """Variants with results; `against_first` is null of the first and without a result."""
        return {
            "reference": self.reference.variant.name,
            "outputs": list(self.outputs),
            "metabolic": self.metabolic,
            "variants": [self._variant(one) for one in self.variants],
        }

    def _variant(self, one: Compared) -> dict[str, Any]:
        against = self.differences.get(one.variant.name)
        return {
            "name": one.variant.name,
            "file": one.variant.file,
            "set": dict(one.variant.settings),
            "speed": {"value": float(one.variant.runner.task.speed), "unit": "m/s"},
            "strategy": one.variant.runner.strategy,
            "status": Status(one.evaluation.status),
            "reason": one.reason,
            "notes": _notes(one.variant.runner),
            "results": {
                name: {"value": value if one.ok else None, "unit": quantity(name).unit}
                for name, value in one.evaluation.results.items()
            },
            "against_first": None if against is None else {
                name: {"difference": d.absolute, "percent": d.percent, "unit": quantity(name).unit}
                for name, d in against.items()
            },
        }  # fmt: skip

    def table(self) -> Table:
        """A row for each variant and result."""
        columns = ("variant", "quantity", "value", "unit", "difference", "percent")
        rows = []
        for one in self.variants:
            told = self.differences.get(one.variant.name, {})
            for name in self.outputs:
                value = float(one.evaluation.results[name]) if one.ok else None
                apart = told.get(name)
                between = (None, None) if apart is None else (apart.absolute, apart.percent)
                rows.append((one.variant.name, name, value, quantity(name).unit, *between))
        return Table(columns, rows)

    def plot(self, path: str | Path | None = None) -> Any:
        """The differences as bars: written to `path`, or the figure itself."""
        from stridesim.plots.compared import draw_compared, save_compared
        from stridesim.plots.style import figure_style

        shown = (self.variants, self.outputs, self.metabolic, self.settings)
        if path is not None:
            save_compared(Path(path), *shown)
            return None
        with figure_style():
            return draw_compared(*shown)

    def plot_curves(self, path: str | Path | None = None) -> Any:
        """Ground force, joint angles and moments over stance, a line for each variant: written to
        `path`, or the figure itself. Raises `InputError` where no variant has a result."""
        from stridesim.plots.compared_curves import draw_curves, save_curves
        from stridesim.plots.style import figure_style

        if not any(one.ok for one in self.variants):
            raise InputError(self.reason)
        shown = (self.variants, self.metabolic, self.settings)
        if path is not None:
            save_curves(Path(path), *shown)
            return None
        with figure_style():
            return draw_curves(*shown)

    def __repr__(self) -> str:
        names = ", ".join(one.variant.name for one in self.variants[1:])
        return f"<comparison of {names} with {self.reference.variant.name}>"


def compare(
    variants: Mapping[str, Runner] | Sequence[Variant],
    outputs: Sequence[str] = (),
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    settings: Mapping[str, str] | None = None,
    begin: Callable[[], None] = lambda: None,
) -> ComparisonAnswer:
    """Solve a stride of every variant, and compare the others with the first.

    `variants` are runners by name, or what `variants_of` reads. `outputs` name results (default:
    twelve that a teacher and a coach ask for). `settings` are what all have in common, for the
    figure. `begin` is called as each stride begins.

    Raises `InputError` for less than two variants or more than twelve, unknown results and models.
    A variant that cannot run has a status and a reason.
    """
    shown = tuple(outputs) or COMPARED
    for name in shown:
        quantity(name)
    check_metabolic_model(metabolic)
    listed = _listed(variants)
    check_number(listed)
    found = []
    for one in listed:
        begin()
        evaluation = evaluate(one.runner, metabolic)
        _check_outputs(shown, evaluation.results)
        reason = "" if evaluation.ok else failure_line(evaluation)
        found.append(Compared(one, evaluation, reason))
    status, reason = _status(found)
    return ComparisonAnswer(
        status=status,
        reason=reason,
        notes=tuple(
            f"{one.variant.name}: {note}" for one in found for note in _notes(one.variant.runner)
        ),
        provenance=provenance(),
        variants=tuple(found),
        outputs=shown,
        metabolic=metabolic,
        settings=settings or {},
    )


def _listed(variants: Mapping[str, Runner] | Sequence[Variant]) -> list[Variant]:
    if isinstance(variants, Mapping):
        return [Variant(name, runner, {}, None) for name, runner in variants.items()]
    return list(variants)


def _check_outputs(outputs: Sequence[str], results: Mapping[str, Any]) -> None:
    for name in outputs:
        if name not in results:
            raise InputError(
                f"output = {name!r}: not a result of a stride ('stridesim run --json')"
            )


def _status(found: Sequence[Compared]) -> tuple[str, str]:
    """The first's status; where it is the only one with a result, that of the next."""
    first, *others = found
    if not first.ok:
        reason = (f"{first.variant.name}, the first, has no result, so that nothing can be "
                  f"compared with it: {first.reason}")  # fmt: skip
        return Status(first.evaluation.status).name, reason
    if not any(one.ok for one in others):
        return (
            Status(others[0].evaluation.status).name,
            "compare: none of the others has a result",
        )
    return Status.ok.name, ""


def _notes(runner: Runner) -> list[str]:
    """What a reader of a variant's numbers should know of them."""
    return habit_words.notes(runner.strategy, runner.habits, [float(runner.task.speed)])
