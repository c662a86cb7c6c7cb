"""The passive curve at its defining points, against De Groote 2016, and its slope."""

import jax
import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.muscles import degroote2016
from stridesim.muscles.thelen2003 import passive_force_length


@pytest.mark.parametrize(("zero", "peak"), [(0.0, 0.6), (0.14, 0.71), (-0.1, 0.68)])
def test_begins_and_peaks_where_it_is_said_to(zero: float, peak: float) -> None:
    assert passive_force_length(1.0 + zero, zero, peak) == pytest.approx(0.0, abs=1e-14)
    assert passive_force_length(1.0 + peak, zero, peak) == pytest.approx(1.0, rel=1e-13)
    middle = passive_force_length(1.0 + 0.5 * (zero + peak), zero, peak)
    assert middle == pytest.approx((np.e**2 - 1) / (np.e**4 - 1), rel=1e-13)
    assert passive_force_length(0.8 + zero, zero, peak) == 0.0


def test_equals_the_curve_of_degroote_to_its_offset() -> None:
    """The same exponential; De Groote's begins at 0.2 optimal lengths instead of at 1 + e0."""
    length = np.linspace(1.0, 1.7, 30)
    offset = np.exp(4 * (0.2 - 1) / 0.6)
    expected = degroote2016.passive_force_length(length, 0.6)
    found = passive_force_length(length, 0.0, 0.6)
    rescaled = found * (np.e**4 - 1) / (np.e**4 - offset)
    assert_allclose(rescaled + (1 - offset) / (np.e**4 - offset), expected, rtol=1e-12)


def test_slope_is_finite_and_never_negative() -> None:
    slope = jax.vmap(jax.grad(passive_force_length))(np.linspace(0.2, 1.8, 41))
    assert np.isfinite(slope).all()
    assert (np.asarray(slope) >= 0.0).all()
    assert (np.asarray(slope)[22:] > 0.0).all()


def test_gradient_in_every_argument() -> None:
    point = np.array([1.35, 0.05, 0.65])

    def curve(x: jax.Array) -> jax.Array:
        return passive_force_length(x[0], x[1], x[2])

    step = 1e-6 * np.eye(3)
    difference = [(curve(point + s) - curve(point - s)) / 2e-6 for s in step]
    assert_allclose(jax.grad(curve)(point), difference, rtol=1e-8)
