"""A function that counts how often it is traced, and its results."""

import threading
from pathlib import Path
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from stridesim.programs import Kept, kept, kept_result


@kept_result
class Pair(NamedTuple):
    first: Any
    second: Any


@kept_result
class Part(eqx.Module):
    leaf: Any
    structure: Any = eqx.field(static=True)


class Traced:
    """A function that counts how often it is traced; `new` is what another process has of it."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    @property
    def count(self) -> int:
        return len(self.threads)

    def new(self) -> Kept:
        def function(pair: Any, power: int, factor: Any) -> Any:
            self.threads.append(threading.get_ident())
            first, second = pair
            rows = {"b": factor * first**power, "a": jnp.sin(second)}
            return rows, (Pair(second, {}), Part(-first, jax.tree.structure(pair)))

        return kept(1)(function)


X, Y = np.linspace(0.5, 2.0, 5), np.linspace(-1.0, 1.0, 3)
GIVEN = (Pair(X, Y), 2, 3.0)


def file_in(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def check(found: Any) -> None:
    rows, (pair, part) = found
    assert np.array_equal(rows["b"], 3.0 * X**2)
    assert np.allclose(rows["a"], np.sin(Y), rtol=1e-15)
    assert type(pair) is Pair
    assert pair.second == {}
    assert np.array_equal(pair.first, Y)
    assert np.array_equal(part.leaf, -X)
    assert part.structure == jax.tree.structure(GIVEN[0])
