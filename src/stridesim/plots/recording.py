"""A recording at a glance: is every contact found, what does a stance look like, how steady
is the runner?

Above, a few seconds of force with the contacts that were measured shaded; below, the mean stance
with one SD between steps on three axes, and contact against flight time, one point a step.
"""

from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.constants import GRAVITY
from stridesim.plots.style import figure_style, save_figure
from stridesim.recordings import ForceRecording, StepMeasures

NARROWEST: Final = 20.0
"""ms of contact and flight time shown: less would make mountains of rounding."""

WINDOW: Final = 2.5
"""s of force shown: six to eight steps, each wide enough to judge."""

_VERTICAL, _FORE_AFT, _MEDIOLATERAL = "C0", "C1", "C2"


def draw_recording(
    recording: ForceRecording, measures: StepMeasures, title: str | None = None
) -> Figure:
    """The figure of one recording; call within `figure_style` and close it after use."""
    figure = plt.figure(figsize=(9.0, 6.4), layout="constrained")
    grid = figure.add_gridspec(2, 3, height_ratios=[1.0, 1.1])
    _draw_forces(figure.add_subplot(grid[0, :]), recording, measures)
    _draw_vertical_curve(figure.add_subplot(grid[1, 0]), measures)
    _draw_horizontal_curves(figure.add_subplot(grid[1, 1]), measures)
    _draw_times(figure.add_subplot(grid[1, 2]), measures)
    chosen = measures.settings
    title = title or Path(recording.source).stem
    figure.suptitle(
        f"{title}: {measures.runner.speed:.3g} m/s, {measures.n} steps",
        x=0.01,
        ha="left",
    )
    figure.supxlabel(
        f"contact above {chosen.threshold:.3g} N; zero-phase low-pass {chosen.cutoff:g} Hz, "
        f"horizontal curves {chosen.horizontal_cutoff:g} Hz; body weight from mean force "
        f"({measures.effective_mass:.1f} kg)",
        fontsize="small",
        color="0.35",
    )
    return figure


def save_recording(
    path: Path, recording: ForceRecording, measures: StepMeasures, title: str | None = None
) -> None:
    """Draw and write to `path`; the suffix picks the format. `title` is the file's name unless
    given."""
    with figure_style():
        figure = draw_recording(recording, measures, title)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _draw_forces(axes: Axes, recording: ForceRecording, measures: StepMeasures) -> None:
    signal = measures.conditioned
    weight = measures.effective_mass * GRAVITY
    start = signal.time[0] + max(0.0, 0.5 * (recording.duration - WINDOW))
    shown = (signal.time >= start) & (signal.time <= start + WINDOW)
    time = signal.time[shown]
    axes.plot(time, recording.force[shown, 2] / weight, color="0.6", lw=0.8, label="vertical, raw")
    axes.plot(time, signal.force[shown, 2] / weight, color=_VERTICAL, label="vertical")
    axes.plot(time, signal.horizontal[shown, 0] / weight, color=_FORE_AFT, label="fore-aft")
    axes.plot(
        time, signal.horizontal[shown, 1] / weight, color=_MEDIOLATERAL, label="lateral (lab)"
    )
    contacts = measures.contacts
    for touchdown, take_off in zip(contacts.touchdown, contacts.take_off, strict=True):
        if take_off > time[0] and touchdown < time[-1]:
            axes.axvspan(touchdown, take_off, color="0.92", zorder=0, lw=0)
    axes.set(
        xlim=(time[0], time[-1]),
        xlabel="time (s)",
        ylabel="ground force (BW)",
    )
    axes.set_title("Contacts measured (shaded)", loc="left")
    axes.legend(ncols=4, loc="lower right", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _draw_band(axes: Axes, measures: StepMeasures, axis: int, color: str, label: str) -> None:
    curves = measures.curves
    mean, sd = curves.mean[:, axis], curves.sd[:, axis]
    axes.fill_between(curves.percent, mean - sd, mean + sd, color=color, alpha=0.25, lw=0)
    axes.plot(curves.percent, mean, color=color, label=label)


def _draw_vertical_curve(axes: Axes, measures: StepMeasures) -> None:
    _draw_band(axes, measures, 2, _VERTICAL, "vertical")
    axes.set(
        xlim=(0, 100),
        ylim=(0, None),
        xlabel="stance (%)",
        ylabel="vertical force (BW)",
    )
    axes.set_title("Vertical, mean ± SD", loc="left")


def _draw_horizontal_curves(axes: Axes, measures: StepMeasures) -> None:
    axes.axhline(0.0, color="0.6", lw=0.8)
    _draw_band(axes, measures, 0, _FORE_AFT, "forward")
    _draw_band(axes, measures, 1, _MEDIOLATERAL, "medial")
    axes.set(
        xlim=(0, 100),
        xlabel="stance (%)",
        ylabel="horizontal force (BW)",
    )
    axes.set_title("Horizontal, mean ± SD", loc="left")
    axes.legend(loc="upper left", frameon=False)


def _limits(values: np.ndarray) -> tuple[float, float]:
    """Around all of `values` (n,) ms, and not closer than a spread that means something."""
    middle = 0.5 * float(values.min() + values.max())
    half = max(0.5 * NARROWEST, 0.55 * float(np.ptp(values)))
    return middle - half, middle + half


def _draw_times(axes: Axes, measures: StepMeasures) -> None:
    contact_ms = 1e3 * measures.steps["contact_time"]
    flight_ms = 1e3 * measures.steps["flight_time"]
    sides = np.array(measures.sides)
    labels = sorted(set(measures.sides))
    # Colours that stand for no axis of force in the other panels.
    for side, color, marker in zip(labels, ("C3", "C5"), "os", strict=False):
        one = sides == side
        label = side if side in {"left", "right"} else f"foot {side}"
        axes.plot(contact_ms[one], flight_ms[one], marker, color=color, label=label, alpha=0.8)
    axes.set(xlim=_limits(contact_ms), ylim=_limits(flight_ms))
    axes.set(xlabel="contact time (ms)", ylabel="flight time (ms)")
    axes.set_title("Steps", loc="left")
    # Above the points, where it hides none.
    axes.legend(
        frameon=False,
        ncols=2,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        handletextpad=0.1,
        columnspacing=0.6,
        borderaxespad=0.2,
    )
