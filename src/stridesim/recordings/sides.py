"""Which foot is down, and which way its lateral force is medial.

Feet alternate in a run. Where a file keeps the feet apart the foot with the larger vertical
impulse is down, and medial is to the right of a left foot; where those do not alternate, the
columns are belts or plates that feet cross, and the centre of pressure, if the file has it, tells
the left foot from the right. Otherwise only the alternation is known: steps are "a" and "b", and
the sign is chosen such that the alternating part of the lateral force is medial from 30 to 70 %
of stance, where it is medial in every speed of the reference recordings (Fukuchi 2017,
doi:10.7717/peerj.3298: -0.05 to -0.07 BW outward).
"""

from typing import Final, NamedTuple

import numpy as np

from stridesim.recordings.contacts import Contacts
from stridesim.recordings.recording import ForceRecording

MIDDLE: Final = (0.3, 0.7)
"""Of stance: where the lateral force is medial."""

MISCOUNTED: Final = 0.2
"""Of all pairs of steps: how many may load the columns in a row as feet do not, before columns are
no feet. One step on the other foot's column spoils two pairs."""

APART: Final = 0.005
"""m between the mean centres of pressure of the feet, and three standard errors, to tell them."""


class Sides(NamedTuple):
    """`names` of each step ("left"/"right", or "a"/"b"); `medial` (steps,) +1 or -1, the factor
    that makes lateral force medial-positive; `confirmed` where the centre of pressure says the
    same; `warnings`."""

    names: tuple[str, ...]
    medial: np.ndarray
    confirmed: bool
    warnings: tuple[str, ...]


def medial_signs(recording: ForceRecording, contacts: Contacts, lateral: np.ndarray) -> Sides:
    """Side of each step and the sign of its lateral force, `lateral` (steps, points) N over
    stance."""
    even = _alternation(contacts)
    pressure = _left_by_pressure(recording, contacts, even)
    left, warnings = pressure, []
    if recording.feet:
        loaded = _left_is_loaded(recording, contacts)
        spoiled = (loaded[1:] == loaded[:-1]) == (even[1:] != even[:-1])
        if np.count_nonzero(spoiled) > MISCOUNTED * len(spoiled):
            warnings.append(
                "the columns are belts or plates, not feet: the more loaded column does not "
                f"alternate ({_letters(loaded)}); sides "
                + (
                    "follow the centre of pressure"
                    if pressure is not None
                    else "are called a and b"
                )
            )
        else:
            astray = np.append(spoiled, False) & np.append(False, spoiled)
            left = loaded ^ astray
            if astray.any():
                warnings.append(
                    f"{np.count_nonzero(astray)} of {len(even)} steps load the other foot's column "
                    "most: their side is that of the steps around them"
                )
            pressure = _left_by_pressure(recording, contacts, left)
            if pressure is not None and (pressure != left).all():
                warnings.append(
                    "the centre of pressure of the left foot lies right of the right foot's: is "
                    "the lateral axis turned, or are the feet exchanged?"
                )
    if left is None:
        names = tuple("a" if first else "b" for first in even)
        return Sides(names, _by_force(lateral, even), False, tuple(warnings))
    confirmed = pressure is not None and bool((pressure == left).all())
    names = tuple("left" if foot else "right" for foot in left)
    return Sides(names, np.where(left, -1.0, 1.0), confirmed, tuple(warnings))


def _alternation(contacts: Contacts) -> np.ndarray:
    """Whether each step is of the foot of the first. Counted by time, not by index, so that a lost
    step does not swap the feet after it."""
    between = np.diff(contacts.touchdown)
    step = float(np.median(contacts.next_touchdown - contacts.touchdown))
    count = np.concatenate([[0], np.cumsum(np.rint(between / step).astype(int))])
    return count % 2 == 0


def _by_force(lateral: np.ndarray, even: np.ndarray) -> np.ndarray:
    """The sign (steps,) that makes the alternating lateral force medial in mid-stance."""
    alternating = np.where(even, 1.0, -1.0)
    points = lateral.shape[1]
    middle = lateral[:, int(MIDDLE[0] * points) : int(MIDDLE[1] * points) + 1].mean(axis=1)
    # Difference of the two feet, so that a constant sideways force cancels.
    difference = middle[even].mean() - middle[~even].mean() if not even.all() else middle.mean()
    return alternating if difference >= 0 else -alternating


def _left_by_pressure(
    recording: ForceRecording, contacts: Contacts, one_foot: np.ndarray
) -> np.ndarray | None:
    """Which of `one_foot` (steps,) and its opposite are the left steps by the lateral centre of
    pressure, None where it does not tell: the left foot lands left of the right one."""
    fewest = min(np.count_nonzero(one_foot), np.count_nonzero(~one_foot))
    if recording.cop_left is None or fewest < 2:
        return None
    span = contacts.take_off - contacts.touchdown
    starts = np.searchsorted(recording.time, contacts.touchdown + MIDDLE[0] * span)
    ends = np.searchsorted(recording.time, contacts.touchdown + MIDDLE[1] * span)
    place = np.array(
        [np.median(recording.cop_left[i:j]) for i, j in zip(starts, ends + 1, strict=True)]
    )
    if not np.isfinite(place).all():
        return None
    # From one step to the next, so that a runner who wanders over the belt does not blur it.
    apart = np.where(one_foot[:-1], 1.0, -1.0) * (place[:-1] - place[1:])
    apart = apart[one_foot[:-1] != one_foot[1:]]
    mean = float(apart.mean())
    error = float(apart.std(ddof=1)) / np.sqrt(len(apart)) if len(apart) > 1 else np.inf
    if abs(mean) < max(APART, 3.0 * error):
        return None
    return one_foot if mean > 0 else ~one_foot


def _left_is_loaded(recording: ForceRecording, contacts: Contacts) -> np.ndarray:
    """Whether the left foot's column carries more of each step."""
    more = recording.feet["left"][:, 2] - recording.feet["right"][:, 2]
    total = np.concatenate([[0.0], np.cumsum(more)])
    starts = np.searchsorted(recording.time, contacts.touchdown)
    ends = np.searchsorted(recording.time, contacts.take_off, side="right")
    return total[ends] - total[starts] > 0.0


def _letters(left: np.ndarray) -> str:
    shown = " ".join("l" if foot else "r" for foot in left[:12])
    return shown if len(left) <= 12 else f"{shown} ..."
