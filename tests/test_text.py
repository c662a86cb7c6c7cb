"""Text of others is shown as text, and a long value is shortened with its length."""

import json
import tomllib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridesim.results import InputError
from stridesim.text import cell, one_line, quoted, shortened, shown, stated

RED = "\x1b[31mred\x1b[0m"
LINK = "\x1b]8;;http://x\x07here\x1b]8;;\x07"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller, 5 % – ±3 °\N{NO-BREAK SPACE}走る 🏃", None),
        ("two\nlines\tand a tab", None),
        ("می\u200cدود", None),
        (RED, r"\u001b[31mred\u001b[0m"),
        ("\x9b31m", r"\u009b31m"),
        ("a\rb\x00\x07\x7f\x08", r"a\u000db\u0000\u0007\u007f\u0008"),
        ("evil\u202egnp.exe", r"evil\u202egnp.exe"),
        ("\u2066x\u2069\u200b\ufeff", r"\u2066x\u2069\u200b\ufeff"),
        ("a\u2028b", r"a\u2028b"),
        ("\udcff\ufffe\U000e0041", r"\udcff\ufffe\U000e0041"),
    ],
)
def test_what_is_no_visible_character_is_its_escape(text: str, plain: str | None) -> None:
    assert shown(text) == (text if plain is None else plain)


@given(st.text(st.characters(codec=None, exclude_categories=[])))
def test_nothing_that_acts_is_left(text: str) -> None:
    plain = shown(text)
    assert shown(plain) == plain
    left = {unicodedata.category(c) for c in plain if c not in "\n\t\u200c\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    plain.encode()
    assert "\n" not in one_line(text)


def test_escapes_are_those_of_json_and_toml() -> None:
    assert json.loads(f'"{shown(LINK)}"') == LINK
    assert tomllib.loads(f'x = "{shown(LINK)}"')["x"] == LINK


def test_a_line_is_a_line() -> None:
    assert one_line("a\nstridesim: error: no\tdoubt\x85\u2028") == "a stridesim: error: no doubt  "


def test_long_text_keeps_its_ends_and_its_length() -> None:
    text = "start" + "x" * 1_000_000 + "end"
    short = shortened(text, 300)
    assert len(short) < 330
    assert short.startswith("start")
    assert short.endswith("end")
    assert "(1,000,008 characters)" in short
    assert shortened("short", 300) == "short"


LONG = ["x" * 10**6, ["y" * 10**6], list(range(10**5)), 10**3000, 16**9000, {"k": "z" * 10**6}]


@pytest.mark.parametrize("which", range(len(LONG)))
def test_a_value_in_a_message_is_short(which: int) -> None:
    value = LONG[which]
    assert len(quoted(value)) < 300
    assert len(stated(value)) < 300
    assert "digits" in quoted(value) or "..." in quoted(value)


def test_every_message_to_a_user_is_short() -> None:
    message = str(InputError(f"title = {'x' * 10**6}: too long"))
    assert len(message) < 2100
    assert message.endswith(": too long")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d"])
def test_no_cell_of_text_is_a_formula(first: str) -> None:
    assert cell(f"{first}cmd|' /C calc'!A0").startswith("'")
    assert cell("easy run = 3") == "easy run = 3"
