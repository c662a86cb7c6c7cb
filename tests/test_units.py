import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridesim import units
from stridesim.results import InputError
from stridesim.spelling import unit_name
from stridesim.units import accepted, from_si, parse_literal, parse_quantity, read_quantity, to_si

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
        ("165 lb", "kg", 165 * 0.45359237),
        ("165lbs", "kg", 165 * 0.45359237),
        ("165 Pounds", "kg", 165 * 0.45359237),
        ("11 st 6 lb", "kg", 160 * 0.45359237),
        ("8 oz", "kg", 0.5 * 0.45359237),
        ("72 KG", "kg", 72.0),
        ("72 kilos", "kg", 72.0),
        ("5'11\"", "m", 71 * 0.0254),
        ("5'11", "m", 71 * 0.0254),
        ("5′11″", "m", 71 * 0.0254),
        ("5\N{RIGHT SINGLE QUOTATION MARK}11\N{RIGHT DOUBLE QUOTATION MARK}", "m", 71 * 0.0254),
        ("5' 11''", "m", 71 * 0.0254),
        ("5 ft 11 in", "m", 71 * 0.0254),
        ("5 feet, 11.5 inches", "m", 71.5 * 0.0254),
        ("6'", "m", 1.8288),
        ('71"', "m", 71 * 0.0254),
        ("1m81", "m", 1.81),
        ("1 m 81 cm", "m", 1.81),
        ("7:15 min/mi", "m/s", 1609.344 / 435),
        ("7:15/mi", "m/s", 1609.344 / 435),
        ("7'15\"/mile", "m/s", 1609.344 / 435),
        ("4'45\"/km", "m/s", 1000 / 285),
        ("4′45″/km", "m/s", 1000 / 285),
        ("4:45 per km", "m/s", 1000 / 285),
        ("4:45 MIN/KM", "m/s", 1000 / 285),
        ("4 min 45 s/km", "m/s", 1000 / 285),
        ("285 sec/km", "m/s", 1000 / 285),
        ("12 KM/H", "m/s", 12 / 3.6),
        ("12 kph", "m/s", 12 / 3.6),
        ("12 km / hr", "m/s", 12 / 3.6),
        ("12 km per hour", "m/s", 12 / 3.6),
        ("3.5 m s-1", "m/s", 3.5),
        ("3.5 m·s⁻¹", "m/s", 3.5),
        ("8 MPH", "m/s", 8 * 0.44704),
        ("8 miles/hour", "m/s", 8 * 0.44704),
        ("12\N{NO-BREAK SPACE}km/h", "m/s", 12 / 3.6),
        ("\N{LEFT-TO-RIGHT MARK}12 km/h", "m/s", 12 / 3.6),
        ("\N{MINUS SIGN}5 deg", "deg", -5.0),
        ("170/min", "Hz", 170 / 60),
        ("170 per minute", "Hz", 170 / 60),
        ("170 Steps / Min", "Hz", 170 / 60),
        ("170 min⁻¹", "Hz", 170 / 60),
        ("85 strides/min", "Hz", 170 / 60),
        ("1.4 strides/s", "Hz", 2.8),
        ("2.8 HZ", "Hz", 2.8),
        ("17.5 KN/M", "N/m", 17500.0),
        ("17.5 newtons/mm", "N/m", 17500.0),
        ("5 % BW", "BW", 0.05),
        ("0.5 body weights", "BW", 0.5),
        ("5 percent", "1", 0.05),
        ("0.1 kg·m²", "kg m2", 0.1),
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
        ("4:30", "m/s", "its unit is missing (min/km or min/mile); expected a number"),
        ("4:75 min/km", "m/s", "the seconds of a pace must be below 60; expected a number"),
        ("4:5 min/km", "m/s", "the seconds of a pace have two digits"),
        ("4:30 km/h", "m/s", "unknown unit"),
        ("4:45 min/m", "m/s", "unknown unit 'min/m'"),
        ("4'45\"", "m/s", "its unit is missing (min/km or min/mile)"),
        ("170 bpm", "Hz", "bpm are beats of the heart; write steps/min"),
        ("170 rpm", "Hz", "write strides/min or steps/min"),
        ("5'12\"", "m", "ft and in are a whole number and one below 12"),
        ("5.5 ft 3 in", "m", "ft and in are a whole number and one below 12"),
        ("5 ft 11 lb", "m", "unknown unit 'lb'"),
        ("5'11\"", "kg", "ft is a unit of length"),
        ("1:50", "1", "expected a number or a percentage"),
        (
            "17,500 N/m",
            "N/m",
            "use a decimal point, not a comma (17.500, or 17500 if that is meant)",
        ),
        ("17.5 MN/m", "N/m", "unknown unit 'MN/m'"),
        ("1 deg", "1", "deg is a unit of angle"),
        ("5,0 m/s", "m/s", "use a decimal point, not a comma; expected a number"),
        ("1,5", "1", "use a decimal point"),
        ("1,000,000", "1", "expected a number"),
        ("0:00 min/km", "m/s", "a pace must be longer than 0"),
        ("0 min/km", "m/s", "a pace must be longer than 0"),
        ("-5 min/km", "m/s", "a pace must be longer than 0"),
        ("nan", "m/s", "not finite"),
        ("-inf m/s", "m/s", "not finite"),
        ("Infinity", "m/s", "not finite"),
        ("nano", "m/s", "expected a number"),
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


