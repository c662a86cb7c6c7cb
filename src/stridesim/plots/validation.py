"""The model against the record: what it predicted first, curves next, what it was given last.

Every row lies on its own band, stretched to the same width for all, so that a dot between the two
borders is inside whatever its unit. The first page has the rows that nobody told the model; the
second what tasks change; the third the joint angles, moments and forces of stance over the mean of
13 runners and the SD between them; the last the rows that were fitted to this runner or given as
inputs, which judge the fit and not the model.
"""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

from stridesim.evidence.joint_curves import LABELS, SPEEDS
from stridesim.evidence.row_words import row_words
from stridesim.evidence.validation import NOT_JUDGED, Validation, Verdict
from stridesim.plots.sheet import headline, legend_below
from stridesim.plots.style import SHEET, SMALLEST, figure_style, save_figure

_REACH: Final = 2.0
"""Band half-widths shown on either side; what lies beyond is an arrow at the edge."""
_INSIDE, _OUTSIDE = "C0", "C1"
_COLUMNS: Final = 3
_LONGEST: Final = 39
"""Letters in a line of a row's label."""
_COLOURS: Final = ("C0", "C1", "C2")
_ROW: Final = 0.075
"""Height of a row, in sheets; labels may take two lines."""


def draw_validation(found: Validation) -> Figure:
    """The figure; call within `figure_style` and close it after use."""
    predicted, told = rows_of(found)
    tasks = [v for v in predicted if v.row.topic == "tasks"]
    level = [v for v in predicted if v.row.topic != "tasks"]
    parts = [
        ("Predicted", level), ("Predicted: what tasks change", tasks), ("Fitted or given", told)
    ]  # fmt: skip
    pages = [(title, rows, _height(rows)) for title, rows in parts if rows]
    if found.curves:
        pages.insert(max(len(pages) - bool(told), 0), ("", [], 1.0))
    heights = [height for *_, height in pages]
    figure = plt.figure(figsize=(SHEET[0], SHEET[1] * max(sum(heights), 0.9)), layout="constrained")
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(h_pad=0.08, w_pad=0.1)
    grid = figure.add_gridspec(len(pages), 1, height_ratios=heights)
    for k, (title, rows, _) in enumerate(pages):
        if rows:
            _rows(figure, grid[k], rows, title)
        else:
            _curves(figure, grid[k], found)
    total, alone = found.score(), found.score(only="predicted")
    headline(
        figure,
        f"Does {found.name or 'the model'} predict what is measured?",
        f"Of {alone.addressed} published numbers that it was not told {alone.inside} lie inside "
        f"their band; with those that were fitted or given {total.inside} of {total.addressed} "
        "(training not counted).",
        "curves: the model (line) over mean ± SD of 13 runners, Fukuchi 2017"
        if found.curves
        else "grey: the published band, stretched to one width for all rows",
    )
    legend_below(figure, _legend(bool(found.curves)), columns=6)
    return figure


def rows_of(found: Validation) -> tuple[list[Verdict], list[Verdict]]:
    """Verdicts with a band: what was predicted, and what was fitted or given."""
    shown = [v for v in found.verdicts if v.inside is not None]
    predicted = [v for v in shown if v.basis == "predicted"]
    return predicted, [v for v in shown if v.basis != "predicted"]


