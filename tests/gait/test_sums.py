"""What a contact adds up to, against the same force integrated in two thousand steps."""

from typing import Any

import jax
import numpy as np
import pytest
from gait.shipped import shipped_template
from scipy.integrate import simpson

from stridesim.dynamics.impact import END
from stridesim.dynamics.stance import ground_force
from stridesim.dynamics.template import Template
from stridesim.gait.collocation import touchdown_unknowns
from stridesim.gait.motion import FINE, fine_phases, motion_and_force
from stridesim.gait.residual import touchdown
from stridesim.gait.solver import solve
from stridesim.gait.sums import _RULES, Sums, _magnitude, sums_of

STEPS = 3000
ONSETS = {
    "before": {"hip__onset_delay": -0.05},
    "in stance": {"hip__onset_delay": 0.03},
}


@jax.jit
def _both(step: Any, template: Template) -> tuple[Any, ...]:
    one = jax.tree.map(lambda leaf: leaf[None], template)
    contact = touchdown(touchdown_unknowns(step[:, None]), one)[1]
    force = motion_and_force(step[:, None], one, np.array([1.0]))[1]
    # A node of the fine grid stands where the stabiliser comes on.
    onset = one.hip_onset / contact.contact_time
    onset = jax.numpy.where(onset > 0, onset, END)[None]
    phases = [
        np.linspace(0, 1, STEPS // 3 + 1)[:, None] * onset,
        onset + np.linspace(0, 1, STEPS + 1)[:, None] * (1 - onset),
    ]
    fine = []
    for phase in phases:
        state = motion_and_force(step[:, None], one, phase[:, 0])[0]
        row = jax.tree.map(lambda leaf: leaf[None], (contact, one))
        fine.append((phase * contact.contact_time[None], ground_force(phase, state, *row)))
    return sums_of(force, contact, one), fine, contact.contact_time


@pytest.mark.parametrize("onset", ONSETS.values(), ids=ONSETS)
def test_sums_are_those_of_a_fine_integration(onset: dict[str, float]) -> None:
    template = shipped_template(3.5, **onset)
    sums, fine, _ = _both(solve(template).step, template)

    def integral(value: Any) -> float:
        return sum(float(simpson(value(time, f)[:, 0], time[:, 0])) for time, f in fine)

    t = jax.tree.map(np.asarray, template)

    def active(time: Any) -> Any:
        since = np.maximum(time - t.hip_onset, 0.0)
        return -np.expm1(-since / t.hip_activation_time)

    expected = Sums(
        integral(lambda _, f: f.z),
        integral(lambda _, f: np.maximum(-f.x, 0)),
        integral(lambda _, f: np.maximum(f.x, 0)),
        integral(lambda _, f: np.abs(f.lateral_miss)),
        integral(lambda _, f: f.leg),
        t.loss * integral(lambda _, f: f.elastic * f.length_rate**2),
        t.hip_half_width
        * t.hip_damping
        * integral(lambda time, f: f.leg * active(time) * f.hip_adduction_rate**2),
        integral(lambda _, f: f.elastic * f.push_off_rate),
    )
    for name, found, wanted in zip(Sums._fields, sums, expected, strict=True):
        assert float(found[0]) == pytest.approx(wanted, rel=2e-5), name


def test_a_magnitude_is_integrated_across_its_kinks() -> None:
    """|sin 3 pi x| over [0, 1]: 2/pi, two changes of sign within."""
    rule = _RULES[1]
    nodes = (np.polynomial.legendre.leggauss(FINE[1])[0] + 1) / 2
    found = _magnitude(rule, np.sin(3 * np.pi * nodes)[:, None])
    assert float(found[0]) == pytest.approx(2 / np.pi, rel=1e-6)
    assert float(_magnitude(rule, np.full((FINE[1], 1), -2.0))[0]) == pytest.approx(2.0, rel=1e-12)


def test_fine_phases_join_at_the_onset() -> None:
    template = jax.tree.map(lambda leaf: leaf[None], shipped_template(hip__onset_delay=0.03))
    phases = np.asarray(fine_phases(np.array([0.2]), template))[:, 0]
    assert (np.diff(phases) > 0).all()
    assert phases[FINE[0] - 1] < 0.03 / 0.2 < phases[FINE[0]]
