"""What a stride costs where parameters vary: many points, a table, a figure, and a sentence.

answer = sweep(runner, {"leg.stiffness": (10, 25, "kN/m", 41)})
answer.sentence                      # where the cost is lowest, and how much it matters
answer["cost_of_transport"]          # (41,) J/kg/m, NaN where a point has no result
answer.best["leg.stiffness"].value   # N/m

sweep_file("demo")                   # a sweep file, or one that comes with stridesim
"""

import dataclasses
import functools
import html
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Unpack

import numpy as np

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.results import InputError, quantity
from stridesim.runner import PARAMETERS, Runner
from stridesim.runtime import provenance
from stridesim.shipped import sweep_file as path_of_sweep
from stridesim.studies.answer import Answer, Table, Value
from stridesim.studies.sweep_axes import Axes, design_of
from stridesim.studies.sweep_model import MODEL
from stridesim.studies.sweep_record import inputs_of, outputs_of, sweep_record
from stridesim.sweeps import Design, SweepResult, load_design, run_in_memory, run_sweep
from stridesim.sweeps.engines.chunk import chunk_size_for
from stridesim.sweeps.engines.job import evaluate_of
from stridesim.sweeps.result import OK, Columns, reason
from stridesim.sweeps.run import Options, Progress, discard
from stridesim.words import habit_words
from stridesim.words.sweep_answer import answer as sentence_of


@dataclass(frozen=True, eq=False, repr=False)
class SweepAnswer(Answer):
    """The points of a sweep in the order of its design, and what they say.

    `result` has every column, also of those results that were not asked for; `folder` holds the
    table on the disk (None: there is none).
    """

    kind: ClassVar[str] = "sweep"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    result: SweepResult
    folder: Path | None

    @property
    def design(self) -> Design:
        """What was varied, over which values, and what was held fixed."""
        return self.result.design

    @functools.cached_property
    def sentence(self) -> str:
        """The best point, how far it is from the nominal runner, the range, and what failed."""
        return sentence_of(self.result)

    @property
    def units(self) -> dict[str, str]:
        """Unit of every column of the table that is a number."""
        outputs = {name: quantity(name).unit for name in outputs_of(self.result)}
        return {**self.design.units, **outputs}

    def __getitem__(self, name: str) -> np.ndarray:
        """A parameter or result at every point (n,), in its declared unit; NaN without a result."""
        return self.result[name]

    @property
    def statuses(self) -> np.ndarray:
        """Of every point (n,) `ok`, or the name of the reason why it has no result."""
        return self.result.status

    @property
    def failures(self) -> dict[str, int]:
        """How many points have no result, by reason."""
        return self.result.failures

    @functools.cached_property
    def nominal(self) -> dict[str, Value]:
        """The runner as given (of several runners and tasks the first): parameters and results."""
        return self._point(self.design.nominals[0], self.result.nominal)

    @functools.cached_property
    def best(self) -> dict[str, Value] | None:
        """The point of least (or, if the design says so, highest) value of the shown quantity.

        None where no point has a result. Of several runners and tasks the best of all.
        """
        found = [(best, case) for case in self.result.cases if (best := case.optimum()) is not None]
        if not found:
            return None
        lowest = self.design.figure.optimum == "lowest"
        best, case = (min if lowest else max)(found, key=lambda pair: pair[0].value)
        numbers = case.at(best.row)
        return self._point({path: numbers[path] for path in self.design.units}, numbers)

    def record(self) -> dict[str, Any]:
        """The answer and what it is of; the rows, where no folder holds them."""
        return sweep_record(self.result, self.sentence, rows=self.folder is None)

    def table(self) -> Table:
        """A row for each point: inputs, results that were asked for, status and reason."""
        return table_of(self.result)

    def summary(self) -> Table:
        """The nominal runner, the best point and the range; a row for each quantity."""
        best, rows = self.best or {}, []
        for name in dict.fromkeys(self.units):
            values = self[name]
            known = np.isfinite(values)
            ends = (values[known].min(), values[known].max()) if known.any() else (None, None)
            at_best = best[name].value if name in best else None
            rows.append((name, self.units[name], self.nominal[name].value, at_best, *ends))
        return Table(("quantity", "unit", "nominal", "best", "lowest", "highest"), rows)

    def to_frame(self) -> Any:
        """The table as a pandas DataFrame, with units in `attrs["units"]`."""
        frame = super().to_frame()
        frame.attrs["units"] = self.units
        return frame

    def to_xarray(self) -> Any:
        """The points as an `xarray.Dataset`: a grid's axes are dimensions with coordinates."""
        from stridesim.studies.sweep_dataset import dataset_of

        return dataset_of(self.result, self.sentence)

    def plot(self, path: str | Path | None = None) -> Any:
        """The figure: written to `path` (.svg, .png or .pdf), or the figure itself."""
        from stridesim.plots.style import figure_style
        from stridesim.plots.sweep import draw_sweep, save_sweep

        if path is not None:
            save_sweep(self.result, Path(path))
            return None
        with figure_style():
            return draw_sweep(self.result)

    def __repr__(self) -> str:
        return f"<sweep {self.design.name} of {self.design.size} points: {self.sentence}>"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.sentence)}</p>{super()._repr_html_()}"

    def _point(self, inputs: Mapping[str, float], numbers: Mapping[str, float]) -> dict[str, Value]:
        given = {
            path: Value(value, PARAMETERS[path].unit, PARAMETERS[path].doc)
            for path, value in inputs.items()
        }
        asked = {name: quantity(name) for name in outputs_of(self.result)}
        return given | {
            name: Value(float(numbers[name]), declared.unit, declared.meaning)
            for name, declared in asked.items()
        }


