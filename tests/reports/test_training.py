"""The table of a training programme: what rounds to nothing has no sign of its own."""

import math

import pytest

from stridesim.reports.training import _spread


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((-0.02, -0.04, 0.01), "+0.0 (+0.0 to +0.0)"),
        ((1.96, 0.2, 4.24), "+2.0 (+0.2 to +4.2)"),
        ((-1.0, -2.06, -0.06), "-1.0 (-2.1 to -0.1)"),
        ((math.nan, math.nan, math.nan), "-"),
    ],
)
def test_a_spread_in_per_cent(found: tuple[float, float, float], said: str) -> None:
    assert _spread(found) == said
