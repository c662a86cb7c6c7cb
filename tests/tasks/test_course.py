"""Courses from numbers and files, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.results import InputError
from stridesim.tasks.course import Course, distance_of, level, read_course


@pytest.mark.parametrize(
    ("written", "metres"),
    [("42.2km", 42200), ("marathon", 42195), ("10", 10000), (5.0, 5000), ("800 m", 800),
     ("1 mile", 1609.344), ("Half", 21097.5)],
)  # fmt: skip
def test_distances_are_read_as_people_write_them(written: str | float, metres: float) -> None:
    assert distance_of(written) == pytest.approx(metres)


@pytest.mark.parametrize("written", ["far", "10 kg", "0.01", "300", "-5", "nan"])
def test_what_is_no_distance_is_named(written: str) -> None:
    with pytest.raises(InputError, match="distance"):
        distance_of(written)


def test_the_mean_slope_is_weighted_by_length() -> None:
    course = Course(np.array([1000.0, 3000.0]), np.array([0.02, -0.01]))
    assert course.mean_slope(0, 500) == pytest.approx(0.02)
    assert course.mean_slope(500, 2500) == pytest.approx((500 * 0.02 - 1500 * 0.01) / 2000)
    assert level(5000).mean_slope(0, 5000) == 0.0


def test_a_course_is_cut_to_a_distance_and_not_beyond_its_end() -> None:
    course = Course(np.array([1000.0, 2000.0, 3000.0]), np.array([0.01, 0.02, 0.03]))
    shorter = course.cut(1500.0)
    assert_allclose(shorter.ends, [1000, 1500])
    assert_allclose(shorter.slopes, [0.01, 0.02])
    assert course.cut(2000.0).length == 2000.0
    with pytest.raises(InputError, match="the profile is 3 km long"):
        course.cut(4000.0)


def test_profiles_of_every_kind_give_one_course(tmp_path: Path) -> None:
    table = tmp_path / "hill.csv"
    table.write_text("kilometre,slope\n1,0\n2 km,2 %\n3,-0.01\n")
    tables = tmp_path / "hill.toml"
    tables.write_text(
        '[[stretch]]\nlength = "1 km"\nslope = 0\n[[stretch]]\nlength = 1\nslope = "2 %"\n'
        "[[stretch]]\nlength = 1\nslope = -0.01\n"
    )
    short = tmp_path / "short.csv"
    short.write_text("km,slope\n1,0\n2,0.02\n3,-0.01\n")
    for path in (table, tables, short):
        course = read_course(path)
        assert_allclose(course.ends, [1000, 2000, 3000])
        assert_allclose(course.slopes, [0, 0.02, -0.01])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "mile,slope\n1,0\n", "expected the columns kilometre,slope, not mile,slope"),
        ("a.csv", "kilometre,slope\n", "no stretches"),
        ("a.csv", "kilometre,slope\n1,0\n1,0\n", "line 3: kilometre = 1: expected more"),
        ("a.csv", "kilometre,slope\n1,steep\n", "line 2: slope = 'steep'"),
        ("a.csv", "kilometre,slope\n1,9\n", "line 2: slope = 9"),
        ("a.toml", "slope = 1\n", "unknown key 'slope'"),
        ("a.toml", "[[stretch]]\nlength = 1\n", "stretch[0]: expected the keys length and slope"),
        ("a.gpx", "<gpx", "not valid GPX"),
        ("a.fit", "", "expected a profile in one of .toml, .csv, .gpx"),
    ],
)
def test_what_is_wrong_with_a_profile_is_one_line(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_course(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)
