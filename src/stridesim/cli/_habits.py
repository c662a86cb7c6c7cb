"""What of a runner follows the speed, in words, for what the commands print."""

from stridesim.words.habit_words import CLOSE, notes, record, strategy_words

__all__ = ["CLOSE", "notes", "record", "strategy_words"]
