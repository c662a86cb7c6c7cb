"""Which contacts are steps of one steady run, and which are not.

In steady running every step lasts about as long as the others and carries body weight over its
duration: in the reference recordings (Fukuchi 2017) the durations stay within 6 % of their
median and the carried weight within 6 %. A step of twice the duration has lost a contact in
between; one that carries far less or more than the others had part of a foot beside the plate, or
was a jump. Either would move every mean, so it is left out and named.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline

from stridesim.recordings.contacts import Contacts

LONGEST_STEP: Final = 1.5
"""Of the median step. A contact that is missing makes it two."""

CARRIED: Final = 0.15
"""Of the median over steps: how far a step's mean vertical force may lie from it."""

SUPPORTED: Final = 0.6
"""BW, mean over a time without steps: more than the contact before a missing one leaves."""

FEWEST_LEFT: Final = 4
"""Steps below which none is left out for what it carries, only named."""


class Regular(NamedTuple):
    """`contacts` without the next touchdown of those that are no steps, and `warnings`."""

    contacts: Contacts
    warnings: list[str]


def without_gaps(contacts: Contacts) -> Regular:
    """Where a contact follows much later than usual, one or more are missing in between."""
    if not np.isfinite(contacts.next_touchdown).any():
        return Regular(contacts, [])
    usual = float(np.nanmedian(contacts.next_touchdown - contacts.touchdown))
    until_next = np.diff(contacts.touchdown)
    long = np.append(until_next > LONGEST_STEP * usual, False)
    if not long.any():
        return Regular(contacts, [])
    places = np.count_nonzero(long)
    warning = (
        f"steps were lost in {places} place{'s' if places > 1 else ''} of the recording, after "
        f"{_times(contacts.take_off[long])}: the next contact follows up to {until_next.max():.2f} "
        f"s after the one before, where {usual:.2f} s are usual; left out"
    )
    following = np.where(long, np.nan, contacts.next_touchdown)
    return Regular(contacts._replace(next_touchdown=following), [warning])


def without_partial(contacts: Contacts, vertical: CubicSpline) -> Regular:
    """Steps that carry what the others carry; `contacts` are steps, `vertical` N over s."""
    carried = vertical.antiderivative()
    start, end = contacts.touchdown, contacts.next_touchdown
    mean = (carried(end) - carried(start)) / (end - start)
    usual = float(np.median(mean))
    share = mean / usual
    odd = np.abs(share - 1.0) > CARRIED
    if not odd.any():
        return Regular(contacts, [])
    # The step before one ends at a touchdown that a weak contact shows late.
    doubtful = odd | np.append(odd[1:] & np.isclose(start[1:], end[:-1]), False)
    left_out = np.count_nonzero(~doubtful) >= FEWEST_LEFT
    worst = int(np.argmax(np.abs(share - 1.0)))
    peak = float(vertical(np.linspace(start[worst], contacts.take_off[worst], 200)).max())
    one = np.count_nonzero(odd) == 1
    warning = (
        f"the step{'' if one else 's'} at {_times(start[odd])} carr{'ies' if one else 'y'} "
        f"{'' if one else 'as little or as much as '}{100 * share[worst]:.0f} % of what the others "
        f"carry (peak {peak:.0f} N): is a foot beside the plate, or the run not steady? "
        + ("left out, with the step before" if left_out else "too few steps to leave any out")
    )
    kept = contacts if not left_out else Contacts(*(times[~doubtful] for times in contacts))
    return Regular(kept, [warning])


def unmeasured(contacts: Contacts, time: np.ndarray, vertical: np.ndarray) -> list[str]:
    """Where there is force and no step: before the first, between, or after the last step."""
    carried = np.concatenate([[0.0], np.cumsum(vertical)])
    duration = contacts.next_touchdown - contacts.touchdown
    step = float(np.median(duration))
    bounds = np.searchsorted(time, [contacts.touchdown, contacts.next_touchdown])
    weight = float(np.median(np.diff(carried[bounds], axis=0)[0] / np.diff(bounds, axis=0)[0]))
    starts = np.concatenate([[time[0]], contacts.next_touchdown])
    ends = np.concatenate([contacts.touchdown, [time[-1]]])
    spans = []
    for start, end in zip(starts, ends, strict=True):
        first, last = np.searchsorted(time, [start, end])
        mean = (carried[last] - carried[first]) / max(last - first, 1)
        if end - start > LONGEST_STEP * step and mean > SUPPORTED * weight:
            spans.append(f"{start:.2f} to {end:.2f} s")
    if not spans:
        return []
    warning = (
        f"no steps are found from {_few(spans)} though the mean force there is more than "
        f"{100 * SUPPORTED:.0f} % of body weight: not a run there, or a plate that drifts"
    )
    return [warning]


def _times(at: np.ndarray) -> str:
    return _few([f"{t:.2f} s" for t in at])


def _few(items: list[str]) -> str:
    shown = ", ".join(items[:3])
    return shown if len(items) <= 3 else f"{shown} and {len(items) - 3} more"
