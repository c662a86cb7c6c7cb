"""Where muscles are drawn on the skeleton: a line of points on the bones for each group.

A point is a bone, the share of the way along it, and how far it lies beside it over the runner's
height: forwards in the side view, outwards in the view from behind. The lines are for the eye; the
moment arms that the model uses are those of `muscles.geometry`. The table is the only one: the
teaching page reads it too.
"""

from typing import Any, Final

import numpy as np

from stridesim.plots.skeleton import Skeleton

Line = tuple[tuple[str, float, float], ...]

SIDE: Final[dict[str, Line]] = {
    "iliopsoas": (("trunk", 0.26, 0.012), ("trunk", 0.05, 0.034), ("thigh", 0.14, 0.012)),
    "gluteus_maximus": (("trunk", 0.16, -0.045), ("trunk", 0.0, -0.066), ("thigh", 0.30, -0.022)),
    "gluteus_medius": (("trunk", 0.17, -0.012), ("thigh", 0.02, 0.0)),
    "tensor_fasciae_latae": (("trunk", 0.14, 0.03), ("thigh", 0.25, 0.012), ("thigh", 0.95, 0.004)),
    "rectus_femoris": (
        ("trunk", 0.08, 0.042),
        ("thigh", 0.4, 0.056),
        ("thigh", 0.95, 0.03),
        ("shank", 0.1, 0.022),
    ),
    "vasti": (("thigh", 0.2, 0.02), ("thigh", 0.62, 0.04), ("thigh", 0.96, 0.022)),
    "hamstrings": (("trunk", -0.02, -0.034), ("thigh", 0.5, -0.046), ("shank", 0.07, -0.02)),
    "adductor_magnus": (("trunk", -0.03, -0.012), ("thigh", 0.55, -0.014)),
    "gastrocnemius": (("thigh", 0.94, -0.02), ("shank", 0.2, -0.04), ("shank", 0.45, -0.03)),
    "soleus": (("shank", 0.14, -0.012), ("shank", 0.32, -0.02), ("shank", 0.5, -0.026)),
    "tibialis_anterior": (("shank", 0.15, 0.018), ("shank", 0.5, 0.024), ("shank", 0.92, 0.018)),
}
"""As seen from the runner's right."""

REAR: Final[dict[str, Line]] = {
    "gluteus_medius": (("trunk", 0.17, 0.02), ("trunk", 0.06, 0.038), ("thigh", 0.04, 0.03)),
    "tensor_fasciae_latae": (("trunk", 0.13, 0.042), ("thigh", 0.22, 0.036), ("thigh", 0.95, 0.02)),
    "gluteus_maximus": (("trunk", 0.14, -0.03), ("trunk", 0.0, 0.0), ("thigh", 0.2, 0.018)),
    "adductor_magnus": (("trunk", -0.04, -0.04), ("thigh", 0.55, -0.012)),
    "hamstrings": (("thigh", 0.05, -0.008), ("thigh", 0.55, 0.004), ("shank", 0.05, 0.0)),
    "gastrocnemius": (("thigh", 0.95, 0.0), ("shank", 0.2, 0.012), ("shank", 0.45, 0.002)),
    "soleus": (("shank", 0.16, -0.01), ("shank", 0.5, 0.0)),
}

SPRING: Final = ("shank", 0.47, -0.028)
"""Where the Achilles tendon begins; it ends at the heel."""

BONES: Final = {"trunk": ("hip", "neck"), "thigh": ("hip", "knee"), "shank": ("knee", "ankle")}
"""Ends of the bones; the trunk's begins at the hip of its leg."""


def on_bone(
    skeleton: Skeleton, leg: int, frame: int, place: tuple[str, float, float], axis: int
) -> np.ndarray:
    """A point (2,) of the table in a view: `axis` 0 from the side, 1 from behind; m."""
    bone, along, beside = place
    start, end = (_joint(skeleton, leg, frame, name)[[axis, 2]] for name in BONES[bone])
    if bone == "trunk":
        # The trunk's own direction, from this hip.
        pelvis = skeleton.pelvis[frame][[axis, 2]]
        end = start + end - pelvis
    way = end - start
    across = np.array([-way[1], way[0]]) / np.hypot(*way)
    outward = -1.0 if axis == 0 else (-1.0, 1.0)[leg]
    if bone != "trunk":
        outward = -outward
    return start + along * way + outward * beside * skeleton.height * across


def _joint(skeleton: Skeleton, leg: int, frame: int, name: str) -> Any:
    return skeleton.neck[frame] if name == "neck" else getattr(skeleton.legs[leg], name)[frame]
