"""Which parameters matter over ranges: Sobol indices, or Morris' screen.

answer = global_sensitivity("sensitivity", "sobol", samples=256)
answer.judged["cost_of_transport"].total      # share of the variance, an element for each axis

The axes of a sweep file are the ranges. Sobol indices say what share of the variance each axis is
to blame for, alone and with its interactions; Morris' screen says with few points which axes act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Unpack

import numpy as np

from stridesim.analysis import Effects, Indices, effects, indices
from stridesim.analysis.sobol import LEVEL
from stridesim.results import InputError, Status, quantity
from stridesim.runtime import provenance
from stridesim.shipped import sweep_file
from stridesim.studies.answer import Answer, Table
from stridesim.studies.sampling import SEED, Plan, plan
from stridesim.studies.sensitivity import rows_of
from stridesim.studies.sweep_model import MODEL
from stridesim.sweeps import Design, SweepResult, load_design, run_in_memory, run_sweep
from stridesim.sweeps.run import Options

Judged = Mapping[str, Indices] | Mapping[str, Effects]


@dataclass(frozen=True, repr=False)
class GlobalSensitivityAnswer(Answer):
    """Indices (`sobol`) or effects (`morris`) of each result, an element for each axis.

    `plan` holds the points, `result` what was computed at them, `folder` where the rows are kept
    (None: nowhere). `judged` is empty where too many points are without a result.
    """

    kind: ClassVar[str] = "global_sensitivity"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    plan: Plan
    result: SweepResult
    judged: Judged
    folder: Path | None

    def record(self) -> dict[str, Any]:
        """Indices or effects by result and parameter, and how the points were laid."""
        plan = self.plan
        sobol = plan.method == "sobol"
        return {
            "method": plan.method,
            "name": plan.design.name,
            "metabolic": plan.design.config.metabolic,
            "points": plan.design.size,
            "failures": self.result.failures,
            "seed": plan.seed,
            **({"confidence": LEVEL} if sobol else {"trajectories": len(plan.cube)}),
            "outputs": {name: self._output(name, one) for name, one in self.judged.items()},
            "design_hash": plan.design.content_hash,
            "files": {"table": None if self.folder is None else str(self.folder)},
        }

    def _output(self, name: str, judged: Indices | Effects) -> dict[str, Any]:
        found = judged._asdict()
        each = {key: value for key, value in found.items() if hasattr(value, "shape")}
        parameters = {
            factor.path: {
                "from": factor.low,
                "to": factor.high,
                "scale": factor.scale,
                "unit": self.plan.design.units[factor.path],
                **{key: values[k] for key, values in each.items()},
            }
            for k, factor in enumerate(self.plan.factors)
        }
        whole = {key: value for key, value in found.items() if key not in each}
        return {**whole, "unit": quantity(name).unit, "parameters": parameters}

    def table(self) -> Table:
        """A row for each result and parameter."""
        return rows_of(self.record()["outputs"])

    def plot(self, path: str | Path | None = None) -> Any:
        """Bars of indices or points of effects: written to `path`, or the figure itself."""
        from stridesim.plots.shares import draw_judged, save_judged
        from stridesim.plots.style import figure_style

        if not self.ok:
            raise InputError(f"plot: nothing is judged ({self.reason})")
        paths = [factor.path for factor in self.plan.factors]
        if path is not None:
            return save_judged(Path(path), paths, self.judged)
        with figure_style():
            return draw_judged(paths, self.judged)

    def __repr__(self) -> str:
        return f"<{self.plan.method} over {', '.join(f.path for f in self.plan.factors)}>"


def global_sensitivity(
    design: Design | str | Path,
    method: str = "sobol",
    *,
    samples: int | None = None,
    seed: int = SEED,
    outputs: Sequence[str] = (),
    folder: str | Path | None = None,
) -> GlobalSensitivityAnswer:
    """Vary the axes of a sweep file over their ranges by `method`, and judge them.

    `design` is a sweep file, the name of one that comes with stridesim, or a design.
    `method` is `sobol` (`samples` base samples, a power of 2, by default 512) or `morris`
    (`samples` trajectories, by default 20). `outputs` are results (default: the file's). Rows are
    kept in `folder`, where the same call goes on after an interruption; without one in memory.

    Raises `InputError` for what no method can vary: constraints, less than two axes, an axis of one
    value, several runners or tasks. Where too many points are without a result, `status` and
    `reason` say so.
    """
    read = design if isinstance(design, Design) else load_design(sweep_file(Path(design)))
    return judge(plan(read, method, samples, seed), outputs, folder)


def judge(
    plan: Plan,
    outputs: Sequence[str] = (),
    folder: str | Path | None = None,
    **options: Unpack[Options],
) -> GlobalSensitivityAnswer:
    """Compute the points of a plan, and judge its axes; `options` as those of `run_sweep`."""
    for name in outputs:
        quantity(name)
    origin = options.setdefault("provenance", provenance())
    if folder is None:
        result = run_in_memory(plan.design, MODEL, progress=options.get("progress"))
    else:
        result = run_sweep(plan.design, MODEL, Path(folder), **options)
    rows = {name: result[name] for name in outputs or tuple(plan.design.config.outputs)}
    status, reason, judged = Status.ok.name, "", {}
    try:
        judged = _judged(plan, result, rows)
    except InputError as error:  # too many points are without a result
        status = max(result.failures, key=result.failures.__getitem__)
        reason = str(error)
    return GlobalSensitivityAnswer(
        status=status,
        reason=reason,
        notes=tuple(
            f"without result: {count} of {result.design.size} {why.replace('_', ' ')}"
            for why, count in result.failures.items()
        ),
        provenance=origin,
        plan=plan,
        result=result,
        judged=judged,
        folder=None if folder is None else Path(folder),
    )


def _judged(plan: Plan, result: SweepResult, rows: Mapping[str, np.ndarray]) -> Judged:
    """Indices or effects; `InputError` where too many rows are without a result."""
    if not result.ok.any():
        raise InputError(f"{plan.method}: no point has a result")
    laid = {
        name: np.where(result.ok, values, np.nan).reshape(plan.cube.shape[:2])
        for name, values in rows.items()
    }
    if plan.method == "morris":
        return {name: effects(plan.cube, values) for name, values in laid.items()}
    return {name: indices(values, plan.seed) for name, values in laid.items()}
