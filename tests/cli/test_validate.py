"""`stridesim validate` for another simulator: the table out, the numbers in, no model asked."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stridesim.cli import main


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["validate", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_table_filled_in_is_scored(tmp_path: Path) -> None:
    table = tmp_path / "record.csv"
    assert _run("--table", str(table)) == ""
    assert table.read_text("utf-8") == _run("--table", "-")
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8"))))
    for row in rows:
        if row["topic"] == "tasks":
            row["predicted"] = row["value"]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    whole = json.loads(_run("--results", str(table), "--json"))
    tasks = whole["score"]["topics"]["tasks"]
    assert tasks["inside"] == tasks["addressed"] == 29
    assert whole["simulator"] == "record"
    assert whole["metabolic"] is None
    assert "contact_2.5" in whole["missing"]
    assert whole["changes"]["relative_cost"]["support"]["rms_percentage_points"] == 0.0
    said = _run("--results", str(table))
    assert "record and the published record" in said
    assert "No number for 58 rows: contact_2.5, " in said


def test_the_figures_are_drawn(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("id,value\nwidth_20,3\nnet_cost,3.4\n")
    figures = [tmp_path / "rows.svg", tmp_path / "changes.svg"]
    _run("--results", str(other), "--plot", str(figures[0]), "--plot-changes", str(figures[1]))
    assert "Does other predict what is measured?" in figures[0].read_text("utf-8")
    assert "Does a task change what it changes in people?" in figures[1].read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--table", "-", "--json"], 2, "--table goes with no other option"),
        (["--results", "a.csv", "--metabolic", "all"], 2, "--results goes with no runner"),
        (["--results", "a.csv", "--set", "task.speed=3"], 2, "--results goes with no runner"),
        (["--results", "a.csv"], 1, "a.csv: no such file"),
        (["--metabolic", "nobody2020"], 1, "metabolic = 'nobody2020': expected one of"),
    ],
)
def test_choices_that_cannot_be_honoured_are_refused(
    arguments: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["validate", *arguments])
    assert result.exit_code == code
    assert said in result.output
