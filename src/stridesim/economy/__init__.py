"""The assembled whole: what one stride of a runner looks like and what it costs."""

from stridesim.economy.doors import evaluate, evaluate_points
from stridesim.economy.evaluate import Evaluation, every_price
from stridesim.economy.stride import Stride, stride_of

__all__ = ["Evaluation", "Stride", "evaluate", "evaluate_points", "every_price", "stride_of"]
