"""The adaptation to a task: its limits, what stays, and what a file keeps of it."""

import math

import jax
import numpy as np
import pytest

from stridesim.parameter import get_value, parameters_of, set_values
from stridesim.runner import Runner, apply_overrides
from stridesim.runner.adaptation import ADAPTED
from stridesim.runner.gains import Adaptation
from stridesim.runner.runner import runner_from_tables
from stridesim.runner.toml import parse_toml

LEVEL = {path: float(get_value(Runner.load().at_speed(), path)) for path in ADAPTED}


def _adapted(**task: float) -> dict[str, float]:
    asked = set_values(Runner.load(), {f"task.{name}": value for name, value in task.items()})
    return {path: float(get_value(asked.at_speed(), path)) for path in ADAPTED}


def test_on_the_level_nothing_changes() -> None:
    runner = Runner.load()
    usual = runner.habits.at(runner.task.speed)
    for path in ADAPTED:
        expected = usual.get(path, get_value(runner, path))
        assert LEVEL[path] == pytest.approx(float(expected), rel=1e-15)


def test_uphill_and_a_pull_ask_for_the_same() -> None:
    slope, pull = _adapted(slope=0.05), _adapted(horizontal_force=0.05)
    assert slope == pytest.approx(pull, rel=1e-12)
    tilt = math.atan(0.05)
    assert slope["posture.trunk_lean"] == pytest.approx(LEVEL["posture.trunk_lean"] + 3.0 * tilt)
    assert slope["gait.step_frequency"] == pytest.approx(
        LEVEL["gait.step_frequency"] * (1 + 0.5 * tilt)
    )


def test_downhill_the_knee_and_the_frequency_stay() -> None:
    down = _adapted(slope=-0.1)
    for path in ("posture.knee_flexion_at_contact", "gait.step_frequency"):
        assert down[path] == LEVEL[path]
    assert down["posture.trunk_lean"] < LEVEL["posture.trunk_lean"]
    assert down["leg.stiffness"] > LEVEL["leg.stiffness"]


def test_support_leaves_the_posture_and_softens_the_leg() -> None:
    lifted = _adapted(weight_support=0.5)
    assert lifted["posture.trunk_lean"] == LEVEL["posture.trunk_lean"]
    assert lifted["gait.step_frequency"] == pytest.approx(LEVEL["gait.step_frequency"] * 0.5**0.1)
    assert lifted["leg.stiffness"] == pytest.approx(
        LEVEL["leg.stiffness"] * 0.5 ** (0.25 + 0.1 * 1.2)
    )


@pytest.mark.parametrize("path", ADAPTED)
def test_what_is_set_by_hand_is_not_adapted(path: str) -> None:
    usual = apply_overrides(Runner.load(), {"task.slope": 0.08})
    declared = {"posture.trunk_lean": 3.0, "posture.knee_flexion_at_contact": 20.0}
    value = declared.get(path, "2.9 Hz" if path == "gait.step_frequency" else "18 kN/m")
    by_hand = apply_overrides(usual, {path: value})
    assert float(get_value(by_hand.at_speed(), path)) == float(get_value(by_hand, path))
    for other in set(ADAPTED) - {path, "leg.stiffness"}:
        assert get_value(by_hand.at_speed(), other) == get_value(usual.at_speed(), other)


def test_the_stiffness_follows_a_frequency_that_is_set_by_hand() -> None:
    runner = Runner.load()
    usual = float(runner.habits.usual("gait.step_frequency", runner.task.speed))
    slow, fast = (
        apply_overrides(runner, {"gait.step_frequency": share * usual}).at_speed()
        for share in (0.74, 1.36)
    )
    assert float(fast.leg.stiffness / slow.leg.stiffness) == pytest.approx((1.36 / 0.74) ** 1.2)


def test_strategy_fixed_adapts_nothing() -> None:
    fixed = apply_overrides(Runner.load(), {"gait.strategy": "fixed", "task.slope": 0.1})
    for path in ADAPTED:
        assert get_value(fixed.at_speed(), path) == get_value(fixed, path)


def test_a_runner_without_gains_adapts_nothing() -> None:
    none = {f"adaptation.{path}": 0.0 for path in parameters_of(Adaptation())}
    runner = apply_overrides(Runner.load(), none)
    uphill = apply_overrides(runner, {"task.slope": 0.1, "task.weight_support": 0.2}).at_speed()
    for path in ADAPTED:
        assert float(get_value(uphill, path)) == pytest.approx(LEVEL[path], rel=1e-15)


def test_a_runner_at_the_task_is_adapted_once() -> None:
    once = apply_overrides(Runner.load(), {"task.slope": 0.05}).at_speed()
    text = once.to_toml()
    read = runner_from_tables(parse_toml(text, "a.toml"), "a.toml")
    for path in ADAPTED:
        assert get_value(once.at_speed(), path) == get_value(once, path)
        assert float(get_value(read.at_speed(), path)) == pytest.approx(
            float(get_value(once, path)), rel=1e-12
        )


def test_a_file_keeps_what_is_set_by_hand() -> None:
    asked = apply_overrides(
        Runner.load(),
        {"task.slope": 0.05, "gait.step_frequency": "2.9 Hz", "posture.trunk_lean": 10},
    )
    text = asked.to_toml()
    read = runner_from_tables(parse_toml(text, "a.toml"), "a.toml")
    assert set(read.habits.imposed) == {"gait.step_frequency", "posture.trunk_lean"}
    for path in ADAPTED:
        assert float(get_value(read.at_speed(), path)) == pytest.approx(
            float(get_value(asked.at_speed(), path)), rel=1e-12
        )


def test_it_is_differentiable_on_a_slope() -> None:
    def lean(slope: float) -> Runner:
        return set_values(Runner.load(), {"task.slope": slope}).at_speed().posture.trunk_lean

    assert float(jax.grad(lean)(0.1)) == pytest.approx(3.0 / (1 + 0.1**2), rel=1e-9)
    assert np.isfinite(float(jax.grad(lean)(0.0)))
