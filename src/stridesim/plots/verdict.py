"""The head of a claim's figure: question, answer, both verdicts with their colours, conditions.

A verdict is told by its word and by the colour and the sign before it, so that it is read in print
without colours and by the colour-blind.
"""

from collections.abc import Sequence
from typing import Any, Final

from matplotlib.figure import Figure

from stridesim.evidence.verdict import Verdict
from stridesim.plots.sheet import Line, head
from stridesim.plots.style import SMALLEST

SIGNS: Final = {
    Verdict.supported: ("▲", "#009E73"),
    Verdict.in_a_range: ("△", "#009E73"),
    Verdict.too_small: ("●", "#666666"),
    Verdict.no_effect: ("●", "#666666"),
    Verdict.contradicted: ("▼", "#D55E00"),
    Verdict.undecided: ("◆", "#0072B2"),
    Verdict.no_study: ("○", "#666666"),
}
"""Sign and colour of every verdict."""


def claim_headline(
    figure: Figure,
    title: str,
    answer: str,
    verdicts: Any,
    judgement: Sequence[str],
    conditions: str,
) -> None:
    """Write question, answer, `judgement` (the sentences of `verdicts`, model first) and conditions
    above the panels."""
    given = [part.verdict for part in verdicts if part is not None]
    told = []
    for verdict, sentence in zip(given, judgement, strict=True):
        sign, colour = SIGNS[verdict]
        told.append(Line(f"{sign} {sentence}", SMALLEST, "bold", colour))
    head(figure, title, answer, told, conditions)
