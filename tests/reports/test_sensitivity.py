"""Which parameters matter, as text."""

import pytest
from fake_sweep import STIFFNESS, STRENGTH, Fake

from stridesim.reports.sensitivity import print_global_sensitivity
from stridesim.studies import global_sensitivity as module
from stridesim.studies.global_sensitivity import GlobalSensitivityAnswer, global_sensitivity
from stridesim.sweeps.design.design import design_from_tables

AXES = [
    {"parameter": STIFFNESS, "from": 0.4, "to": 1.6, "points": 3, "scale": "log"},
    {"parameter": STRENGTH, "from": 0.5, "to": 1.3, "points": 3},
]


def _answer(monkeypatch: pytest.MonkeyPatch, method: str) -> GlobalSensitivityAnswer:
    monkeypatch.setattr(module, "MODEL", Fake())
    tables = {"name": "plane", "outputs": ["tendon_energy_returned"], "axis": AXES}
    return global_sensitivity(design_from_tables(tables, "plane.toml"), method, samples=16)


@pytest.mark.parametrize(
    ("method", "title", "end"),
    [
        ("sobol", "share of the variance", "16 of 16 base samples complete, 64 points, seed 1; "),
        ("morris", "effect of crossing the range (J)", "16 trajectories of 3 points, seed 1"),
    ],
)
def test_the_strongest_axis_comes_first(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    method: str,
    title: str,
    end: str,
) -> None:
    """Tendon energy follows the tendons' stiffness alone."""
    print_global_sensitivity(_answer(monkeypatch, method))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert title in lines[0]
    assert [line.split()[0] for line in lines[2:4]] == [STIFFNESS, STRENGTH]
    assert lines[2].startswith(f"{STIFFNESS} 0.4 1.6 1 ")
    assert lines[-1].startswith(end)
