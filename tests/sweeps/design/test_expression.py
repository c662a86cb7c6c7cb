"""Expressions: what they come to, with units, and one line for what they may not say."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from stridesim.results import InputError
from stridesim.runner import PARAMETERS
from stridesim.sweeps.design.expression import read_condition, read_quantity
from stridesim.units import from_si, to_si

SI = {
    "leg.stiffness": np.array([11e3, 12e3, 13e3]),
    "posture.trunk_lean": np.radians(10.0),
    "task.speed": 4.0,
    "body.mass": 70.0,
    "gait.step_frequency": 2.8,
    "task.slope": 0.05,
}


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("leg.stiffness > 12 kN/m", [False, False, True]),
        ("leg.stiffness>=12kN/m", [False, True, True]),
        ("11.5 kN/m < leg.stiffness <= 12000 N/m", [False, True, False]),
        ("leg.stiffness / body.mass > (4.7 * gait.step_frequency) ** 2", [False, False, True]),
        ("leg.stiffness - 1 kN/m < 2 * 5500 N/m", [True, False, False]),
        ("task.speed > 4:20 min/km", True),
        ("task.speed > 4 min/km", False),
        ("-task.slope > -6 %", True),
        ("task.slope < 1e-3", False),
        ("body.mass > 150 lb", True),
        ("body.mass > 11 st 1 lb", False),
        ("task.speed > 6:45 min/mi", True),
        ("task.speed > 4'10\"/km", False),
        ("task.speed > 14 KM/H", True),
        ("gait.step_frequency > 167/min", True),
        ("gait.step_frequency > 85 strides/min", False),
        ("posture.trunk_lean\N{NO-BREAK SPACE}> \N{MINUS SIGN}5°", True),
        ("posture.trunk_lean < 10.1°", True),
        ("task.slope / (task.slope - 0.05) > 1", True),  # infinite, and nothing is printed
        ("(task.slope - 0.05) / (task.slope - 0.05) > 0", False),  # no number meets nothing
    ],
)
def test_comparisons(text: str, met: object) -> None:
    np.testing.assert_array_equal(read_condition(text, PARAMETERS)(SI.__getitem__), met)


def test_quantities_are_si() -> None:
    lean = read_quantity("0.5 * posture.trunk_lean + 4 deg", PARAMETERS, "deg")
    assert np.degrees(lean(SI.__getitem__)) == pytest.approx(9.0)
    assert lean.names == {"posture.trunk_lean"}


@given(st.floats(1, 1e3), st.floats(0.1, 10), st.floats(-3, 3), st.integers(-2, 3))
def test_arithmetic_is_that_of_python(a: float, b: float, c: float, n: int) -> None:
    text = f"({a!r} * task.slope - {b!r} / {a!r}) ** {n} + -({c!r}) * 2 > {c!r} - task.slope"
    slope = SI["task.slope"]
    truth = (a * slope - b / a) ** n + -c * 2 > c - slope if a * slope != b / a else None
    if truth is not None:
        assert bool(read_condition(text, PARAMETERS)(SI.__getitem__)) == truth


@given(st.sampled_from(["km/h", "mph", "m/s"]), st.floats(0.5, 50))
def test_units_are_those_of_the_door(unit: str, value: float) -> None:
    link = read_quantity(f"task.speed + {value!r} {unit}", PARAMETERS, "m/s")
    assert link(SI.__getitem__) == pytest.approx(4.0 + to_si(value, unit), rel=1e-14)
    assert from_si(to_si(value, unit), unit) == pytest.approx(value)


def test_the_same_numbers_have_one_canonical_text() -> None:
    texts = ["leg.stiffness > 12 kN/m", " leg.stiffness>12000 N/m", "(leg.stiffness) > 12 N/mm"]
    assert len({read_condition(text, PARAMETERS).canonical for text in texts}) == 1
    other = read_condition("leg.stiffness >= 12 kN/m", PARAMETERS).canonical
    assert other != read_condition(texts[0], PARAMETERS).canonical


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leg.stiffness > 12", "leg.stiffness (stiffness) and 12 (number) cannot be compared"),
        ("leg.stiffness > 12 kg", "and 12 kg (mass) cannot be compared"),
        ("leg.stiffness + 3 m > 1 N", "leg.stiffness (stiffness) and 3 m (length) cannot be added"),
        ("leg.stifness > 3 N/m", "unknown parameter 'leg.stifness'; did you mean 'leg.stiffness'?"),
        ("leg.stiffness > 3 N/q", "3 N/q: unknown unit"),
        ("task.speed > 4:70 min/km", "the seconds of a pace must be below 60"),
        ("task.slope > 1e999", "not finite"),
        ("leg.stiffness == 3 N/m", "expected <, <=, > or >="),
        ("leg.stiffness", "expected a comparison such as"),
        ("task.slope > 0 and task.slope < 1", "expected a comparison such as"),
        ("3 > 2", "names no parameter"),
        ("task.slope >", "is not arithmetic with parameters and numbers"),
        ("(" * 300, "is not arithmetic"),
        ("-" * 300 + "task.slope > 1", "is nested deeper than 100 operations"),
        ("task.slope" + ".a" * 200 + " > 1", "is nested deeper than 100 operations"),
        ("(task.slope ** 1e308) ** 1e308 > 1 kg", "cannot be compared"),
        ("gait.step_frequency > 170 bpm", "170 bpm: bpm are beats of the heart"),
        ("1 <" * 200, "text of at most 500 characters"),
        (3, "expected an expression"),
        ("task.slope ** task.slope > 1", "task.slope: an exponent must be a number"),
        ("task.slope ** 9 ** 9 ** 9 > 1", "9 ** 9 ** 9: an exponent must be a number"),
        ("task.slope // 2 > 1", "task.slope // 2: only + - * / and ** are known"),
        ("task.slope % 2 > 1", "task.slope % 2: only + - * / and ** are known"),
        ("max(task.slope, 1) > 1", "max(task.slope, 1): expected parameters, numbers"),
        ("__import__('os').system('true') > 1", "expected parameters, numbers"),
        ("(lambda: task.slope)() > 1", "expected parameters, numbers"),
        ("task.slope.__class__ > 1", "unknown parameter 'task.slope.__class__'"),
        ("[task.slope][0] > 1", "expected parameters, numbers"),
        ("'a' > 1", "'a': expected parameters, numbers"),
    ],
)
def test_what_may_not_be_said_is_one_line(text: object, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_condition(text, PARAMETERS)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_link_has_the_dimension_of_its_parameter() -> None:
    with pytest.raises(InputError, match=r"'task.speed \* 2': is speed, expected angle"):
        read_quantity("task.speed * 2", PARAMETERS, "deg")
    with pytest.raises(InputError, match=r"is kg\^2, expected mass"):
        read_quantity("body.mass * body.mass", PARAMETERS, "kg")
