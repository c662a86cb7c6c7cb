"""Messages: what a page may say, and that nothing else does any harm."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridesim.lab import protocol
from stridesim.lab.controls import MORE, PRESETS, SLIDERS, facts
from stridesim.lab.protocol import Adapt, Asked, Axis, Load, Solve, Stop, Sweep, parse
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner

AXIS = {"path": "hip.strength", "low": 0.5, "high": 1.2, "points": 5}


def _text(kind: str, **parts: Any) -> str:
    return json.dumps({"kind": kind, "id": 7, **parts})


def test_good_messages() -> None:
    runner = {"settings": {"task.speed": 4}}
    asked = Asked("", {"task.speed": 4.0})
    assert parse(_text("solve", slot="other", runner=runner)) == Solve(7, "other", asked)
    found = parse(_text("adapt", runner=runner, free=["leg.stiffness"]))
    assert found == Adapt(7, asked, ("leg.stiffness",))
    swept = parse(_text("sweep", runner=runner, axes=[AXIS], output="pelvic_drop"))
    assert swept == Sweep(7, asked, (Axis("hip.strength", 0.5, 1.2, 5),), "pelvic_drop")
    assert parse(_text("load", name="me.toml", text="x = 1")) == Load(7, "me.toml", "x = 1")
    assert parse(_text("stop")) == Stop(7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "expected an object"),
        ('{"kind": "solve", "id": NaN}', "is not JSON"),
        ("x" * (protocol.MOST_BYTES + 1), "permitted: up to 131072"),
        (_text("destroy"), "kind = .destroy.: expected one of solve"),
        (json.dumps({"kind": ["solve"], "id": 1}), "expected one of solve"),
        (json.dumps({"kind": "stop", "id": -1}), "whole number"),
        (json.dumps({"kind": "stop", "id": True}), "expected a number"),
        (json.dumps({"kind": "stop", "id": 10**400}), "not finite"),
        (_text("stop", runner={}), "no such part"),
        (_text("solve", runner=[]), "object with base and settings"),
        (_text("solve", runner={"settings": [1]}), "object of numbers"),
        (_text("solve", runner={"settings": {"task.speed": "4"}}), "expected a number"),
        (_text("solve", runner={"settings": {"task.speed": 99}}), "permitted range 1.5 to 9"),
        (_text("solve", runner={"settings": {"task.speed": 1e999}}), "is not JSON"),
        (_text("solve", runner={"settings": {"__class__": 1}}), "unknown parameter"),
        (_text("solve", runner={"settings": {"gait.strategy": 1}}), "unknown parameter"),
        (_text("solve", runner={"base": "x" * 65}), "name of a runner"),
        (_text("solve", slot={}, runner={}), "expected one of now, other"),
        (_text("adapt", runner={}, free=["task.speed"]), "expected some of gait.step_frequency"),
        (_text("adapt", runner={}, free=[]), "at least one"),
        (_text("sweep", runner={}, axes=[]), "one or two parameters"),
        (_text("sweep", runner={}, axes=[AXIS, AXIS]), "stands there twice"),
        (_text("sweep", runner={}, axes=[AXIS | {"points": 10**9}]), "from 2 to 61"),
        (_text("sweep", runner={}, axes=[AXIS | {"low": 1.3}]), "the lower end first"),
        (_text("sweep", runner={}, axes=[AXIS], output="__doc__"), "expected one of cost"),
        (_text("load", name="x"), "text of a runner file"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        parse(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_too_many_points_and_settings() -> None:
    wide = AXIS | {"points": 61}
    other = {"path": "task.speed", "low": 2, "high": 4, "points": 61}
    with pytest.raises(InputError, match="3721 points; permitted: up to 961"):
        parse(_text("sweep", runner={}, axes=[wide, other]))
    many = dict.fromkeys([*PARAMETERS][: protocol.MOST_SETTINGS + 1], 1.0)
    with pytest.raises(InputError, match="permitted: up to 64"):
        parse(_text("solve", runner={"settings": many}))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["kind", "id", "runner", "settings", "base", "axes", "path", "low", "free"])
        | st.text(max_size=4), inner, max_size=4
    ),
    max_leaves=8,
)  # fmt: skip


@given(
    st.sampled_from(["solve", "adapt", "sweep", "load", "stop"]),
    st.dictionaries(
        st.sampled_from(["runner", "slot", "axes", "output", "free", "name", "text"]), _JSON
    ),
)
def test_anything_at_all_is_a_message_or_refused(kind: str, parts: dict[str, Any]) -> None:
    found: protocol.Message | InputError
    try:
        found = parse(_text(kind, **parts))
    except InputError as error:
        found = error
    assert isinstance(found, protocol.Message | InputError)


def test_what_the_page_offers_is_declared_and_permitted() -> None:
    for slider in (*SLIDERS, *MORE):
        low, high = PARAMETERS[slider.path].bounds
        assert low <= slider.low < slider.high <= high
        assert 0 < slider.step <= (slider.high - slider.low) / 10
    for settings in PRESETS.values():
        protocol.asked_runner({"settings": settings})
    known = facts(Runner.load())
    assert set(known["parameters"]) == set(PARAMETERS)
    json.dumps(known, allow_nan=False)
