"""A small dense network, and how it is fitted.

    h_0 = x,  h_k = s(W_k h_{k-1} + b_k),  s(z) = z / (1 + exp(-z)),  y = W h + b

with the sigmoid-weighted linear unit s (Elfwing 2018, doi:10.1016/j.neunet.2017.12.012), fitted by
Adam (Kingma & Ba 2015, arXiv:1412.6980) on random batches with a step that falls as a cosine.
Fitted in single precision, which is what the weights are kept in; evaluated in double precision,
so that another program that reads the weights finds the same numbers.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

STEP: Final = 4e-3
BATCH: Final = 512
ROUND: Final = 250
"""Steps in one compiled call: so often `tell` hears of it."""

Loss = Callable[[Any, Any], Any]
"""Outputs (n, m) and what they should be -> a number."""
Tell = Callable[[int], object]
"""Hears how many steps are done."""


class Network(NamedTuple):
    """Weights (inputs, outputs) and biases (outputs,) of every layer, float32."""

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Outputs (n, m) at inputs (n, d), in double precision."""
        found = np.asarray(x, float)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            found = found @ weight.astype(float) + bias
            found = found / (1.0 + np.exp(-found))
        return found @ self.weights[-1].astype(float) + self.biases[-1]


class Training(NamedTuple):
    """How much is learnt: the widths of the hidden layers, the steps, the seed."""

    hidden: tuple[int, ...]
    steps: int
    seed: int = 0


def squares(found: Any, wanted: Any) -> Any:
    """Mean squared error."""
    return jnp.mean((found - wanted) ** 2)


def cross_entropy(found: Any, wanted: Any) -> Any:
    """Mean negative log-likelihood of classes that are one-hot rows of `wanted`."""
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(found) * wanted, axis=1))


def fit_network(
    x: np.ndarray, y: np.ndarray, loss: Loss, training: Training, tell: Tell = lambda steps: None
) -> Network:
    """The network that gives y (n, m) at x (n, d) with the least loss found."""
    layers = _begin((x.shape[1], *training.hidden, y.shape[1]), training.seed)
    zero = jax.tree.map(jnp.zeros_like, layers)
    # Few different sizes, so that what is compiled serves many fits: some rows are there twice.
    size = 1 << (len(x) - 1).bit_length()
    rows = np.resize(np.arange(len(x)), size)
    data = jnp.asarray(x[rows], "float32"), jnp.asarray(y[rows], "float32")
    state = (layers, zero, zero)
    rounds = steps_of(training) // ROUND
    for k in range(rounds):
        state = _round(state, data, k, np.float32(rounds * ROUND), loss)
        jax.block_until_ready(state)
        tell(ROUND)
    weights, biases = zip(*state[0], strict=True)
    return Network(tuple(map(np.asarray, weights)), tuple(map(np.asarray, biases)))


def steps_of(training: Training) -> int:
    """Steps that `fit_network` tells of."""
    return ROUND * max(1, round(training.steps / ROUND))


def _begin(widths: Sequence[int], seed: int) -> list[tuple[Any, Any]]:
    random = np.random.default_rng(seed)
    return [
        (
            jnp.asarray(random.normal(size=(rows, columns)) / np.sqrt(rows), "float32"),
            jnp.zeros(columns, "float32"),
        )
        for rows, columns in itertools.pairwise(widths)
    ]


def _forward(layers: Any, x: Any) -> Any:
    for weight, bias in layers[:-1]:
        x = jax.nn.silu(x @ weight + bias[None])
    weight, bias = layers[-1]
    return x @ weight + bias[None]


@jax.jit(static_argnums=4)
def _round(state: Any, data: Any, number: Any, steps: Any, loss: Loss) -> Any:
    """`ROUND` steps of Adam."""
    x, y = data
    size = min(BATCH, x.shape[0])

    def one(state: Any, step: Any) -> Any:
        layers, mean, square = state
        some = jax.random.randint(jax.random.key(step), (size,), 0, x.shape[0])
        slope = jax.grad(lambda these: loss(_forward(these, x[some]), y[some]))(layers)
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, slope)
        square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, slope)
        done = (step + 1).astype("float32")
        rate = STEP * 0.5 * (1.0 + jnp.cos(jnp.pi * done / steps))

        def moved(layer: Any, m: Any, v: Any) -> Any:
            m, v = m / (1.0 - 0.9**done), v / (1.0 - 0.999**done)
            return (layer - rate * m / (jnp.sqrt(v) + 1e-8)).astype("float32")

        return (jax.tree.map(moved, layers, mean, square), mean, square), None

    return jax.lax.scan(one, state, number * ROUND + jnp.arange(ROUND))[0]
