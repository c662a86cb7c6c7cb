"""Iteration for many problems side by side: lanes that are unfinished are gathered and go on.

Most lanes of a batch need a few steps and some need many. All lanes take steps together while that
solves most of them; the others are gathered into small blocks, so that no solved lane waits for an
unsolved one. `in_rounds` does this for lanes in NumPy arrays, on all cores; `gather_unfinished`
does it inside a compiled program. Every solver has its `Settings`, a frozen dataclass, and gives a
`Result`.
"""

from stridesim.solvers.lanes import Advance, gather_unfinished, in_rounds, on_all_cores
from stridesim.solvers.result import Result, Settings

__all__ = ["Advance", "Result", "Settings", "gather_unfinished", "in_rounds", "on_all_cores"]
