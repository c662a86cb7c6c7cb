"""De Groote 2016 against OpenSim, and against what must hold without it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose
from opensim_tables import table

from stridesim.muscles import degroote2016 as curves

STRAIN = np.linspace(-0.02, 0.12, 57)


class TestOpenSim:
    def test_force_length(self):
        t = table("curves_force_length")
        length = t["norm_fiber_length"]
        assert_allclose(curves.active_force_length(length), t["dgf2016_active"], rtol=1e-12)
        assert_allclose(curves.passive_force_length(length), t["dgf2016_passive"], rtol=1e-12)

    def test_force_velocity(self):
        t = table("curves_force_velocity")
        got = curves.force_velocity(t["norm_fiber_velocity"])
        assert_allclose(got, t["dgf2016_fv"], rtol=1e-12, atol=1e-15)

    def test_inverse_force_velocity(self):
        t = table("curves_fv_inverse_dgf2016")
        got = curves.inverse_force_velocity(t["fv_multiplier"])
        assert_allclose(got, t["norm_fiber_velocity"], rtol=1e-12, atol=1e-15)

    def test_tendon(self):
        t = table("curves_tendon_force_strain")
        strain, e0 = t["strain"], t["strain_at_one_norm_force"]
        assert_allclose(curves.tendon_force(strain, e0), t["dgf2016_force"], rtol=1e-11)
        assert_allclose(curves.tendon_stiffness(strain, e0), t["dgf2016_stiffness"], rtol=1e-12)

    def test_tendon_strain(self):
        t = table("curves_tendon_inverse_dgf2016")
        got = curves.tendon_strain(t["norm_tendon_force"], 0.049)
        assert_allclose(got, t["norm_tendon_length"] - 1.0, rtol=1e-10, atol=1e-15)

    def test_tendon_energy(self):
        t = table("elastic_equilibrium_isometric", model="dgf")
        energy = curves.tendon_energy(t["tendon_strain"], t["tendon_strain_at_one_norm_force"])
        assert_allclose(3000.0 * 0.25 * energy, t["tendon_potential_energy"], rtol=1e-10)

    def test_isometric_equilibrium(self):
        """A musculotendon at rest: activation, lengths and forces belong together."""
        t = table("elastic_equilibrium_isometric", model="dgf")
        fiber = t["activation"] * curves.active_force_length(t["norm_fiber_length"])
        fiber = fiber + curves.passive_force_length(t["norm_fiber_length"])
        tendon = curves.tendon_force(t["tendon_strain"], t["tendon_strain_at_one_norm_force"])
        assert_allclose(3000.0 * fiber, t["fiber_force_along_tendon"], rtol=1e-10)
        assert_allclose(3000.0 * tendon, t["tendon_force"], rtol=1e-10)


class TestCurves:
    def test_published_points(self):
        assert_allclose(curves.active_force_length(1.0), 1.0, rtol=1e-14)
        assert_allclose(curves.passive_force_length(jnp.array([0.2, 1.6])), [0.0, 1.0], atol=1e-15)
        assert_allclose(curves.passive_force_length(1.5, 0.5), 1.0, rtol=1e-14)
        assert_allclose(curves.force_velocity(jnp.array([-1.0, 0.0])), [0.0, 1.0], atol=1e-14)

    def test_active_peaks_at_optimal_length(self):
        length = np.linspace(0.2, 1.8, 1601)
        force = np.asarray(curves.active_force_length(length))
        assert force.max() < 1.0 + 2e-3
        assert abs(length[force.argmax()] - 1.0) < 0.02

    def test_values_without_tables(self):
        """Numbers of OpenSim 4.6, for where its tables are absent."""
        assert_allclose(curves.active_force_length(0.6), 0.3021030655515865, rtol=1e-12)
        assert_allclose(curves.active_force_length(1.4), 0.3802428537960303, rtol=1e-12)
        assert_allclose(curves.force_velocity(0.5), 1.5884234012498917, rtol=1e-12)
        assert_allclose(3000 * curves.passive_force_length(1.2), 208.20348350950016, rtol=1e-12)

    def test_stretched_muscle_is_stronger_than_shortening_muscle(self):
        force = curves.force_velocity(jnp.linspace(-1.0, 1.0, 41))
        assert bool(jnp.all(jnp.diff(force) > 0.0))

    def test_inverse_force_velocity(self):
        velocity = np.linspace(-1.2, 1.2, 49)
        back = curves.inverse_force_velocity(curves.force_velocity(velocity))
        assert_allclose(back, velocity, atol=1e-13)

    @pytest.mark.parametrize("length", [0.0, 0.14, 0.14946839, 0.15, 0.3, 2.5])
    def test_active_is_finite_with_finite_gradient(self, length: float):
        value, slope = jax.value_and_grad(curves.active_force_length)(length)
        assert np.isfinite(value)
        assert np.isfinite(slope)


class TestTendon:
    @pytest.mark.parametrize("peak", [0.02, 0.049, 0.1])
    def test_zero_at_slack_and_one_at_peak(self, peak: float):
        strain = jnp.array([0.0, peak])
        assert_allclose(curves.tendon_force(strain, peak), [0.0, 1.0], atol=1e-14)

    def test_half_way_by_hand(self):
        """0.2 (6^(1/2) - 1); stiffness 0.2 ln 6 / e0 at slack."""
        assert_allclose(curves.tendon_force(0.02, 0.04), 0.2 * (np.sqrt(6.0) - 1.0), rtol=1e-13)
        assert_allclose(curves.tendon_stiffness(0.0, 0.04), 5.0 * np.log(6.0), rtol=1e-13)

    def test_inverse(self):
        force = np.linspace(-0.1, 3.0, 63)
        strain = curves.tendon_strain(force, 0.049)
        assert_allclose(curves.tendon_force(strain, 0.049), force, atol=1e-14)

    def test_stiffness_is_the_slope(self):
        step = 1e-6
        ends = [curves.tendon_force(STRAIN + s, 0.049) for s in (step, -step)]
        slope = (ends[0] - ends[1]) / (2.0 * step)
        assert_allclose(curves.tendon_stiffness(STRAIN, 0.049), slope, rtol=1e-7)

    def test_energy_is_the_area(self):
        nodes, weights = np.polynomial.legendre.leggauss(20)
        for strain in STRAIN:
            at = 0.5 * strain * (1.0 + nodes)
            area = 0.5 * strain * weights @ np.asarray(curves.tendon_force(at, 0.049))
            assert_allclose(curves.tendon_energy(strain, 0.049), area, rtol=1e-10, atol=1e-18)

    def test_parameters_broadcast(self):
        strain, peak = jnp.full((4, 1), 0.03), jnp.array([[0.03, 0.05]])
        assert curves.tendon_force(strain, peak).shape == (4, 2)