def _height(rows: Sequence[Verdict]) -> float:
    """Of a page of rows in two columns, in sheets."""
    return _ROW * (-(-len(rows) // 2) + 1)


def _rows(figure: Figure, page: SubplotSpec, rows: Sequence[Verdict], title: str) -> None:
    """Two columns of rows."""
    half = -(-len(rows) // 2)
    grid = page.subgridspec(1, 2)
    for column, part in enumerate((rows[:half], rows[half:])):
        if part:
            axes = figure.add_subplot(grid[column])
            _draw_rows(axes, part, half)
            if column == 0:
                axes.set_title(title)


def _draw_rows(axes: Axes, rows: Sequence[Verdict], height: int) -> None:
    axes.axvspan(-1, 1, color="0.9", lw=0)
    for place, verdict in enumerate(rows):
        _draw_row(axes, place, verdict)
        axes.text(_REACH + 0.35, place, value_of(verdict), ha="left", va="center",
                  fontsize=SMALLEST, color=_INSIDE if verdict.inside else _OUTSIDE)  # fmt: skip
    unbroken = [label_of(v).replace(" m/s", "\N{NO-BREAK SPACE}m/s") for v in rows]
    labels = [textwrap.fill(label, _LONGEST, break_on_hyphens=False) for label in unbroken]
    axes.set_yticks(range(len(rows)), labels, linespacing=0.95)
    axes.set(xlim=(-_REACH - 0.2, _REACH + 0.2), ylim=(height - 0.4, -0.6))
    axes.set_xticks([-1, 0, 1], ["low", "", "high"])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _draw_row(axes: Axes, place: int, verdict: Verdict) -> None:
    row = verdict.row
    assert row.low is not None
    assert row.high is not None
    middle, half = 0.5 * (row.low + row.high), 0.5 * (row.high - row.low)
    if row.value is not None:
        axes.plot((row.value - middle) / half, place, "|", color="0.4", ms=14, mew=2)
    colour = _INSIDE if verdict.inside else _OUTSIDE
    if verdict.predicted is None:
        axes.plot(0, place, "x", color=_OUTSIDE)
        return
    at = (verdict.predicted - middle) / half
    marker = "o" if abs(at) <= _REACH else (">" if at > 0 else "<")
    axes.plot(np.clip(at, -_REACH, _REACH), place, marker, color=colour)


def label_of(verdict: Verdict) -> str:
    """`contact time, 2.5 m/s`; a topic that does not count says so."""
    more = " (not counted)" if verdict.row.topic in NOT_JUDGED else ""
    return f"{row_words(verdict.row)}{more}"


def value_of(verdict: Verdict) -> str:
    """What the model says, with its unit; with a digit more where it is outside, so that it is
    not rounded onto the border."""
    if verdict.predicted is None:
        return "no result"
    digits = 3 if verdict.inside else 4
    text = f"{verdict.predicted:.{digits if abs(verdict.predicted) >= 0.01 else 1}g}"
    unit = "" if verdict.row.unit == "1" else f" {verdict.row.unit}"
    return text.replace("-", "−") + unit


def _curves(figure: Figure, page: SubplotSpec, found: Validation) -> None:
    grid = page.subgridspec(3, _COLUMNS)
    for i, (name, label) in enumerate(LABELS.items()):
        axes = figure.add_subplot(grid[i // _COLUMNS, i % _COLUMNS])
        _draw_curves(axes, found, name, label)
        if i // _COLUMNS == 2:
            axes.set_xlabel("stance (%)")


def _draw_curves(axes: Axes, found: Validation, name: str, label: str) -> None:
    for colour, speed in zip(_COLOURS, SPEEDS, strict=True):
        for curve in found.curves:
            if (curve.variable, curve.speed) != (name, speed):
                continue
            low, high = curve.mean - curve.sd, curve.mean + curve.sd
            axes.fill_between(curve.percent, low, high, color=colour, alpha=0.2, lw=0)
            axes.plot(curve.percent, curve.predicted, color=colour)
    axes.set_title(label[:1].upper() + label[1:])
    axes.set_xlim(0, 100)


def _legend(curves: bool) -> list[Line2D]:
    def sign(marker: str, colour: str, label: str) -> Line2D:
        return Line2D([], [], ls="", marker=marker, color=colour, label=label)

    speeds = [
        Line2D([], [], color=colour, label=f"{speed:g} m/s")
        for colour, speed in zip(_COLOURS, SPEEDS, strict=True)
    ]
    return [
        sign("o", _INSIDE, "inside"),
        sign("o", _OUTSIDE, "outside (arrow: far)"),
        sign("|", "0.4", "published"),
        *(speeds if curves else ()),
    ]


def save_validation(path: Path, found: Validation) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_validation(found)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
