"""What may be asked of a leg press: the sled, its rail and the seat."""

from typing import Final, NamedTuple


class Amount(NamedTuple):
    """Unit, permitted range in it, default as written, and help of an argument."""

    unit: str
    bounds: tuple[float, float]
    default: str
    text: str


AMOUNTS: Final[dict[str, Amount]] = {
    "mass": Amount("kg", (1.0, 2000.0), "150 kg", "Mass of the sled."),
    "incline": Amount("deg", (0.0, 90.0), "45 deg", "Rise of the rail; 0 is horizontal."),
    "resistance": Amount("N", (0.0, 20e3), "0 N", "Constant force against the sled besides."),
    "flexion": Amount(
        "deg",
        (10.0, 110.0),
        "90 deg",
        "Knee flexion of the force-velocity curve and of the isometric push.",
    ),
    "recline": Amount("deg", (0.0, 60.0), "45 deg", "Hip flexion of the seated, straight leg."),
    "plate": Amount("deg", (0.0, 40.0), "20 deg", "How far the plate leans away from the foot."),
}
"""Name -> the amount."""
