"""One style for every figure, and one way to write a figure to disk.

The style is `stridesim.mplstyle`: the Okabe-Ito cycle (blue, vermillion and green first: the
best told apart on white) and cividis maps. A figure drawn twice from the same numbers is the
same file: no date, fixed identifiers, text left as text. A figure is a sheet of 16:9, 1920 x 1080
dots, whose smallest letters have 14 points.
"""

import contextlib
import importlib.resources
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from stridesim.files import on_disk, output_file
from stridesim.plots.formats import METADATA, check_format
from stridesim.plots.plain_text import make_plain

SHEET: Final = (40 / 3, 7.5)
"""Inches of a figure: 16:9, and with the style's 144 dots an inch a full screen."""

SMALLEST: Final = 14
"""Points of the smallest letters that are read from the back row."""

_STYLE: Final = importlib.resources.files("stridesim.plots").joinpath("stridesim.mplstyle")


@contextlib.contextmanager
def figure_style() -> Iterator[None]:
    """Context in which figures are drawn and saved."""
    with importlib.resources.as_file(_STYLE) as path, plt.style.context(["default", str(path)]):
        yield


def save_figure(figure: Figure, path: Path) -> None:
    """Write `figure` whole or not at all (the suffix picks the format); same numbers, same bytes.

    Call inside `figure_style`. Raises `InputError` when the file cannot be written or the
    format is unknown.
    """
    check_format(path)
    make_plain(figure)
    suffix = path.suffix.lower()
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with output_file(path) as temporary:
        figure.savefig(temporary, format=suffix.removeprefix("."), metadata=METADATA[suffix])
