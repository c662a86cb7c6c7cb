"""A cache folder of a test's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jax
import pytest


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    config: Any = jax.config
    before = config.jax_compilation_cache_dir
    config.update("jax_compilation_cache_dir", str(tmp_path))
    yield tmp_path / "stridesim"
    config.update("jax_compilation_cache_dir", before)
