"""Fatigue of a muscle in three compartments: active, resting and fatigued motor units.

Xia & Frey-Law 2008 (doi:10.1016/j.jbiomech.2008.07.013). Of all motor units a share M_A is active,
M_R rests and M_F is fatigued; they sum to one. A controller C(t) activates and rests units so that
the active share follows the target load TL(t), activation as a share of the fresh muscle:

    dM_A/dt = C - F M_A        C = L (TL - M_A)            enough units rest, or TL <= M_A
    dM_R/dt = -C + R M_F       C = L M_R                   too few rest for what is wanted
    dM_F/dt = F M_A - R M_F

Fatigue and recovery rates F and R are those of joint regions in Frey-Law 2012
(doi:10.1016/j.jbiomech.2012.04.018). While the load falls (M_A >= TL) blood flows freely and R is
15 times as large (Looft 2018, doi:10.1016/j.jbiomech.2018.06.005, 3CC-r). For the hip no rates are
published: its muscles borrow those of the knee, whose ratio F/R is the same as that of all others.

A stride lasts 0.7 s, fatigue minutes. Averaged over a stride, with l the mean load and s the share
of the stride in which the load falls,

    dM_F/dt = F l - R (1 + 14 s) M_F

which `averaged` solves. It assumes that M_F does not change within a stride; `followed` is the
cycle itself, and the two agree within 1 % over a minute of running (tested).

The rates come from isometric tasks of seconds to minutes. What hours add - glycogen, damage, drive
from the brain - is no part of the model.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from stridesim.posture.time_grid import TimeGrid, node_weights


class Rates(NamedTuple):
    """Fatigue F and recovery R under load, 1/s (numbers, or one for each muscle)."""

    fatigue: Any
    recovery: Any


class Compartments(NamedTuple):
    """Shares of motor units; they sum to one."""

    active: Any
    resting: Any
    fatigued: Any


JOINT_RATES: Final = {
    "ankle": Rates(0.00589, 0.00058),
    "knee": Rates(0.01500, 0.00149),
    "trunk": Rates(0.00755, 0.00075),
}
"""Frey-Law 2012, doi:10.1016/j.jbiomech.2012.04.018."""

REGION: Final = {
    "gluteus_maximus": "hip",
    "hamstrings": "knee",
    "biceps_femoris_short": "knee",
    "gluteus_medius": "hip",
    "gluteus_minimus": "hip",
    "tensor_fasciae_latae": "hip",
    "iliopsoas": "hip",
    "rectus_femoris": "knee",
    "vasti": "knee",
    "gastrocnemius": "ankle",
    "soleus": "ankle",
    "tibialis_anterior": "ankle",
    "adductor_magnus": "hip",
    "adductors_short": "hip",
}
"""Muscle group -> the joint region whose rates it has."""

REST_RECOVERY: Final = 15.0
"""R while the load falls over R under load: ankle, knee and elbow in Looft 2018."""

TRACKING: Final = 10.0
"""L, 1/s: how fast units are activated and rested (Xia & Frey-Law 2008; nothing depends on it)."""


def rates_of(groups: tuple[str, ...], hip: str = "knee", factor: float = 1.0) -> Rates:
    """Rates (M,) of muscle groups; those of the hip are borrowed from the region `hip`. `factor`
    multiplies both rates."""
    regions = [JOINT_RATES[hip if REGION[g] == "hip" else REGION[g]] for g in groups]
    fatigue, recovery = np.array(regions).T
    return Rates(factor * fatigue, factor * recovery)


def resting_share(activation: Any, grid: TimeGrid) -> Any:
    """Share of a cycle (M,) in which the active units are more than `activation` (M, N) asks: the
    load falls, and recovery is fast. The active share follows the load with the lag 1/L."""
    decay = jnp.exp(TRACKING * grid.time)[None]
    closing = jnp.exp(-TRACKING * grid.period)
    # u e^(L t) integrated by trapezoids from the first node, and over the last gap.
    weighted = activation * decay
    last = activation[:, :1] * decay[:, :1] / closing
    ahead = jnp.concatenate([weighted[:, 1:], last], axis=1)
    gaps = grid.gaps[None]
    steps = 0.5 * TRACKING * gaps * (weighted + ahead)
    nodes = steps.shape[1]
    before = steps @ jnp.asarray(np.triu(np.ones((nodes, nodes)), 1), steps.dtype)
    start = closing * jnp.sum(steps, axis=1, keepdims=True) / (1 - closing)
    active = (start + before) / decay
    weights = node_weights(grid)[None]
    return jnp.sum(jnp.where(active >= activation, weights, 0.0), axis=1) / grid.period


def flows(
    state: Compartments, target: Any, rates: Rates, rest_recovery: float = REST_RECOVERY
) -> Compartments:
    """Time derivatives (1/s) of the compartments at `target`, a share of the fresh muscle."""
    active, resting, fatigued = state
    missing = target - active
    control = TRACKING * np.where(missing > 0, np.minimum(missing, resting), missing)
    recovery = rates.recovery * np.where(missing > 0, 1.0, rest_recovery) * fatigued
    tired = rates.fatigue * active
    return Compartments(control - tired, recovery - control, tired - recovery)


def followed(
    state: Compartments,
    target: Callable[[float], Any],
    seconds: float,
    rates: Rates,
    *,
    step: float = 0.005,
    rest_recovery: float = REST_RECOVERY,
) -> Compartments:
    """The compartments after `seconds` of the load `target(t)`, by Runge and Kutta's rule."""
    count = max(round(seconds / step), 1)
    h = seconds / count

    def moved(slope: Compartments, by: float) -> Compartments:
        return Compartments(*(x + by * d for x, d in zip(state, slope, strict=True)))

    for i in range(count):
        t = i * h
        one = flows(state, target(t), rates, rest_recovery)
        two = flows(moved(one, h / 2), target(t + h / 2), rates, rest_recovery)
        three = flows(moved(two, h / 2), target(t + h / 2), rates, rest_recovery)
        four = flows(moved(three, h), target(t + h), rates, rest_recovery)
        mean = (
            (a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(one, two, three, four, strict=True)
        )
        state = moved(Compartments(*mean), h)
    return state


def recovery_over_cycle(resting: Any, rates: Rates, rest_recovery: float = REST_RECOVERY) -> Any:
    """Mean recovery rate (1/s) of a cycle that rests for the share `resting`."""
    return rates.recovery * (1 + (rest_recovery - 1) * np.asarray(resting))


def averaged(
    fatigued: Any,
    load: Any,
    resting: Any,
    seconds: float,
    rates: Rates,
    *,
    rest_recovery: float = REST_RECOVERY,
) -> Any:
    """The fatigued share after `seconds` of cycles with the mean `load`, a share of the fresh
    muscle, and the share `resting` of each in which the load falls; arrays of one shape.

    A muscle with less left than `load` gives all it has.
    """
    fatigued, load = np.asarray(fatigued, float), np.asarray(load, float)
    recovery = recovery_over_cycle(resting, rates, rest_recovery)
    first = _relaxed(fatigued, rates.fatigue * load, recovery, seconds)
    most = np.maximum(1 - load, fatigued)
    # How long the load is met: until the fatigued share has grown to what is not needed.
    drive = rates.fatigue * load
    slope = drive - recovery * fatigued
    with np.errstate(divide="ignore", invalid="ignore"):
        met = np.where(
            recovery > 0,
            -np.log1p(-recovery * (most - fatigued) / slope) / recovery,
            (most - fatigued) / drive,
        )
    met = np.clip(np.nan_to_num(met, nan=0.0, posinf=seconds), 0.0, seconds)
    all_of_it = _relaxed(most, rates.fatigue + 0.0 * load, recovery + rates.fatigue, seconds - met)
    return np.where(first > most, all_of_it, first)


def equilibrium(load: Any, resting: Any, rates: Rates, rest_recovery: float = REST_RECOVERY) -> Any:
    """The fatigued share that a lasting load leads to, while the muscle meets it."""
    return rates.fatigue * np.asarray(load) / recovery_over_cycle(resting, rates, rest_recovery)


def _relaxed(start: Any, drive: Any, rate: Any, seconds: Any) -> Any:
    """Solution of x' = drive - rate x after `seconds`."""
    exponent = rate * seconds
    safe = np.where(exponent > 0, exponent, 1.0)
    grown = np.where(exponent > 0, -np.expm1(-safe) / safe, 1.0)
    return start * np.exp(-exponent) + drive * seconds * grown
