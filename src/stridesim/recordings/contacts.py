"""Touchdown and take-off: where the filtered vertical force crosses a threshold.

Crossings are placed between samples by linear interpolation, because at 300 Hz a sample is
1.5 % of a contact. Dips shorter than a flight and pulses shorter than a contact are vibration
and are removed; contacts that the recording cuts at either end are dropped.
"""

from typing import NamedTuple

import numpy as np

from stridesim.recordings.settings import MeasureSettings


class Contacts(NamedTuple):
    """Complete contacts, all (n,) s: `touchdown`, `take_off`, and the `next_touchdown`, NaN
    where the recording ends first or a step between was lost."""

    touchdown: np.ndarray
    take_off: np.ndarray
    next_touchdown: np.ndarray

    def with_next(self) -> "Contacts":
        """Those whose next touchdown is known: the steps."""
        known = np.isfinite(self.next_touchdown)
        return Contacts(self.touchdown[known], self.take_off[known], self.next_touchdown[known])


def find_contacts(time: np.ndarray, vertical: np.ndarray, settings: MeasureSettings) -> Contacts:
    """Contacts in `vertical` (n,) N over `time` (n,) s, even; filtered beforehand.

    A step whose contact or flight is longer than settings permit has no `next_touchdown`.
    """
    above = vertical > settings.threshold
    rising = np.flatnonzero(~above[:-1] & above[1:])
    falling = np.flatnonzero(above[:-1] & ~above[1:])
    touchdown = _crossing(time, vertical, rising, settings.threshold)
    take_off = _crossing(time, vertical, falling, settings.threshold)
    # Contacts under way at either end: marked by times outside the recording.
    if above[0]:
        touchdown = np.concatenate([[-np.inf], touchdown])
    if above[-1]:
        take_off = np.concatenate([take_off, [np.inf]])

    real_flight = touchdown[1:] - take_off[:-1] >= settings.shortest_flight
    touchdown = touchdown[np.concatenate([[True], real_flight])] if len(touchdown) else touchdown
    take_off = take_off[np.concatenate([real_flight, [True]])] if len(take_off) else take_off
    real_contact = take_off - touchdown >= settings.shortest_contact
    touchdown, take_off = touchdown[real_contact], take_off[real_contact]

    following = np.concatenate([touchdown[1:], [np.nan]])[: len(touchdown)]
    too_long = (take_off - touchdown > settings.longest_contact) | (
        following - take_off > settings.longest_flight
    )
    following = np.where(too_long, np.nan, following)
    complete = np.isfinite(touchdown) & np.isfinite(take_off)
    return Contacts(touchdown[complete], take_off[complete], following[complete])


def _crossing(
    time: np.ndarray, signal: np.ndarray, before: np.ndarray, threshold: float
) -> np.ndarray:
    """Times at which `signal` passes `threshold` between samples `before` and `before + 1`."""
    fraction = (threshold - signal[before]) / (signal[before + 1] - signal[before])
    return time[before] + fraction * (time[before + 1] - time[before])
