"""Anthropometry against published whole-body numbers and the table that it is taken from."""

import pytest

from stridesim.runner import Runner
from stridesim.runner.body import (
    FOOT,
    SHANK,
    THIGH,
    UPPER_BODY_CENTRE_RATIO,
    UPPER_BODY_MASS_FRACTION,
    Segment,
)


@pytest.mark.parametrize(
    ("segment", "published"),
    [
        (THIGH, (14.16, 40.95, 32.9)),
        (SHANK, (4.33, 44.59, 24.9)),
        (FOOT, (1.37, 44.15, 24.5)),
    ],
)
def test_segments_are_those_of_de_leva(
    segment: Segment, published: tuple[float, float, float]
) -> None:
    """De Leva 1996, table 4, men: mass, centre of mass and transverse radius of gyration, %."""
    assert [100 * value for value in segment] == pytest.approx(published, rel=1e-12)


def test_the_parts_put_the_centre_of_mass_where_it_was_measured() -> None:
    """Upper body on two straight legs, from the hips up over height: de Leva's parts against the
    4.5 % that the runners' curves show (their legs are bent, which raises it a little)."""
    body = Runner.load().body
    thigh, shank = float(body.thigh_length_ratio), float(body.shank_length_ratio)
    above = UPPER_BODY_MASS_FRACTION * UPPER_BODY_CENTRE_RATIO
    above -= 2 * THIGH.mass_fraction * THIGH.centre * thigh
    above -= 2 * SHANK.mass_fraction * (thigh + SHANK.centre * shank)
    above -= 2 * FOOT.mass_fraction * (thigh + shank)
    assert above == pytest.approx(0.079 / 1.7645, abs=0.005)
    parts = sum(segment.mass_fraction for segment in (THIGH, SHANK, FOOT))
    assert pytest.approx(1 - 2 * parts) == UPPER_BODY_MASS_FRACTION
