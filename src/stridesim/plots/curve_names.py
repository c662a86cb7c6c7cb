"""Names beside curves instead of a legend, each where it hides least.

A reader should not have to look up a colour. For every curve places beside its top and flanks
are tried, then a grid over the panel, joined to the curve by a thin line; the place is taken
that covers the fewest points of any curve, no other name, and lies near its own. Call it when
the layout is final.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from matplotlib.axes import Axes

_SIZE: Final = 8.0
_SPACING: Final = 3.0
"""Pixels between the points by which a curve is known."""
_GRID: Final = (13, 16)
"""Columns and rows of places over the panel."""
_FLANKS: Final = (1.0, 0.85, 0.7, 0.55, 0.4)
"""Heights, as shares of the top, at which a curve may be named."""


class Curve(NamedTuple):
    """A line that is drawn; without a name it is only avoided."""

    x: np.ndarray
    y: np.ndarray
    name: str
    colour: str


class _Place(NamedTuple):
    """Pixels: the point of the curve, the centre of its name; whether a line joins them."""

    at: np.ndarray
    centre: np.ndarray
    joined: bool

    @property
    def away(self) -> float:
        return float(np.hypot(*(self.centre - self.at)))


class _Taken(NamedTuple):
    """A name that is written: centre and size, pixels."""

    centre: np.ndarray
    size: np.ndarray

    def covers(self, points: np.ndarray, size: float | np.ndarray = 0.0) -> np.ndarray:
        """Which points (n, 2), or boxes of a size around them, it touches."""
        return np.all(np.abs(points - self.centre) <= 0.5 * (self.size + size), axis=-1)


def name_curves(axes: Axes, curves: Sequence[Curve], *, size: float = _SIZE) -> None:
    """Write the names of `curves`, the tallest first, onto `axes`; `size` of type in points."""
    font: dict[str, Any] = {"fontsize": size, "weight": "bold"}
    points = np.concatenate([_along(axes, curve) for curve in curves])
    taken: list[_Taken] = []
    named = [curve for curve in curves if curve.name]
    for curve in sorted(named, key=lambda c: -float(np.max(c.y))):
        box = _text_size(axes, curve.name, font)
        place = _best(_places(axes, curve, box), box, points, taken)
        taken.append(_Taken(place.centre, box))
        x, y = axes.transData.inverted().transform(place.at)
        aside, up = (place.centre - place.at) / _pixels_per_point(axes)
        line = {"arrowstyle": "-", "lw": 0.6, "color": curve.colour, "shrinkA": 0, "shrinkB": 1}
        text = axes.annotate(
            curve.name,
            (x, y),
            (aside, up),
            textcoords="offset points",
            ha="center",
            va="center",
            color=curve.colour,
            annotation_clip=False,
            arrowprops=line if place.joined else None,
            **font,
        )
        text.set_in_layout(False)


def _places(axes: Axes, curve: Curve, size: np.ndarray) -> list[_Place]:
    """Above the top, beside the flanks, then everywhere on the panel with a line."""
    inside = axes.get_window_extent()
    nodes = axes.transData.transform(np.column_stack([curve.x, curve.y]))
    top = int(np.argmax(curve.y))
    reach = 0.5 * size + 4.0 * _pixels_per_point(axes)
    places = [_Place(nodes[top], nodes[top] + np.array([0.0, reach[1]]), False)]
    anchors = [nodes[top]]
    for share in _FLANKS:
        low = np.flatnonzero(curve.y < share * curve.y[top])
        # The ends of the hill that holds the top, not of another one.
        last = np.min(low[low > top], initial=len(nodes)) - 1
        first = np.max(low[low < top], initial=-1) + 1
        for node, side in ((nodes[last], 1.0), (nodes[first], -1.0)):
            anchors.append(node)
            places.append(_Place(node, node + np.array([side * reach[0], 0.0]), False))
    columns = np.linspace(inside.x0, inside.x1, _GRID[0])
    rows = np.linspace(inside.y0, inside.y1, _GRID[1])
    grid = [np.array([x, y]) for x in columns for y in rows]
    places += [_Place(at, where, True) for where in grid for at in anchors]
    least, most = inside.min + 0.5 * size, inside.max - 0.5 * size
    return [place._replace(centre=np.clip(place.centre, least, most)) for place in places]


def _best(
    places: list[_Place], size: np.ndarray, points: np.ndarray, taken: Sequence[_Taken]
) -> _Place:
    """The place that hides least: curves under the name, other names, the line's way."""
    centres, which = np.unique([p.centre for p in places], axis=0, return_inverse=True)
    inside = np.all(np.abs(points - centres[:, None]) <= 0.5 * size, axis=2)
    hidden = 8.0 * np.count_nonzero(inside, axis=1)
    for other in taken:
        hidden = hidden + 500.0 * other.covers(centres, size)
    cost = hidden[which.ravel()] + [
        10.0 + 0.25 * p.away if p.joined else 0.1 * p.away for p in places
    ]
    least, best = np.inf, places[0]
    for k in np.argsort(cost, kind="stable"):
        if cost[k] >= least:  # the line only adds to the cost
            break
        whole = cost[k] + (_crossings(places[k], points, taken) if places[k].joined else 0.0)
        if whole < least:
            least, best = whole, places[k]
    return best


def _crossings(place: _Place, points: np.ndarray, taken: Sequence[_Taken]) -> float:
    """What the line from the curve to the name runs over, but for its first quarter: there it
    can't but run near its own curve."""
    line = place.at + np.linspace(0.25, 1.0, 10)[:, None] * (place.centre - place.at)
    nearest = np.abs(line[:, None] - points[None]).max(axis=2).min(axis=1)
    names = sum(np.count_nonzero(other.covers(line)) for other in taken)
    return 12.0 * np.count_nonzero(nearest < _SPACING) + 50.0 * names


def _along(axes: Axes, curve: Curve) -> np.ndarray:
    """Points along the drawn curve, evenly spaced, in pixels."""
    corners = axes.transData.transform(np.column_stack([curve.x, curve.y]))
    far = np.append(0.0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T)))
    even = np.arange(0.0, far[-1], _SPACING)
    return np.column_stack([np.interp(even, far, corners[:, i]) for i in range(2)])


def _text_size(axes: Axes, name: str, font: dict[str, Any]) -> np.ndarray:
    """Width and height, pixels."""
    text = axes.text(0, 0, name, **font)
    box = text.get_window_extent().padded(2.0)
    text.remove()
    return np.array([box.width, box.height])


def _pixels_per_point(axes: Axes) -> float:
    figure = axes.get_figure(root=True)
    return 1.0 if figure is None else figure.dpi / 72
