"""The figure of the leg press: static force, work and peak power over the start posture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.sheet import headline, panel_grid
from stridesim.plots.style import SMALLEST, figure_style, save_figure
from stridesim.runner import Runner

PANELS: Final = {
    "static_force": ("force on a held sled", "kN", 1e-3, "C0"),
    "work": ("work on the sled", "J", 1.0, "C1"),
    "peak_power": ("peak power", "kW", 1e-3, "C2"),
}


class Shown(NamedTuple):
    """What is drawn: the runner, what was asked for, `starts` (N,) deg, values (N,) by name, and
    the answer in a sentence."""

    runner: Runner
    asked: Mapping[str, float]
    starts: np.ndarray
    values: Mapping[str, np.ndarray]
    sentence: str


def draw_leg_press(shown: Shown) -> Figure:
    """Three panels; call within `figure_style` and close it after use."""
    figure, panels = panel_grid(1, 3)
    for axes, (name, (words, unit, factor, colour)) in zip(panels[0], PANELS.items(), strict=True):
        values = factor * shown.values[name]
        best = int(np.argmax(values))
        axes.plot(shown.starts, values, color=colour)
        axes.plot(shown.starts[best], values[best], "o", color=colour)
        axes.annotate(
            f"{shown.starts[best]:.0f} deg",
            (shown.starts[best], values[best]),
            xytext=(0, 9),
            textcoords="offset points",
            ha="left" if best == 0 else "right" if best == values.size - 1 else "center",
            size=SMALLEST,
            weight="bold",
            color=colour,
        )
        axes.set_ylim(0, 1.12 * values.max() if values.max() > 0 else 1.0)
        axes.set_title(words)
        axes.set_ylabel(f"{words} ({unit})")
        axes.set_xlabel("knee flexion at the start (deg)")
    asked, body = shown.asked, shown.runner.body
    under = (
        f"{shown.runner.name}, {float(body.mass):.0f} kg, both legs · sled {asked['mass']:g} kg on "
        f"a rail of {asked['incline']:g} deg, resistance {asked['resistance']:g} N · activation "
        f"{float(shown.runner.muscle.voluntary_activation):g}, rising with "
        f"{1e3 * float(shown.runner.muscle.activation_time):.0f} ms"
    )
    title = "Leg press: from which posture do the legs push most?"
    headline(figure, title, shown.sentence, under)
    return figure


def save_leg_press(shown: Shown, path: Path) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_leg_press(shown)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
