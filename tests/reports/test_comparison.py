"""A comparison as text: rows of values and differences, the cost in a sentence, and reasons."""

import pytest

from stridesim.economy import Evaluation
from stridesim.reports.comparison import print_comparison
from stridesim.results import Status
from stridesim.runner import Runner
from stridesim.studies.comparison import compare


@pytest.fixture
def _law(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cost is 3 + tendon stiffness scale; a scale above 2 fails."""

    def law(runner: Runner, metabolic: str) -> Evaluation:
        scale = float(runner.tendon.stiffness_scale)
        results = solved.results | {"cost_of_transport": 3.0 + scale}
        status = Status.strength_too_low if scale > 2 else Status.ok
        return solved._replace(runner=runner, results=results, status=status)

    monkeypatch.setattr("stridesim.studies.comparison.evaluate", law)


def _printed(
    capsys: pytest.CaptureFixture[str], scales: dict[str, float], **settings: str
) -> list[str]:
    runners = {
        name: Runner.load().with_({"tendon.stiffness_scale": scale})
        for name, scale in scales.items()
    }
    print_comparison(compare(runners, settings=settings))
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.usefixtures("_law")
def test_a_row_has_the_first_and_the_others_with_their_difference(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = _printed(capsys, {"me": 1.0, "stiffer": 1.5, "far too stiff": 2.5}, slope="1 %")
    assert "energy a metre J/kg/m 4.00 4.50 +0.50 +12.5 %" in lines
    assert "Energy a metre against me (4.00 J/kg/m): stiffer +12.5 % (4.50)." in lines
    assert "set for all: slope = 1 %" in lines
    assert any(line.startswith("no result: far too stiff: strength_too_low: ") for line in lines)
    assert any(line.endswith("metabolic model bhargava2004_aerobic") for line in lines)


@pytest.mark.usefixtures("_law")
def test_a_reader_who_subtracts_finds_the_difference_that_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """4.444 is shown as 4.44, 4.4765 as 4.48: their difference as 0.04, not 0.03."""
    lines = _printed(capsys, {"me": 1.444, "stiffer": 1.4765})
    assert "energy a metre J/kg/m 4.44 4.48 +0.04 +0.7 %" in lines


@pytest.mark.usefixtures("_law")
def test_many_variants_are_several_tables(capsys: pytest.CaptureFixture[str]) -> None:
    lines = _printed(capsys, {f"v{i}": 1 + i / 10 for i in range(6)})
    assert sum(line.startswith("Against v0: ") for line in lines) == 2
