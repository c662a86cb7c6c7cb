"""Errors of changes: made-up predictions whose error is known."""

import pytest

from stridesim.evidence.changes import (
    CONDITIONS,
    changes,
    condition_errors,
    cost_errors,
    errors_record,
)
from stridesim.evidence.literature import literature

PUBLISHED = {row.id: row.published for row in literature()}


def test_the_record_itself_has_no_error() -> None:
    found = changes(PUBLISHED.get)
    assert {c.condition for c in found} == set(CONDITIONS)
    assert all(c.inside and c.low <= c.published <= c.high for c in found)
    for errors in (cost_errors(found), condition_errors(found)):
        assert all(one.rms == pytest.approx(0.0, abs=1e-12) for one in errors.values())
        assert not any(one.missing for one in errors.values())


def test_a_runner_whom_no_task_changes_errs_by_what_is_published() -> None:
    """Support of 25, 50 and 75 % saves 19, 39 and 58 %."""
    none = {row.id: 0.0 if row.unit in ("%", "deg") else 1.0 for row in literature()}
    found = changes((none | {"net_cost": 1.0, "knee_flexion_peak": 1.0}).get)
    assert {c.predicted for c in found} == {0.0}
    expected = ((19**2 + 39**2 + 58**2) / 3) ** 0.5
    assert cost_errors(found)["support"].rms == pytest.approx(expected)


def test_a_level_under_a_task_is_a_change_of_the_level_without_it() -> None:
    """Half the own net cost is half, whatever the own net cost is."""
    downhill = {"slope_net_-20": 1.0, "net_cost": 2.0}
    [change] = [c for c in changes(downhill.get) if c.predicted is not None]
    assert change.predicted == pytest.approx(-50.0)
    assert change.published == pytest.approx(100 * (1.73 / 3.40 - 1))
    alone = changes({"slope_net_-20": 1.0}.get)
    assert all(c.predicted is None for c in alone), "nothing to compare it with"


def test_rows_without_a_number_are_named_and_left_out() -> None:
    found = changes({"force_6": 1.4}.get)
    forces = cost_errors(found)["force"]
    assert forces.rms == pytest.approx(10.0)
    assert (forces.rows, forces.missing) == (1, ("force_-15",))
    assert cost_errors(found)["support"].rms is None
    told = errors_record(found)["relative_cost"]["force"]
    assert told == {"rms_percentage_points": forces.rms, "rows": 1, "missing": ("force_-15",)}
