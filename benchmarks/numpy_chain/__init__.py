"""The whole chain for one runner at a time in NumPy and SciPy.

runner -> gait -> posture -> moments -> muscles -> price, written anew from the equations, without
JAX: what a careful user of NumPy would have. Vectorised over the nodes of a stride. Shared with
stridesim are its tables, constants and the shape of its parameters; whatever could be written
otherwise is (forces by elimination, moments by one sum, sharing in primal form, sequential
envelopes), so that the two check each other (`tests/economy/test_numpy_chain.py`).
"""

from numpy_chain.price import cost_of_transport
from numpy_chain.sharing import by_lsq_linear, by_nnls

__all__ = ["by_lsq_linear", "by_nnls", "cost_of_transport"]
