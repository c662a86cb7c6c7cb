"""Text in figures is text: a `$` in a title is a dollar, and no character makes a file invalid.

The style turns formulas off for all text. What is left is here, for a figure that is complete:
characters that no font shows and no SVG may hold are written as their escapes, and logarithmic
axes get numbers in place of the formulas that they would write.
"""

from collections.abc import Callable

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter, LogFormatter, LogFormatterMathtext

from stridesim.text import shown


def make_plain(figure: Figure) -> None:
    """Make every text of `figure` one that every format can hold."""
    for axes in figure.axes:
        _make_labels_plain(axes.xaxis)
        _make_labels_plain(axes.yaxis)
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        plain = shown(text.get_text())
        if plain != text.get_text():
            text.set_text(plain)


def _make_labels_plain(axis: Axis) -> None:
    """The labels at the ticks are written anew whenever the figure is drawn."""
    numbers = FuncFormatter(lambda value, _: f"{value:g}".replace("-", "\N{MINUS SIGN}"))
    for formatter, replace, instead in (
        (axis.get_major_formatter(), axis.set_major_formatter, numbers),
        (axis.get_minor_formatter(), axis.set_minor_formatter, LogFormatter(labelOnlyBase=False)),
    ):
        if isinstance(formatter, FixedFormatter):
            formatter.seq = [shown(str(label)) for label in formatter.seq]
        elif isinstance(formatter, FuncFormatter):
            formatter.func = _plainly(formatter.func)
        elif isinstance(formatter, LogFormatterMathtext):
            replace(instead)


def _plainly(label: Callable[..., str]) -> Callable[..., str]:
    return lambda *at, **more: shown(str(label(*at, **more)))
