"""What every answer can do, on a made-up one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from stridesim.results import InputError
from stridesim.studies.answer import Interval, Quantities, Value, values_of
from stridesim.studies.plain import plain


@dataclass(frozen=True, repr=False)
class _Made(Quantities):
    kind: ClassVar[str] = "made"
    status: str
    reason: str
    values: Mapping[str, Value]
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]

    def record(self) -> dict[str, Any]:
        return {"results": {name: value.record() for name, value in self.values.items()}}


def _made(**more: Any) -> _Made:
    values = values_of({"speed": 3.0, "peak_force.soleus": 5.5}, {"speed": (0.1, 2.8, 3.2)})
    whole = {"status": "ok", "reason": "", "values": values, "notes": (), "provenance": {}}
    return _Made(**(whole | more))


def test_a_number_is_an_attribute_and_an_item_with_its_unit() -> None:
    answer = _made()
    assert answer.speed == 3.0
    assert answer["peak_force.soleus"].value == 5.5
    assert answer["peak_force.soleus"].unit == "BW"
    assert answer["speed"].interval == Interval(0.1, 2.8, 3.2)
    assert "speed" in dir(answer)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="'speed'"):
        _ = _made().sped
    with pytest.raises(InputError, match="'speed'"):
        _ = _made()["sped"]


def test_a_known_name_that_the_answer_lacks_is_told_apart() -> None:
    with pytest.raises(InputError, match="this made has none"):
        _ = _made()["contact_time"]


def test_the_object_of_json_names_its_schema_and_has_no_number_that_is_none() -> None:
    told = _made(values=values_of({"speed": float("nan")})).to_dict()
    assert told["schema"] == {"kind": "made", "version": 1}
    assert told["results"]["speed"] == {"value": None, "unit": "m/s"}


def test_a_table_has_a_row_for_each_quantity_and_intervals_where_there_are_some() -> None:
    columns, rows = _made().table()
    assert columns == ("quantity", "value", "unit", "sd", "low", "high", "meaning")
    assert rows[0][:6] == ("speed", 3.0, "m/s", 0.1, 2.8, 3.2)
    assert rows[1][3:6] == (None, None, None)


def test_a_page_shows_the_text_of_others_as_text() -> None:
    shown = _made(notes=("<script>x</script>",))._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_an_answer_without_a_figure_says_so() -> None:
    with pytest.raises(InputError, match="a made has no figure"):
        _made().plot()


def test_what_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON for"):
        plain({"x": object()})


def test_a_name_near_one_of_the_answer_s_own_is_told() -> None:
    with pytest.raises(InputError, match=r"did you mean 'peak_force\.soleus'"):
        _ = _made()["peak_force.solues"]
