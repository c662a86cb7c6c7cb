"""The model against the record at a glance: every row on its own band, every curve on its SD.

Left, a line per row: the band is stretched to the same width for all, so a dot between the two
bars is inside whatever its unit. Right, joint angles, moments and forces of stance over the mean
of 13 runners and the SD between them, one colour for each speed.
"""

from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.evidence.joint_curves import LABELS, SPEEDS
from stridesim.evidence.validation import Validation, Verdict
from stridesim.plots.style import figure_style, save_figure

_REACH: Final = 2.0
"""Band half-widths shown on either side; what lies beyond is an arrow at the edge."""
_INSIDE, _OUTSIDE = "C0", "C1"
_COLUMNS: Final = 3


def draw_validation(found: Validation) -> Figure:
    """The figure; call within `figure_style` and close it after use."""
    figure = plt.figure(figsize=(15.0, 11.0), layout="constrained")
    left, right = np.asarray(figure.subfigures(1, 2, width_ratios=[1.0, 1.5]))
    _draw_rows(left.subplots(), found)
    panels = right.subplots(3, _COLUMNS).ravel()
    for axes, (name, label) in zip(panels, LABELS.items(), strict=True):
        _draw_curves(axes, found, name, label)
    panels[0].legend(frameon=False, fontsize="small")
    for axes in panels[-_COLUMNS:]:
        axes.set_xlabel("stance (%)")
    score = found.score()
    figure.suptitle(
        f"{score.inside} of {score.addressed} published rows inside their band; "
        "curves: model (line) over mean ± SD of 13 runners",
        x=0.01,
        ha="left",
        weight="bold",
    )
    return figure


def _draw_rows(axes: Axes, found: Validation) -> None:
    shown = [v for v in found.verdicts if v.inside is not None]
    axes.axvspan(-1, 1, color="0.9", lw=0)
    for place, verdict in enumerate(reversed(shown)):
        _draw_row(axes, place, verdict)
    axes.set_yticks(range(len(shown)), [_name(v) for v in reversed(shown)], fontsize=7)
    axes.set(
        xlim=(-_REACH - 0.2, _REACH + 0.2),
        ylim=(-1, len(shown)),
        xlabel="place in the band (grey: inside; bar: published value)",
    )
    axes.set_xticks([-1, 0, 1], ["low", "middle", "high"])
    axes.set_title("● predicted, ○ fitted or given, x no result", fontsize="small")


def _draw_row(axes: Axes, place: int, verdict: Verdict) -> None:
    row = verdict.row
    assert row.low is not None
    assert row.high is not None
    middle, half = 0.5 * (row.low + row.high), 0.5 * (row.high - row.low)
    if row.value is not None:
        axes.plot((row.value - middle) / half, place, "|", color="0.4", ms=9)
    colour = _INSIDE if verdict.inside else _OUTSIDE
    if verdict.predicted is None:
        axes.plot(0, place, "x", color=_OUTSIDE)
        return
    at = (verdict.predicted - middle) / half
    marker = "o" if abs(at) <= _REACH else (">" if at > 0 else "<")
    filled = colour if verdict.basis == "predicted" else "white"
    axes.plot(np.clip(at, -_REACH, _REACH), place, marker, color=colour, mfc=filled, ms=6)


def _name(verdict: Verdict) -> str:
    value = "none" if verdict.predicted is None else f"{verdict.predicted:.3g} {verdict.row.unit}"
    return f"{verdict.row.id}: {value}"


def _draw_curves(axes: Axes, found: Validation, name: str, label: str) -> None:
    for colour, speed in zip(("C0", "C1", "C2"), SPEEDS, strict=True):
        for curve in found.curves:
            if (curve.variable, curve.speed) != (name, speed):
                continue
            low, high = curve.mean - curve.sd, curve.mean + curve.sd
            axes.fill_between(curve.percent, low, high, color=colour, alpha=0.2, lw=0)
            axes.plot(curve.percent, curve.predicted, color=colour, label=f"{speed:g} m/s")
    axes.set_title(label, fontsize="small")
    axes.set_xlim(0, 100)


def save_validation(path: Path, found: Validation) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_validation(found)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
