"""What happens to the answer when parameters change? Design, run, keep, read, say it.

Generic: the function that answers a batch of points is handed in, so this package never knows
what is computed. A design is a TOML file; its points have a fixed order; finished chunks are
immutable files, and to resume is to compute the files that are missing.
"""

from stridesim.sweeps.design import Design, load_design
from stridesim.sweeps.design.points import Axis
from stridesim.sweeps.result import SweepResult
from stridesim.sweeps.run import SweepInterrupted, run_in_memory, run_sweep
from stridesim.sweeps.store import SweepStore

__all__ = [
    "Axis",
    "Design",
    "SweepInterrupted",
    "SweepResult",
    "SweepStore",
    "load_design",
    "run_in_memory",
    "run_sweep",
]
