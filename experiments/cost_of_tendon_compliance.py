"""Which tendons make running cheapest: all of one strain at peak force, beside Uchida 2016.

Uchida 2016 (doi:10.1371/journal.pone.0150378) finds an optimum of 2 to 3 % strain in a simulation
that tracks measured motion and tunes muscles together. Here the stride is held at each speed.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.evidence.points import MeasuredPoint, row_point
from stridesim.plots.marks import legend_handles
from stridesim.plots.measured import axis_in, published_place
from stridesim.plots.panels import Derived, lines_panel
from stridesim.plots.sheet import legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.sweeps import SweepResult
from stridesim.words.wording import listed, number, percent

NAME = "cost_of_transport"
OWN = "this runner"


def _published() -> MeasuredPoint:
    """Strain (%) of the cheapest tendons."""
    return row_point("tendon_optimum", 0.0)


def _against_published(result: SweepResult) -> np.ndarray:
    """Change of cost (%) against tendons of the published optimum, at every speed."""
    strain, grid = 100 * np.asarray(result.design.axes[0].values), result.grid(NAME)
    own = [np.interp(_published().value, strain, grid[:, k]) for k in range(grid.shape[1])]
    return 100 * (grid / np.asarray(own) - 1)


def answer(found: Any) -> str:
    result = found.result
    strain = 100 * np.asarray(result.design.axes[0].values)
    change, published = _against_published(result), _published()
    solved = [k for k in range(change.shape[1]) if np.isfinite(change[:, k]).any()]
    best = [int(np.nanargmin(change[:, k])) for k in solved]
    speeds = [number(result.design.axes[1].values[k]) for k in solved]
    saved = [percent(-change[i, k] / 100) for i, k in zip(best, solved, strict=True)]
    return (
        f"With the stride held, the cheapest tendons have "
        f"{listed([number(strain[i]) for i in best])} % strain at peak force at {listed(speeds)} "
        f"m/s (published {number(published.value)} %), "
        f"where running costs {listed(saved)} less than with {number(published.value)} %."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (row,) = panel_grid(1, 3)
    cost, returned, strain = row
    published = _published()
    lines_panel(
        cost,
        result,
        NAME,
        Derived(_against_published(result), "Change of cost (%)", level=CHANGE),
        optimum="lowest",
    )
    cost.set_title("Cost, against the published")
    energy = "tendon_energy_returned"
    lines_panel(returned, result, energy, Derived(result.grid(energy), ""))
    returned.set(title="What all tendons return", ylabel="Energy returned (J a step)")
    lines_panel(
        strain,
        result,
        "achilles_peak_strain",
        Derived(100 * result.grid("achilles_peak_strain"), "Peak strain (%)"),
    )
    strain.set_title("Stretch of the Achilles")
    bands = [
        published_place(axes, published, "published optimum: Uchida 2016", 1 / 100) for axes in row
    ]
    for axes in row:
        axis_in(axes, "Tendon strain at peak force (%)", 100.0)
    lines = cost.get_legend_handles_labels()[0]
    signs = legend_handles(result, "cheapest", maps=False, runner=OWN)
    # The runner's own tendons differ from each other: no place on this axis is theirs.
    legend_below(figure, [*lines, bands[0], *(s for s in signs if s.get_label() != OWN)])
    return figure
