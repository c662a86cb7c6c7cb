"""The periodic step: its residual, its solution, its gradients and its measures."""
