"""Points that fill a cube evenly, in place of random numbers."""

import numpy as np


def sobol(dimensions: int, log2: int, seed: int) -> np.ndarray:
    """2^log2 points (P, D) in the unit cube, scrambled (Owen 1998, doi:10.1145/290274.290313)."""
    # scipy.stats takes half a second to import, which a plain `stridesim run` must not pay.
    from scipy.stats import qmc

    return qmc.Sobol(dimensions, rng=seed).random_base2(log2)
