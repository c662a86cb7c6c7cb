"""Which columns of a file are a plate's force, and where its axes point.

Programs name them differently. A plate is three columns that differ in the axis alone:

- OpenSim: `ground_force_vx`, `R_ground_force_vx`, `1_ground_force_vx`, `ground_force1_vx`,
  `ground_force_calcn_r_vx`; `FP1_vx` or `right_foot_force_vx` too, as a file of external loads may
  give any name that ends in v and the axis. Points end in p, torques have a word for it.
- OpenSim's reader of C3D, flattened: `f1_1`, `f1_2`, `f1_3` beside `p1_1` and `m1_1`.
- Vicon, Qualisys, Bertec, AMTI, Treadmetrix: `Fx1`, `FP1_Fx`, `Force.Fx1`, `Fx_L`, `LFx`.
- written by hand: `GRF_R_x`, `left_force_y`.

OpenSim's x is fore-aft, y up, z to the right (OpenSim documentation, "Coordinate systems"), so
forward, left, up = (x, -z, y). A file of C3D or of a plate may also have z up and y to the left:
there the axis that carries the weight is up. Forward is x in both.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from stridesim.recordings._table import Table
from stridesim.recordings.recording import Foot

_OTHER: Final = re.compile(r"torque|moment|free|position|point|cop|angle|veloc")
_C3D: Final = re.compile(r"f(?P<plate>\d{1,3})[_.](?P<axis>[123xyz])")
_AXIS_FORCE: Final = re.compile(
    r"(?:^|[^a-z]|force|left|right|^[lr])f(?P<axis>[xyz])"
    r"(?:[_. -]?(?:\d{1,3}|left|right|[lr])?)(?:[_. ]?[(\[]?n[)\]]?)?$"
)
_SIDES: Final[dict[str, Foot]] = {"r": "right", "right": "right", "l": "left", "left": "left"}


class Plate(NamedTuple):
    """`axes` x, y, z -> column of force; `point` the column of the lateral centre of pressure,
    perhaps empty; `opensim` where the label's convention says that y is up."""

    name: str
    axes: Mapping[str, str]
    point: str
    opensim: bool

    @property
    def side(self) -> Foot | None:
        """The foot that its name tells."""
        words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", self.name)
        sides: set[Foot] = {_SIDES[word.lower()] for word in words if word.lower() in _SIDES}
        return sides.pop() if len(sides) == 1 else None


def find_plates(columns: Sequence[str]) -> tuple[list[Plate], list[str]]:
    """The plates among `columns`, and the columns that a plate begun lacks.

    Of several conventions in one file the first of the list above is read, so that a body's
    velocity beside a ground force is no plate.
    """
    kinds: dict[str, dict[str, dict[str, str]]] = {}
    for column in columns:
        found = _component(column)
        if found:
            kind, plate, axis = found
            kinds.setdefault(kind, {}).setdefault(plate, {}).setdefault(axis, column)
    chosen = next((kind for kind in _KINDS if kind in kinds), None)
    if chosen is None:
        return [], []
    plates, missing = [], []
    for name, axes in kinds[chosen].items():
        example = next(iter(axes.items()))
        missing += [_sibling(example, axis) for axis in "xyz" if axis not in axes]
        point = _point(name, columns) if chosen in _OPENSIM else ""
        plates.append(Plate(name, axes, point, chosen in _OPENSIM))
    return plates, missing


_KINDS: Final = ("ground force", "v", "c3d", "F", "words")
_OPENSIM: Final = {"ground force", "v", "words"}


