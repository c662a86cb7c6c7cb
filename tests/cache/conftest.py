"""JAX with a cache folder of a test's own, and what it found there."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax._src import compilation_cache, monitoring

Compile = Callable[[Path], tuple[list[float], int]]


@pytest.fixture
def compile_in() -> Iterator[Compile]:
    """What another process computes whose cache is the folder, and how many programs of it were
    there."""
    config: Any = jax.config
    before = config.jax_compilation_cache_dir
    hits: list[str] = []

    def listen(event: str, **_: Any) -> None:
        if event == "/jax/compilation_cache/cache_hits":
            hits.append(event)

    monitoring.register_event_listener(listen)

    def compute(folder: Path) -> tuple[list[float], int]:
        config.update("jax_compilation_cache_dir", str(folder))
        compilation_cache.reset_cache()
        hits.clear()
        found = jax.jit(lambda x: jnp.cumsum(x) * 3.0 + 1.0)(np.array([1.0, 2.0, 4.0]))
        return found.tolist(), len(hits)

    yield compute
    monitoring.unregister_event_listener(listen)
    config.update("jax_compilation_cache_dir", before)
    compilation_cache.reset_cache()
