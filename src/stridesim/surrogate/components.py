"""Principal components of long rows: a few weights instead of thousands of numbers.

Rows are made of named blocks of different units. Every block counts alike: it is divided by its
own spread before the components are taken, and multiplied by it again afterwards. The basis is
kept as 16-bit whole numbers, each component with its own scale.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

WHOLE: Final = 32767
"""The largest number of the basis."""


class Components(NamedTuple):
    """Blocks (name -> its length, in order), the mean row (m,), the spread of each block, the basis
    (k, m) in whole numbers and the unit of each component (k,)."""

    blocks: Mapping[str, int]
    mean: np.ndarray
    spread: np.ndarray
    basis: np.ndarray
    unit: np.ndarray

    def rows(self, weights: np.ndarray) -> np.ndarray:
        """Rows (n, m) of weights (n, k)."""
        spread = np.repeat(self.spread.astype(float), list(self.blocks.values()))
        scaled = (weights * self.unit.astype(float)) @ self.basis
        return self.mean.astype(float) + scaled * spread

    def split(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Rows (n, m) by block (n, length)."""
        ends = np.cumsum(list(self.blocks.values()))[:-1]
        return dict(zip(self.blocks, np.split(rows, ends, axis=1), strict=True))


def principal(
    blocks: Mapping[str, np.ndarray], most: int, rest: float
) -> tuple[Components, np.ndarray]:
    """The components of named blocks (n, length), and the weights (n, k) of the rows themselves.

    No more than `most`, and no more than leave out a share `rest` of the variance.
    """
    rows = np.concatenate([np.asarray(block, float) for block in blocks.values()], axis=1)
    lengths = {name: block.shape[1] for name, block in blocks.items()}
    each = [_spread(block) * np.sqrt(block.shape[1]) for block in blocks.values()]
    spread = np.repeat(each, list(lengths.values()))
    mean = rows.mean(axis=0)
    scaled = (rows - mean) / spread
    # Fewer rows than columns: the small matrix has the same variances.
    variance, weights = np.linalg.eigh(scaled @ scaled.T)
    variance, weights = np.maximum(variance[::-1], 0.0), weights[:, ::-1]
    left = 1.0 - np.cumsum(variance) / max(float(variance.sum()), 1e-300)
    count = int(min(most, len(rows), 1 + np.count_nonzero(left > rest)))
    weights = weights[:, :count] * np.sqrt(variance[:count])
    basis = (weights.T @ scaled) / np.maximum(variance[:count, None], 1e-300)
    unit = (np.abs(basis).max(axis=1) / WHOLE).astype("float32")
    unit = np.where(unit > 0, unit, 1.0).astype("float32")
    whole = np.rint(basis / unit[:, None]).astype("int16")
    kept = Components(lengths, mean.astype("float32"), np.asarray(each, "float32"), whole, unit)
    return kept, weights


def _spread(block: np.ndarray) -> float:
    found = float(np.std(block - block.mean(axis=0)))
    return found if found > 0 else 1.0
