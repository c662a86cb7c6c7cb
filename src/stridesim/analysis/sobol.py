"""Sobol indices: what share of a result's variance is each parameter to blame for?

First order: the share that fixing the parameter would take away on average. Total: the share that
would remain if all others were fixed, its interactions included; the difference is interaction.
Saltelli 2010 (doi:10.1016/j.cpc.2009.09.018): two matrices A and B of n points from one Sobol
sequence of 2 d dimensions, and d matrices AB_i that are A with column i of B: n (d + 2) points.

A base sample is a row of A with its partners in B and all AB_i, and the estimator needs all d + 2
of them; where one has no result the base sample is left out. Written as deviations from the mean
of those that stay, it counts as zero in every sum, which leaves the estimate exactly that of the
others. What is answered then is the variance among runners who can run; beyond `MOST_LOST` that
is another question than was asked, and it is refused.
"""

from typing import Final, NamedTuple

import numpy as np

from stridesim.results import InputError

LEVEL: Final = 0.95
RESAMPLES: Final = 500

MOST_LOST: Final = 0.2
"""Share of base samples that may be left out."""


class Indices(NamedTuple):
    """Per parameter (d,): indices with the ends of their bootstrap intervals.

    `mean` and `sd` of the result over A and B, `kept` base samples; with a constant result all
    indices are zero.
    """

    first: np.ndarray
    first_low: np.ndarray
    first_high: np.ndarray
    total: np.ndarray
    total_low: np.ndarray
    total_high: np.ndarray
    mean: float
    sd: float
    kept: int


def saltelli(dimensions: int, log2: int, seed: int) -> np.ndarray:
    """Points (d + 2, 2^log2, d) in the unit cube: A, B, then AB_1 to AB_d."""
    from scipy.stats import qmc

    cube = qmc.Sobol(2 * dimensions, rng=seed).random_base2(log2)
    a, b = cube[:, :dimensions], cube[:, dimensions:]
    mixed = np.repeat(a[None], dimensions, axis=0)
    each = np.arange(dimensions)
    mixed[each, :, each] = b[:, each].T
    return np.concatenate([a[None], b[None], mixed])


def whole(results: np.ndarray) -> np.ndarray:
    """Which base samples (n,) have all results (d + 2, n); `InputError` where too many have not."""
    kept = np.asarray(np.isfinite(results).all(axis=0))
    lost = 1 - kept.mean()
    if lost > MOST_LOST:
        raise InputError(
            f"sobol: {100 * lost:.0f} % of the base samples have a point without a result, at most "
            f"{100 * MOST_LOST:.0f} % are permitted; narrow the ranges of the axes"
        )
    return kept


def indices(results: np.ndarray, seed: int) -> Indices:
    """Indices from results (d + 2, n) at the points of `saltelli`, NaN where there is none.

    Raises `InputError` where more than `MOST_LOST` of the base samples are incomplete.
    """
    from scipy.stats import bootstrap

    kept = whole(results)
    base = results[:2, kept]
    deviations = np.where(kept, results - base.mean(), 0.0)
    samples = np.arange(kept.size)
    first, total = _estimate(deviations)
    found = bootstrap(
        (samples,),
        lambda drawn: np.concatenate(_estimate(deviations[:, drawn])),
        n_resamples=RESAMPLES,
        vectorized=False,
        confidence_level=LEVEL,
        method="percentile",
        rng=seed,
    ).confidence_interval
    (first_low, total_low), (first_high, total_high) = (
        np.split(end, 2) for end in (found.low, found.high)
    )
    return Indices(
        first,
        first_low,
        first_high,
        total,
        total_low,
        total_high,
        float(base.mean()),
        float(base.std()),
        int(kept.sum()),
    )


def _estimate(deviations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and total indices (d,) of deviations (d + 2, n), n a power of two."""
    from scipy.stats import sobol_indices

    f_a, f_b, *f_ab = deviations[:, None]
    values = {"f_A": f_a, "f_B": f_b, "f_AB": np.array(f_ab)}
    found = sobol_indices(func=values, n=deviations.shape[1])
    return found.first_order, found.total_order
