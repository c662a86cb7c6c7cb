"""What a figure of one runner says of how it came about: what was set, at which speed, by which
strategy, under which metabolic model, and what was continued beyond the measurements.

A picture travels without the command that made it. Whoever finds it in a slide must be able to
read off what was computed, and compared with what.
"""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from matplotlib.figure import Figure

from stridesim.sweeps.wording import parameter_words

WIDE: Final = (12.0, 6.75)
"""Inches of a sheet of 16:9; 1920 x 1080 pixels as a PNG."""

_LEFT: Final = 0.012
_POINTS: Final = 72.0


class Caption(NamedTuple):
    """`settings` by parameter path as written, `strategy` in words, `metabolic` a model's name."""

    settings: Mapping[str, str] = {}
    strategy: str = ""
    metabolic: str = ""
    notes: Sequence[str] = ()

    @property
    def words(self) -> str:
        """One paragraph: settings, strategy, model, notes."""
        shown = [f"{parameter_words(path)} = {text}" for path, text in self.settings.items()]
        parts = [f"Set: {', '.join(shown)}." if shown else "Nothing set."]
        if self.strategy:
            parts.append(f"Strategy {self.strategy}.")
        if self.metabolic:
            parts.append(f"Metabolic model {self.metabolic}.")
        parts += [f"{note[:1].upper()}{note[1:]}." for note in self.notes]
        return " ".join(parts)


def speed_words(speed: float) -> str:
    """`3.33 m/s (12 km/h)`; `speed` in m/s."""
    return f"{speed:.3g} m/s ({3.6 * speed:.3g} km/h)"


def heading(figure: Figure, title: str, *paragraphs: str, width: int | None = None) -> None:
    """Title and paragraphs at the top left; constrained layout makes room for them.

    The first paragraph is the answer and is set larger. `width` is in characters of the second.
    """
    columns = width or int(11.4 * figure.get_figwidth())
    sizes = [11.5] + [9.5] * len(paragraphs)
    wrapped = [
        textwrap.wrap(text.replace(" %", "\N{NO-BREAK SPACE}%"), int(columns * 9.5 / size))
        for text, size in zip(paragraphs, sizes, strict=False)
        if text
    ]
    height = sum(1.35 * size * len(lines) for lines, size in zip(wrapped, sizes, strict=False))
    title_size = 17.0
    room = (height + 4) / (1.2 * title_size)
    figure.suptitle(
        title + "\n" * -int(-room // 1), x=_LEFT, ha="left", va="top", fontsize=title_size,
        weight="bold", linespacing=1.2,
    )  # fmt: skip
    below = 1.5 * title_size + 5
    for lines, size in zip(wrapped, sizes, strict=False):
        figure.text(
            _LEFT, 1 - below / _POINTS / figure.get_figheight(), "\n".join(lines), ha="left",
            va="top", fontsize=size, color="0.2" if size > 10 else "0.35", linespacing=1.3,
        )  # fmt: skip
        below += 1.35 * size * len(lines) + 2
