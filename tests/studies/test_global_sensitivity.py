"""The answer to `global_sensitivity`: who is to blame over ranges, with the model faked."""

from pathlib import Path

import pytest
from fake_sweep import STIFFNESS, STRENGTH, Fake

from stridesim.analysis import Effects, Indices
from stridesim.results import InputError
from stridesim.studies import global_sensitivity as module
from stridesim.studies.global_sensitivity import global_sensitivity
from stridesim.sweeps import Design
from stridesim.sweeps.design.design import design_from_tables

OUTPUTS = ["cost_of_transport", "tendon_energy_returned"]
AXES = [
    {"parameter": STIFFNESS, "from": 0.4, "to": 1.6, "points": 3, "scale": "log"},
    {"parameter": STRENGTH, "from": 0.5, "to": 1.3, "points": 3},
]


@pytest.fixture
def design() -> Design:
    return design_from_tables({"name": "plane", "outputs": OUTPUTS, "axis": AXES}, "plane.toml")


def _use(monkeypatch: pytest.MonkeyPatch, fake: Fake) -> None:
    monkeypatch.setattr(module, "MODEL", fake)


def test_sobol_tells_who_is_to_blame(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tendon energy is 30 / scale in the fake, whatever else."""
    _use(monkeypatch, Fake())
    answer = global_sensitivity(design, "sobol", samples=256)
    assert answer.ok
    energy = answer.judged["tendon_energy_returned"]
    assert isinstance(energy, Indices)
    assert energy.total == pytest.approx([1.0, 0.0], abs=0.03)
    told = answer.to_dict()
    assert told["points"] == 256 * 4
    assert told["confidence"] == 0.95
    assert told["files"] == {"table": None}
    assert told["outputs"]["cost_of_transport"]["kept"] == 256
    columns, rows = answer.table()
    assert columns[:4] == ("output", "output_unit", "parameter", "from")
    assert [row[:3:2] for row in rows][:2] == [(OUTPUTS[0], STIFFNESS), (OUTPUTS[0], STRENGTH)]


def test_rows_in_a_folder_are_those_in_memory(
    design: Design, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _use(monkeypatch, Fake())
    kept = global_sensitivity(design, "morris", samples=6, folder=tmp_path / "rows")
    loose = global_sensitivity(design, "morris", samples=6)
    for name, one in kept.judged.items():
        other = loose.judged[name]
        assert isinstance(one, Effects)
        assert isinstance(other, Effects)
        assert list(one.mu) == list(other.mu)
    assert (tmp_path / "rows" / "manifest.json").is_file()
    assert kept.to_dict()["trajectories"] == 6


def test_too_many_points_without_a_result_are_a_reason(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(monkeypatch, Fake(0.8))
    answer = global_sensitivity(design, "sobol", samples=64)
    assert answer.status == "no_flight"
    assert "narrow the ranges of the axes" in answer.reason
    assert answer.judged == {}
    assert answer.notes[0].startswith("without result: ")
    with pytest.raises(InputError, match="nothing is judged"):
        answer.plot()


def test_an_unknown_result_is_refused_before_any_work(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(monkeypatch, Fake(interrupt_at=0))
    with pytest.raises(InputError, match="unknown result 'cost'"):
        global_sensitivity(design, outputs=["cost"])
