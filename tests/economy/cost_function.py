"""A named result as a differentiable function of a runner, to compare derivatives with."""

from typing import Any

from stridesim.dynamics.template import template_of
from stridesim.economy.measures import named_results
from stridesim.economy.stride import stride_of
from stridesim.gait import solver
from stridesim.muscles.state import FORCES
from stridesim.runner import Runner
from stridesim.solvers.fixed_point import FixedPointSettings


def cost_function(
    runner: Runner,
    metabolic: str,
    name: str = "cost_of_transport",
    settings: FixedPointSettings = FORCES,
) -> Any:
    """A function of a runner (habits resolved) -> one named result, differentiable.

    The periodic step is found at `runner` and follows the argument by the implicit function
    theorem, so the derivative is exact there: use it at `runner` only.
    """
    solution = solver.solve(template_of(runner))

    def cost(changed: Runner) -> Any:
        unknowns = solver.differentiable(solution.unknowns, template_of(changed))
        stride = stride_of(changed, unknowns, metabolic, settings=settings)
        return named_results(stride, changed, solution.residual)[name]

    return cost
