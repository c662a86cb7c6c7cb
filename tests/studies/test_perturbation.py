"""The answer to `perturb`: amounts with units in, outcome and steps with units out."""

from typing import Any

import numpy as np
import pytest
from made_optimum import made_optimum

from stridesim.results import InputError, Status
from stridesim.runner import Runner
from stridesim.studies.disturbances import FEEDBACKS, PERTURBATIONS, amounts_in_si
from stridesim.studies.perturbation import UNITS, PerturbationAnswer, perturb


@pytest.fixture(scope="module")
def fall() -> PerturbationAnswer:
    return perturb(Runner.load(), ground_drop="3 cm", steps=12)


def test_amounts_are_numbers_in_declared_units_or_text() -> None:
    si = amounts_in_si({"retraction": 90, "ground_drop": "3 cm"})
    assert si["retraction"] == pytest.approx(np.pi / 2)
    assert si["ground_drop"] == pytest.approx(0.03)
    assert set(si) == {*PERTURBATIONS, *FEEDBACKS}
    assert sum(value != 0 for value in si.values()) == 2


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
    assert fall.requested == {"ground_drop": "3 cm"}


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
    quiet = perturb(Runner.load(), steps=12)
    assert quiet.requested == {}
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
