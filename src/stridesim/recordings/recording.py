"""One recording of ground forces in one frame and one unit, whatever file it came from.

x forward (propulsion positive), y lateral in the laboratory (left positive where the file
tells), z up; N; evenly sampled. The force is that of the ground on the runner, summed over
plates; where a file keeps the feet apart, so do we, because only then is left known from
right. The invariants are checked here once, so that nothing downstream checks them again.
"""

import dataclasses
from collections.abc import Mapping
from typing import Final, Literal

import numpy as np

from stridesim.results import InputError

Foot = Literal["left", "right"]

SHORTEST: Final = 1.0
"""s. Two or three steps; less cannot be told from a single contact."""

LONGEST_PAUSE: Final = 0.5
"""s without load that may still be a flight."""

SLOWEST: Final = 50.0
FASTEST: Final = 20_000.0
"""Samples a second that a force plate may give; outside, the time is in another unit."""


@dataclasses.dataclass(frozen=True, eq=False)
class ForceRecording:
    """Ground force over time.

    `time` (n,) s, increasing and even; `force` (n, 3) N in (x forward, y left, z up);
    `feet` the same per foot where the file has feet in separate columns, else empty;
    `columns` the names of the three axes in the file, for messages; `lateral_sign_known` is
    false where the file does not say which side its lateral axis points to; `lines` (n,) the
    line of each sample in the file, from 1, for messages, or None where there is no such file.
    `raw` the columns of force as they stand in the file, by their names, where they are not those
    of `force`: what a message quotes. `cop_left` (n,) m, lateral centre of pressure, left positive,
    NaN where nothing is loaded, or None where the file does not have it. `warnings` what may be
    wrong with the file, `notes` what was assumed in reading it. Raises `InputError` for arrays
    that are not such a recording.
    """

    time: np.ndarray
    force: np.ndarray
    source: str
    feet: Mapping[Foot, np.ndarray] = dataclasses.field(default_factory=dict)
    columns: tuple[str, str, str] = ("fx", "fy", "fz")
    lateral_sign_known: bool = True
    notes: tuple[str, ...] = ()
    lines: np.ndarray | None = None
    raw: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    cop_left: np.ndarray | None = None
    warnings: tuple[str, ...] = ()

    @property
    def channels(self) -> Mapping[str, np.ndarray]:
        """Every column of force (n,) N as it stands in the file, by its name."""
        return self.raw or dict(zip(self.columns, self.force.T, strict=True))

    def __post_init__(self) -> None:
        n = len(self.time)
        for name, array in {"force": self.force, **self.feet}.items():
            if np.shape(array) != (n, 3):
                raise InputError(
                    f"{self.source}: {name} has shape {np.shape(array)}; permitted: ({n}, 3)"
                )
            if not np.isfinite(array).all():
                row = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
                raise InputError(
                    f"{self.source}, row {row + 1}: {name} = {array[row]}: permitted: finite"
                )
        problem = time_problem(self.time)
        if problem:
            raise InputError(f"{self.source}, row {problem[0] + 1}: {problem[1]}")

    def place(self, row: int) -> str:
        """Where sample `row` (from 0) stands, for messages: `run.csv, line 12`."""
        if self.lines is None:
            return f"{self.source}, row {row + 1}"
        return f"{self.source}, line {self.lines[row]}"

    @property
    def in_use(self) -> np.ndarray:
        """Which samples (n,) lie in a time when the plates are walked or run on, flights included:
        not those before somebody steps on, or after."""
        size = np.linalg.norm(self.force, axis=1)
        # The third largest of the largest in every half second: a spike or two do not count.
        windows = np.array_split(size, max(1, int(self.duration / LONGEST_PAUSE)))
        level = sorted(float(window.max()) for window in windows)[-min(3, len(windows))]
        loaded = np.flatnonzero(size > 0.25 * level)
        used = np.zeros(len(size), dtype=bool)
        if not loaded.size:
            return ~used
        apart = np.flatnonzero(np.diff(loaded) > LONGEST_PAUSE * self.rate)
        starts = loaded[np.concatenate([[0], apart + 1])]
        ends = loaded[np.concatenate([apart, [-1]])]
        for start, end in zip(starts, ends, strict=True):
            used[start : end + 1] = True
        # The flights that a recording of a run begins and ends with belong to it.
        return used if used.mean() < 0.9 else np.ones_like(used)

    @property
    def rate(self) -> float:
        """Samples a second, from the whole span (single intervals are rounded in files)."""
        return (len(self.time) - 1) / float(self.time[-1] - self.time[0])

    @property
    def duration(self) -> float:
        """s, first to last sample."""
        return float(self.time[-1] - self.time[0])


def time_problem(time: np.ndarray) -> tuple[int, str] | None:
    """Row (from 0) and reason why `time` is no even, increasing, long enough axis, or None.

    An interval may be off by half of the mean interval, because files round: 300 Hz written
    with three decimals alternates between 3 and 4 ms. A missing or repeated sample is off by
    a whole one.
    """
    if len(time) < 2:
        return max(len(time) - 1, 0), f"{len(time)} samples; permitted: at least {SHORTEST:g} s"
    steps = np.diff(time)
    if not np.isfinite(time).all():
        row = int(np.flatnonzero(~np.isfinite(time))[0])
        return row, f"time = {time[row]}: permitted: finite"
    backwards = np.flatnonzero(steps <= 0)
    if backwards.size:
        row = int(backwards[0]) + 1
        return row, f"time = {time[row]:g} s follows {time[row - 1]:g} s: permitted: increasing"
    interval = float(np.median(steps))
    uneven = np.flatnonzero(np.abs(steps - interval) > 0.5 * interval)
    if uneven.size:
        row = int(uneven[0]) + 1
        return row, (
            f"time = {time[row]:g} s comes {steps[row - 1]:.4g} s after the row before: "
            f"permitted: even steps of {interval:.4g} s"
        )
    if not SLOWEST <= 1.0 / interval <= FASTEST:
        return 1, (
            f"time steps of {interval:.4g} s: permitted: {SLOWEST:g} to {FASTEST:g} samples a "
            "second (is the time in ms?)"
        )
    line = np.linspace(time[0], time[-1], len(time))
    astray = np.flatnonzero(np.abs(time - line) > interval)
    if astray.size:
        row = int(astray[0])
        return row, (
            f"time = {time[row]:g} s is {time[row] - line[row]:+.4g} s off an even "
            "axis: permitted: one sampling rate"
        )
    if time[-1] - time[0] < SHORTEST:
        return len(time) - 1, (
            f"time ends after {time[-1] - time[0]:g} s: permitted: at least {SHORTEST:g} s"
        )
    return None
