"""Which parameters matter? Elasticities here, screening and variance shares over ranges.

Generic: numbers come in as arrays from whatever was evaluated, so this package never knows what
is computed. `elasticity` judges one runner by derivatives; `morris` screens many parameters over
their ranges with few evaluations; `sobol` says what share of the variance comes from each.
"""

from stridesim.analysis.elasticity import Elasticity, elasticities, step_of
from stridesim.analysis.factor import Factor, spread
from stridesim.analysis.morris import Effects, effects, trajectories
from stridesim.analysis.sobol import Indices, indices, saltelli

__all__ = [
    "Effects",
    "Elasticity",
    "Factor",
    "Indices",
    "effects",
    "elasticities",
    "indices",
    "saltelli",
    "spread",
    "step_of",
    "trajectories",
]
