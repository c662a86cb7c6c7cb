"""Recordings of a runner become a runner.

answer = fit(["run_2.5.csv", "run_3.5.csv"], mass=75, height=1.795, speed=[2.5, 3.5])
answer.runner                       # for every other question
answer.warnings, answer.notes       # what is doubtful
answer.save("me.toml")              # the runner file, errors and warnings included
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from stridesim.files import write_output
from stridesim.fitting.fit import Comparison, Fit, fit_runner
from stridesim.fitting.runs import STRENGTH, Recorded
from stridesim.recordings import measure_steps, read_forces
from stridesim.results import REASONS
from stridesim.runner import PARAMETERS, Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.studies.fit_doubts import estimates_of, runs_nowhere, warnings_of
from stridesim.studies.force_analysis import (
    ForceAnalysis,
    Stated,
    paths_of,
    speeds_of,
    stated_speeds,
)
from stridesim.units import parse_quantity

_GENERIC: Final = {"run", "running", "trial", "speed", "force", "forces", "grf"}
"""Words of file names that name no runner."""


@dataclass(frozen=True, repr=False)
class FitAnswer(Answer):
    """A fitted runner, how close it comes, and how well it is known.

    `status` is the reason of a runner who runs at no speed that was tried. `warnings` are what
    makes the runner doubtful, worst first; `notes` what measuring said of the recordings.
    """

    kind: ClassVar[str] = "fit"

    status: str
    reason: str
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    fit: Fit

    @property
    def runner(self) -> Runner:
        """The fitted runner; it carries the errors of what was fitted."""
        return self.fit.runner

    @property
    def comparisons(self) -> list[Comparison]:
        """Measured and fitted numbers at every recorded speed, in the units of `results`."""
        return self.fit.comparisons

    @functools.cached_property
    def estimates(self) -> list[dict[str, Any]]:
        """A record for each fitted number: value, SD, SD from the steps alone, in its unit."""
        return estimates_of(self.fit)

    def to_toml(self) -> str:
        """The runner file: what differs from the defaults, errors, provenance; warnings on top."""
        return self.runner.to_toml(dict(self.provenance), self.warnings)

    def save(self, path: str | Path) -> None:
        """Write the runner file to `path`; `InputError` where that is not possible."""
        write_output(Path(path), self.to_toml().encode())

    def record(self) -> dict[str, Any]:
        """The runner file as text, comparisons, errors, and where the runner runs."""
        runs = self.fit.runs
        return {
            "runner": self.runner.to_toml(comments=self.warnings),
            "comparisons": [c._asdict() | {"difference": c.difference} for c in self.comparisons],
            "warnings": self.warnings,
            "estimates": self.estimates,
            "recorded_speeds": [_recorded(r) for r in runs.recorded],
            "runs_between": {"unit": "m/s", "ranges": runs.ranges},
            "strength": {
                "parameter": STRENGTH,
                "value": float(self.runner.muscle.strength_scale),
                "default": PARAMETERS[STRENGTH].default,
                "speed": runs.reference,
                "cost_of_transport": [
                    {"strength_scale": scale, "value": cost, "unit": "J/kg/m"}
                    for scale, cost in runs.costs.items()
                ],
            },
        }

    def table(self) -> Table:
        """A row for each fitted number."""
        columns = ("parameter", "speed", "value", "sd", "sd_from_steps", "at_end_of_range", "unit")
        return Table(columns, [tuple(row[column] for column in columns) for row in self.estimates])

    def __repr__(self) -> str:
        return f"<fit of {self.runner.name}: {self.status}, {len(self.warnings)} warnings>"


def fit(
    files: str | Path | Sequence[str | Path],
    *,
    mass: Stated,
    height: Stated,
    speed: Stated | Sequence[Stated],
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
    analysis: ForceAnalysis | None = None,
) -> FitAnswer:
    """Fit one runner to recordings of ground force, each at its own speed.

    `mass` (kg, stated), `height` (m) and `speed` (m/s, one per file) are numbers or text with a
    unit; `name` is what the files' names begin with, unless given. `settings` maps parameters to
    values (declared units, or text) that are held instead of their defaults. Raises `InputError`
    for a file that is no run in newtons, for speeds that repeat or that no runner may be set to,
    for a setting of what is fitted, and where no periodic step fits.
    """
    paths = paths_of(files)
    speeds = speeds_of(stated_speeds(speed), len(paths), one_for_all=False)
    for velocity in speeds:
        PARAMETERS["task.speed"]._replace(path="speed").check(velocity)
    kilograms = parse_quantity(mass, "kg", "mass")
    metres = parse_quantity(height, "m", "height")
    chosen = (analysis or ForceAnalysis()).settings(kilograms)
    measured = []
    for path, velocity in zip(paths, speeds, strict=True):
        recording = read_forces(path)
        measures = measure_steps(
            recording, speed=velocity, height=metres, stated_mass=kilograms, settings=chosen
        )
        measured.append((recording, measures))
    found = fit_runner(
        measured,
        name=name or common_name([path.stem for path in paths]),
        overrides=dict(settings or {}),
    )
    nowhere = found.runs.nowhere
    return FitAnswer(
        status=found.runs.failed[0].status.name if nowhere else "ok",
        reason=runs_nowhere(found) if nowhere else "",
        warnings=tuple(warnings_of(found)),
        notes=tuple(found.notes),
        provenance=found.provenance | {"software": provenance()},
        fit=found,
    )


def common_name(stems: Sequence[str]) -> str:
    """`RBDS011` of `RBDS011_run_2.5ms` and `RBDS011_run_3.5ms`; one file keeps its name."""
    if len(stems) == 1:
        return stems[0]
    words: list[str] = []
    for column in zip(*(re.split(r"[_\s-]+", stem) for stem in stems), strict=False):
        if len(set(column)) > 1:
            break
        words.append(column[0])
    named = [*words]
    while named and named[-1].lower() in _GENERIC:
        named.pop()
    return "_".join(named or words) or stems[0]


def _recorded(r: Recorded) -> dict[str, Any]:
    return {
        "recording": r.recording,
        "speed": r.speed,
        "status": r.status,
        "reason": REASONS[r.status],
        "cost_of_transport": r.cost,
        "strength_needed": r.strength,
        "cost_of_transport_then": r.cost_then,
    }
