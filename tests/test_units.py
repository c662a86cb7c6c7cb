import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridesim import units
from stridesim.results import InputError
from stridesim.units import accepted, from_si, parse_quantity, to_si

EVERY_UNIT = [
    (dimension, name) for dimension, members in units._DIMENSIONS.items() for name in members
]


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        ("12 km/h", "m/s", 12 / 3.6),
        ("12km/h", "m/s", 12 / 3.6),
        ("12 kmh", "m/s", 12 / 3.6),
        ("7.5 mph", "m/s", 7.5 * 0.44704),
        ("4:30 min/km", "m/s", 1000 / 270),
        ("4:30/km", "m/s", 1000 / 270),
        ("4:07.5 /km", "m/s", 1000 / 247.5),
        ("7:15 min/mile", "m/s", 1609.344 / 435),
        ("4.5 min/km", "m/s", 1000 / 270),
        ("7.25 min/mile", "m/s", 1609.344 / 435),
        ("240 s/km", "m/s", 1000 / 240),
        ("4:30 min/km", "km/h", 3600 / 270),
        ("15 deg", "rad", math.pi / 12),
        ("15°", "deg", 15.0),
        ("180 N/mm", "N/m", 180e3),
        ("17.5 kN/m", "N/m", 17500.0),
        ("172 steps/min", "Hz", 172 / 60),
        ("172 spm", "Hz", 172 / 60),
        ("170 1/min", "Hz", 170 / 60),
        ("-100 ms", "s", -0.1),
        ("1.5 min", "s", 90.0),
        ("181 cm", "m", 1.81),
        ("35 mm", "m", 0.035),
        ("480 g", "kg", 0.48),
        ("1.6 kN", "N", 1600.0),
        ("100 ms/m", "s/m", 0.1),
        ("0.1 1/deg", "1/rad", 18 / math.pi),
        ("0.01 s/deg", "s/rad", 1.8 / math.pi),
        ("1e-3", "s", 1e-3),
        ("5 %", "1", 0.05),
        ("10 %BW", "BW", 0.1),
        ("  3.3  m/s ", "m/s", 3.3),
        ("3.3", "m/s", 3.3),
        (3.3, "m/s", 3.3),
        (3, "m/s", 3.0),
        (np.int64(3), "m/s", 3.0),
        (np.float32(0.5), "m/s", 0.5),
    ],
)
def test_what_people_write(text: str | float, expected: str, value: float) -> None:
    assert parse_quantity(text, expected, "x") == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        ("fast", "m/s", "task.speed = 'fast': expected a number in m/s, km/h"),
        ("", "m/s", "task.speed = '': expected a number"),
        ("12 kg", "m/s", "12 kg': kg is a unit of mass; expected a number in m/s"),
        ("12 furlongs", "m/s", "unknown unit"),
        ("12 km/h", "deg", "km/h is a unit of speed"),
        ("4:30 min/km", "deg", "a pace is a speed"),
        ("4:30", "m/s", "expected a number"),
        ("4:75 min/km", "m/s", "expected a number"),
        ("0:00 min/km", "m/s", "a pace must be longer than 0"),
        ("0 min/km", "m/s", "a pace must be longer than 0"),
        ("-5 min/km", "m/s", "a pace must be longer than 0"),
        ("nan", "m/s", "expected a number"),
        ("1e999", "m/s", "not finite"),
        (float("nan"), "m/s", "not finite"),
        (float("inf"), "m/s", "not finite"),
        (10**400, "m/s", "task.speed = 10000000000000000000...00000: not finite"),
        ("1e-400 min/km", "m/s", "a pace must be longer than 0"),
        ("5e-324 min/km", "m/s", "a pace must be longer than 0"),
        ("1e-320 s/km", "m/s", "not finite"),
        ("1e308 kN/m", "N/m", "not finite"),
        (True, "m/s", "task.speed = True: expected a number"),
        ([1.0], "m/s", "expected a number"),
        (None, "m/s", "expected a number"),
    ],
)
def test_what_cannot_be_read_gets_one_line(text: object, expected: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_quantity(text, expected, "task.speed")  # pyright: ignore[reportArgumentType]
    assert message in str(caught.value)
    assert "task.speed" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_unit_is_a_bug_of_the_package() -> None:
    with pytest.raises(KeyError, match="furlong"):
        units.unit("furlong")


def test_a_unit_has_one_dimension() -> None:
    names = [name for _, name in EVERY_UNIT]
    assert len(set(names)) == len(names)


@given(
    number=st.floats(-1e12, 1e12).filter(lambda x: x == 0 or abs(x) > 1e-12),
    choice=st.sampled_from(EVERY_UNIT),
    data=st.data(),
)
def test_every_unit_survives_the_round_trip(
    number: float, choice: tuple[str, str], data: st.DataObject
) -> None:
    dimension, name = choice
    assert from_si(to_si(number, name), name) == pytest.approx(number, rel=1e-15, abs=0)
    if dimension == "pace":
        return
    same = [u for u in accepted(name) if units.unit(u).dimension == dimension]
    other = data.draw(st.sampled_from(same))
    there = parse_quantity(f"{number!r} {name}", other, "x")
    back = parse_quantity(f"{there!r} {other}", name, "x")
    assert back == pytest.approx(number, rel=1e-14, abs=0)
    assert to_si(there, other) == pytest.approx(to_si(number, name), rel=1e-14, abs=0)


@given(seconds=st.integers(60, 3599))
def test_paces_are_reciprocal_speeds(seconds: int) -> None:
    text = f"{seconds // 60}:{seconds % 60:02d} min/km"
    assert parse_quantity(text, "m/s", "x") == pytest.approx(1000 / seconds, rel=1e-14)
    assert parse_quantity(f"{seconds} s/km", "m/s", "x") == pytest.approx(1000 / seconds, rel=1e-14)


@given(text=st.text(max_size=20))
def test_any_text_is_a_number_or_one_line(text: str) -> None:
    try:
        value = parse_quantity(text, "m/s", "task.speed")
    except InputError as error:
        value, message = 0.0, str(error)
    else:
        message = ""
    assert math.isfinite(value)
    assert len(message.splitlines()) <= 1
