"""The answer to `stride`: its numbers are those of the model, told by name."""

import numpy as np
import pytest

from stridesim.economy import evaluate
from stridesim.results import InputError, quantity
from stridesim.runner import Runner
from stridesim.studies.stride import StrideAnswer, stride


@pytest.fixture(scope="module")
def answer() -> StrideAnswer:
    return stride(Runner.load())


def test_numbers_are_those_of_the_evaluation_in_their_units(answer: StrideAnswer) -> None:
    found = evaluate(Runner.load())
    assert answer.ok
    assert set(answer.values) == set(found.results)
    for name, value in answer.values.items():
        assert value.value == float(found.results[name])
        assert value.unit == quantity(name).unit


def test_the_breakdown_adds_up_to_the_gross_power(answer: StrideAnswer) -> None:
    gross = answer.metabolic_power
    assert sum(answer.breakdown["phase"].values()) == pytest.approx(gross, rel=1e-12)
    assert sum(answer.breakdown["cause"].values()) == pytest.approx(gross, rel=1e-12)


def test_curves_have_labels_and_agree_with_the_results(answer: StrideAnswer) -> None:
    curves = answer.curves
    assert curves["joint_moment"].dims == ("joint", "node")
    assert curves["joint_moment"].values[2].max() == pytest.approx(
        answer.peak_knee_extension_moment, rel=1e-12
    )
    in_stance = curves["in_stance"].values
    assert np.all(curves["ground_force_z"].values[~in_stance] == 0)
    mean = np.trapezoid(
        np.append(curves["ground_force_z"].values, curves["ground_force_z"].values[0]),
        np.append(curves["time"].values, 1 / answer.step_frequency * 2),
    )
    assert mean / float(answer.runner.body.mass) == pytest.approx(answer.vertical_impulse, rel=0.01)


def test_joint_power_is_that_of_moment_and_rate(answer: StrideAnswer) -> None:
    """Over the stance of level running the ankle gives more than it takes."""
    curves = answer.curves
    ankle = curves["joint_power"].values[3]
    expected = -curves["joint_moment"].values[3] * np.deg2rad(curves["joint_rate"].values[3])
    np.testing.assert_allclose(ankle, expected, rtol=1e-12)
    assert ankle.max() > -ankle.min()


def test_curves_as_a_data_set(answer: StrideAnswer) -> None:
    pytest.importorskip("xarray")
    data = answer.to_xarray()
    assert data["joint_angle"].sel(joint="knee_flexion").max() == pytest.approx(
        np.max(answer.curves["joint_angle"].values[2])
    )
    assert data["muscle_force"].attrs["units"] == "N"


def test_what_physics_cannot_do_is_a_reason_and_no_number() -> None:
    failed = stride(Runner.load().with_({"muscle.strength_scale": 0.5}))
    assert failed.status in ("strength_too_low", "activation_above_one")
    assert failed.status in failed.reason
    assert failed.to_dict()["status"] == failed.status


def test_choices_that_the_strategy_does_not_have_are_refused() -> None:
    with pytest.raises(InputError, match="free: only with"):
        stride(Runner.load(), free=["gait.step_frequency"])


def test_a_runner_without_errors_has_no_intervals() -> None:
    runner = Runner.load().with_({"gait.strategy": "fixed"} | _given())
    with pytest.raises(InputError, match="uncertainty"):
        stride(runner, uncertainty=True)


def _given() -> dict[str, float]:
    """Every uncertain number set by hand, which takes its error away."""
    here = Runner.load().at_speed()
    return {
        "leg.stiffness": float(here.leg.stiffness),
        "leg.loss": float(here.leg.loss),
        "gait.step_frequency": float(here.gait.step_frequency),
        "posture.cop_excursion": float(here.posture.cop_excursion),
        "leg.impact_mass": float(here.leg.impact_mass),
    }


def test_a_keyword_stands_for_the_only_parameter_that_ends_in_it() -> None:
    runner = Runner.load("rbds011")
    assert float(runner.with_(speed="14.4 km/h").task.speed) == pytest.approx(4.0)
    assert float(runner.with_({"leg.stiffness": "18 kN/m"}).leg.stiffness) == 18e3
    with pytest.raises(InputError, match=r"leg\.stiffness, hip\.stiffness"):
        runner.with_(stiffness=1.0)
    with pytest.raises(InputError, match="unknown parameter 'sped'"):
        runner.with_(sped=1.0)


def test_what_the_task_changes_is_told() -> None:
    uphill = stride(Runner.load().with_(slope="1 %"))
    (note,) = [note for note in uphill.notes if note.startswith("adapted to the task: ")]
    assert "trunk lean 7.2 deg to 8.92 deg" in note
    adapted = uphill.to_dict()["runner"]["adapted"]["posture.trunk_lean"]
    assert adapted["here"] - adapted["on_the_level"] == pytest.approx(3.0 * 0.5729, rel=1e-3)
    assert not any("adapted" in note for note in stride(Runner.load()).notes)
