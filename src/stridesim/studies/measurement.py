"""What recorded ground forces say about a runner's steps.

answer = measure(["run_2.5.csv", "run_3.5.csv"], mass=75, height=1.795, speed=[2.5, "12.6 km/h"])
answer["run_2.5"].contact_time              # s, mean over steps
answer["run_2.5"].measures.sd("contact_time")
answer["run_2.5"].plot("steps.png")
"""

import datetime
import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from stridesim.recordings import ForceRecording, StepMeasures, as_record, measure_steps, read_forces
from stridesim.results import InputError, quantity
from stridesim.runtime import commit
from stridesim.studies.answer import Answer, Quantities, Table, Value, values_of
from stridesim.studies.force_analysis import (
    ForceAnalysis,
    Stated,
    paths_of,
    speeds_of,
    stated_speeds,
)
from stridesim.units import parse_quantity

_LIBRARIES: Final = ("numpy", "scipy")


class Refused(NamedTuple):
    """A file that could not be measured, and why."""

    file: str
    reason: str


@dataclass(frozen=True, repr=False)
class MeasuredRecording(Quantities):
    """One recording: the mean of every quantity over its steps, and what they come from.

    `label` tells the file from the others; `recording` holds the forces as read, `measures` every
    step (`measures.steps["contact_time"]` (n,)), their spread (`measures.sd`) and the mean stance.
    """

    kind: ClassVar[str] = "recording"

    label: str
    values: Mapping[str, Value]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    recording: ForceRecording
    measures: StepMeasures
    status: str = field(default="ok", init=False)
    reason: str = field(default="", init=False)

    def record(self) -> dict[str, Any]:
        """Everything about the recording, step by step."""
        return as_record(self.recording, self.measures)

    def plot(self, path: str | Path | None = None) -> Any:
        """Contacts, mean stance and steps: written to `path`, or the figure itself."""
        from stridesim.plots.recording import draw_recording, save_recording
        from stridesim.plots.style import figure_style

        if path is not None:
            save_recording(Path(path), self.recording, self.measures, title=self.label)
            return None
        with figure_style():
            return draw_recording(self.recording, self.measures, self.label)

    def __repr__(self) -> str:
        return f"<recording {self.label}: {self.measures.n} steps>"


@dataclass(frozen=True, repr=False)
class MeasurementAnswer(Answer):
    """Every recording that could be measured, and the files that could not.

    `status` is `refused` where there is none. Recordings are in the order of the files.
    """

    kind: ClassVar[str] = "measurement"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    recordings: tuple[MeasuredRecording, ...]
    refused: tuple[Refused, ...]

    def __getitem__(self, label: str) -> MeasuredRecording:
        for recording in self.recordings:
            if recording.label == label:
                return recording
        known = ", ".join(recording.label for recording in self.recordings)
        raise InputError(f"no recording {label!r}; permitted: {known or 'none was measured'}")

    def record(self) -> dict[str, Any]:
        """Each recording with every step, and the reasons of the refused ones."""
        return {
            "recordings": [recording.record() for recording in self.recordings],
            "refused": [refused._asdict() for refused in self.refused],
        }

    def table(self) -> Table:
        """A row for each quantity; mean and SD of each recording."""
        columns = ["quantity", "unit"]
        for recording in self.recordings:
            columns += [recording.label, f"{recording.label} SD"]
        summaries = [recording.measures.summary() for recording in self.recordings]
        names = list(summaries[0]) if summaries else []
        rows = []
        for name in names:
            cells = [cell for one in summaries for cell in (one[name]["value"], one[name]["sd"])]
            rows.append((name, quantity(name).unit, *cells))
        return Table(tuple(columns), rows)

    def plot(self, path: str | Path | None = None) -> Any:
        """The figure of the recording; of several, one each, written to `path` with their labels.

        Returns the figure, or the list of the files that were written. Raises `InputError` where
        several recordings have no `path`.
        """
        if path is None:
            if len(self.recordings) != 1:
                raise InputError(
                    f"plot: {len(self.recordings)} recordings; permitted: a path, or "
                    "answer[label].plot() of one of them"
                )
            return self.recordings[0].plot()
        alone = len(self.recordings) + len(self.refused) == 1
        written = []
        for recording in self.recordings:
            written.append(Path(path) if alone else _beside(Path(path), recording.label))
            recording.plot(written[-1])
        return written

    def __repr__(self) -> str:
        return f"<measurement of {len(self.recordings)} recordings, {len(self.refused)} refused>"


