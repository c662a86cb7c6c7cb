"""What every solver is told, and what it gives."""

import dataclasses
from typing import Any, NamedTuple

from stridesim.programs import kept_result


@dataclasses.dataclass(frozen=True)
class Settings:
    """Static settings of an iteration. They are hashable, so that a compiled program may be made
    for them.

    tolerance: largest residual of a lane that is solved, in the unit of the residual;
    steps: the most steps that a lane takes;
    block: number of lanes that take steps together once the unfinished are gathered.
    """

    tolerance: float
    steps: int
    block: int

    def solved(self, residual: Any) -> Any:
        """Whether a `residual` (any shape) is within the tolerance; not if it is not a number."""
        return residual <= self.tolerance


@kept_result
class Result(NamedTuple):
    """Lanes after an iteration, the lanes last where there are several.

    `value` (N, B) is the solution, `residual` what is left of its equations, `steps` (B,) how many
    steps (or evaluations) it took, `besides` what else the solver knows of it.
    """

    value: Any
    residual: Any
    steps: Any
    besides: Any
