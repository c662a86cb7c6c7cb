"""A run at its limits, on strides that are known."""

import numpy as np
import pytest
from fake_strides import LOAD, RESTING, strides
from numpy.testing import assert_allclose

from stridesim.muscles.xia_freylaw2008 import JOINT_RATES, averaged, equilibrium
from stridesim.results import InputError
from stridesim.runner import GROUPS, Runner
from stridesim.tasks import distance_run as module
from stridesim.tasks.course import Course, level
from stridesim.tasks.distance_run import ACHILLES_LOSS, Fatigue, Station, distance_run, stations

MODEL = "bhargava2004_aerobic"
SOLEUS = GROUPS.index("soleus")


def _runner(**settings: object) -> Runner:
    return Runner.load().with_({"task.speed": 4.0, **settings})


def _run(
    monkeypatch: pytest.MonkeyPatch,
    fatigue: Fatigue | None = None,
    course: Course | None = None,
    points: int = 20,
    limit: float = 2.0,
) -> list[Station]:
    monkeypatch.setattr(module, "results_at", strides(limit))
    track = course or level(20e3)
    return list(distance_run([_runner()], track, fatigue or Fatigue(), MODEL, points))


def test_without_rates_nothing_drifts(monkeypatch: pytest.MonkeyPatch) -> None:
    for station in _run(monkeypatch, Fatigue(rates=0.0)):
        assert not station.fatigued.any()
        for name, column in station.results.items():
            assert np.array_equal(column, station.fresh[name]), name


def test_muscles_settle_at_the_equilibrium_of_their_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """The load, as a share of the fresh muscle, is the same at every station here."""
    found = _run(monkeypatch)
    expected = equilibrium(LOAD, RESTING, JOINT_RATES["ankle"])
    assert found[-1].fatigued[0, SOLEUS] == pytest.approx(float(expected), rel=1e-3)
    middle = found[4]
    exact = averaged([0.0], [LOAD], [RESTING], middle.seconds[0], JOINT_RATES["ankle"])
    assert_allclose(middle.fatigued[0, SOLEUS], exact, rtol=1e-9)
    cost = [station.results["cost_of_transport"][0] for station in found]
    assert np.all(np.diff(cost) > -1e-12)


def test_doubled_rates_reach_the_same_state_in_half_the_distance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = _run(monkeypatch, course=level(12e3))[-1]
    near = _run(monkeypatch, Fatigue(rates=2.0), level(6e3))[-1]
    assert_allclose(near.fatigued, far.fatigued, rtol=1e-6)
    assert_allclose(near.achilles_loss, far.achilles_loss)


def test_the_stabiliser_follows_its_muscles_and_the_tendon_its_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    course = level(30e3)
    both = _run(monkeypatch, course=course)[-1]
    neither = _run(monkeypatch, Fatigue(stabiliser=0.0, tendon=0.0), course)[-1]
    assert neither.results["contact_time"] == neither.fresh["contact_time"]
    lost = both.fatigued[0, GROUPS.index("gluteus_medius")]  # the three alike here
    weaker = 0.01 * lost * float(_runner().hip.strength)
    assert both.results["contact_time"] - both.fresh["contact_time"] == pytest.approx(weaker)
    stiffness = both.results["achilles_stiffness"] / both.fresh["achilles_stiffness"]
    assert stiffness == pytest.approx(1 - ACHILLES_LOSS)
    assert neither.achilles_loss == 0.0


def test_a_slope_is_no_fatigue(monkeypatch: pytest.MonkeyPatch) -> None:
    hill = Course(np.array([5e3, 10e3]), np.array([0.0, 0.05]))
    found = _run(monkeypatch, Fatigue(rates=0.0), hill)
    assert found[-1].slope == 0.05
    assert found[-1].results["cost_of_transport"][0] > 1.1 * found[0].fresh["cost_of_transport"][0]
    assert_allclose(found[-1].results["cost_of_transport"], found[-1].fresh["cost_of_transport"])


def test_form_breaks_once_and_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _run(monkeypatch, limit=0.05)
    assert found[-1].distance < 20e3
    assert found[-1].status[0] == "activation_above_one"
    assert np.isnan(found[-1].results["cost_of_transport"][0])
    assert np.isfinite(found[-1].fresh["cost_of_transport"][0])
    assert all(station.status[0] == "ok" for station in found[:-1])


def test_runners_run_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each as if alone, at its own speed and with its own hip."""
    monkeypatch.setattr(module, "results_at", strides())
    pair = [_runner(), _runner(**{"task.speed": 3.0, "hip.strength": 0.9})]
    last = list(distance_run(pair, level(10e3), Fatigue(), MODEL, 10))[-1]
    alone = [list(distance_run([one], level(10e3), Fatigue(), MODEL, 10))[-1] for one in pair]
    assert_allclose(last.seconds, [2500.0, 10e3 / 3])
    for i in (0, 1):
        assert_allclose(last.fatigued[i], alone[i].fatigued[0])
        assert_allclose(
            last.results["cost_of_transport"][i], alone[i].results["cost_of_transport"][0]
        )


def test_stations_are_close_at_the_start_and_end_at_the_finish() -> None:
    places = stations(42195.0, 40)
    gaps = np.diff(places)
    assert places[0] == 0.0
    assert places[-1] == 42195.0
    assert gaps[0] == 75.0
    assert gaps.max() <= 1.31 * 42195 / 40
    assert len(places) < 60
    assert len(stations(100.0, 2)) >= 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rates": -1.0}, "rates = -1: outside its permitted range 0 to 10"),
        ({"stabiliser": 2.0}, "stabiliser = 2: outside its permitted range 0 to 1"),
        ({"hip": "wing"}, "hip = 'wing': expected one of knee, trunk, ankle"),
    ],
)
def test_what_cannot_tire_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        Fatigue(**settings)  # type: ignore[arg-type]
    assert str(caught.value) == message
