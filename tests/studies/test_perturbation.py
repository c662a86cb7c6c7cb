"""The answer to `perturb`: amounts with units in, outcome and steps with units out."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from made_optimum import made_optimum

from stridesim.results import InputError, Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.studies.disturbances import FEEDBACKS, PERTURBATIONS, amounts_in_si
from stridesim.studies.perturbation import UNITS, PerturbationAnswer, perturb


@pytest.fixture(scope="module")
def fall() -> PerturbationAnswer:
    return perturb(Runner.load(), ground_drop="3 cm", steps=12, bare=True)


def test_amounts_are_numbers_in_declared_units_or_text() -> None:
    si = amounts_in_si({"retraction": 90, "ground_drop": "3 cm"})
    assert si["retraction"] == pytest.approx(np.pi / 2)
    assert si["ground_drop"] == pytest.approx(0.03)
    assert set(si) == {*PERTURBATIONS, "retraction"}
    assert sum(value != 0 for value in si.values()) == 2


def test_feedbacks_are_the_parameters_of_recovery() -> None:
    declared = {path: p for path, p in PARAMETERS.items() if path.startswith("recovery.")}
    assert list(declared) == [f"recovery.{name}" for name in FEEDBACKS]
    for name, amount in FEEDBACKS.items():
        parameter = declared[f"recovery.{name}"]
        assert (amount.unit, amount.bounds) == (parameter.unit, parameter.bounds)


def test_what_is_asked_for_stands_before_the_runner_and_bare_is_nothing_else() -> None:
    runner = Runner.load().with_(retraction=60)
    asked = perturb(runner, lateral_placement="0.3 s", steps=12)
    own = {name: PARAMETERS[f"recovery.{name}"].default for name in FEEDBACKS}
    assert asked.recovery == pytest.approx({**own, "retraction": 60, "lateral_placement": 0.3})
    assert asked.requested == {"lateral_placement": "0.3 s"}
    bare = perturb(runner, lateral_placement="0.3 s", steps=12, bare=True)
    assert bare.recovery == {**dict.fromkeys(FEEDBACKS, 0.0), "lateral_placement": 0.3}
    assert bare.requested == {"lateral_placement": "0.3 s", "recovery": "none"}


def test_recovery_leaves_the_gait_as_it_is(fall: PerturbationAnswer) -> None:
    answer = perturb(Runner.load(), ground_drop="3 cm", steps=12)
    assert answer.nominal == fall.nominal
    assert answer.outcome == "recovered"
    assert answer.peak_deviation == pytest.approx(fall.steps["deviation"][2], rel=1e-9)
    assert answer.spectral_radius < 1
    assert answer.basin is not None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"ground_drops": "3 cm"}, "did you mean 'ground_drop'"),
        ({"ground_drop": 9}, "ground_drop = 9: outside its permitted range -0.5 to 0.5 m"),
        ({"push": "3 kg"}, "push = '3 kg'"),
        ({"steps": 0}, "steps = 0: outside its permitted range 1 to 500"),
        ({"at": 99}, "at = 99: outside its permitted range 0 to 50"),
    ],
)
def test_bad_input_is_refused_before_any_work(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], message: str
) -> None:
    monkeypatch.setattr("stridesim.studies.perturbation.periodic", lambda _: pytest.fail("work"))
    with pytest.raises(InputError, match=message):
        perturb(Runner.load(), **asked)


def test_a_fall_is_an_answer(fall: PerturbationAnswer) -> None:
    assert fall.ok
    assert fall.outcome == "fell"
    assert fall.sentence.startswith(f"Fell after {fall.steps_completed:.0f} of 12 steps: ")
    assert fall.spectral_radius > 1
    assert fall["spectral_radius"].unit == "1"
    assert fall.basin is None
    assert fall.requested == {"ground_drop": "3 cm", "recovery": "none"}


def test_steps_begin_with_the_apexes_before_the_disturbance(fall: PerturbationAnswer) -> None:
    """Two contacts of the undisturbed gait; then the ground is 3 cm lower."""
    heights = fall.steps["z"]
    assert len(heights) == 2 + 12 + 1
    np.testing.assert_allclose(heights[:2], fall.nominal["z"], rtol=1e-6)
    assert heights[2] == pytest.approx(fall.nominal["z"] + 0.03)
    assert np.isfinite(heights).sum() == 2 + fall.steps_completed + 1
    assert list(fall.steps) == [*UNITS, "deviation"]


def test_multipliers_are_told_the_largest_first(fall: PerturbationAnswer) -> None:
    found = fall.multipliers()
    assert len(found) == 5
    assert found[0]["magnitude"] == fall.spectral_radius
    assert all(sum(one["participation"].values()) == pytest.approx(1) for one in found)


def test_a_disturbance_changes_neither_the_gait_nor_its_stability(
    fall: PerturbationAnswer,
) -> None:
    quiet = perturb(Runner.load(), steps=12, bare=True)
    assert quiet.requested == {"recovery": "none"}
    assert quiet.peak_deviation < 1e-6 < fall.peak_deviation
    assert quiet.spectral_radius == fall.spectral_radius


def test_without_a_gait_there_is_no_run() -> None:
    answer = perturb(Runner.load().with_({"leg.stiffness": "5 kN/m"}))
    assert Status[answer.status] != Status.ok
    assert answer.outcome is None
    assert answer.to_dict()["results"]["spectral_radius"]["value"] is None
    with pytest.raises(InputError, match="there is no run"):
        _ = answer.steps


def test_without_a_choice_there_is_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = made_optimum(["gait.step_frequency"])._replace(status=np.array(["no_flight"]))
    monkeypatch.setattr("stridesim.studies.optimum.optimise_points", lambda *_, **__: lost)
    answer = perturb(Runner.load().with_({"gait.strategy": "optimal"}))
    assert answer.status == "no_flight"
    assert "no gait near the habit has a result" in answer.reason


def test_a_run_that_nothing_disturbs_says_so() -> None:
    quiet = perturb(Runner.load(), steps=12, bare=True)
    assert quiet.sentence.startswith("Nothing disturbed the runner in 12 steps.")


def test_a_number_of_an_answer_that_fails_comes_with_the_reason() -> None:
    sound = perturb(Runner.load(), steps=12, bare=True)
    failed = dataclasses.replace(sound, status="no_flight", reason="no_flight: made")
    with pytest.warns(UserWarning, match="peak_deviation of a perturbation that fails: no_flight"):
        assert failed.peak_deviation == sound.peak_deviation
