"""C3: does a tendon go dead when it is stretched too far?

Below its yield strain a tendon loses a twentieth of what it stores. Beyond it the loss grows with
the share of the strain that lies beyond, and muscles must do again what does not come back.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import (
    effect_panel,
    in_per_cent,
    legends,
    level,
    seen,
    three_panels,
)
from stridesim.plots.panels import lines_panel
from stridesim.words.wording import number


def answer(found: Any) -> str:
    result = found.result
    recoil = 100 * result.grid("tendon_recoil")
    known = recoil[np.isfinite(recoil)]
    if not known.size:
        return "No stiffness has a result."
    return (
        f"{_yields(found)}. Of the energy that tendons store {number(known.min())} to "
        f"{number(known.max())} % comes back; softer tendons than those shown do not carry the "
        f"runner."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (recoil, stretch, effect) = three_panels()
    back = in_per_cent(result, "tendon_recoil", "Returned")
    lines_panel(recoil, result, "tendon_recoil", back)
    recoil.set_title("What comes back")
    lines_panel(stretch, result, "tendon_overstretch")
    level(stretch, found.show["yield"])
    stretch.set_title("Stretch of the tendons")
    stretch.set_ylabel("Strain / yield strain")
    stretch.set_ylim(bottom=0)
    seen(stretch, _yields(found))
    for axes in (recoil, stretch):
        axes.set_xlabel("Tendon stiffness, times own")
    effect_panel(effect, found)
    legends(figure, result, recoil.get_legend_handles_labels()[0])
    return figure


def _yields(found: Any) -> str:
    """Where a tendon is stretched beyond its yield, over all speeds."""
    result = found.result
    scale = np.asarray(result.design.axes[0].values)
    beyond = result.grid("tendon_overstretch") > found.show["yield"]
    if not beyond.any():
        return "No tendon yields"
    stiffest = scale[beyond.any(axis=1)].max()
    return f"A tendon yields only below {stiffest:.2g} times own stiffness"
