import math
from typing import Any

import equinox as eqx
import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridesim.parameter import get_value, lookup, parameter, parameters_of, set_values
from stridesim.results import InputError
from stridesim.runner import GROUPS, PARAMETERS, Runner


class _Inner(eqx.Module):
    angle: Any = parameter(15.0, unit="deg", doc="an angle", bounds=(-90.0, 90.0), source="here")
    count: int = eqx.field(static=True, default=3)


class _Outer(eqx.Module):
    inner: _Inner = eqx.field(default_factory=_Inner)
    needed: Any = parameter(unit="kg", doc="no default", bounds=(1.0, 2.0), source="the user")


def test_declarations_are_found_by_path_with_defaults_in_their_unit() -> None:
    found = parameters_of(_Outer())
    assert list(found) == ["inner.angle", "needed"]
    assert found["inner.angle"].default == 15.0
    assert found["inner.angle"].label == "inner angle (deg)"
    assert math.isnan(found["needed"].default)


def test_values_are_stored_in_si() -> None:
    assert _Outer().inner.angle == pytest.approx(math.radians(15.0), rel=1e-15)


def test_a_group_s_own_number_is_its_default() -> None:
    """In the declared unit (degrees, not radians), and different for each group."""
    runner = Runner()
    pennation = PARAMETERS["muscle.gluteus_maximus.pennation"].default
    assert pennation == pytest.approx(math.degrees(runner.muscle.gluteus_maximus.pennation))
    assert 5 < pennation < 45
    lengths = {PARAMETERS[f"tendon.{group}.slack_length"].default for group in GROUPS}
    assert len(lengths) == len(GROUPS)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("task.speed", 12, "task.speed = 12: outside its permitted range 1.5 to 9 m/s"),
        ("task.speed", "60 km/h", "task.speed = 60 km/h: outside its permitted range 1.5 to 9 m/s"),
        (
            "task.speed",
            "60 km/h",
            "task.speed = 60 km/h: outside its permitted range 1.5 to 9 m/s (5.4 to 32.4 km/h)",
        ),
        (
            "task.speed",
            "20:00 min/mi",
            (
                "task.speed = 20:00 min/mi: outside its permitted range 1.5 to 9 m/s "
                "(2:59 to 17:52 min/mile)"
            ),
        ),
        ("body.mass", "55 lbs", "body.mass = 55 lbs: outside its permitted range 30 to 150 kg (66"),
        (
            "body.height",
            "8'1\"",
            "body.height = 8'1\": outside its permitted range 1.2 to 2.2 m (3.9",
        ),
        (
            "gait.step_frequency",
            "400 spm",
            (
                "gait.step_frequency = 400 spm: outside its permitted range 1.5 to 5 Hz "
                "(90 to 300 steps/min)"
            ),
        ),
        (
            "task.slope",
            "30 deg",
            "task.slope = 30 deg: outside its permitted range -0.4 to 0.4 (-21",
        ),
        ("task.slope", 0.5, "task.slope = 0.5: outside its permitted range -0.4 to 0.4"),
        ("task.speed", float("nan"), "task.speed = nan: not finite"),
        ("task.speed", "3 deg", "task.speed = '3 deg': deg is a unit of angle"),
    ],
)
def test_a_bad_value_names_path_value_and_what_is_permitted(
    path: str, value: str | float, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        PARAMETERS[path].check(value)
    assert str(caught.value).startswith(message)


def test_a_bad_number_is_answered_with_units_and_range() -> None:
    with pytest.raises(InputError) as caught:
        PARAMETERS["body.mass"].check("heavy")
    assert str(caught.value) == (
        "body.mass = 'heavy': expected a number in kg, g, lb, oz, st, from 30 to 150 kg"
    )


def test_a_bound_in_another_unit_is_permitted() -> None:
    assert PARAMETERS["task.speed"].check("32.4 km/h") == 9.0
    assert PARAMETERS["task.speed"].check("5.4 km/h") == 1.5
    assert PARAMETERS["gait.step_frequency"].check("150 strides/min") == 5.0


def test_only_a_slope_is_a_ratio_or_an_angle() -> None:
    assert PARAMETERS["task.slope"].check("1:50") == pytest.approx(0.02)
    with pytest.raises(InputError, match="deg is a unit of angle"):
        PARAMETERS["hip.strength"].check("1 deg")


def test_bounds_themselves_are_permitted() -> None:
    for entry in PARAMETERS.values():
        for bound in entry.bounds:
            assert entry.check(bound) == bound
            assert entry.check(f"{bound!r} {entry.unit}") == bound


def test_an_unknown_path_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"'task\.sped'; did you mean 'task\.speed'"):
        lookup(PARAMETERS, "task.sped")


def test_every_declaration_is_complete() -> None:
    for path, entry in PARAMETERS.items():
        low, high = entry.bounds
        assert low < high, path
        assert entry.doc.strip(), path
        assert entry.source.strip(), path
        assert not entry.doc.endswith("."), path
        if not math.isnan(entry.default):
            assert low <= entry.default <= high, path


def test_setting_changes_only_what_is_named_and_never_recompiles() -> None:
    outer = _Outer(needed=1.5)
    traced = 0

    @eqx.filter_jit
    def total(tree: _Outer) -> Any:
        nonlocal traced
        traced += 1
        return tree.inner.angle + tree.needed

    before = total(jax.tree.map(np.asarray, outer))
    changed = set_values(outer, {"inner.angle": 1.0})
    assert get_value(changed, "inner.angle") == 1.0
    assert changed.needed == outer.needed
    assert outer.inner.angle == pytest.approx(math.radians(15.0), rel=1e-15)
    after = total(jax.tree.map(np.asarray, changed))
    assert float(after - before) == pytest.approx(1.0 - math.radians(15.0), rel=1e-14)
    assert traced == 1


def test_setting_nothing_is_the_same_tree() -> None:
    outer = _Outer(needed=1.5)
    assert set_values(outer, {}) is outer


@given(data=st.data())
def test_any_permitted_value_is_accepted_as_number_and_as_text(data: st.DataObject) -> None:
    entry = PARAMETERS[data.draw(st.sampled_from(list(PARAMETERS)))]
    value = data.draw(st.floats(*entry.bounds))
    assert entry.check(value) == value
    assert entry.check(f"{value!r} {entry.unit}") == value
