"""The honest marks of every panel: the optimum, the runner as is, and points without a result.

A star is the optimum, a white circle this runner, grey is beyond the range. A point without a
result has no value: it is a cross below the axis, outside the panel, or a hatched cell on a map,
one sign for each reason, counted in the legend.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from stridesim.sweeps.design.points import Axis
from stridesim.sweeps.result import HOLE, OK, SweepResult

HATCHES: Final = ("///", "...", "xxx", "\\\\\\", "+++", "ooo", "---")
CROSSES: Final = ("x", "+", "1", "2", "3", "4", "|")
EVERYDAY: Final = {"activation_above_one": "muscles too weak"}
"""Reasons whose names a person does not read, in words."""
FAILED: Final = "0.88"
"""Grey under the hatching of cells without a result."""

THIS_RUNNER: Final = "this runner"

BEYOND: Final = "0.93"
"""Grey beyond the ends of the range."""

MOST_ROWS: Final = 5
"""Of crosses below a panel; more lines than this share a row."""

_ROW: Final = 11
"""Points from one row of crosses to the next."""


def star(axes: Axes, x: float, y: float, *, color: Any, size: float = 20) -> None:
    """The optimum."""
    axes.plot([x], [y], "*", ms=size, color=color, mec="black", mew=1.2, zorder=6, clip_on=False)


def ring(axes: Axes, x: float, y: float) -> None:
    """The runner as is."""
    axes.plot([x], [y], "o", ms=11, mfc="white", mec="black", mew=2.0, zorder=5, clip_on=False)


def nominal_is_inside(result: SweepResult) -> bool:
    """Whether the runner has a result and lies inside the range of every axis."""
    inside = [
        axis.low <= own <= axis.high
        for axis, own in zip(result.design.axes, result.design.nominal, strict=True)
    ]
    return result.nominal_status == OK and all(inside)


def over_range(axes: Axes, axis: Axis, room: float = 0.03) -> None:
    """Show the whole range of a swept parameter, failed points too, and grey beyond its ends."""
    low, high = axis.low, axis.high
    if low == high:
        low, high = low - 0.5 * (abs(low) or 1.0), high + 0.5 * (abs(high) or 1.0)
    if axis.scale == "log":
        left, right = low * (low / high) ** room, high * (high / low) ** room
    else:
        left, right = low - room * (high - low), high + room * (high - low)
    for a, b in ((left, axis.low), (axis.high, right)):
        axes.axvspan(a, b, color=BEYOND, lw=0, zorder=0)
    axes.set_xlim(left, right)


def crosses(axes: Axes, reasons: Iterable[str], x: np.ndarray, statuses: np.ndarray) -> None:
    """Points without a result below the axis; `statuses` (points, lines), a row for each line.

    They stand between the axis and its numbers, where no value is read off. `reasons` are all of
    the figure, so that each has one sign in every panel.
    """
    rows = statuses.shape[1]
    failed = (statuses != OK) & (statuses != HOLE)
    if not failed.any():
        return
    coloured = 1 < rows <= MOST_ROWS
    if rows > MOST_ROWS:  # one row says where some line ends
        first = np.argmax(failed, axis=1)
        statuses = np.where(failed.any(axis=1), statuses[np.arange(len(x)), first], OK)[:, None]
    figure = axes.figure
    assert isinstance(figure, Figure)
    rows = statuses.shape[1]
    for k, reason in enumerate(sorted(reasons)):
        for row in range(rows):
            there = x[statuses[:, row] == reason]
            if not len(there):  # an empty line would stand at the figure's corner
                continue
            down = ScaledTranslation(0, -(7 + _ROW * row) / 72, figure.dpi_scale_trans)
            axes.plot(
                there,
                np.zeros(len(there)),
                CROSSES[k % len(CROSSES)],
                color=f"C{row}" if coloured else "0.35",
                ms=7,
                mew=1.6,
                transform=axes.get_xaxis_transform() + down,
                clip_on=False,
                zorder=2,
            )
    axes.tick_params(axis="x", which="both", length=0, pad=6 + _ROW * rows)
    axes.grid(visible=True, axis="x", color="0.93", lw=1.0)


def is_own_mark(line: Line2D) -> bool:
    """Whether a line of a panel is the circle of this runner."""
    return line.get_marker() == "o" and line.get_markerfacecolor() == "white"


def hatching(
    axes: Axes, result: SweepResult, edges: tuple[np.ndarray, np.ndarray], statuses: np.ndarray
) -> None:
    """Cells without a result, hatched by reason; `statuses` (rows of y, columns of x).

    What a constraint leaves out stays white.
    """
    axes.set_facecolor(FAILED)
    # The step function that is 1 on the cells, contoured at one half; a rim of zeros closes
    # the regions that touch the border.
    x, y = (np.repeat(edge, 2)[1:-1] for edge in edges)
    x, y = (np.concatenate([at[:1], at, at[-1:]]) for at in (x, y))
    looks: dict[str, dict[str, Any]] = {HOLE: {"colors": "white", "zorder": 1}}
    for k, reason in enumerate(sorted(result.failures)):
        looks[reason] = {"colors": "none", "hatches": [HATCHES[k % len(HATCHES)]], "zorder": 2}
    for status, look in looks.items():
        height = np.repeat(np.repeat((statuses == status).astype(float), 2, axis=0), 2, axis=1)
        if height.any():
            axes.contourf(x, y, np.pad(height, 1), [0.5, 1.5], **look)


def legend_handles(
    result: SweepResult,
    optimum: str | None,
    *,
    lines: bool = True,
    maps: bool = True,
    runner: str = THIS_RUNNER,
    reasons: Iterable[str] | None = None,
) -> list[Any]:
    """Legend entries: optimum, this runner, and every reason with its count.

    `lines` and `maps` say which kinds of panels the figure has, `reasons` which crosses where
    others are drawn than those of points. Entries that show two signs are tuples, for
    `legend_below`.
    """
    handles: list[Any] = []
    if optimum:
        face = "white" if maps else "0.6"
        handles.append(_sign("*", optimum + _at_an_end(result), ms=18, mfc=face, mec="black"))
    if any(nominal_is_inside(case) for case in result.cases):
        handles.append(_sign("o", runner, ms=11, mfc="white", mec="black", mew=2.0))
    for k, reason in enumerate(sorted(result.failures if reasons is None else reasons)):
        count = f" ({result.failures[reason]})" if reason in result.failures else ""
        label = f"no result: {EVERYDAY.get(reason, reason.replace('_', ' '))}{count}"
        hatch = HATCHES[k % len(HATCHES)]
        cell = Patch(facecolor=FAILED, edgecolor="0.47", hatch=hatch, label=label)
        cross = _sign(CROSSES[k % len(CROSSES)], label, color="0.35", mew=1.6)
        handles.append((cell, cross) if lines and maps else cell if maps else cross)
    if maps and result.design.is_grid and result.design.kept[0] is not None:
        handles.append(Patch(facecolor="white", edgecolor="0.47", label="outside the constraints"))
    return handles


def _at_an_end(result: SweepResult) -> str:
    """The optimum of a range may lie beyond its end."""
    if len(result.cases) > 1:
        return ""
    best = result.optimum()
    notes = [] if best is None else list(dict.fromkeys(note for note in best.notes if note))
    return f" ({notes[0].removeprefix('an ')})" if notes else ""


def _sign(marker: str, label: str, **look: Any) -> Line2D:
    return Line2D([], [], ls="", marker=marker, label=label, **look)
