"""Many points: `design` says which, `engines` compute them, `store` keeps them.

Generic: the function of a batch of points is an argument, so this package does not know what is
computed. A design is a TOML file; its points have a fixed order; finished chunks are immutable
files, and to resume is to compute the files that are missing. `run` joins the three, `result` is
the finished sweep, `plan` what it will take, `nominal_lines` lines through the nominal runner.
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
