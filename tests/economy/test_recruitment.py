"""Evenness and time to fatigue at their limits, and against the compartments they follow from."""

import numpy as np
import pytest

from stridesim.economy.recruitment import LONGEST, evenness, time_to_fatigue
from stridesim.muscles.xia_freylaw2008 import averaged, rates_of
from stridesim.runner import GROUPS

MUSCLES = len(GROUPS)


def test_equal_muscles_are_even_and_one_alone_is_not() -> None:
    assert evenness(np.full(MUSCLES, 0.2)) == pytest.approx(1.0)
    alone = np.full(MUSCLES, 1e-6)
    alone[3] = 0.5
    assert 0 <= float(evenness(alone)) < 0.01


def test_waking_the_idle_makes_it_more_even() -> None:
    uneven = np.full(MUSCLES, 0.2)
    uneven[:3] = 0.02
    woken = uneven.copy()
    woken[:3] = 0.1
    assert evenness(uneven) < evenness(woken) < 1


def test_a_rested_muscle_lasts_and_one_at_its_limit_does_not() -> None:
    mean, resting = np.full(MUSCLES, 0.01), np.full(MUSCLES, 0.5)
    assert time_to_fatigue(np.full(MUSCLES, 0.1), mean, resting) == pytest.approx(LONGEST)
    assert time_to_fatigue(np.full(MUSCLES, 1.0), mean, resting) == pytest.approx(0.0)


def test_at_that_time_what_is_left_is_the_peak() -> None:
    peak, mean, resting = np.full(MUSCLES, 0.7), np.full(MUSCLES, 0.3), np.full(MUSCLES, 0.2)
    rates = rates_of(GROUPS)
    lasting = np.asarray(time_to_fatigue(peak, mean, resting))
    assert (lasting < LONGEST).all()
    fresh = np.zeros(MUSCLES)
    left = [
        1 - averaged(fresh, mean, resting, seconds, rates)[k] for k, seconds in enumerate(lasting)
    ]
    assert left == pytest.approx(peak, rel=1e-6)
