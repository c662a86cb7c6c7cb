"""Every step of a recording, measured: times, peaks, impulses, motion, stiffness.

A step runs from a touchdown to the next. Forces are in body weights and impulses per body
mass, both from the mean vertical force over whole steps: that is the weight that was carried,
while stated masses are 2.3 % too high on average in the reference recordings (Fukuchi 2017,
doi:10.7717/peerj.3298). Braking and propulsive impulses integrate the negative and the
positive part of the fore-aft force over contact. Peaks of the horizontal forces and the
curves use a lower cut-off, because belts vibrate and a peak takes the largest excursion.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy.integrate import trapezoid
from scipy.interpolate import CubicSpline

from stridesim.constants import GRAVITY
from stridesim.recordings.audit import (
    choice_warnings,
    clipping_warnings,
    drift_warnings,
    fore_aft_warnings,
    side_warnings,
    speed_warnings,
)
from stridesim.recordings.checks import check_axes, check_direction, check_mass, check_samples
from stridesim.recordings.conditioning import Conditioned, condition
from stridesim.recordings.contacts import Contacts, find_contacts
from stridesim.recordings.measures import RecordedRunner, StepMeasures
from stridesim.recordings.recording import ForceRecording
from stridesim.recordings.regularity import Regular, unmeasured, without_gaps, without_partial
from stridesim.recordings.settings import MeasureSettings
from stridesim.recordings.sides import medial_signs
from stridesim.recordings.stance_curves import STANCE_POINTS, stance_curves
from stridesim.recordings.stiffness import leg_shortening, sine_wave
from stridesim.recordings.vertical_motion import phase_grid, vertical_path
from stridesim.results import InputError

FEWEST_STEPS: Final = 4
"""Two of either foot: the least from which an SD says anything."""


def measure_steps(
    recording: ForceRecording,
    *,
    speed: float,
    height: float,
    stated_mass: float,
    settings: MeasureSettings | None = None,
) -> StepMeasures:
    """Measure every complete step; `speed` m/s, `height` m, `stated_mass` kg.

    What is doubtful about the recording or the choices is in the result's `warnings`. Raises
    `InputError` where the recording is not a run in newtons with at least four steps.
    """
    asked = settings or MeasureSettings.of_runner(stated_mass)
    settings = asked.at_rate(recording.rate)
    runner = RecordedRunner(speed, height, stated_mass)
    check_samples(recording, stated_mass)
    check_axes(recording, stated_mass)
    signal = condition(recording, settings)
    vertical = CubicSpline(signal.time, signal.force[:, 2])
    contacts, irregular = _steps_in(recording, signal, vertical, settings)

    carried = vertical.antiderivative()
    duration = contacts.next_touchdown - contacts.touchdown
    supported = carried(contacts.next_touchdown) - carried(contacts.touchdown)
    effective_mass = float(supported.sum() / duration.sum()) / GRAVITY
    check_mass(recording, effective_mass, stated_mass)

    stance = phase_grid(contacts.touchdown, contacts.take_off, STANCE_POINTS)
    smooth = CubicSpline(signal.time, signal.horizontal)(stance)
    check_direction(recording, smooth)
    sides = medial_signs(recording, contacts, smooth[..., 1])
    medial = sides.medial[:, None] * smooth[..., 1]
    curves = stance_curves(
        np.stack([smooth[..., 0], medial, vertical(stance)], axis=2), effective_mass * GRAVITY
    )

    steps = _timing(contacts, speed)
    steps |= _forces(signal, contacts, smooth, vertical, effective_mass)
    steps |= _motion(contacts, vertical, steps, runner, effective_mass)
    return StepMeasures(
        steps=steps,
        contacts=contacts,
        sides=sides.names,
        effective_mass=effective_mass,
        curves=curves,
        conditioned=signal,
        runner=runner,
        settings=settings,
        warnings=(
            *choice_warnings(asked, settings, recording.rate, stated_mass * GRAVITY),
            *speed_warnings(speed, height),
            *clipping_warnings(recording, effective_mass * GRAVITY),
            *drift_warnings(signal, settings),
            *irregular,
            *sides.warnings,
            *side_warnings(steps, sides.names),
            *fore_aft_warnings(steps),
        ),
        lateral_confirmed=sides.confirmed,
    )


def _steps_in(
    recording: ForceRecording,
    signal: Conditioned,
    vertical: CubicSpline,
    settings: MeasureSettings,
) -> Regular:
    found, lost = without_gaps(find_contacts(signal.time, signal.force[:, 2], settings))
    steps = found.with_next()
    what = f"{recording.source}: column {recording.columns[2]}"
    if not len(found.touchdown):
        raise InputError(
            f"{what}: no contacts of {settings.shortest_contact:g} to "
            f"{settings.longest_contact:g} s above {settings.threshold:g} N; permitted: a run"
        )
    if len(steps.touchdown) < FEWEST_STEPS:
        contact = float(np.median(found.take_off - found.touchdown))
        longest = settings.longest_contact
        walk = f" (contacts last {contact:.2f} s, in a run up to {longest:g} s: is it a walk?)"
        raise InputError(
            f"{what}: {len(steps.touchdown)} complete steps; permitted: at least {FEWEST_STEPS}"
            f"{walk if contact > longest else ''}"
        )
    bare = unmeasured(steps, signal.time, signal.force[:, 2])
    regular, partial = without_partial(steps, vertical)
    return Regular(regular, [*lost, *bare, *partial])


def _timing(contacts: Contacts, speed: float) -> dict[str, np.ndarray]:
    contact_time = contacts.take_off - contacts.touchdown
    flight_time = contacts.next_touchdown - contacts.take_off
    step_time = contact_time + flight_time
    return {
        "step_frequency": 1.0 / step_time,
        "step_length": speed * step_time,
        "contact_time": contact_time,
        "flight_time": flight_time,
        # Of the stride, which is two steps.
        "duty_factor": contact_time / (2.0 * step_time),
    }


def _forces(
    signal: Conditioned,
    contacts: Contacts,
    smooth: np.ndarray,
    vertical: CubicSpline,
    mass: float,
) -> dict[str, np.ndarray]:
    """Peaks in BW and impulses in m/s; `smooth` (steps, points, 2) N at the lower cut-off."""
    weight = mass * GRAVITY
    stance = phase_grid(contacts.touchdown, contacts.take_off)
    fore_aft = CubicSpline(signal.time, signal.force[:, 0])(stance)
    carried = vertical.antiderivative()
    return {
        "peak_vertical_force": vertical(stance).max(axis=1) / weight,
        "peak_braking_force": -smooth[..., 0].min(axis=1) / weight,
        "peak_propulsive_force": smooth[..., 0].max(axis=1) / weight,
        "peak_mediolateral_force": np.abs(smooth[..., 1]).max(axis=1) / weight,
        "vertical_impulse": (carried(contacts.take_off) - carried(contacts.touchdown)) / mass,
        "braking_impulse": -trapezoid(np.minimum(fore_aft, 0.0), stance, axis=1) / mass,
        "propulsive_impulse": trapezoid(np.maximum(fore_aft, 0.0), stance, axis=1) / mass,
    }


def _motion(
    contacts: Contacts,
    vertical: CubicSpline,
    steps: Mapping[str, np.ndarray],
    runner: RecordedRunner,
    mass: float,
) -> dict[str, np.ndarray]:
    start, end = contacts.touchdown, contacts.next_touchdown
    contact_time = steps["contact_time"]
    whole = vertical_path(vertical, start, end, phase_grid(start, end), mass)
    stance = vertical_path(vertical, start, end, phase_grid(start, contacts.take_off), mass)
    drop = -stance.min(axis=1)
    peak = steps["peak_vertical_force"] * mass * GRAVITY
    shortening = leg_shortening(drop, contact_time, runner.speed, runner.height)
    sine_peak, sine_drop = sine_wave(contact_time, steps["flight_time"], mass)
    sine_shortening = leg_shortening(sine_drop, contact_time, runner.speed, runner.height)
    return {
        "vertical_oscillation": whole.max(axis=1) - whole.min(axis=1),
        "com_drop_in_stance": drop,
        "vertical_stiffness": peak / drop,
        "leg_stiffness": peak / shortening,
        "vertical_stiffness_sine_wave": sine_peak / sine_drop,
        "leg_stiffness_sine_wave": sine_peak / sine_shortening,
    }
