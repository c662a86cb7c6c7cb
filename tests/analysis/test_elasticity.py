"""Per cent for per cent where that means something, for a named step elsewhere."""

import math

import pytest

from stridesim.analysis import elasticities, step_of
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner
from stridesim.units import from_si, to_si


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("leg.stiffness", 18e3, "+1 %"),
        ("hip.strength", 1.1, "+1 %"),
        ("task.speed", 3.3, "+1 %"),
        ("tendon.hysteresis", 0.05, "+1 %"),
        ("tendon.hysteresis", 0.0, "+0.01"),
        ("task.slope", 0.05, "+0.01"),
        ("task.weight_support", 0.0, "+0.01 BW"),
        ("task.trunk_load", 0.0, "+0.1 kg"),
        ("task.trunk_load", 10.0, "+1 %"),
        ("posture.trunk_lean", 7.2, "+1 deg"),
        ("posture.knee_flexion_at_contact", 13.0, "+1 deg"),
        ("muscle.vasti.pennation", 15.0, "+1 deg"),
        ("hip.onset_delay", -0.1, "+10 ms"),
        ("gait.step_width", 0.075, "+1 cm"),
        ("muscle.dominance", 0.0, "+0.01"),
        ("muscle.iliopsoas.passive_strain_at_zero_force", -0.11, "+0.01"),
        ("leg.loss", 0.0, "+0.005 s/m"),
        ("hip.stiffness", 0.0, "+0.2 1/rad"),
    ],
)
def test_the_step_follows_from_the_declaration(path: str, value: float, words: str) -> None:
    assert step_of(PARAMETERS[path], value).words == words


def test_no_named_step_of_the_shipped_runner_is_a_leap() -> None:
    """At most an eighth of what is permitted, so that the derivative speaks for the step."""
    runner = Runner.load().at_speed()
    for path, declared in PARAMETERS.items():
        low, high = declared.bounds
        step = step_of(declared, from_si(float(get_value(runner, path)), declared.unit))
        assert step.relative or 0 < step.si <= 0.125 * to_si(high - low, declared.unit), path


def test_a_power_law_has_its_exponents() -> None:
    """y = k^-0.5 v^2 e^(3 lean): exponents as they stand, and 3 per rad for 1 deg of lean."""
    values = {"leg.stiffness": 18e3, "task.speed": 3.3, "posture.trunk_lean": 0.1}
    k, v, lean = values.values()
    y = k**-0.5 * v**2 * math.exp(3 * lean)
    slopes = {"leg.stiffness": -0.5 * y / k, "task.speed": 2 * y / v, "posture.trunk_lean": 3 * y}
    slopes["muscle.dominance"] = 0.0
    values["muscle.dominance"] = 0.0
    found = elasticities("cost_of_transport", y, slopes, values, PARAMETERS)
    change = {e.parameter.path: e.change for e in found}
    assert [e.parameter.path for e in found[:2]] == ["posture.trunk_lean", "task.speed"]
    assert change["task.speed"] == pytest.approx(2.0)
    assert change["leg.stiffness"] == pytest.approx(-0.5)
    assert change["posture.trunk_lean"] == pytest.approx(100 * 3 * math.pi / 180)
    assert [e.acts for e in found] == [True, True, True, False]
    lean_effect = found[0]
    assert lean_effect.value == pytest.approx(math.degrees(0.1))
    assert lean_effect.derivative == pytest.approx(3 * y * math.pi / 180)


def test_a_negative_result_grows_in_magnitude_or_not() -> None:
    """Per cent of the magnitude: more of p takes y = -p further down."""
    (found,) = elasticities(
        "peak_braking_force", -2.0, {"task.speed": -1.0}, {"task.speed": 2.0}, PARAMETERS
    )
    assert found.change == pytest.approx(-1.0)


def test_at_a_bound_a_parameter_moves_one_way() -> None:
    slopes = {"task.foot_load": 1.0, "task.slope": 1.0}
    found = elasticities("y", 1.0, slopes, dict.fromkeys(slopes, 0.0), PARAMETERS)
    assert {e.parameter.path: e.at_bound for e in found} == {
        "task.foot_load": True,
        "task.slope": False,
    }


@pytest.mark.parametrize("result", [0.0, math.nan])
def test_nothing_is_relative_to_zero(result: float) -> None:
    with pytest.raises(InputError, match="output = 'leg_dissipation': is"):
        elasticities("leg_dissipation", result, {}, {}, PARAMETERS)
