"""The periodic step: its residual, its solution, its gradients; and what happens beside it."""
