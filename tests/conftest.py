"""Strict numbers for every test: float64, no silent broadcasting over ranks, fixed seeds."""

import random
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import jax
import numpy as np
import pytest

from stridesim.economy import Evaluation, evaluate
from stridesim.programs import forget
from stridesim.results import Status
from stridesim.runner import Runner
from stridesim.runtime import configure_jax

configure_jax()
jax.config.update("jax_numpy_rank_promotion", "raise")

# The same examples in every run; compilation makes the first example of a test slow.
hypothesis.settings.register_profile("stridesim", derandomize=True, deadline=None)
hypothesis.settings.load_profile("stridesim")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recordings and reference tables, which lies beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared folder beside this checkout ({SHARED})")
    return SHARED


MAPPED = Path("/proc/self/maps")
ROOM = 20_000
"""Linux grants a process 65,530 mappings and every compiled program takes some; a hundred test
modules in one process need more than there are, and XLA then dies of a segmentation fault."""


@pytest.fixture(autouse=True, scope="module")
def _room_for_programs() -> Iterator[None]:
    yield
    if MAPPED.is_file() and len(MAPPED.read_text("utf-8").splitlines()) > ROOM:
        forget()
        jax.clear_caches()


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """Code under test takes its randomness from a seed; this catches what forgets to."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - the legacy global generator is what is being pinned


@pytest.fixture(scope="session")
def solved() -> Evaluation:
    """The shipped runner's stride, taken as good whatever its muscles say of it."""
    with jax.numpy_rank_promotion("allow"):
        found = evaluate(Runner.load())
    return found._replace(stride=jax.tree.map(np.asarray, found.stride), status=Status.ok)
