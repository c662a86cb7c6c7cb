"""Self-stability: which spring-mass runners run without control, beside Seyfarth 2002.

The published region is a narrow J: a stiffer leg needs a steeper angle, there is none below a least
speed, and it widens with speed (doi:10.1016/S0021-9290(01)00245-7).
"""

from typing import Any

from matplotlib.figure import Figure

from stridesim.plots.self_stability import regions_panels


def answer(found: Any) -> str:
    return f"Yellow legs run on by themselves. {found.result.sentence}"


def draw(found: Any) -> Figure:
    return regions_panels(found.result.regions)
