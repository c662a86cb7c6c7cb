"""Published numbers beside what the model says: rows, predictions, curves, scores."""

from stridesim.evidence.validation import Validation, validate

__all__ = ["Validation", "validate"]
