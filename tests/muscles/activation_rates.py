"""Activation dynamics forward in time, as two papers have them: oracles for the envelope.

Symbols (local): u excitation, a activation, f De Groote's smooth switch.
"""

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike


def degroote_activation_rate(
    excitation: ArrayLike,
    activation: ArrayLike,
    activation_time: ArrayLike = 0.015,
    deactivation_time: ArrayLike = 0.060,
    smoothing: ArrayLike = 0.1,
) -> Array:
    """Rate of activation, 1/s, any shape; times in s.

    De Groote 2016 (doi:10.1007/s10439-016-1591-9): the time constants grow or shrink with
    0.5 + 1.5 a (Winters 1995), and tanh(`smoothing` (u - a)) switches between them. The default
    time constants and smoothing are the paper's; with 0.1 the switch hardly switches, 10 is
    sharp.
    """
    u, a = jnp.asarray(excitation), jnp.asarray(activation)
    f = 0.5 * jnp.tanh(smoothing * (u - a))
    scale = 0.5 + 1.5 * a
    return ((0.5 + f) / (activation_time * scale) + (0.5 - f) * scale / deactivation_time) * (u - a)


def millard_activation_rate(
    excitation: ArrayLike,
    activation: ArrayLike,
    activation_time: ArrayLike = 0.010,
    deactivation_time: ArrayLike = 0.040,
    minimum_activation: ArrayLike = 0.01,
) -> Array:
    """Rate of activation, 1/s, any shape; times in s.

    Thelen 2003 (doi:10.1115/1.1531112) as used by Millard 2012 (doi:10.1115/1.4023390) and
    OpenSim, whose defaults these are: the time constant is activation_time (0.5 + 1.5 a) when
    excitation exceeds activation and deactivation_time / (0.5 + 1.5 a) otherwise. Excitation and
    activation are kept between `minimum_activation` and 1.
    """
    u = jnp.clip(jnp.asarray(excitation), minimum_activation, 1.0)
    a = jnp.clip(jnp.asarray(activation), minimum_activation, 1.0)
    scale = 0.5 + 1.5 * a
    tau = jnp.where(u > a, activation_time * scale, deactivation_time / scale)
    return (u - a) / tau
