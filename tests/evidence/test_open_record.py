"""The open table: it holds the whole record, and what is filled in wrongly is told in one line."""

import csv
import io
from pathlib import Path

import pytest

from stridesim.evidence.literature import literature
from stridesim.evidence.open_record import COLUMNS, read_results, record_csv, results_of, subjects
from stridesim.evidence.validation import judge_results
from stridesim.results import InputError

ROWS = {row.id: row for row in literature()}


def _filled(numbers: dict[str, str]) -> str:
    """The open table with `numbers` in its column `predicted`."""
    text = io.StringIO()
    rows = list(csv.DictReader(io.StringIO(record_csv())))
    writer = csv.DictWriter(text, list[str](COLUMNS))
    writer.writeheader()
    writer.writerows(row | {"predicted": numbers.get(row["id"], "")} for row in rows)
    return text.getvalue()


def test_the_open_table_holds_every_row_with_its_source() -> None:
    rows = list(csv.DictReader(io.StringIO(record_csv())))
    assert [row["id"] for row in rows] == list(ROWS)
    assert tuple(rows[0]) == COLUMNS
    assert not any(row["predicted"] for row in rows)
    by_id = {row["id"]: row for row in rows}
    assert by_id["width_20"]["doi"] == "10.1016/j.jbiomech.2011.01.002"
    assert (by_id["width_20"]["n"], by_id["width_20"]["unit"]) == ("10", "%")
    assert subjects(ROWS["slope_contact_5deg"]) == 19
    assert subjects(ROWS["frequency_kleg"]) is None
    assert all(row["source"] for row in rows)


def test_published_numbers_score_in_full_and_what_is_left_empty_is_not_addressed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "perfect.csv"
    told = {i: str(r.value) for i, r in ROWS.items() if r.topic == "tasks" and r.value is not None}
    path.write_text(_filled(told))
    results = read_results(path)
    found = judge_results(results)
    assert found.name == "perfect"
    score = found.score("tasks")
    assert score.inside == score.addressed == len(told)
    assert found.score("mechanics").addressed == 0
    assert results.missing == tuple(i for i in ROWS if i not in told)
    assert {v.why for v in found.verdicts if v.row.topic == "hip"} == {"no number in perfect"}


def test_a_short_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text(
        "\ufeff# by hand\n id , value,unit,basis\n\nwidth_20, 30 ,%,fitted\nsupport_25,0.8,,\n"
    )
    found = {v.row.id: v for v in judge_results(read_results(path)).verdicts}
    assert (found["width_20"].inside, found["width_20"].basis) == (False, "fitted")
    assert (found["support_25"].inside, found["support_25"].basis) == (True, "predicted")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "id,value\nhysteresi,3\n",
            "line 2: id = 'hysteresi': unknown (did you mean 'hysteresis'?)",
        ),
        ("id,value\nnothing,3\n", "line 2: id = 'nothing': unknown; permitted: the ids"),
        ("id,value\n\nwidth_20,3\nwidth_20,4\n", "line 4: id = 'width_20': also in line 3"),
        ("id,value\nwidth_20,nan\n", "line 2: value = 'nan': permitted: a finite number"),
        ("id,predicted\nwidth_20,3 %\n", "line 2: predicted = '3 %': permitted: a finite number"),
        ("id,value,unit\nwidth_20,3,1\n", "line 2: unit = '1': width_20 is in '%'"),
        ("id,value,basis\nwidth_20,3,a\n", "basis = 'a': permitted: predicted, fitted, given"),
        ("id,value\nwidth_20,3,4\n", "line 2: 3 cells; permitted: 2, one a column"),
        ("id,value\nwidth_20,\n", "no row has a number in column value"),
        ("id;value\nwidth_20;3\n", "columns 'id;value'; permitted: id and predicted (or value)"),
        ("", "columns ''; permitted"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read_results(path)
    assert said in str(refused.value)
    assert "other.csv" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("numbers", [{"width_2": 3.0}, {"width_20": float("inf")}, {}])
def test_numbers_from_python_are_judged_alike(numbers: dict[str, float]) -> None:
    with pytest.raises(InputError, match="permitted"):
        results_of(numbers)
    assert results_of({"width_20": 3.0}).values == {"width_20": 3.0}
