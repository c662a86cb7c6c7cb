"""Ground force, joint angles and joint moments over stance, a line for each variant.

Where `compared` says how much a result differs, this shows when in stance it does.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from stridesim.economy.compared import Compared
from stridesim.evidence.joint_curves import LABELS, stance_curve
from stridesim.plots.conditions import conditions
from stridesim.plots.panels import STYLES
from stridesim.plots.set_words import set_words
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.style import SHEET, figure_style, save_figure
from stridesim.words.wording import listed, number

ROWS: Final = (
    ("grf_y", "grf_x", "hip_abd_mom"),
    ("hip_flex", "knee_flex_abs", "ankle_df_abs"),
    ("hip_mom_f10", "knee_mom", "ankle_mom"),
)
"""Curves by their names in `evidence.joint_curves.LABELS`: forces, angles, moments."""

NAMES: Final = {"grf_y": "force normal to ground"}
"""Of curves whose name on the level says too much on a slope."""

HEIGHT: Final = 1.6
"""Sheets."""


def draw_curves(
    found: Sequence[Compared], metabolic: str, settings: Mapping[str, str] | None = None
) -> Figure:
    """The figure; call within `figure_style` and close it after use. Variants that cannot run are
    named and have no line."""
    running = [one for one in found if one.ok]
    figure, panels = panel_grid(3, 3, SHEET[0], HEIGHT * SHEET[1], sharex=True)
    percent = None
    for names, row in zip(ROWS, panels, strict=True):
        for name, axes in zip(names, row, strict=True):
            axes.axhline(0, color="0.85", lw=1.0, zorder=0)
            for k, one in enumerate(running):
                values = stance_curve(one.evaluation, name)
                percent = np.linspace(0.0, 100.0, len(values))
                axes.plot(
                    percent, values, color=f"C{k % 8}", ls=STYLES[k % len(STYLES)],
                    label=one.variant.name,
                )  # fmt: skip
            words, _, unit = LABELS[name].rstrip(")").partition(" (")
            words = NAMES.get(name, words)
            axes.set(title=words[:1].upper() + words[1:], ylabel=unit)
            axes.set_xlim(0, 100)
    for axes in panels[-1]:
        axes.set_xlabel("Stance (%)")
    legend_below(figure, panels[0, 0].get_legend_handles_labels()[0])
    first = found[0].variant
    said = conditions(first.runner, metabolic, name=first.name)
    if settings:
        said += f" · set for all: {set_words(settings)}"
    headline(figure, "Ground force, joint angles and moments", _answer(found), said)
    return figure


def save_curves(
    path: Path,
    found: Sequence[Compared],
    metabolic: str,
    settings: Mapping[str, str] | None = None,
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_curves(found, metabolic, settings)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _answer(found: Sequence[Compared]) -> str:
    """Peaks of the ground force, and who cannot run."""
    parts = []
    for one in found:
        if one.ok:
            up, down, on = (
                number(float(one.evaluation.results[name]))
                for name in ("peak_vertical_force", "peak_braking_force", "peak_propulsive_force")
            )
            parts.append(f"{one.variant.name} {up} / {down} / {on}")
    failed = [one.variant.name for one in found if not one.ok]
    text = f"Peak force normal to the ground / braking / propulsive (BW): {', '.join(parts)}."
    return f"{text} No result: {listed(failed)}." if failed else text
