"""Which foot is down, and which way its lateral force is medial.

Where a file keeps the feet apart the foot with the larger vertical impulse is down, and
medial is to the right of a left foot. With both feet on one belt only the alternation is
known: steps are "a" and "b", and the sign is chosen such that the alternating part of the
lateral force is medial from 30 to 70 % of stance, where it is medial in every speed of the
reference recordings (Fukuchi 2017, doi:10.7717/peerj.3298: -0.05 to -0.07 BW outward).
"""

from typing import Final

import numpy as np

from stridesim.measured.contacts import Contacts
from stridesim.measured.recording import ForceRecording

MIDDLE: Final = (0.3, 0.7)
"""Of stance: where the lateral force is medial."""


def medial_signs(
    recording: ForceRecording, contacts: Contacts, lateral: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray]:
    """Side of each step ("left"/"right", or "a"/"b") and the factor (+1 or -1) that makes its
    lateral force medial-positive. `lateral` (steps, points) N over stance."""
    if recording.feet:
        sides = tuple(
            _loaded_foot(recording, start, end)
            for start, end in zip(contacts.touchdown, contacts.take_off, strict=True)
        )
        return sides, np.array([-1.0 if side == "left" else 1.0 for side in sides])
    # Counted by time, not by index, so that a lost step does not swap the feet after it.
    step = float(np.median(contacts.next_touchdown - contacts.touchdown))
    count = np.rint((contacts.touchdown - contacts.touchdown[0]) / step).astype(int)
    alternating = np.where(count % 2 == 0, 1.0, -1.0)
    points = lateral.shape[1]
    middle = lateral[:, int(MIDDLE[0] * points) : int(MIDDLE[1] * points) + 1].mean(axis=1)
    odd = alternating < 0
    # Difference of the two feet, so that a constant sideways force cancels.
    difference = middle[~odd].mean() - middle[odd].mean() if odd.any() else middle.mean()
    signs = alternating if difference >= 0 else -alternating
    return tuple("a" if even > 0 else "b" for even in alternating), signs


def _loaded_foot(recording: ForceRecording, start: float, end: float) -> str:
    inside = (recording.time >= start) & (recording.time <= end)
    load = {foot: force[inside, 2].sum() for foot, force in recording.feet.items()}
    return max(load, key=lambda foot: load[foot])
