"""A perturbed run on one sheet: the path, every step against the gait, and how stable it is.

Left the centre of mass from the side and from above, through the steps around the perturbation;
right every apex against the periodic stride; below the deviation, the Floquet multipliers in the
unit circle and, where there are any, the basin and the region where the runner's planar
counterpart would run by itself. No panel is empty: what there is none of has none.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import jax
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import NullFormatter

from stridesim.dynamics.forward import FALLS, Step, stance_path
from stridesim.dynamics.stance import State
from stridesim.dynamics.swing_leg import apex_state
from stridesim.gait.course import apexes, scales
from stridesim.gait.perturbed_run import Outcome, PerturbedRun, planar_counterpart
from stridesim.gait.spring_mass import Region
from stridesim.plots.conditions import speed_words
from stridesim.plots.marks import ring
from stridesim.plots.perturbed_top import SAMPLES, draw_from_above, flown
from stridesim.plots.self_stability import steps_bar, steps_map
from stridesim.plots.sheet import headline, legend_below
from stridesim.plots.style import SHEET, figure_style, save_figure
from stridesim.units import from_si
from stridesim.units import unit as from_unit

SHOWN: Final = 10
"""Steps of the path that are drawn from the perturbation on; more would be too narrow to see."""

_RUN, _GAIT, _EVENT, _FALL = "C0", "0.45", "C1", "#B00020"
_APEX: Final = (
    ("z", "Apex height", "m", 0.08),
    ("vx", "Forward velocity", "m/s", 0.3),
    ("vy", "Sideways velocity", "m/s", 0.2),
    ("roll", "Roll", "deg", 4.0),
)
_MOTION_COLOURS: Final = {"height and speed": "C0", "sideways": "C1", "roll": "C2"}

_stance_path = jax.jit(stance_path, static_argnames="samples")


def draw_perturbed_run(
    run: PerturbedRun,
    name: str,
    written: Mapping[str, str],
    region: Region | None = None,
    strategy: str = "",
) -> Figure:
    """The sheet of a run; call within `figure_style` and close it after use.

    `written` is what was asked for, in words, for the title; `strategy` what follows the speed.
    """
    figure = plt.figure(figsize=SHEET, layout="constrained")
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(h_pad=0.06, w_pad=0.1)
    rows = figure.add_gridspec(2, 1, height_ratios=[1.8, 1.25])
    above = rows[0].subgridspec(2, 4)
    side = figure.add_subplot(above[0, :2])
    top = figure.add_subplot(above[1, :2], sharex=side)
    _path(side, run)
    draw_from_above(top, run, side.get_xlim()[1], _event(run))
    apexes = [figure.add_subplot(above[i, j]) for j in (2, 3) for i in (0, 1)]
    for axes, (coordinate, title, unit, least) in zip(apexes, _APEX, strict=True):
        _apexes(axes, run, coordinate, title, unit)
        low, high = axes.get_ylim()
        widen = max(0.0, 0.5 * (least - (high - low)))
        axes.set_ylim(low - widen, high + widen)
    for axes in apexes[1::2]:
        axes.set_xlabel("step")
    drawn: list[Callable[[Axes], None]] = [
        lambda axes: _deviations(axes, run),
        lambda axes: _multipliers(axes, run),
    ]
    if run.basin is not None:
        drawn.append(lambda axes: _basin(axes, run))
    if region is not None:
        drawn.append(lambda axes: _region(axes, run, region))
    below = rows[1].subgridspec(1, len(drawn))
    for i, draw in enumerate(drawn):
        draw(figure.add_subplot(below[0, i]))
    asked = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in written.items())
    at = speed_words([float(run.template.speed)])
    headline(
        figure,
        f"{asked[:1].upper()}{asked[1:]}" or "Undisturbed",
        _words(run),
        " · ".join(filter(None, [f"{name} at {at}", strategy])),
    )
    handles, _ = apexes[0].get_legend_handles_labels()
    handles += top.get_legend_handles_labels()[0]
    legend_below(figure, handles, columns=6)
    # Once laid out, panels are smaller than at first and have other, longer numbers at their ticks.
    figure.draw_without_rendering()
    return figure


def save_perturbed_run(
    run: PerturbedRun,
    path: Path,
    name: str,
    written: Mapping[str, str],
    region: Region | None = None,
    strategy: str = "",
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_perturbed_run(run, name, written, region, strategy)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _words(run: PerturbedRun) -> str:
    after = run.steps - run.perturbation.at
    radius = run.multipliers.spectral_radius
    if run.outcome == Outcome.fell:
        said = f"Falls after {int(run.course.completed)} steps: {FALLS[run.fall]}."
    elif run.outcome == Outcome.recovered:
        said = f"Recovers: after {after} steps the deviation is below half its peak."
    else:
        said = f"Upright after {after} steps, but not recovered."
    verdict = "stable" if radius < 1 else "unstable"
    return f"{said} The gait is {verdict}: spectral radius {radius:.2f}."


def step_path(
    one: Step, start: State, run: PerturbedRun
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """One step from apex to apex: forward position from its start and height over its ground (m),
    where the foot stands, and where the step ends."""
    template = run.template
    down = flown(start, float(one.fall_time), template)
    stance = _stance_path(one, run.intended, run.feedback, template, samples=SAMPLES)
    up = flown(one.take_off, float(one.rise_time), template)
    foot = float(down.x[-1] - one.touchdown.x)
    x = np.concatenate([down.x, foot + np.asarray(stance.x), foot + up.x])
    return x, np.concatenate([down.z, np.asarray(stance.z), up.z]), foot, float(x[-1])


def centre_of_mass_path(run: PerturbedRun) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forward position of the centre of mass and height over the ground before the perturbation
    (m), through every completed step, and the feet's positions (n,)."""
    xs, zs, feet, at = [np.zeros(0)], [np.zeros(0)], [], 0.0
    for i in range(run.steps):
        one: Step = jax.tree.map(lambda leaf, i=i: leaf[i], run.course.steps)
        if run.course.falls[i] or not np.isfinite(run.course.apex.z[i]):
            break
        apex = jax.tree.map(lambda leaf, i=i: leaf[i], run.course.apex)
        x, z, foot, end = step_path(one, apex_state(apex), run)
        lower = float(run.perturbation.ground_drop) if i >= run.perturbation.at else 0.0
        xs, zs = [*xs, at + x], [*zs, z - lower]
        feet.append(at + foot)
        at += end
    return np.concatenate(xs), np.concatenate(zs), np.array(feet)