@pytest.mark.parametrize(
    "text",
    [
        "1" * 1600 + "\n",
        "1" * 100_000 + "\n",
        "0." + "1" * 150 + "\nx",
        " " * 150 + "x",
        "1" + " " * 150 + "x" + " " * 40 + "\n",
        "5'" * 90,
        "1:" * 90,
        "1.1" * 60,
        "m " * 90,
        "x" * 1_000_000,
        "12 " + "km/h" * 100_000,
    ],
    ids=lambda text: f"{text[:8].strip()}_{len(text)}",
)
def test_no_text_takes_longer_than_its_length(text: str) -> None:
    """1,600 digits and a new line took 28 s, and were written back whole."""
    started = time.perf_counter()
    for expected in ("m/s", "m", "1", "Hz"):
        with pytest.raises(InputError) as caught:
            read_quantity(text, expected, "x", slope=expected == "1")
        assert len(str(caught.value)) < 500
        with pytest.raises(InputError):
            parse_literal(text)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("text", ["1" * 300 + "\n", "y" * 1_000_000], ids=["digits", "letters"])
def test_a_value_too_long_to_read_is_told_with_its_length(text: str) -> None:
    with pytest.raises(InputError, match=rf"\({len(text):,} characters\): too long for a number"):
        parse_quantity(text, "kg", "body.mass")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1:50", 0.02),
        ("-1:50", -0.02),
        ("1 in 40", 0.025),
        ("1/50", 0.02),
        ("1∶50", 0.02),
        ("2 %", 0.02),
        ("2 % grade", 0.02),
        ("0.02", 0.02),
        ("1 deg", math.tan(math.radians(1))),
        ("\N{MINUS SIGN}1°", -math.tan(math.radians(1))),
        ("0.1 rad", math.tan(0.1)),
    ],
)
def test_a_slope_is_a_ratio_or_an_angle_too(text: str, value: float) -> None:
    read = read_quantity(text, "1", "task.slope", slope=True)
    assert read.value == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1:0", "a rise over a run of 0"),
        ("90 deg", "a slope lies between -90 and 90 deg"),
        ("2 kg", "kg is a unit of mass"),
        ("steep", "expected a number, a percentage, a ratio (1:50) or an angle (1 deg)"),
    ],
)
def test_what_is_no_slope(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_quantity(text, "1", "task.slope", slope=True)
    assert said in str(caught.value)


def test_no_spelling_means_two_units() -> None:
    """What differs in case alone is the same unit, and every name is its own spelling."""
    names = [name for _, name in EVERY_UNIT]
    assert [unit_name(name) for name in names] == names
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert unit_name(name.upper()) == name
