"""A walk has no flight: it is refused in a line that says so, and a walking speed is doubted."""

import numpy as np
import pytest

from stridesim.constants import GRAVITY
from stridesim.recordings import ForceRecording, measure_steps
from stridesim.results import InputError

MASS, STRIDE = 70.0, 1.2


def _walk(duty_factor: float) -> ForceRecording:
    """Two feet half a stride apart; each foot's vertical force has two humps."""
    time = np.arange(12 * 500 + 1) / 500

    def foot(phase: np.ndarray) -> np.ndarray:
        share = phase / duty_factor
        down = share < 1.0
        vertical = np.sin(np.pi * share) + 0.32 * np.sin(3.0 * np.pi * share)
        return np.where(down, [-0.18 * np.sin(2.0 * np.pi * share), 0.0 * share, vertical], 0.0)

    left, right = (foot((time / STRIDE + shift) % 1.0) for shift in (0.0, 0.5))
    force = (left + right).T
    force *= MASS * GRAVITY / force[:, 2].mean()
    return ForceRecording(time, force, "walk.csv")


@pytest.mark.parametrize("duty_factor", [0.7, 0.62, 0.55, 0.51])
def test_feet_that_never_leave_the_ground_together_are_no_run(duty_factor: float) -> None:
    with pytest.raises(InputError, match=r"lowest force .* permitted: flight .*is it a walk"):
        measure_steps(_walk(duty_factor), speed=0.8, height=1.75, stated_mass=MASS)


def test_contacts_as_long_as_a_walks_are_no_run() -> None:
    with pytest.raises(InputError, match=r"0 complete steps.*contacts last 0\.5\d s.*a walk\?"):
        measure_steps(_walk(0.46), speed=0.8, height=1.75, stated_mass=MASS)


@pytest.mark.parametrize(("speed", "doubted"), [(0.8, True), (2.0, False)])
def test_a_run_at_a_walking_speed_is_doubted(half_sine, speed: float, doubted: bool) -> None:
    measures = measure_steps(half_sine().recording(), speed=speed, height=1.75, stated_mass=MASS)
    assert any("at which people walk" in warning for warning in measures.warnings) is doubted