def _event(run: PerturbedRun) -> float:
    """Where along the track the perturbation is, m."""
    return run.perturbation.at * float(run.template.speed * run.template.step_time)


def _path(axes: Axes, run: PerturbedRun) -> None:
    x, z, feet = centre_of_mass_path(run)
    step = float(run.template.speed * run.template.step_time)
    at, drop = run.perturbation.at, float(run.perturbation.ground_drop)
    last = (min(run.steps, at + SHOWN) + 0.1) * step
    gait_x, gait_z, _, _ = step_path(run.gait, apex_state(run.intended.apex), run)
    several = np.arange(min(run.steps, at + SHOWN) + 1)
    axes.plot(
        np.concatenate([i * step + gait_x for i in several]),
        np.tile(gait_z, len(several)), color=_GAIT, ls="--", lw=1.2,
    )  # fmt: skip
    axes.plot(x, z, color=_RUN)
    edge = at * step + float(run.intended.fall_time) * float(run.template.speed) * 0.5
    low = min(0.0, -drop) - 0.06
    ground_x, ground_z = [-step, edge, edge, last + step], [0.0, 0.0, -drop, -drop]
    axes.fill_between(ground_x, ground_z, low, color="0.88", lw=0, step=None)
    axes.plot(ground_x, ground_z, color="0.3", lw=1.0)
    for i, foot in enumerate(feet):
        axes.plot(foot, -drop if i >= at else 0.0, "^", color="0.3", ms=7, clip_on=True)
    axes.axvline(at * step, color=_EVENT, lw=1.8, ls=":")
    if run.outcome == Outcome.fell and x.size and x[-1] < last:
        axes.plot(x[-1], z[-1], "X", color=_FALL, ms=10, zorder=6)
    axes.set(xlim=(0, last), ylim=(low, None), ylabel="height (m)")
    axes.tick_params(axis="x", labelbottom=False)
    axes.set_title(f"Centre of mass from the side, {min(SHOWN, run.steps - at)} steps on")