def measure(
    files: str | Path | Sequence[str | Path],
    *,
    mass: Stated,
    height: Stated,
    speed: Stated | Sequence[Stated],
    analysis: ForceAnalysis | None = None,
) -> MeasurementAnswer:
    """Measure the steps in one or more recordings of ground force.

    `mass` (kg, stated, checks the unit of the forces), `height` (m) and `speed` (m/s; one for all
    files, or one per file) are numbers or text with a unit. Raises `InputError` for arguments that
    cannot be used and for a single file that is no run in newtons; of several files such ones are
    in `refused`, and the others are measured.
    """
    paths = paths_of(files)
    kilograms = parse_quantity(mass, "kg", "mass")
    settings = (analysis or ForceAnalysis()).settings(kilograms)
    metres = parse_quantity(height, "m", "height")
    stated = stated_speeds(speed)
    speeds = speeds_of(stated, len(paths), one_for_all=True)
    origin = _provenance()
    measured: list[MeasuredRecording] = []
    refused: list[Refused] = []
    for path, label, velocity in zip(paths, labels(paths), speeds, strict=True):
        try:
            recording = read_forces(path)
            measures = measure_steps(
                recording, speed=velocity, height=metres, stated_mass=kilograms, settings=settings
            )
        except InputError as error:
            if len(paths) == 1:
                raise
            refused.append(Refused(str(path), str(error)))
            continue
        measured.append(_measured(label, recording, measures, origin))
    return MeasurementAnswer(
        status="ok" if measured else "refused",
        reason="" if measured else refused[-1].reason,
        notes=(_one_speed(stated[0], len(paths)),) if len(stated) < len(paths) else (),
        provenance=origin,
        recordings=tuple(measured),
        refused=tuple(refused),
    )


def _measured(
    label: str, recording: ForceRecording, measures: StepMeasures, origin: Mapping[str, Any]
) -> MeasuredRecording:
    means = {name: entry["value"] for name, entry in measures.summary().items()}
    warnings = (*recording.warnings, *measures.warnings)
    said = [n for n in (*recording.notes, *measures.notes()) if n not in warnings]
    return MeasuredRecording(
        label=label,
        values=values_of(means),
        warnings=warnings,
        notes=tuple(said),
        provenance=origin,
        recording=recording,
        measures=measures,
    )


def _one_speed(speed: Stated, count: int) -> str:
    return (
        f"speed {speed} is taken for all {count} files: ground forces do not show whether it was; "
        "step length and leg stiffness follow from it"
    )


def labels(files: Sequence[str | Path]) -> list[str]:
    """What tells files apart: their names, with as many of their folders as it takes.

    `run` for `a/run.csv` beside `a/walk.csv`, `a/grf` beside `b/grf`; a number is added to a file
    that is given twice, or in two formats.
    """
    parts = [(*Path(file).parts[:-1], Path(file).stem) for file in files]
    names = [part[-1] for part in parts]
    for depth in range(2, max(map(len, parts), default=0) + 1):
        repeated = {name for name in names if names.count(name) > 1}
        names = [
            "/".join(part[-depth:]).replace("//", "/") if name in repeated else name
            for name, part in zip(names, parts, strict=True)
        ]
    return [
        name if names.count(name) == 1 else f"{name}-{1 + names[:i].count(name)}"
        for i, name in enumerate(names)
    ]


def _beside(path: Path, label: str) -> Path:
    return path.with_name(f"{path.stem}_{label.replace('/', '_')}{path.suffix}")


def _provenance() -> dict[str, Any]:
    """What measured; JAX has no part in it and is not asked."""
    return {
        "stridesim": importlib.metadata.version("stridesim"),
        "commit": commit(),
        "python": platform.python_version(),
        "libraries": {name: importlib.metadata.version(name) for name in _LIBRARIES},
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
