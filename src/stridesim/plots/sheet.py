"""The sheet that a figure is: panels, above them the question, its answer and its conditions.

The question is the title, the answer stands below it, and a grey line says under which conditions
it holds: whose stride, at which speed, priced by which model, with what following the speed.
Below the panels is one legend.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend_handler import HandlerTuple
from matplotlib.textpath import text_to_path

from stridesim.plots.style import SHEET, SMALLEST

TITLE: Final = 22
ANSWER: Final = 16
"""Points of the letters."""

_EDGE: Final = 0.18
"""Inches from text to the border."""

_SIGN: Final = 5.0
"""Widths of a letter that the sign of a legend entry and the gap after it take."""

_LEADING: Final = 1.32
"""Height of a line of text, in font sizes."""


def panel_grid(
    rows: int, columns: int, width: float = SHEET[0], height: float = SHEET[1], **options: Any
) -> tuple[Figure, np.ndarray]:
    """A figure (inches) with rows and columns of panels and room between them."""
    figure, panels = plt.subplots(
        rows, columns, figsize=(width, height), layout="constrained", squeeze=False, **options
    )
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(h_pad=0.1, w_pad=0.12)
    return figure, panels


class Line(NamedTuple):
    """A paragraph above the panels: letters in points."""

    text: str
    size: float = ANSWER
    weight: str = "normal"
    colour: str = "0.2"


def headline(figure: Figure, title: str, answer: str, conditions: str = "") -> None:
    """The question as title, the answer below it, then its conditions, all left.

    Panels keep clear of them, however many lines they take.
    """
    head(figure, title, answer, (), conditions)


def head(
    figure: Figure, title: str, answer: str, more: Sequence[Line], conditions: str = ""
) -> None:
    """A `headline` with paragraphs between the answer and its conditions."""
    width, height = figure.get_size_inches()
    room = 72 * (width - 2 * _EDGE)
    top = 72 * (height - 0.14)
    for text, size, weight, colour in (
        Line(title, TITLE, "bold", "0.1"),
        Line(answer),
        *more,
        Line(conditions, SMALLEST, "normal", "0.4"),
    ):
        if not text:
            continue
        lines = wrapped(text, room, FontProperties(family="DejaVu Sans", size=size, weight=weight))
        figure.text(
            _EDGE / width,
            top / (72 * height),
            "\n".join(lines),
            ha="left",
            va="top",
            fontsize=size,
            weight=weight,
            color=colour,
            linespacing=_LEADING / 1.2,
        )
        top -= size * _LEADING * len(lines) + 0.3 * SMALLEST
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, (top - 4) / (72 * height)))


def wrapped(text: str, room: float, font: FontProperties) -> list[str]:
    """`text` in lines of at most `room` points; numbers stay with their per cent sign."""
    lines: list[str] = []
    for word in text.replace(" %", "\N{NO-BREAK SPACE}%").split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(longer, font) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _width(text: str, font: FontProperties) -> float:
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]


def legend_below(figure: Figure, handles: Sequence[Any], columns: int = 8) -> None:
    """One legend for the whole figure, below it, in as many columns as fit, `columns` at most."""
    if handles:
        labels = [(h[0] if isinstance(h, tuple) else h).get_label() for h in handles]
        figure.legend(
            list(handles),
            labels,
            loc="outside lower left",
            ncols=_fitting(labels, 72 * (figure.get_figwidth() - 2 * _EDGE), columns),
            handler_map={tuple: HandlerTuple(ndivide=None)},
        )


def _fitting(labels: Sequence[str], room: float, most: int) -> int:
    """Columns of a legend that are no wider than `room` (points)."""
    font = FontProperties(family="DejaVu Sans", size=SMALLEST)
    widths = [_width(label, font) + _SIGN * SMALLEST for label in labels]
    for columns in range(min(most, len(labels)), 1, -1):
        wide = [max(part) for part in np.array_split(widths, columns)]  # as a legend fills them
        if sum(wide) <= room:
            return columns
    return 1
