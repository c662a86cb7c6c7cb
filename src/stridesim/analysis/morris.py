"""Morris' screen: which of many parameters matter at all, for a few evaluations each.

A trajectory starts somewhere on a grid of p levels in the unit cube and moves one parameter after
the other, in random order, by delta = p / (2 (p - 1)) up or down. Each move gives one elementary
effect (change of the result over delta: as if the whole range were crossed). Over r trajectories,
mu is the mean effect, mu* the mean of its magnitude (Campolongo 2007,
doi:10.1016/j.envsoft.2006.10.004), sigma its standard deviation: large where a parameter acts
through others or bends (Morris 1991, doi:10.1080/00401706.1991.10484804).

A move with an end that has no result gives no effect; the other moves of its trajectory do.
"""

from typing import Final, NamedTuple

import numpy as np

LEVELS: Final = 4
DELTA: Final = LEVELS / (2 * (LEVELS - 1))

FEWEST: Final = 4
"""Effects below which a mean is not given."""


class Effects(NamedTuple):
    """Per parameter (d,): mean, mean magnitude and SD of its effects, and from how many moves."""

    mu: np.ndarray
    mu_star: np.ndarray
    sigma: np.ndarray
    moves: np.ndarray


def trajectories(dimensions: int, count: int, seed: int) -> np.ndarray:
    """`count` trajectories (count, d + 1, d) in the unit cube."""
    rng = np.random.default_rng(seed)
    below = np.arange(LEVELS // 2) / (LEVELS - 1)  # a level from which delta leads up
    start = rng.choice(below, (count, 1, dimensions))
    turn = rng.permuted(np.tile(np.arange(dimensions), (count, 1)), axis=1)
    # Parameter k has moved at point j when its turn was before j.
    moved = np.arange(dimensions + 1)[None, :, None] > turn[:, None, :]
    down = rng.random((count, 1, dimensions)) < 0.5
    return start + DELTA * (moved ^ down)


def effects(paths: np.ndarray, results: np.ndarray) -> Effects:
    """Effects from trajectories (r, d + 1, d) and results (r, d + 1), NaN where there is none."""
    step = np.diff(paths, axis=1)
    moved = np.argmax(np.abs(step), axis=2)
    size = np.take_along_axis(step, moved[:, :, None], axis=2)[:, :, 0]
    effect = np.empty_like(size)
    # In the order of the parameters instead of the order of the moves.
    np.put_along_axis(effect, moved, np.diff(results, axis=1) / size, axis=1)
    known = np.isfinite(effect)
    columns = [effect[known[:, k], k] for k in range(effect.shape[1])]
    enough = [column if column.size >= FEWEST else np.full(FEWEST, np.nan) for column in columns]
    return Effects(
        np.array([np.mean(column) for column in enough]),
        np.array([np.mean(np.abs(column)) for column in enough]),
        np.array([np.std(column, ddof=1) for column in enough]),
        known.sum(axis=0),
    )
