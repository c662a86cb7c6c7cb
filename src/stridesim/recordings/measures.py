"""The result of measuring a recording: one array a quantity, one entry a step.

Names and units are those of `stridesim.results`, so that a measured number and a computed one
of the same name can stand in one table.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.recordings.conditioning import Conditioned
from stridesim.recordings.contacts import Contacts
from stridesim.recordings.recording import ForceRecording
from stridesim.recordings.settings import MeasureSettings
from stridesim.recordings.stance_curves import StanceCurves
from stridesim.results import InputError, quantity


@dataclasses.dataclass(frozen=True)
class RecordedRunner:
    """What a force plate cannot see: `speed` m/s, `height` m, `stated_mass` kg.

    Raises `InputError` outside human ranges, which catches km/h, cm and lb.
    """

    speed: float
    height: float
    stated_mass: float

    def __post_init__(self) -> None:
        for name, value, unit, low, high in (
            ("speed", self.speed, "m/s", 0.5, 13.0),
            ("height", self.height, "m", 0.8, 2.5),
            ("mass", self.stated_mass, "kg", 20.0, 250.0),
        ):
            if not low <= value <= high:
                raise InputError(f"{name} = {value:g} {unit}: permitted: {low:g} to {high:g}")


@dataclasses.dataclass(frozen=True, eq=False)
class StepMeasures:
    """Measures of one recording, one entry a step.

    `steps` name -> (n,) in the units of `results.QUANTITIES`; `contacts` (n,) s; `sides`
    "left"/"right" or, with both feet on one belt, "a"/"b"; `effective_mass` kg from the mean
    vertical force; `curves` over stance; `conditioned` the forces that were measured; `warnings`
    what is doubtful; `lateral_confirmed` where the centre of pressure tells the same feet.
    """

    steps: Mapping[str, np.ndarray]
    contacts: Contacts
    sides: tuple[str, ...]
    effective_mass: float
    curves: StanceCurves
    conditioned: Conditioned
    runner: RecordedRunner
    settings: MeasureSettings
    warnings: tuple[str, ...] = ()
    lateral_confirmed: bool = False

    @property
    def n(self) -> int:
        """Number of steps."""
        return len(self.sides)

    def mean(self, name: str) -> float:
        """Mean over steps."""
        return float(np.mean(self.steps[name]))

    def sd(self, name: str) -> float:
        """Sample standard deviation over steps."""
        return float(np.std(self.steps[name], ddof=1))

    def notes(self) -> list[str]:
        """What a reader of the numbers should know beyond them, the warnings first."""
        notes = [*self.warnings]
        if not self.steps["peak_mediolateral_force"].any():
            notes.append("the lateral force is all zero: nothing about it is measured")
        elif not (self.curves.medial_in_mid_stance or self.lateral_confirmed):
            notes.append("lateral force points outward in mid-stance: is the file's sign right?")
        return notes

    def summary(self) -> dict[str, dict[str, Any]]:
        """Name -> value (mean), sd, unit, n. Speed is as stated, so it has no SD."""
        speed = {"value": self.runner.speed, "sd": None, "unit": "m/s", "n": self.n}
        return {"speed": speed} | {
            name: {
                "value": self.mean(name),
                "sd": self.sd(name),
                "unit": quantity(name).unit,
                "n": self.n,
            }
            for name in self.steps
        }


def as_record(recording: ForceRecording, measures: StepMeasures) -> dict[str, Any]:
    """Everything about one measured recording in plain types, ready for JSON."""
    steps: dict[str, Any] = {name: values.tolist() for name, values in measures.steps.items()}
    steps |= {
        "touchdown": measures.contacts.touchdown.tolist(),
        "take_off": measures.contacts.take_off.tolist(),
        "side": list(measures.sides),
    }
    curves = measures.curves
    return {
        "file": recording.source,
        "speed": measures.runner.speed,
        "height": measures.runner.height,
        "stated_mass": measures.runner.stated_mass,
        "effective_mass": measures.effective_mass,
        "rate": recording.rate,
        "duration": recording.duration,
        "baseline_N": measures.conditioned.baseline.tolist(),
        "baseline_drift_N_per_s": measures.conditioned.drift.tolist(),
        "results": measures.summary(),
        "status": "ok",
        "steps": steps,
        "stance_curves": {
            "percent": curves.percent.tolist(),
            "axes": ["forward", "medial", "up"],
            "mean_BW": curves.mean.tolist(),
            "sd_BW": curves.sd.tolist(),
        },
        "settings": measures.settings.as_dict()
        | {"threshold_BW": measures.settings.threshold / (measures.effective_mass * GRAVITY)},
        "warnings": [*recording.warnings, *measures.warnings],
        "notes": [*recording.warnings, *recording.notes, *measures.notes()],
    }
