"""Models by import string, `"fake_models:NAME"`, for engines whose workers are other processes.

A model that misbehaves does so once for every file it finds no mark of in `STRIDESIM_TEST_MARKS`.
"""

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from fake_sweep import Fake

from stridesim.results import QUANTITIES
from stridesim.sweeps import Design

Points = Mapping[str, np.ndarray]
Evaluate = Callable[[Points], dict[str, np.ndarray]]


def fake(_design: Design) -> Evaluate:
    """Known costs and failures."""
    return Fake(2.0)


def slow(_design: Design) -> Evaluate:
    """The same, a fifth of a second a chunk."""

    def evaluate(points: Points) -> dict[str, np.ndarray]:
        time.sleep(0.2)
        return Fake(2.0)(points)

    return evaluate


def one_second_wide(_design: Design) -> Evaluate:
    """A second a chunk and as many columns as the real model has: what an engine adds is seen."""

    def evaluate(points: Points) -> dict[str, np.ndarray]:
        began = time.monotonic()
        found = Fake(9.0)(points)
        cost = found["cost_of_transport"]
        found |= {name: cost + i for i, name in enumerate(QUANTITIES) if name not in found}
        time.sleep(max(0.0, began + 1.0 - time.monotonic()))
        return found

    return evaluate


def dies_once(_design: Design) -> Evaluate:
    """Its first process is killed at work, as by a lack of memory."""
    mark = Path(os.environ["STRIDESIM_TEST_MARKS"]) / "died"

    def evaluate(points: Points) -> dict[str, np.ndarray]:
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Fake(2.0)(points)

    return evaluate


def dies_of_the_last_point(_design: Design) -> Evaluate:
    """Every process that computes the stiffest tendon is killed."""

    def evaluate(points: Points) -> dict[str, np.ndarray]:
        if points["tendon.stiffness_scale"].max() > 2.99:
            os.kill(os.getpid(), signal.SIGKILL)
        return Fake(2.0)(points)

    return evaluate


def faulty(_design: Design) -> Evaluate:
    """A fault of the model."""

    def evaluate(points: Points) -> dict[str, np.ndarray]:
        raise ZeroDivisionError("a fault of the model")

    return evaluate


def threads(_design: Design) -> Evaluate:
    """Instead of a cost, how many threads the model may use and XLA has."""
    import jax
    import jax.numpy as jnp

    from stridesim.runtime import threads as permitted

    def evaluate(points: Points) -> dict[str, np.ndarray]:
        square = jnp.ones((600, 600))
        jax.block_until_ready(square @ square)
        count = len(points["tendon.stiffness_scale"])
        names = [task.read_text() for task in Path("/proc/self/task").glob("*/comm")]
        running = names.count("tf_XLAEigen\n")
        return {
            "cost_of_transport": np.full(count, float(permitted())),
            "tendon_energy_returned": np.full(count, float(running)),
            "status": np.full(count, "ok"),
        }

    return evaluate


def endless(_design: Design) -> Evaluate:
    """Never comes back."""

    def evaluate(points: Points) -> dict[str, np.ndarray]:
        time.sleep(600)
        return {}

    return evaluate
