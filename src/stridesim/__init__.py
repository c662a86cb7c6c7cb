"""stridesim: the mechanics of a running stride, and what the stride costs.

    import stridesim

    runner = stridesim.load_runner(None)  # the shipped one
    faster = stridesim.apply_overrides(runner, {"task.speed": "14 km/h"})
    result = stridesim.evaluate(faster)

The names are looked up on first use, so that importing the package (and `stridesim --help`)
stays light; the same first use switches JAX to float64 and to its cache on disk
(`stridesim.runtime.configure_jax`).
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stridesim.economy import evaluate, evaluate_points
    from stridesim.runner import Runner, apply_overrides, load_runner

__version__ = "0.1.0"

__all__ = [
    "Runner",
    "__version__",
    "apply_overrides",
    "evaluate",
    "evaluate_points",
    "load_runner",
]

_HOMES: Final = {
    "Runner": "stridesim.runner",
    "apply_overrides": "stridesim.runner",
    "load_runner": "stridesim.runner",
    "evaluate": "stridesim.economy",
    "evaluate_points": "stridesim.economy",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    importlib.import_module("stridesim.runtime").configure_jax()
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
