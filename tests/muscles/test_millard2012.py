"""Millard 2012 against OpenSim, and against what must hold without it."""

import jax
import numpy as np
import pytest
from numpy.testing import assert_allclose
from opensim_tables import table

from stridesim.muscles import millard2012 as curves

STRAIN = np.linspace(-0.02, 0.12, 29)


class TestOpenSim:
    def test_force_length(self):
        t = table("curves_force_length")
        length = t["norm_fiber_length"]
        active, passive = t["millard2012_active"], t["millard2012_passive"]
        assert_allclose(curves.active_force_length(length), active, rtol=1e-7, atol=1e-12)
        assert_allclose(curves.passive_force_length(length), passive, rtol=1e-7, atol=1e-12)

    def test_force_velocity(self):
        t = table("curves_force_velocity")
        got = curves.force_velocity(t["norm_fiber_velocity"])
        assert_allclose(got, t["millard2012_fv"], rtol=1e-7, atol=1e-12)

    def test_tendon(self):
        t = table("curves_tendon_force_strain")
        strain, e0 = t["strain"], t["strain_at_one_norm_force"]
        force, stiffness = t["millard2012_force"], t["millard2012_stiffness"]
        assert_allclose(curves.tendon_force(strain, e0), force, rtol=1e-7, atol=1e-11)
        assert_allclose(curves.tendon_stiffness(strain, e0), stiffness, rtol=1e-7, atol=1e-9)

    def test_tendon_energy(self):
        """OpenSim interpolates its integral, so this is no closer than 2e-5."""
        t = table("elastic_equilibrium_isometric", model="millard")
        energy = curves.tendon_energy(t["tendon_strain"], t["tendon_strain_at_one_norm_force"])
        assert_allclose(3000.0 * 0.25 * energy, t["tendon_potential_energy"], rtol=2e-5)


class TestCurves:
    def test_published_points(self):
        assert_allclose(curves.active_force_length(np.array([0.4, 1.0, 1.9])), [0, 1, 0], atol=1e-9)
        assert_allclose(curves.passive_force_length(np.array([0.9, 1.7])), [0, 1], atol=1e-12)
        assert_allclose(curves.passive_force_length(1.5, 0.5), 1.0, rtol=1e-12)
        velocity = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
        assert_allclose(curves.force_velocity(velocity), [0, 0, 1, 1.4, 1.4], atol=1e-12)
        assert_allclose(curves.tendon_force(np.array([-0.01, 0.0, 0.05]), 0.05), [0, 0, 1])

    def test_values_without_tables(self):
        """Numbers of OpenSim 4.6, for where its tables are absent."""
        assert_allclose(curves.active_force_length(0.6), 0.451101878325584, rtol=1e-10)
        assert_allclose(curves.active_force_length(1.2), 0.823680970871459, rtol=1e-10)
        assert_allclose(curves.passive_force_length(1.35), 0.1872183158140339, rtol=1e-10)
        velocity = np.array([-0.95, -0.5, 0.5, 0.95])
        force = [0.0028515625, 0.15808560444169842, 1.3311315693144758, 1.3991328124999998]
        assert_allclose(curves.force_velocity(velocity), force, rtol=1e-10)
        assert_allclose(curves.tendon_force(0.0293, 0.049), 0.46290827783271227, rtol=1e-10)
        assert_allclose(curves.tendon_stiffness(0.06, 0.049), 1.375 / 0.049, rtol=1e-12)

    def test_inverse_force_velocity(self):
        velocity = np.linspace(-0.999, 0.999, 41)
        back = curves.inverse_force_velocity(curves.force_velocity(velocity))
        assert_allclose(back, velocity, atol=1e-10)

    @pytest.mark.parametrize("name", ["active_force_length", "passive_force_length"])
    def test_gradient(self, name: str):
        curve = getattr(curves, name)
        length = np.linspace(0.4, 1.9, 37)
        slope = jax.vmap(jax.grad(curve))(length)
        step = 1e-6
        difference = (curve(length + step) - curve(length - step)) / (2.0 * step)
        assert_allclose(slope, difference, atol=1e-6)

    def test_gradient_of_passive_strain(self):
        step = 1e-6
        ends = [curves.passive_force_length(1.4, 0.7 + s) for s in (step, -step)]
        slope = jax.grad(curves.passive_force_length, argnums=1)(1.4, 0.7)
        assert_allclose(slope, (ends[0] - ends[1]) / (2.0 * step), rtol=1e-6)


class TestTendon:
    def test_inverse(self):
        strain = np.linspace(0.0, 0.1, 41)
        back = curves.tendon_strain(curves.tendon_force(strain, 0.049), 0.049)
        assert_allclose(back, strain, atol=1e-12)

    def test_stiffness_is_the_slope(self):
        slope = jax.vmap(jax.grad(curves.tendon_force), (0, None))(STRAIN, 0.049)
        assert_allclose(curves.tendon_stiffness(STRAIN, 0.049), slope, rtol=1e-9, atol=1e-9)

    def test_energy_is_the_area(self):
        strain = np.linspace(0.0, 0.1, 20001)
        force = np.asarray(curves.tendon_force(strain, 0.049))
        area = np.concatenate([[0.0], np.cumsum(0.5 * (force[1:] + force[:-1]))]) * strain[1]
        energy = np.asarray(curves.tendon_energy(strain, 0.049))
        assert_allclose(energy, area, atol=1e-9)

    @pytest.mark.parametrize("function", ["tendon_force", "tendon_energy", "tendon_stiffness"])
    def test_gradients_are_finite(self, function: str):
        slope = jax.vmap(jax.grad(getattr(curves, function)), (0, None))(STRAIN, 0.049)
        assert np.isfinite(np.asarray(slope)).all()
