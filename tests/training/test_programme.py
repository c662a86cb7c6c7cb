"""Programmes from files: those that come along, the dose, and what is refused."""

import math
from pathlib import Path

import pytest

from stridesim import shipped
from stridesim.results import InputError
from stridesim.runner import PARAMETERS
from stridesim.training.programme import read_programme

GOOD = """
name = "mine"
title = "Heel raises"
weeks = 12
[[change]]
parameters = ["tendon.soleus.strain_at_peak_force"]
percent = [-8, 5]
source = "doi:10.1007/s00421-012-2585-4"
[[change]]
parameters = ["posture.trunk_lean"]
amount = ["2 deg", "0.5 deg"]
transfer = [0.2, 0.6]
transfer_source = "a guess"
weeks = 6
half_time = 3
source = "a coach"
[[published]]
percent = [-4, -6, -2]
words = "a trial"
source = "doi:1"
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text)
    return path


def test_those_that_come_along_can_be_read_and_name_their_sources() -> None:
    names = shipped.programme_names()
    assert {"heavy", "plyometric", "hip_stability", "drills", "unspecific"} <= set(names)
    for name in names:
        found = read_programme(shipped.programme_file(name))
        assert found.name == name
        for change in found.changes:
            assert set(change.parameters) <= set(PARAMETERS)
            assert change.source
            assert change.transfer == (1.0, 1.0) or change.transfer_source
        assert all("doi:" in one.source for one in found.published)


def test_a_file_of_a_user_is_read(tmp_path: Path) -> None:
    found = read_programme(_written(tmp_path, GOOD))
    tendon, lean = found.changes
    assert tendon.relative
    assert (tendon.mean, tendon.sd) == (-0.08, 0.05)
    assert not lean.relative
    assert lean.mean == pytest.approx(math.radians(2))
    assert lean.transfer == (0.2, 0.6)
    assert found.published[0].low == -6.0


def test_the_dose_is_none_after_none_and_all_after_the_weeks_of_the_source(tmp_path: Path) -> None:
    even, saturating = read_programme(_written(tmp_path, GOOD)).changes
    assert even.share(0.0) == saturating.share(0.0) == 0.0
    assert even.share(12.0) == pytest.approx(1.0)
    assert even.share(3.0) == pytest.approx(0.25)
    assert saturating.share(6.0) == pytest.approx(1.0)
    # Half of what it leads to in the end after a half time.
    end = 1 / (1 - 2 ** (-6 / 3))
    assert saturating.share(3.0) == pytest.approx(0.5 * end)


def test_the_half_time_of_strength_is_that_of_two_and_three_months() -> None:
    """Kubo 2010: +29.6 % after two months of training, +40.5 % after three."""
    change = read_programme(shipped.programme_file("heavy")).changes[0]
    month = 365.25 / 12 / 7
    ratio = change.share(2 * month) / change.share(3 * month)
    assert ratio == pytest.approx(29.6 / 40.5, abs=0.005)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "mine"', 'name = "other"', "name = 'other': expected 'mine'"),
        ("weeks = 12", "weeks = 90", "weeks = 90: outside its permitted range 0.5 to 52"),
        ("weeks = 12", "", "weeks missing: outside"),
        ("tendon.soleus.strain", "tendon.soleus.strein", "change[0]: unknown parameter"),
        ("percent = [-8, 5]", "", "change[0]: expected either percent or amount"),
        ("percent = [-8, 5]", "percent = [-99, 5]", "percent = -99: outside its permitted range"),
        ("percent = [-8, 5]", "percent = [-8]", "percent = [-8]: expected two numbers"),
        ("percent = [-8, 5]", "percent = [-8, -5]", "standard deviation -5"),
        ('amount = ["2 deg", "0.5 deg"]', 'amount = ["2 kg", "0.5 deg"]', "amount = '2 kg'"),
        ("transfer = [0.2, 0.6]", "transfer = [0.2, 1.6]", "transfer = 1.6: outside"),
        ("transfer = [0.2, 0.6]", "transfer = [0.6, 0.2]", "expected from low to high"),
        ('transfer_source = "a guess"', "", "transfer_source = None: expected text"),
        ('source = "a coach"', "", "change[1]: source = None: expected text"),
        ("half_time = 3", "halftime = 3", "change[1]: unknown key 'halftime'"),
        ("percent = [-4, -6, -2]", "percent = [-4, -2, -6]", "expected low <= mean <= high"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    path = _written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(InputError) as caught:
        read_programme(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_an_unknown_programme_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="unknown programme 'heavi'; did you mean 'heavy'"):
        shipped.programme_file("heavi")