def _component(column: str) -> tuple[str, str, str] | None:
    """Convention, plate and axis of a column of force, or None for any other column."""
    low = column.lower()
    if len(column) > 200 or _OTHER.search(low):
        return None
    if low[-2:-1] == "v" and low[-1] in "xyz":
        return ("ground force" if "ground_force" in low else "v"), column[:-2], low[-1]
    match = _C3D.fullmatch(low)
    if match:
        axis = match["axis"]
        return "c3d", f"f{match['plate']}", "xyz"["123".index(axis)] if axis in "123" else axis
    match = _AXIS_FORCE.search(low)
    if match:
        start, end = match.span("axis")
        return "F", column[: start - 1] + column[end:], match["axis"]
    head = low[:-1].rstrip("_. -")
    apart = len(head) < len(low) - 1 or head.endswith(("force", "grf"))
    if low[-1:] in ("x", "y", "z") and apart and re.search(r"force|grf", head):
        return "words", column[:-1], low[-1]
    return None


def _sibling(example: tuple[str, str], axis: str) -> str:
    """The name of the column for `axis`, by that of another axis."""
    known, column = example
    at = column.lower().rfind(known)
    if at < 0:  # numbered axes
        return column[:-1] + str("xyz".index(axis) + 1)
    return column[:at] + axis + column[at + 1 :]


def _point(name: str, columns: Sequence[str]) -> str:
    """The column of a plate's lateral centre of pressure, or nothing."""
    # A force's own name and an axis would be a force once more.
    names = (
        [f"{name}pz"] if re.search(r"force|grf", name, re.IGNORECASE) else [f"{name}pz", f"{name}z"]
    )
    return next((column for column in names if column in columns), "")


class PlateForces(NamedTuple):
    """`total` (n, 3) N forward, left, up; `feet` the same a foot, where every plate names one;
    `raw` column -> (n,) as in the file; `names` of the three axes; `notes`."""

    total: np.ndarray
    feet: dict[Foot, np.ndarray]
    raw: dict[str, np.ndarray]
    names: tuple[str, str, str]
    notes: list[str]


def sum_plates(plates: Sequence[Plate], table: Table) -> PlateForces:
    """Forces of `plates` in our axes, out of a table that holds their columns."""
    raw = {column: table.column(column) for plate in plates for column in plate.axes.values()}
    sums = {axis: sum(np.abs(raw[p.axes[axis]].mean()) for p in plates) for axis in "yz"}
    y_up = all(plate.opensim for plate in plates) or sums["y"] >= sums["z"]
    order, signs = ("xzy", (1.0, -1.0, 1.0)) if y_up else ("xyz", (1.0, 1.0, 1.0))
    feet: dict[Foot, np.ndarray] = {}
    total = np.zeros((len(table.lines), 3))
    for plate in plates:
        force = np.stack([raw[plate.axes[axis]] for axis in order], axis=1) * np.array(signs)
        total += force
        if plate.side:
            feet[plate.side] = feet.get(plate.side, 0.0) + force
    known = all(plate.side for plate in plates) and len(feet) == 2
    labels = (plate.name.strip("_. ") or plate.axes["x"] for plate in plates)
    notes = [f"sum of {len(plates)} plates: {', '.join(labels)}"]
    if not all(plate.opensim for plate in plates):
        notes.append(
            f"{'y' if y_up else 'z'} carries the weight and is taken for upward, x for forward, "
            f"{'z for the right' if y_up else 'y for the left'}"
        )
    x, y, z = (" + ".join(plate.axes[axis] for plate in plates) for axis in order)
    return PlateForces(total, feet if known else {}, raw, (x, y, z), notes)


def lateral_pressure(plates: Sequence[Plate], table: Table) -> np.ndarray | None:
    """Lateral centre of pressure (n,) m, left positive, weighted by each plate's upward force; NaN
    where nothing is loaded or a loaded plate gives none; None without such columns."""
    if not all(plate.point for plate in plates):
        return None
    load = np.stack([np.maximum(table.column(plate.axes["y"]), 0.0) for plate in plates])
    right = np.stack([table.column(plate.point) for plate in plates])
    with np.errstate(invalid="ignore"):
        return -np.where(load > 0.0, load * right, 0.0).sum(axis=0) / load.sum(axis=0)
