"""What is computed: a design in its file, resolved to runners, tasks and points in a fixed order.

`config` is the form of the file, `points` lays points over the axes, `relations` links parameters
and keeps constraints, `cases` are the runners and tasks, and `design` is the whole.
"""

from stridesim.sweeps.design.design import (
    VERSIONS,
    WORDS,
    Design,
    Part,
    design_from_tables,
    load_design,
    versions,
)
from stridesim.sweeps.design.points import Axis

__all__ = [
    "VERSIONS",
    "WORDS",
    "Axis",
    "Design",
    "Part",
    "design_from_tables",
    "load_design",
    "versions",
]
