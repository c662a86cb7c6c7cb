"""Contracting muscles: the balance of fibre and tendon, its limits, and its energy.

OpenSim's equilibria of one muscle (`../shared/reference/opensim`) and a search of the same balance
are the independent answers.
"""

import csv
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.muscles import degroote2016 as curves
from stridesim.muscles.contraction import Contraction, contract, isometric
from stridesim.muscles.geometry import geometry_of
from stridesim.muscles.groups import Groups, groups_of
from stridesim.muscles.thelen2003 import passive_force_length
from stridesim.posture.linkage import Joints
from stridesim.runner import GROUPS, Runner
from stridesim.runner.muscle import ACHILLES

KNEE = np.deg2rad([10.0, 40.0, 70.0, 100.0])


SETTLE = jax.jit(isometric)


def _lengths(runner: Runner) -> Any:
    still = np.zeros_like(KNEE)
    joints = Joints(*map(jnp.asarray, (still + 0.6, still, KNEE, still)))
    return geometry_of(joints, runner.body.height).length


@pytest.fixture(scope="module")
def runner() -> Runner:
    return Runner.load().at_speed()


@pytest.fixture(scope="module")
def groups(runner: Runner) -> Groups:
    return groups_of(runner.numbers)


@pytest.fixture(scope="module")
def settled(runner: Runner, groups: Groups) -> Contraction:
    length = _lengths(runner)
    return SETTLE(length, jnp.full_like(length, 0.8), groups)


def test_an_isometric_contraction_balances_fibre_and_tendon(settled: Contraction) -> None:
    assert np.asarray(settled.residual).max() < 1e-9
    assert np.abs(np.asarray(settled.velocity)).max() < 1e-9


def test_it_is_the_root_of_the_balance(
    runner: Runner, groups: Groups, settled: Contraction
) -> None:
    """Every muscle that has a tendon to itself, by bisection from the slack side."""
    lengths = np.asarray(_lengths(runner))
    for i, group in enumerate(GROUPS):
        if group in ACHILLES:
            continue
        one = {name: float(np.asarray(value)[i]) for name, value in groups._asdict().items()
               if np.ndim(value)}  # fmt: skip
        for j in range(KNEE.size):
            expected = _root(one, float(lengths[i, j]))
            force = float(settled.force[i, j]) / one["peak_isometric_force"]
            assert force == pytest.approx(expected, abs=1e-6), group


def _root(one: dict[str, float], length: float) -> float:
    """The first root from slack on, on a grid that is refined around it."""

    def rest(f: np.ndarray) -> np.ndarray:
        strain = np.asarray(curves.tendon_strain(f, one["strain_at_peak_force"]))
        along = length - one["slack_length"] * (1 + strain)
        along = np.maximum(along, 0.2 * one["optimal_fiber_length"])
        fibre = np.hypot(along, one["fiber_height"])
        relative = fibre / one["optimal_fiber_length"]
        passive = passive_force_length(
            relative, one["passive_strain_at_zero_force"], one["passive_strain_at_peak_force"]
        )
        active = 0.8 * np.asarray(curves.active_force_length(relative))
        return f - along / fibre * (active + np.asarray(passive))

    low, high = 0.0, 2.5
    for _ in range(3):
        grid = np.linspace(low, high, 400)
        first = int(np.argmax(rest(grid) > 0))
        low, high = grid[first - 1], grid[first]
    return 0.5 * (low + high)


def test_the_common_achilles_carries_both_muscles(groups: Groups, settled: Contraction) -> None:
    calf = [GROUPS.index(group) for group in ACHILLES]
    force, strain = np.asarray(settled.force)[calf], np.asarray(settled.strain)[calf]
    peak = np.asarray(groups.peak_isometric_force)[calf]
    whole = force.sum(axis=0) / peak.sum()
    at_peak = float(np.asarray(groups.strain_at_peak_force)[calf[0]])
    assert_allclose(strain[1], curves.tendon_strain(whole, at_peak), rtol=1e-9)


def test_fibres_and_tendons_share_the_work_of_a_contraction(runner: Runner, groups: Groups) -> None:
    """Ends held, what fibres give is what the tendons store."""
    length = _lengths(runner)
    active = jnp.full_like(length, 0.9)
    rest = SETTLE(length, jnp.full_like(length, 0.01), groups)
    step = 2e-4

    def advance(state: Contraction, _: None) -> tuple[Contraction, tuple[Any, Any]]:
        after = contract(state, length, active, groups, step)
        middle = 0.5 * (state.force + after.force)
        return after, (middle * (state.along - after.along), after.residual)

    end, (work, residual) = jax.jit(lambda s: jax.lax.scan(advance, s, None, 2000))(rest)
    assert np.asarray(residual).max() < 1e-8
    slack = np.asarray(groups.slack_length)[:, None]
    stretched = slack * (np.asarray(end.strain) - np.asarray(rest.strain))
    assert_allclose(
        np.asarray(rest.along - end.along), stretched, atol=1e-12
    )  # what the fibre loses the tendon gains
    own = [i for i, group in enumerate(GROUPS) if group not in ACHILLES]
    peak = np.asarray(groups.peak_isometric_force)[:, None]
    at_peak = np.asarray(groups.strain_at_peak_force)[:, None]
    energy = [
        peak * slack * np.asarray(curves.tendon_energy(s.strain, at_peak)) for s in (rest, end)
    ]
    assert_allclose(np.asarray(work).sum(axis=0)[own], (energy[1] - energy[0])[own], atol=0.02)


def test_equilibria_of_opensim(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One De Groote muscle of 3000 N, fibre 0.05 m, tendon 0.25 m: OpenSim's `computeEquilibrium`,
    a tendon in the place of each group."""
    text = (shared / "reference/opensim/elastic_equilibrium_isometric.csv").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = [row for row in csv.DictReader(lines) if row["model"] == "dgf"]
    strains = sorted({float(row["tendon_strain_at_one_norm_force [-]"]) for row in rows})
    assert 1 < len(strains) <= len(GROUPS)
    lanes = max(
        sum(float(row["tendon_strain_at_one_norm_force [-]"]) == s for row in rows) for s in strains
    )
    length, activation, force = (np.full((len(GROUPS), lanes), v) for v in (0.29, 0.5, np.nan))
    for i, strain in enumerate(strains):
        own = [r for r in rows if float(r["tendon_strain_at_one_norm_force [-]"]) == strain]
        for j, row in enumerate(own):
            length[i, j] = float(row["mtu_length [m]"])
            activation[i, j] = float(row["activation [-]"])
            force[i, j] = float(row["tendon_force [N]"])
    # OpenSim's passive curve is De Groote's, ours Thelen's.
    monkeypatch.setattr(
        "stridesim.muscles.state.passive_force_length",
        lambda relative, *_: curves.passive_force_length(relative, 0.6),
    )

    def every(value: float) -> Any:
        return jnp.full(len(GROUPS), value)

    one = groups_of(Runner.load().at_speed().numbers)._replace(
        peak_isometric_force=every(3000.0),
        optimal_fiber_length=every(0.05),
        fiber_height=every(0.0),
        slack_length=every(0.25),
        common_tendon_length=every(0.0),
        strain_at_peak_force=jnp.array(strains + [0.05] * (len(GROUPS) - len(strains))),
    )
    found = jax.jit(lambda *given: isometric(*given))(length, activation, one)
    known = np.isfinite(force)
    assert known.sum() > 20
    assert_allclose(np.asarray(found.force)[known], force[known], rtol=1e-5)