def sweep(
    runner: Runner,
    axes: Axes,
    *,
    outputs: str | Sequence[str] = ("cost_of_transport",),
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    folder: str | Path | None = None,
    fixed: Mapping[str, Any] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> SweepAnswer:
    """Compute `runner` at every combination of the values of `axes`.

    `axes` maps parameter paths to `(from, to, unit, points)`, to `(from, to, unit, points, "log")`,
    or to a list of values; numbers without a unit are in the parameter's own. `fixed` sets other
    parameters for all points. The first of `outputs` is what the sentence and the figure show.

    With a `folder` finished points are kept there, and the same call computes what is missing; one
    that holds another sweep is refused. `workers` processes of one thread compute in place of this
    one. `progress` is called with the number of rows just finished and how many of them have no
    result for which reason.

    Raises `InputError` for unknown names and for values outside their range. What the physics
    cannot do at a point is no error: the point's status says it.
    """
    named = (outputs,) if isinstance(outputs, str) else tuple(outputs)
    design = design_of(runner, axes, named, metabolic, fixed or {})
    return sweep_design(design, folder, **_options(workers, progress))


def sweep_file(
    name: str | Path,
    *,
    settings: Mapping[str, Any] | None = None,
    metabolic: str | None = None,
    folder: str | Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> SweepAnswer:
    """Compute a sweep file, or one that comes with stridesim, by its name.

    `settings` (path to value) and `metabolic` win over the file's; `folder`, `workers` and
    `progress` are those of `sweep`. Raises `InputError` for an unknown name, and for a file that
    cannot be read, with its key.
    """
    design = load_design(path_of_sweep(name), settings, metabolic)
    return sweep_design(design, folder, **_options(workers, progress))


def sweep_design(
    design: Design,
    folder: str | Path | None = None,
    *,
    fresh: bool = False,
    **options: Unpack[Options],
) -> SweepAnswer:
    """Compute a design that was read (`sweeps.load_design`).

    `fresh` discards the sweep in `folder` first. Raises `InputError` where the folder is another
    sweep's or the model refuses the design (nothing is discarded then), and `SweepInterrupted`
    after Ctrl-C.
    """
    made = options.setdefault("provenance", provenance())
    evaluate_of(design, MODEL)
    if folder is None:
        result = _without_a_folder(design, options)
    else:
        folder = Path(folder)
        if fresh:
            discard(folder)
        result = run_sweep(design, MODEL, folder, **options)
    status, why = without_result(result)
    return SweepAnswer(
        status=status,
        reason=why,
        notes=tuple(notes_of(result)),
        provenance=made,
        result=result,
        folder=folder,
    )


def without_result(result: SweepResult) -> tuple[str, str]:
    """`("ok", "")`; where no point has a result its most frequent reason, and all in words."""
    if result.ok.any():
        return OK, ""
    failures = result.failures
    counted = ", ".join(f"{count} {status}" for status, count in failures.items())
    return next(iter(failures)), f"no point has a result ({counted})"


def notes_of(result: SweepResult) -> list[str]:
    """What a reader must know of the points and of what followed the speed, each line once."""
    habits = [habit_words.notes(*habit_words.over_speed(case)) for case in result.cases]
    return list(dict.fromkeys([*result.design.notes, *(note for each in habits for note in each)]))


def table_of(result: SweepResult) -> Table:
    """A row for each point: runner and task, inputs, results, status, and the reason in words."""
    outputs = {name: result[name] for name in outputs_of(result)}
    reasons = ["" if status == OK else reason(status) for status in result.status]
    columns = {**inputs_of(result.design), **outputs, "status": result.status}
    rows = zip(*(values.tolist() for values in columns.values()), reasons, strict=True)
    return Table((*columns, "reason"), list(rows))


def _options(workers: int | None, progress: Progress | None) -> Options:
    options: Options = {"progress": progress}
    if workers is not None:
        from stridesim.sweeps.engines.workers import Workers

        if workers < 1:
            raise InputError(f"workers = {workers}: must be at least 1")
        options["engine"] = Workers(workers)
    return options


def _without_a_folder(design: Design, options: Options) -> SweepResult:
    """The rows in memory; other processes leave them in a folder that is gone afterwards."""
    if "engine" not in options:
        size = chunk_size_for(design.rows)
        return run_in_memory(design, MODEL, progress=options.get("progress"), chunk_size=size)
    with tempfile.TemporaryDirectory(prefix="stridesim-") as folder:
        stored = run_sweep(design, MODEL, Path(folder, "rows"), **options)
        held = Columns({name: stored.columns[name] for name in stored.columns})
    return dataclasses.replace(stored, columns=held)
