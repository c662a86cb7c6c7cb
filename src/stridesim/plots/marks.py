"""The honest marks of every panel: the optimum, the runner as he is, and points without a result.

A star is the optimum, a white circle this runner; a point without a result is a cross below a
line or a hatched cell on a map, one sign for each reason, counted in the legend.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stridesim.sweeps.result import HOLE, OK, SweepResult

HATCHES: Final = ("///", "...", "xxx", "\\\\\\", "+++", "ooo", "---")
CROSSES: Final = ("x", "+", "1", "2", "3", "4", "|")
FAILED: Final = "0.88"
"""Grey under the hatching of cells without a result."""


def star(axes: Axes, x: float, y: float, *, color: Any, size: float = 12) -> None:
    """The optimum."""
    axes.plot([x], [y], "*", ms=size, color=color, mec="black", mew=0.9, zorder=6, clip_on=False)


def ring(axes: Axes, x: float, y: float) -> None:
    """The runner as he is."""
    axes.plot([x], [y], "o", ms=7, mfc="white", mec="black", mew=1.4, zorder=5, clip_on=False)


def nominal_is_inside(result: SweepResult) -> bool:
    """Whether the runner himself has a result and lies inside the range of every axis."""
    inside = [
        axis.low <= own <= axis.high
        for axis, own in zip(result.design.axes, result.design.nominal, strict=True)
    ]
    return result.nominal_status == OK and all(inside)


def crosses(axes: Axes, result: SweepResult, x: np.ndarray, statuses: np.ndarray) -> None:
    """Points without a result along the bottom; `statuses` (points, lines).

    They stand at a height of the panel, not at a value, and the panel grows to make room: call
    this when the lines are drawn.
    """
    lines = statuses.shape[1]
    if not result.failures:
        return
    low, high = axes.get_ylim()
    axes.set_ylim(low - (0.03 + 0.03 * lines) * (high - low), high)
    for k, reason in enumerate(sorted(result.failures)):
        for line in range(lines):
            failed = statuses[:, line] == reason
            axes.plot(
                x[failed],
                np.full(int(failed.sum()), 0.02 + 0.03 * line),
                CROSSES[k % len(CROSSES)],
                color=f"C{line}" if lines > 1 else "0.55",
                ms=4.5,
                mew=1.0,
                alpha=0.8,
                transform=axes.get_xaxis_transform(),
                zorder=2,
            )


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
    result: SweepResult, optimum: str | None, *, lines: bool = True, maps: bool = True
) -> list[Any]:
    """Legend entries: optimum, this runner, and every reason with its count.

    `lines` and `maps` say which kinds of panels the figure has. Entries that show two signs are
    tuples, for `legend_below`.
    """
    handles: list[Any] = []
    if optimum:
        face = "white" if maps else "0.6"
        handles.append(_sign("*", optimum, ms=12, mfc=face, mec="black"))
    if any(nominal_is_inside(case) for case in result.cases):
        handles.append(_sign("o", "this runner", ms=7, mfc="white", mec="black", mew=1.4))
    for k, reason in enumerate(sorted(result.failures)):
        label = f"no result: {reason.replace('_', ' ')} ({result.failures[reason]})"
        hatch = HATCHES[k % len(HATCHES)]
        cell = Patch(facecolor=FAILED, edgecolor="0.47", hatch=hatch, label=label)
        cross = _sign(CROSSES[k % len(CROSSES)], label, color="0.55")
        handles.append((cell, cross) if lines and maps else cell if maps else cross)
    if maps and result.design.is_grid and result.design.kept[0] is not None:
        handles.append(Patch(facecolor="white", edgecolor="0.47", label="outside the constraints"))
    return handles


def legend_below(figure: Figure, handles: Sequence[Any], columns: int = 4) -> None:
    """One legend for the whole figure, below it."""
    if handles:
        labels = [(h[0] if isinstance(h, tuple) else h).get_label() for h in handles]
        figure.legend(
            list(handles),
            labels,
            loc="outside lower left",
            ncols=min(columns, len(handles)),
            handler_map={tuple: HandlerTuple(ndivide=None)},
        )


def _sign(marker: str, label: str, **look: Any) -> Line2D:
    return Line2D([], [], ls="", marker=marker, label=label, **look)
