"""What stands in for a model where the model cannot go: a network fitted to a sweep of it.

A small network gives named numbers, another the weights of a few principal components of long rows
(curves, positions), a third says whether there is a result at all, and if not, why. What the fit is
worth is measured at points that it never saw, and goes along. It knows nothing of running: `points`
are places in a box, `network` and `components` the parts, `fit` puts them together, `errors`
measures, `record` writes it all as JSON that a few lines of JavaScript can run.
"""
