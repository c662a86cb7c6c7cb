"""What a surrogate is worth: its error at points that it never saw."""

from typing import NamedTuple

import numpy as np

from stridesim.surrogate.fit import OK, Sample, Surrogate


class Errors(NamedTuple):
    """Error at unseen points: how many there were and how many of them have a result; of one named
    number the relative error that 50, 90 and 99 % of the latter stay below, and the share that
    stays below `bound`; the share of all at which having a result is told wrongly."""

    points: int
    with_result: int
    median: float
    ninety: float
    ninety_nine: float
    bound: float
    within: float
    wrong: float


def errors_of(surrogate: Surrogate, unseen: Sample, name: str, bound: float) -> Errors:
    """The errors of number `name` at the unseen points of a sweep."""
    ok = unseen.status == OK
    found = surrogate.numbers_at(unseen.cube)[name]
    true = np.asarray(unseen.numbers[name])
    off = np.abs(found[ok] / true[ok] - 1.0)
    median, ninety, ninety_nine = np.quantile(off, [0.5, 0.9, 0.99])
    return Errors(
        int(ok.size),
        int(ok.sum()),
        float(median),
        float(ninety),
        float(ninety_nine),
        bound,
        float(np.mean(off <= bound)),
        float(np.mean((surrogate.status(unseen.cube) == OK) != ok)),
    )
