"""Maps of self-stability: steps to a fall over angle of attack and leg stiffness, a map a speed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure

from stridesim.gait.spring_mass import STEPS_TO_COUNT, Region, SpringMass
from stridesim.plots.panels import cell_edges
from stridesim.plots.sheet import headline, panel_grid
from stridesim.plots.style import figure_style, save_figure
from stridesim.words.wording import number

LEVELS: Final = (-0.5, 0.5, 1.5, 2.5, 4.5, 8.5, STEPS_TO_COUNT - 0.5, STEPS_TO_COUNT + 0.5)
"""Between the colours, steps."""


def steps_map(axes: Axes, found: Region) -> Any:
    """Colours of one region on `axes`; returns their mapping."""
    angles, stiffnesses = np.rad2deg(found.angles), found.stiffnesses / 1e3
    mesh = axes.pcolormesh(
        cell_edges(angles), cell_edges(stiffnesses), found.steps, norm=BoundaryNorm(LEVELS, 256),
        rasterized=True,
    )  # fmt: skip
    axes.set(xlabel="Angle of attack (deg)", ylabel="Leg stiffness (kN/m)")
    return mesh


def steps_bar(figure: Any, mapping: Any, axes: Any) -> None:
    """The scale of `steps_map`."""
    bar = figure.colorbar(mapping, ax=axes, pad=0.02)
    bar.set_ticks([0, 2, 6.5, STEPS_TO_COUNT])
    bar.set_ticklabels(["0", "2", "5–8", f"≥{STEPS_TO_COUNT}"])
    bar.set_label("Steps to a fall")
    bar.outline.set_visible(False)


def regions_panels(found: Sequence[Region]) -> Figure:
    """A map for each speed and their scale, without words above them."""
    figure, (row,) = panel_grid(1, len(found), sharey=True)
    mapping = None
    for axes, one in zip(row, found, strict=True):
        mapping = steps_map(axes, one)
        axes.set_title(f"{number(one.runner.speed)} m/s")
        if axes is not row[0]:
            axes.set_ylabel("")
    steps_bar(figure, mapping, list(row))
    return figure


def conditions(runner: SpringMass) -> str:
    """Under which conditions a map holds."""
    return (
        f"planar spring-mass runner of {number(runner.mass)} kg, leg {number(runner.leg)} m, apex "
        f"{number(runner.apex)} m, after Seyfarth 2002 · no control, no loss"
    )


def draw_regions(found: Sequence[Region], sentence: str) -> Figure:
    """The figure; call within `figure_style` and close it after use."""
    figure = regions_panels(found)
    headline(figure, "Which legs run by themselves?", sentence, conditions(found[0].runner))
    return figure


def save_regions(path: Path, found: Sequence[Region], sentence: str) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_regions(found, sentence)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
