"""The effect of a change and its interval, with strides whose cost is a known function."""

import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from stridesim.evidence import effect
from stridesim.evidence.effect import Asked, effects_of, rows_of
from stridesim.runner import Runner, apply_overrides

SCALE = "tendon.stiffness_scale"
PRICES = {"bhargava2004_aerobic": 1.0, "umberger2010": 0.5, "margaria1968": 1.5}
"""How much of the effect each metabolic model sees."""

HELD, ANEW = 10.0, 4.0
"""Per cent for a doubled scale, the gait held and chosen anew."""


def cost(scale: Any, per_cent: float) -> Any:
    return 4.0 * (1 + 0.01 * per_cent * (np.asarray(scale) - 1))


@pytest.fixture(autouse=True)
def strides(monkeypatch: pytest.MonkeyPatch) -> None:
    def results_at(runner: Runner, points: Mapping[str, Any], *, metabolic: str) -> dict[str, Any]:
        anew = "leg.stiffness" in points and "leg.loss" not in points
        found = cost(points[SCALE], ANEW if anew else HELD)
        status = np.where(np.asarray(points["task.speed"]) > 5, "no_flight", "ok")
        return {"cost_of_transport": found, "step_length": found, "status": status}

    def optimise_points(runner: Runner, points: Mapping[str, Any], **how: Any) -> Any:
        assert runner.strategy == "optimal"
        n = len(points[SCALE])
        return SimpleNamespace(
            free=("leg.stiffness",), values=np.ones((n, 1)), status=np.full(n, "ok")
        )

    def evaluate(runner: Runner, metabolic: str) -> Any:
        ok = float(runner.task.speed) <= 5
        found = cost(float(runner.tendon.stiffness_scale), HELD)
        return SimpleNamespace(
            ok=ok, results={"cost_of_transport": found, "step_length": found}, runner=runner
        )

    def every_price(found: Any) -> dict[str, Any]:
        scale = float(found.runner.tendon.stiffness_scale)
        return {
            name: {"cost_of_transport": cost(scale, HELD * share)} for name, share in PRICES.items()
        }

    for name, fake in {
        "results_at": results_at,
        "optimise_points": optimise_points,
        "evaluate": evaluate,
        "every_price": every_price,
    }.items():
        monkeypatch.setattr(effect, name, fake)


def asked(to: float = 2.0, *, speed: str = "3 m/s", **changes: Any) -> Asked:
    runner = apply_overrides(Runner.load(), {"task.speed": speed})
    how: dict[str, Any] = {
        "outcome": "cost_of_transport",
        "metabolic": "bhargava2004_aerobic",
    } | changes
    return Asked([(speed, runner, ({SCALE: 1.0}, {SCALE: to}))], **how)


def test_the_effect_is_the_middle_of_the_strategies_over_all_models() -> None:
    (found,) = effects_of(asked())
    assert found.value == pytest.approx(HELD * np.mean(list(PRICES.values())) + (ANEW - HELD) / 2)
    assert found.details["strategy"] == pytest.approx({"gait held": HELD, "gait chosen anew": ANEW})
    assert found.details["model"] == pytest.approx({n: HELD * s for n, s in PRICES.items()})


def test_every_uncertainty_has_its_own_part() -> None:
    (found,) = effects_of(asked(sd=0.5))
    models = np.std([HELD * share for share in PRICES.values()], ddof=1)
    assert found.uncertainty["metabolic model"] == pytest.approx(models)
    assert found.uncertainty["strategy"] == pytest.approx((HELD - ANEW) / math.sqrt(12))
    assert found.uncertainty["runner"] == pytest.approx(0.0, abs=1e-9)
    assert found.uncertainty["size of the change"] == pytest.approx(0.5 * abs(found.value))


def test_no_change_is_no_effect() -> None:
    (found,) = effects_of(asked(to=1.0))
    assert found.value == pytest.approx(0.0, abs=1e-12)
    assert found.half_width == pytest.approx(0.0, abs=1e-9)


def test_without_a_stride_there_is_no_effect() -> None:
    (found,) = effects_of(asked(speed="5.5 m/s"))
    assert math.isnan(found.value)


def test_an_outcome_that_no_model_prices_has_one_answer() -> None:
    (found,) = effects_of(asked(outcome="step_length"))
    assert list(found.details["model"]) == ["bhargava2004_aerobic"]
    assert found.uncertainty["metabolic model"] == 0.0


def test_the_rows_that_are_told_are_those_that_were_said() -> None:
    told: list[int] = []
    one = asked()
    effects_of(one, told.append)
    assert sum(told) == rows_of(one)
