"""The answer to `sensitivity`: every parameter's effect, what is held, and what is told of it."""

from pathlib import Path

import numpy as np
import pytest

from stridesim.economy import Evaluation, optimal
from stridesim.economy.optimal import Optimum
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.studies.sensitivity import sensitivity, stages_of


def test_an_optimal_runner_is_judged_at_his_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Envelope theorem: the choices are found once and held; other habits still follow."""
    free = ("gait.step_frequency",)
    none = np.zeros(1)
    best = Optimum(
        free,
        values=np.array([[2.7]]),
        cost=none,
        status=np.array(["ok"]),
        gradient=none,
        curvature=none,
        at_bound=none,
        blocked=none,
        spread=none,
        settled=none,
        evaluations=0,
    )
    monkeypatch.setattr(optimal, "optimise_points", lambda *_, **__: best)
    slopes = dict.fromkeys(PARAMETERS, 1.0)
    monkeypatch.setattr("stridesim.studies.sensitivity.gradient", lambda *_: slopes)
    runner = apply_overrides(Runner.load(), {"gait.strategy": "optimal", "task.speed": 3.0})
    found = sensitivity(runner, ["contact_time"])
    judged = found.evaluation.runner
    assert float(judged.gait.step_frequency) == 2.7
    assert float(judged.leg.stiffness) == pytest.approx(float(runner.at_speed().leg.stiffness))
    by_path = {effect.parameter.path: effect for effect in found.effects["contact_time"]}
    assert by_path["gait.step_frequency"].value == 2.7
    contact_time = float(found.evaluation.results["contact_time"])
    assert by_path["gait.step_frequency"].change == pytest.approx(2.7 / contact_time)


def test_a_stride_without_results_has_no_elasticities() -> None:
    weak = apply_overrides(Runner.load(), {"muscle.strength_scale": 0.3})
    found = sensitivity(weak)
    assert not found.ok
    assert found.status in found.reason
    assert found.effects == {}
    assert found.to_dict()["outputs"] == {}


@pytest.fixture
def power_law(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    """y = 3.5 (leg stiffness)^-0.2 (1 + 0.01 lean / deg), each 1 at this runner."""

    def slopes(evaluation: Evaluation, _metabolic: str, _name: str) -> dict[str, float]:
        found = dict.fromkeys(PARAMETERS, 0.0)
        found["leg.stiffness"] = -0.2 * 3.5 / float(evaluation.runner.leg.stiffness)
        found["posture.trunk_lean"] = 0.01 * 3.5 * 180 / np.pi
        return found

    here = solved._replace(results=solved.results | {"cost_of_transport": 3.5})
    monkeypatch.setattr("stridesim.studies.sensitivity.evaluate", lambda *_: here)
    monkeypatch.setattr("stridesim.studies.sensitivity.gradient", slopes)


@pytest.mark.usefixtures("power_law")
def test_elasticities_of_a_power_law(tmp_path: Path) -> None:
    answer = sensitivity(Runner.load())
    first, second = answer.effects["cost_of_transport"][:2]
    assert (first.parameter.path, first.step.words) == ("posture.trunk_lean", "+1 deg")
    assert first.change == pytest.approx(1.0)
    assert (second.parameter.path, second.change) == ("leg.stiffness", pytest.approx(-0.2))
    assert answer.sentences["cost_of_transport"].startswith(
        "Cost of transport (3.50 J/kg/m) moves most with trunk lean (+1 % for +1 deg), leg stiff"
    )
    assert answer.held.startswith("the gait is held: leg stiffness, leg loss and step frequency")
    told = answer.to_dict()
    assert told["schema"]["kind"] == "sensitivity"
    entry = told["outputs"]["cost_of_transport"]["parameters"]["posture.trunk_lean"]
    assert (entry["kind"], entry["step"], entry["step_unit"]) == ("step", 1.0, "deg")
    assert entry["derivative"] == pytest.approx(0.035)
    columns, rows = answer.table()
    assert columns[:4] == ("output", "output_unit", "parameter", "value")
    assert len(rows) == len(PARAMETERS)
    assert [row[1] for row in answer.summary().rows] == ["posture.trunk_lean", "leg.stiffness"]
    answer.to_csv(tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text().splitlines()
    assert lines[0] == ",".join(columns)
    assert lines[1].startswith("cost_of_transport,J/kg/m,posture.trunk_lean,")


def test_bad_input_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stridesim.studies.sensitivity.evaluate", lambda *_: pytest.fail("work"))
    with pytest.raises(InputError, match="unknown result 'cost'"):
        sensitivity(Runner.load(), ["cost"])
    with pytest.raises(InputError, match="free: only with"):
        sensitivity(Runner.load(), free=["gait.step_width"])


def test_stages_name_what_is_waited_for() -> None:
    names = [name for name, _ in stages_of(Runner.load(), ["contact_time"])]
    assert names == ["gait, muscles and cost of the stride", "derivative of contact time"]
