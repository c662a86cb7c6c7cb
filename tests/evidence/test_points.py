"""Measured points: where they lie, and that they are the record's own."""

import csv
import math
from pathlib import Path

import pytest

from stridesim.evidence.literature import literature
from stridesim.evidence.points import black2018, place, row_point, study_points, task_points

DATA = Path(__file__).resolve().parents[2] / "src/stridesim/evidence/data"


@pytest.mark.parametrize(
    ("row", "at"),
    [
        ("slope_ratio_-10", -0.10),
        ("slope_net_-20", -0.20),
        ("support_25", 0.25),
        ("slope_peak_-5deg", -math.tan(math.radians(5))),
    ],
)
def test_a_row_lies_where_its_name_says(row: str, at: float) -> None:
    assert place(row) == pytest.approx(at)


def test_changes_of_cost_are_those_of_the_record() -> None:
    points = task_points("support", "net cost")
    assert [point.at for point in points] == [0.25, 0.50, 0.75]
    assert [point.value for point in points] == pytest.approx([-19.0, -39.0, -58.0])
    assert all(p.low is not None and p.high is not None and p.low < p.value < p.high
               for p in points)  # fmt: skip
    assert {p.source for p in points} == {"doi:10.1242/jeb.004481"}
    assert task_points("slope", "no such quantity") == ()


def test_a_row_without_a_value_stands_in_the_middle_of_its_band() -> None:
    penalty = row_point("frequency_penalty_18", 0.18)
    assert (penalty.low, penalty.value, penalty.high) == (3.0, 7.5, 12.0)


def test_single_studies_have_a_source_that_others_can_find() -> None:
    low, high = study_points("farley1996", "leg stiffness")
    assert high.value / low.value == pytest.approx(2.3, abs=0.05)
    ratio = next(row for row in literature() if row.id == "frequency_kleg")
    assert ratio.source == low.source
    with (DATA / "points.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row["source"].startswith("doi:10.") for row in rows)


def test_the_cost_over_speed_is_the_shared_table(shared: Path) -> None:
    name = "metabolic_black2018.csv"
    assert (DATA / name).read_bytes() == (shared / "reference" / name).read_bytes()
    elite = black2018("elite")
    assert len(elite) == 10
    assert min(elite, key=lambda point: point.value).at == pytest.approx(13 / 3.6)
    assert all(p.low < p.value < p.high for p in elite if p.low and p.high)
