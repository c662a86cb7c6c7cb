"""The answer to `uncertainty`: intervals by name, and the fitted numbers that they come from."""

import pytest

from stridesim.economy.uncertainty import NOT_INCLUDED, Interval, Propagated, Source
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.ensemble import uncertainty

FOUND = Propagated(
    {"cost_of_transport": Interval(0.1, 3.7, 4.2), "contact_time": Interval(0.003, 0.22, 0.24)},
    {"leg.stiffness": Source(18e3, 1e3, 0.11)},
    256,
    {"no_flight": 70, "out_of_bounds": 2},
    20,
)


def _draws(monkeypatch: pytest.MonkeyPatch, found: Propagated) -> None:
    """Draws that cost nothing; `tests/economy/test_uncertainty.py` makes real ones."""
    monkeypatch.setattr("stridesim.studies.ensemble.propagate", lambda runner, metabolic: found)


def test_intervals_and_sources_are_in_declared_units(monkeypatch: pytest.MonkeyPatch) -> None:
    _draws(monkeypatch, FOUND)
    answer = uncertainty(Runner.load())
    assert answer.ok
    assert answer.intervals["cost_of_transport"].low == 3.7
    assert answer.sources[0][:4] == ("leg.stiffness", 18e3, 1e3, "N/m")
    assert answer.sources[0].cost_of_transport_per_sd == 0.11
    columns, rows = answer.table()
    assert columns == ("quantity", "sd", "low", "high", "unit")
    assert rows[1] == ("contact_time", 0.003, 0.22, 0.24, "s")
    told = answer.to_dict()
    assert told["schema"]["kind"] == "ensemble"
    assert told["uncertainty"]["failed"] == {"no_flight": 70, "out_of_bounds": 2}
    assert told["results"]["cost_of_transport"]["high"] == 4.2


def test_failed_draws_and_what_is_left_out_are_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    _draws(monkeypatch, FOUND)
    notes = uncertainty(Runner.load()).notes
    assert notes[0].startswith("70 of 256 draws failed, no_flight: ")
    assert "outside its permitted range" in notes[1]
    assert notes[-1] == f"Not included: {NOT_INCLUDED}"


def test_when_every_draw_fails_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    _draws(monkeypatch, FOUND._replace(failed={"no_flight": 256}))
    answer = uncertainty(Runner.load())
    assert answer.status == "no_flight"
    assert answer.reason == "no draw has a result"


def test_a_runner_without_errors_is_refused() -> None:
    here = Runner.load().at_speed()
    held = {
        "leg.stiffness": float(here.leg.stiffness),
        "leg.loss": float(here.leg.loss),
        "gait.step_frequency": float(here.gait.step_frequency),
        "posture.cop_excursion": float(here.posture.cop_excursion),
        "leg.impact_mass": float(here.leg.impact_mass),
    }
    with pytest.raises(InputError, match="has an error"):
        uncertainty(Runner.load().with_(held))
