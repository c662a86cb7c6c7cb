"""What the numbers of a recording say about the recording itself.

Physics that every steady run obeys is checked after measuring: over whole steps the fore-aft
impulses cancel and either foot carries body weight. Where they do not, the numbers may still be
right (a slope, a limp), so it is said and not refused. A choice that is not the usual one is said
as well.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.recordings.conditioning import Conditioned
from stridesim.recordings.recording import ForceRecording
from stridesim.recordings.settings import LARGEST_SHARE, MeasureSettings
from stridesim.recordings.stiffness import LEG_TO_HEIGHT

LARGEST_SLOPE: Final = 0.01
"""Net fore-aft impulse over that of weight. 36 of 39 trials of the reference runners are below
0.004, those of one runner at 0.008 to 0.009 (Fukuchi 2017); air takes 0.005 at 4.5 m/s."""

LARGEST_ASYMMETRY: Final = 0.08
"""Between the weights that either foot carries, of their mean; 0.03 in the reference recordings."""

TOP: Final = 0.005
"""Of a contact's largest force: what counts as its top."""

LONGEST_TOP: Final = 0.14
"""Of the time above half of body weight. Most contacts of the reference recordings spend 0.02 to
0.06 of it at their top, those of a half sine 0.07, and 0.18 where it is cut off 3 % below."""

SHORTEST_LOAD: Final = 0.05
FEWEST_CONTACTS: Final = 3
FEWEST_SAMPLES: Final = 4
"""s above half of body weight, contacts and samples at a top below which nothing is said."""

LARGEST_STATED_SHARE: Final = 0.12
"""BW above which a stated threshold is said to be high."""


RUN_FROM_WALK: Final = 0.5
"""Froude number v^2/(g L) at which people change from a walk to a run (Kram, Domingo & Ferris 1997,
J Exp Biol 200:821)."""


def speed_warnings(speed: float, height: float) -> list[str]:
    """Forces with flights at a stated `speed` (m/s) below half of that at which people of `height`
    (m) begin to run."""
    begins = float(np.sqrt(RUN_FROM_WALK * GRAVITY * LEG_TO_HEIGHT * height))
    if speed >= 0.5 * begins:
        return []
    warning = (
        f"the speed is stated as {speed:.3g} m/s, at which people walk, but the forces are those "
        f"of a run, which begins at about {begins:.2g} m/s: is it in another unit? step length "
        "and leg stiffness follow from it"
    )
    return [warning]


def clipping_warnings(recording: ForceRecording, weight: float) -> list[str]:
    """Columns whose contacts are flat at their top: cut off, and noise, a drift or a filter since;
    `weight` N."""
    warnings = []
    for column, signal in recording.channels.items():
        size = np.abs(signal)
        loaded = np.flatnonzero(size > 0.5 * weight)
        contacts = np.split(loaded, np.flatnonzero(np.diff(loaded) > 1) + 1)
        tops = [
            (np.count_nonzero(size[rows] >= (1.0 - TOP) * size[rows].max()), len(rows))
            for rows in contacts
            if len(rows) > SHORTEST_LOAD * recording.rate
        ]
        if len(tops) < FEWEST_CONTACTS:
            continue
        flat, share = np.median([(count, count / n) for count, n in tops], axis=0)
        if flat >= FEWEST_SAMPLES and share > LONGEST_TOP:
            warnings.append(
                f"{column} stays within {100 * TOP:g} % of its largest value for "
                f"{1e3 * flat / recording.rate:.0f} ms in most contacts (largest "
                f"{size.max():.0f}): is the plate's range exceeded? then mass, peaks and stiffness "
                "read low"
            )
    return warnings


def fore_aft_warnings(steps: Mapping[str, np.ndarray]) -> list[str]:
    """Whether braking and propulsion cancel over whole steps, as at constant speed on the level."""
    net = steps["propulsive_impulse"] - steps["braking_impulse"]
    share = net * steps["step_frequency"] / GRAVITY
    mean = float(net.sum() / (GRAVITY * (1.0 / steps["step_frequency"]).sum()))
    error = float(share.std(ddof=1)) / np.sqrt(len(share))
    if abs(mean) < max(LARGEST_SLOPE, 3.0 * error):
        return []
    way = "propulsion exceeds braking" if mean > 0 else "braking exceeds propulsion"
    warning = (
        f"fore-aft impulse does not cancel over whole steps: {way} by {abs(net.mean()):.3f} m/s "
        f"a step, {100 * abs(mean):.1f} % of the impulse of weight: as on a slope of "
        f"{100 * mean:+.1f} %, with a force axis tilted by "
        f"{np.degrees(np.arctan(abs(mean))):.1f} deg, or where the speed changes by "
        f"{abs(net.sum()):.2f} m/s; fore-aft impulses, peaks and curves are off by that much"
    )
    return [warning]


def side_warnings(steps: Mapping[str, np.ndarray], sides: Sequence[str]) -> list[str]:
    """Whether either foot carries body weight over its steps."""
    names = sorted(set(sides))
    carried = steps["vertical_impulse"] * steps["step_frequency"] / GRAVITY
    groups = [carried[np.array(sides) == name] for name in names]
    if len(names) != 2 or min(map(len, groups)) < 2:
        return []
    first, second = (float(group.mean()) for group in groups)
    error = np.sqrt(sum(float(g.var(ddof=1)) / len(g) for g in groups))
    if abs(first - second) < max(LARGEST_ASYMMETRY, 3.0 * error):
        return []
    low, high = names if first < second else names[::-1]
    warning = (
        f"steps of the {_foot(low)} carry {100 * abs(first - second):.0f} % of body weight less "
        f"than those of the {_foot(high)}: is a plate clipped or badly calibrated, or is it a limp?"
    )
    return [warning]


def _foot(side: str) -> str:
    return f"{side} foot" if side in {"left", "right"} else f"foot {side}"


def choice_warnings(
    asked: MeasureSettings, used: MeasureSettings, rate: float, weight: float
) -> list[str]:
    """Settings that are not the usual ones for this runner and this file; `weight` N."""
    warnings = []
    share = used.threshold / weight
    if share > LARGEST_STATED_SHARE:
        warnings.append(
            f"the threshold of {used.threshold:g} N is {100 * share:.0f} % of body weight: "
            "contact reads short and flight long; light runners get "
            f"{100 * LARGEST_SHARE:.0f} % BW by default"
        )
    lowered = [
        f"{option} {after:.3g} Hz (usually {before:g})"
        for option, before, after in (
            ("--filter", asked.cutoff, used.cutoff),
            ("--horizontal-filter", asked.horizontal_cutoff, used.horizontal_cutoff),
        )
        if after < before
    ]
    if lowered:
        warnings.append(
            f"{rate:.4g} samples a second carry no higher cut-off than {', '.join(lowered)}: "
            "chosen; times are coarser and peaks lower"
        )
    return warnings


def drift_warnings(signal: Conditioned, settings: MeasureSettings) -> list[str]:
    """Whether the force that is read in flight changes otherwise than along a straight line."""
    if not signal.off_line:
        return []
    done = "each flight's own is" if settings.subtract_baseline else "it is not"
    warning = (
        f"the force read in flight drifts, up to {signal.off_line:.0f} N off a straight line: "
        f"{done} subtracted"
    )
    return [warning]
