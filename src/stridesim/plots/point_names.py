"""Names at points, each where it hides neither a point nor another name.

For every point places around it are tried, near ones first, then further ones that a thin line
joins to their point; the first that is free is taken, and where none is, the one that covers least.
Call it when the layout is final.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from stridesim.plots.style import SMALLEST

_DISTANCES: Final = (9.0, 22.0, 38.0, 58.0, 82.0, 110.0)
"""Points from the point to the nearest edge of its name."""

_DIRECTIONS: Final = (0, 45, -45, 90, -90, 135, -135, 180)
"""Degrees from the right."""

_JOINED: Final = 15.0
"""Distance beyond which a line is drawn."""


class Point(NamedTuple):
    """A point that is drawn; without a name it is only avoided."""

    x: float
    y: float
    name: str


def name_points(axes: Axes, points: Sequence[Point], size: float = SMALLEST) -> None:
    """Write the names beside their points, the rightmost first."""
    figure = axes.get_figure(root=True)
    scale = 1.0 if figure is None else figure.dpi / 72
    marks = axes.transData.transform([(p.x, p.y) for p in points]) if points else np.zeros((0, 2))
    inside = axes.get_window_extent()
    taken: list[Bbox] = []
    for i in sorted(range(len(points)), key=lambda k: -points[k].x):
        if not points[i].name:
            continue
        box = _size(axes, points[i].name, size)
        best, away, least = np.zeros(2), 0.0, np.inf
        for distance in _DISTANCES:
            for degrees in _DIRECTIONS:
                centre = _centre(box, scale * distance, np.deg2rad(degrees))
                hidden = _hidden(marks[i] + centre, box, marks, taken, inside)
                if hidden + 0.002 * distance < least:
                    best, away, least = centre, distance, hidden + 0.002 * distance
        place = _box(marks[i] + best, box)
        taken.append(place)
        _write(axes, points[i], best / scale, away > _JOINED, size)


def _centre(box: np.ndarray, distance: float, angle: float) -> Any:
    """Centre of a name whose edge is `distance` away in the direction of `angle`, pixels."""
    way = np.array([np.cos(angle), np.sin(angle)])
    return way * distance + 0.5 * box * np.round(way)


def _box(centre: np.ndarray, box: np.ndarray) -> Bbox:
    return Bbox([centre - 0.5 * box, centre + 0.5 * box])


def _hidden(
    centre: np.ndarray, box: np.ndarray, marks: np.ndarray, taken: Sequence[Bbox], inside: Bbox
) -> float:
    """Points under a name, names that it overlaps (worse), and what of it is off the panel."""
    place = _box(centre, box)
    off = not (inside.x0 <= place.x0 and place.x1 <= inside.x1 and place.y0 >= inside.y0
               and place.y1 <= inside.y1)  # fmt: skip
    return (
        float(np.count_nonzero(np.all(np.abs(marks - centre) <= 0.5 * box + 3.0, axis=1)))
        + 4.0 * sum(place.overlaps(other) for other in taken)
        + 8.0 * off
    )


def _size(axes: Axes, name: str, size: float) -> np.ndarray:
    text = axes.text(0, 0, name, fontsize=size)
    box = text.get_window_extent().padded(2.0)
    text.remove()
    return np.array([box.width, box.height])


def _write(axes: Axes, point: Point, offset: np.ndarray, joined: bool, size: float) -> None:
    line = {"arrowstyle": "-", "lw": 0.8, "color": "0.5", "shrinkA": 0, "shrinkB": 4}
    text = axes.annotate(
        point.name, (point.x, point.y), tuple(offset), textcoords="offset points", ha="center",
        va="center", fontsize=size, annotation_clip=False, arrowprops=line if joined else None,
    )  # fmt: skip
    text.set_in_layout(False)
