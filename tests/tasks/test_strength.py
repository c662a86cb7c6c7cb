"""Static strength: what acts on it, and what must not."""

from typing import Final

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.muscles.geometry import COORDINATES
from stridesim.runner import GROUPS, Runner
from stridesim.tasks.strength import EXERTIONS, StaticTorque, angles_of, static_torques

STRONGER: Final = 1.5


@pytest.fixture(scope="module")
def runner() -> Runner:
    return Runner.load().at_speed()


@pytest.fixture(scope="module")
def torques(runner: Runner) -> dict[str, StaticTorque]:
    return static_torques(runner.numbers)


def test_every_exertion_has_a_coordinate_and_all_other_joints_held() -> None:
    for one in EXERTIONS.values():
        assert {one.coordinate, *one.held} >= set(COORDINATES)


def test_forces_balance_and_an_effort_adds_to_what_is_passive(
    torques: dict[str, StaticTorque],
) -> None:
    for name, found in torques.items():
        assert found.residual.max() < 1e-9
        assert (found.torque > found.passive).all(), name
        assert found.torque.shape == angles_of(EXERTIONS[name]).shape


def test_passive_torque_is_that_of_the_opposite_effort(torques: dict[str, StaticTorque]) -> None:
    assert_allclose(torques["knee_extension"].passive, -torques["knee_flexion"].passive)
    assert_allclose(torques["hip_extension"].passive, -torques["hip_flexion"].passive)


def test_torque_grows_in_proportion_to_strength(
    runner: Runner, torques: dict[str, StaticTorque]
) -> None:
    """Tendons strain with force over F0, so a stronger leg is the same leg with more of it."""
    scale = STRONGER * float(runner.muscle.strength_scale)
    stronger = static_torques(runner.with_({"muscle.strength_scale": scale}).numbers)
    for name, found in torques.items():
        assert_allclose(stronger[name].torque, STRONGER * found.torque, rtol=1e-9)


def test_will_moves_the_active_torque_alone(
    runner: Runner, torques: dict[str, StaticTorque]
) -> None:
    half = static_torques(runner.with_({"muscle.voluntary_activation": 0.45}).numbers)
    for name, found in torques.items():
        assert_allclose(half[name].passive, found.passive, rtol=1e-9, atol=1e-9)
    knee = "knee_extension"
    share = (half[knee].torque - half[knee].passive) / (
        torques[knee].torque - torques[knee].passive
    )
    # Less force stretches the tendon less: the fibre is longer, and half the will is not half.
    assert ((share > 0.3) & (share < 0.7)).all()


def test_a_stiff_tendon_leaves_the_fibre_longer(
    runner: Runner, torques: dict[str, StaticTorque]
) -> None:
    stiff = static_torques(runner.with_({"tendon.stiffness_scale": 5}).numbers)
    vasti = GROUPS.index("vasti")
    name = "knee_extension"
    assert (stiff[name].norm_fiber_length[vasti] > torques[name].norm_fiber_length[vasti]).all()


def test_gastrocnemius_is_longer_with_the_knee_straight(
    runner: Runner, torques: dict[str, StaticTorque]
) -> None:
    bent = static_torques(runner.numbers, {"knee_flexion": 90.0})
    calf = "ankle_plantarflexion"
    assert (bent[calf].torque < torques[calf].torque)[5:].all()
    assert_allclose(bent["knee_extension"].torque, torques["knee_extension"].torque)


def test_running_does_not_ask_for_will(runner: Runner) -> None:
    """Activation in running is not limited by what will reaches."""
    from stridesim.muscles.groups import groups_of

    weak = groups_of(runner.with_({"muscle.voluntary_activation": 0.5}).numbers)
    assert_allclose(np.hstack(weak), np.hstack(groups_of(runner.numbers)))


def test_knee_extension_is_weakest_straight_and_strongest_bent(
    torques: dict[str, StaticTorque],
) -> None:
    angles = angles_of(EXERTIONS["knee_extension"])
    torque = torques["knee_extension"].torque
    assert torque[0] == torque.min()
    assert 40 < angles[torque.argmax()] < 80
