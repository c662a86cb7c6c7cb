"""Which runner gives these recordings, how well is it known, and where does it run?

The least-squares problem is in `problem`, its answer in `fit`, the errors of what was fitted in
`uncertainty`, and whether the fitted runner runs at the recorded speeds in `runs`.
"""

from stridesim.fitting.fit import Comparison, Fit, fit_runner

__all__ = ["Comparison", "Fit", "fit_runner"]
