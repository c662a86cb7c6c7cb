"""Published numbers beside what the model says: rows, predictions, curves, scores."""

from stridesim.evidence.validation import Validation, judge

__all__ = ["Validation", "judge"]
