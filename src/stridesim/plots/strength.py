"""The figure of static strength: torque against angle, hip, knee and ankle beside each other.

Lines are the model's active torque, dots what people give on a dynamometer (men and women, bands
one standard deviation of men). Thin lines are the torque without an effort.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stridesim.evidence.torque_curves import TorqueCurve
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.style import figure_style, save_figure
from stridesim.runner import Runner

PANELS: Final = {
    "hip": ("hip_extension", "hip_flexion"),
    "knee": ("knee_extension", "knee_flexion"),
    "ankle": ("ankle_plantarflexion", "ankle_dorsiflexion"),
}
COLOURS: Final = ("C0", "C1")
_DOTS: Final = {"men": "o", "women": "s"}
_EVERY: Final = 4


def draw_strength(runner: Runner, curves: Mapping[str, TorqueCurve]) -> Figure:
    """Three panels; call within `figure_style` and close it after use."""
    figure, panels = panel_grid(1, 3, sharey=True)
    for axes, (joint, names) in zip(panels[0], PANELS.items(), strict=True):
        for name, colour in zip(names, COLOURS, strict=True):
            _draw(axes, curves[name], colour, name.split("_")[1])
        coordinate = curves[names[0]].exertion.coordinate.split("_")[1]
        axes.set_title(joint)
        axes.set_xlabel(f"{joint} {coordinate} (deg)")
    panels[0, 0].set_ylabel("active torque of a maximal effort (N m)")
    panels[0, 0].set_ylim(bottom=0)
    legend_below(figure, _handles())
    knee = curves["knee_extension"]
    said = (
        f"Knee extension is strongest at {knee.angle_of_active_peak:.0f} deg of knee flexion in "
        f"the model{_measured_angle(knee)}."
    )
    held = ", ".join(f"{joint}: {_held(curves[names[0]])}" for joint, names in PANELS.items())
    under = (
        f"{runner.name}, {float(runner.body.mass):.0f} kg, isometric, activation "
        f"{float(runner.muscle.voluntary_activation):g}, elastic tendons, one leg · held {held}"
    )
    headline(figure, "How strong is the leg at each joint angle?", said, under)
    return figure


def save_strength(runner: Runner, curves: Mapping[str, TorqueCurve], path: Path) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_strength(runner, curves)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _draw(axes: Axes, curve: TorqueCurve, colour: str, word: str) -> None:
    axes.plot(curve.angle, curve.active, color=colour)
    for sex, measured in curve.measured.items():
        dots: Any = {"color": colour, "ls": "", "ms": 6, "marker": _DOTS[sex]}
        if sex == "women":
            dots["mfc"] = "white"
        axes.plot(curve.angle[::_EVERY], measured.torque[::_EVERY], **dots)
        if sex == "men":
            low, high = measured.torque - measured.sd, measured.torque + measured.sd
            axes.fill_between(curve.angle, low, high, color=colour, alpha=0.14, lw=0)
    at = int(curve.active.argmax())
    axes.annotate(
        word,
        (curve.angle[at], curve.active[at]),
        xytext=(0, 6),
        textcoords="offset points",
        ha="center",
        color=colour,
        weight="bold",
    )


def _held(curve: TorqueCurve) -> str:
    shown = {k: v for k, v in curve.held.items() if k != "hip_adduction"}
    return " and ".join(f"{k.split('_')[0]} {v:g} deg" for k, v in shown.items())


def _measured_angle(curve: TorqueCurve) -> str:
    angles = [
        f"{curve.angle[np.nanargmax(m.torque)]:.0f} ({sex})" for sex, m in curve.measured.items()
    ]
    return f", and at {' and '.join(angles)} in people" if angles else ""


def _handles() -> list[Line2D]:
    grey = "0.35"
    return [
        Line2D([], [], color=grey, label="model"),
        Line2D([], [], color=grey, ls="", marker="o", ms=6, label="measured men, band one SD"),
        Line2D([], [], color=grey, ls="", marker="s", ms=6, mfc="white", label="measured women"),
        Line2D([], [], color=grey, ls="", label="measured: Anderson 2007"),
    ]