def _numbers(run: PerturbedRun) -> np.ndarray:
    return np.arange(run.steps + 1) - run.perturbation.at


def _apexes(axes: Axes, run: PerturbedRun, coordinate: str, title: str, unit: str) -> None:
    values = np.array(getattr(apexes(run.course), coordinate)) / from_unit(unit).factor
    own = from_si(float(getattr(run.intended.apex, coordinate)), unit)
    axes.axhline(own, color=_GAIT, ls="--", lw=1.2, label="the periodic stride")
    axes.axvline(0, color=_EVENT, lw=1.8, ls=":", label="perturbation")
    known = np.flatnonzero(np.isfinite(values))
    fell = run.outcome == Outcome.fell
    if fell and known.size > 1:
        # A fall leaves the last apex far off: at the border, so that the steps before it are seen.
        before = np.append(values[known[:-1]], own)
        room = 0.15 * float(np.ptp(before))
        values[known[-1]] = np.clip(values[known[-1]], before.min() - room, before.max() + room)
    axes.plot(_numbers(run), values, ".-", color=_RUN, ms=7, label="perturbed run")
    if fell:
        axes.plot(
            known[-1] - run.perturbation.at, values[known[-1]], "X", ls="", color=_FALL, ms=10,
            zorder=6, label="falls next (border: far off)",
        )  # fmt: skip
    axes.set(ylabel=f"({unit})")
    axes.set_title(title)


def _deviations(axes: Axes, run: PerturbedRun) -> None:
    # Before the perturbation, and where it has not moved an apex yet, there is rounding only.
    shown = np.where(run.deviations > 1e-7, run.deviations, np.nan)
    axes.semilogy(_numbers(run), shown, ".-", color=_RUN, ms=7)
    axes.axvline(0, color=_EVENT, lw=1.8, ls=":")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set(xlabel="step", ylabel="scaled (1)")
    axes.set_title("Deviation")


def _multipliers(axes: Axes, run: PerturbedRun) -> None:
    angle = np.linspace(0, 2 * np.pi, 200)
    axes.fill(np.cos(angle), np.sin(angle), color="0.93", lw=0)
    axes.plot(np.cos(angle), np.sin(angle), color="0.5", lw=1.0)
    named: set[str] = set()
    for i, value in enumerate(run.multipliers.values):
        motion = run.multipliers.mode(i)
        label = None if motion in named else motion
        named.add(motion)
        axes.plot(value.real, value.imag, "o", color=_MOTION_COLOURS[motion], ms=10, label=label)
    reach = 1.15 * max(1.0, run.multipliers.spectral_radius)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="real (1)",
             ylabel="imag. (1)", aspect="equal")  # fmt: skip
    axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), handletextpad=0.0)
    axes.set_title("Floquet multipliers")


def _basin(axes: Axes, run: PerturbedRun) -> None:
    """Bars in scaled units; what they mean in a person's units stands at their names."""
    assert run.basin is not None
    rows = (("z", "height", "cm"), ("vx", "forward", "m/s"), ("vy", "sideways", "m/s"),
            ("roll", "roll", "deg"))  # fmt: skip
    unit_of = scales(run.template)
    labels = []
    for i, (name, words, unit) in enumerate(rows):
        scale = float(getattr(unit_of, name))
        down, up = (float(getattr(edge, name)) for edge in run.basin)
        axes.barh(i, (up - down) / scale, left=down / scale, color=_RUN, alpha=0.45, height=0.6)
        low, high = from_si(down, unit), from_si(up, unit)
        labels.append(f"{words} {low:+.2g} to {high:+.2g} {unit}".replace("-", "−"))
    axes.set_yticks(range(len(rows)), labels)
    axes.invert_yaxis()
    axes.axvline(0, color="0.4", lw=0.8, zorder=0)
    axes.set(xlim=(-1.05, 1.05), xlabel="scaled (1)")
    axes.set_title("May be moved by")


def _region(axes: Axes, run: PerturbedRun, found: Region) -> None:
    steps_bar(axes.figure, steps_map(axes, found), axes)
    _, angle, stiffness = planar_counterpart(run)
    ring(axes, np.rad2deg(angle), stiffness / 1e3)
    axes.set_ylabel("Leg (kN/m)")
    axes.set_title("Planar counterpart")
