"""One stride on one sheet: forces, joints, muscles, tendons and what it costs.

Where the speed is near one that was measured, the mean ± SD of 13 runners (Fukuchi 2017,
doi:10.7717/peerj.3298) lies behind the model, so that the eye judges at once. Extensor,
plantarflexor and abductor moments are positive. Curves over the stride run from one contact of
the left foot to its next, stance shaded.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stridesim.constants import GRAVITY
from stridesim.economy import Evaluation
from stridesim.plots.curve_names import Curve, name_curves
from stridesim.plots.set_words import stated
from stridesim.plots.sheet import headline
from stridesim.plots.stride_bands import Band, hip_moment_band, measured_band, nearest_speed
from stridesim.plots.style import figure_style, save_figure
from stridesim.posture.linkage import STANDING_HIP_ADDUCTION
from stridesim.posture.time_grid import node_weights
from stridesim.results import REASONS, Status
from stridesim.runner import GROUPS

CAUSES: Final = (
    (("activation",), "activation heat", "C0"),
    (("maintenance",), "maintenance heat", "C5"),
    (("shortening",), "shortening heat", "C4"),
    (("positive_work",), "positive work", "C1"),
    (("negative_work", "floor"), "negative work, floor", "C2"),
)
"""Fields of `HeatRates`, words, colour. The floor is drawn with negative work because that is
what it mostly takes back: a muscle can't be paid for being stretched."""

_SMALL: Final = "0.6"
_KNEE_ANKLE: Final = {
    "soleus": "C0",
    "gastrocnemius": "C5",
    "vasti": "C1",
    "rectus_femoris": "C4",
    "tibialis_anterior": _SMALL,
    "biceps_femoris_short": _SMALL,
}
_HIP: Final = {
    "gluteus_maximus": "C2",
    "gluteus_medius": "C0",
    "hamstrings": "C3",
    "iliopsoas": "C7",
    "adductors_short": "C4",
    "adductor_magnus": _SMALL,
    "gluteus_minimus": _SMALL,
    "tensor_fasciae_latae": _SMALL,
}
_SPRINGS: Final = ("soleus", "gastrocnemius", "vasti", "rectus_femoris")
_WIDTH, _HEIGHT = 21.0, 19.0
"""Inches: sixteen panels in the letters of a slide are four slides."""
_NAME: Final = 12
_MODEL, _MEASURED, _STANCE = "C0", "0.45", "0.945"


def draw_stride(
    evaluation: Evaluation,
    *,
    metabolic: str | None = None,
    settings: Mapping[str, str] | None = None,
    own: float | None = None,
) -> Figure:
    """The full sheet of one stride; call within `figure_style` and close it after use.

    `metabolic` is the name of the model, for the title of its panel; `settings` is what was set.
    """
    stride = evaluation.stride
    figure = plt.figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(h_pad=0.09, w_pad=0.09)
    grid = figure.add_gridspec(4, 4, height_ratios=[1, 1, 1, 1.25])
    panels = np.array([[figure.add_subplot(grid[i, j]) for j in range(4)] for i in range(4)])
    speed = nearest_speed(float(stride.template.speed))
    _key_numbers(panels[0, 0], evaluation)
    _ground_force(panels[0, 1:], evaluation, speed)
    _joints(panels[1:3], evaluation, speed)
    crowded = [
        *_muscle_forces(panels[3, :2], evaluation),
        _tendon_energy(panels[3, 2], evaluation),
    ]
    _cost(panels[3, 3], evaluation, metabolic)
    figure.align_ylabels(panels[:3])
    _headline(
        figure, evaluation, speed, stated(evaluation.runner, metabolic or "", settings or {}, own)
    )
    _legends(figure, panels[3, 3], speed)
    figure.draw_without_rendering()
    for axes, curves in crowded:
        name_curves(axes, curves, size=_NAME)
    return figure


def save_stride(
    evaluation: Evaluation,
    path: Path,
    *,
    metabolic: str | None = None,
    settings: Mapping[str, str] | None = None,
    own: float | None = None,
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_stride(evaluation, metabolic=metabolic, settings=settings, own=own)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def cause_power(evaluation: Evaluation) -> np.ndarray:
    """Mean metabolic power of both legs, W/kg, (causes, groups) in the order of `CAUSES`."""
    stride = evaluation.stride
    both_legs = 2 / (float(stride.timeline.period) * float(evaluation.runner.body.mass))
    weights = np.asarray(node_weights(stride.timeline.grid))
    rates = stride.heats._asdict()
    causes = [sum(np.asarray(rates[field]) for field in fields) for fields, *_ in CAUSES]
    return both_legs * np.stack(causes) @ weights


def stance_percent(evaluation: Evaluation) -> float:
    """Where in the stride the foot leaves the ground."""
    line = evaluation.stride.timeline
    return 100 * float(line.contact_time / line.period)


def over_stride(evaluation: Evaluation, values: Any) -> tuple[np.ndarray, np.ndarray]:
    """Percent of the stride and values (..., N + 1), closed at 100 %."""
    line = evaluation.stride.timeline
    percent = np.append(100 * np.asarray(line.time) / float(line.period), 100.0)
    values = np.asarray(values)
    return percent, np.concatenate([values, values[..., :1]], axis=-1)


def _draw_band(axes: Axes, band: Band | None) -> None:
    if band is None:
        return
    low, high = band.mean - band.sd, band.mean + band.sd
    axes.fill_between(band.percent, low, high, color=_MEASURED, alpha=0.28, lw=0)
    axes.plot(band.percent, band.mean, color=_MEASURED, lw=1.1, ls=(0, (4, 2)))


def _frame(axes: Axes, ylabel: str, *, xlabel: str = "", stance: float | None = None) -> None:
    axes.axhline(0.0, color=_SMALL, lw=0.7, zorder=1)
    if stance is not None:
        axes.axvspan(0, stance, color=_STANCE, lw=0, zorder=0)
    axes.set(xlim=(0, 100), ylabel=ylabel, xlabel=xlabel)
    axes.set_xticks([0, 25, 50, 75, 100])
    axes.margins(y=0.08)


def _ground_force(panels: np.ndarray, evaluation: Evaluation, speed: float | None) -> None:
    force = evaluation.stride.timeline.force
    weight = float(evaluation.runner.body.mass) * GRAVITY
    percent = 100 * np.asarray(evaluation.stride.timeline.stance_phase)
    for axes, title, label, values, variable in zip(
        panels,
        ("Ground force: vertical", "Ground force: fore-aft", "Ground force: mediolateral"),
        ("up (BW)", "forward (BW)", "outward (BW)"),
        (force.z, force.x, force.y),
        ("grf_y", "grf_x", "grf_z"),
        strict=True,
    ):
        _draw_band(axes, measured_band("stance", speed, variable))
        axes.plot(percent, np.asarray(values) / weight, color=_MODEL)
        _frame(axes, label, xlabel="stance (%)")
        axes.set_title(title)


def _joints(panels: np.ndarray, evaluation: Evaluation, speed: float | None) -> None:
    """Two rows: angles above, moments below; hip, knee, ankle, hip in the frontal plane."""
    angle, moment = evaluation.stride.posture.joints, evaluation.stride.moments
    mass = float(evaluation.runner.body.mass)
    stance = stance_percent(evaluation)
    angles = (
        ("Hip", "flexion (deg)", angle.hip_flexion, measured_band("stride", speed, "hip_flex")),
        (
            "Knee",
            "flexion (deg)",
            angle.knee_flexion,
            measured_band("stride", speed, "knee_flex_abs"),
        ),
        (
            "Ankle",
            "dorsiflexion (deg)",
            angle.ankle_dorsiflexion,
            measured_band("stride", speed, "ankle_df_abs"),
        ),
        (
            "Hip, frontal plane",
            "adduction (deg)",
            angle.hip_adduction - STANDING_HIP_ADDUCTION,
            measured_band("stride", speed, "hip_add"),
        ),
    )
    moments = (
        ("extensor moment (N m/kg)", moment.hip_extension, hip_moment_band(speed)),
        (
            "extensor moment (N m/kg)",
            moment.knee_extension,
            measured_band("stride", speed, "knee_mom"),
        ),
        (
            "plantarflexor moment (N m/kg)",
            moment.ankle_plantarflexion,
            measured_band("stride", speed, "ankle_mom"),
        ),
        (
            "abductor moment (N m/kg)",
            moment.hip_abduction,
            measured_band("stride", speed, "hip_abd_mom"),
        ),
    )
    for axes, (title, label, values, band) in zip(panels[0], angles, strict=True):
        _draw_band(axes, band)
        axes.plot(*over_stride(evaluation, np.rad2deg(np.asarray(values))), color=_MODEL)
        _frame(axes, label, stance=stance)
        axes.set_title(title)
    for axes, (label, values, band) in zip(panels[1], moments, strict=True):
        _draw_band(axes, band)
        axes.plot(*over_stride(evaluation, np.asarray(values) / mass), color=_MODEL)
        _frame(axes, label, xlabel="stride (%)", stance=stance)


def _muscle_forces(panels: np.ndarray, evaluation: Evaluation) -> list[tuple[Axes, list[Curve]]]:
    weight = float(evaluation.runner.body.mass) * GRAVITY
    percent, force = over_stride(evaluation, evaluation.stride.muscles.force)
    drawn = []
    for axes, title, colours in zip(
        panels, ("Tendon force: knee and ankle", "Tendon force: hip"), (_KNEE_ANKLE, _HIP),
        strict=True,
    ):  # fmt: skip
        curves: list[Curve] = [
            Curve(percent, force[GROUPS.index(group)] / weight, _name(group, colour), colour)
            for group, colour in colours.items()
        ]
        _draw_curves(axes, curves)
        _frame(axes, "force (BW)", xlabel="stride (%)", stance=stance_percent(evaluation))
        axes.set_title(title)
        drawn.append((axes, curves))
    return drawn


def _name(group: str, colour: str) -> str:
    return "" if colour == _SMALL else group.replace("_", " ")


def _tendon_energy(axes: Axes, evaluation: Evaluation) -> tuple[Axes, list[Curve]]:
    percent, stored = over_stride(evaluation, evaluation.stride.muscles.stored)
    colours = _KNEE_ANKLE | _HIP
    curves: list[Curve] = [
        Curve(percent, stored[GROUPS.index(group)], group.replace("_", " "), colours[group])
        for group in _SPRINGS
    ]
    rest = [i for i, group in enumerate(GROUPS) if group not in _SPRINGS]
    others = f"other {len(rest)} groups, sum"
    curves.append(Curve(percent, stored[rest].sum(axis=0), others, "0.45"))
    _draw_curves(axes, curves)
    _frame(axes, "energy (J)", xlabel="stride (%)", stance=stance_percent(evaluation))
    axes.set_title("Elastic energy in tendons")
    return axes, curves


def _draw_curves(axes: Axes, curves: list[Curve]) -> None:
    for percent, values, _, colour in reversed(curves):
        axes.plot(percent, values, color=colour, lw=1.4 if colour == _SMALL else 2.6)
    # Room above the tallest for names.
    axes.set_ylim(top=1.2 * max(float(np.max(curve.y)) for curve in curves))


def _cost(axes: Axes, evaluation: Evaluation, metabolic: str | None) -> None:
    """A bar for every group, stacked by cause; negative work lies left of zero."""
    power = cause_power(evaluation)
    rows = np.arange(len(GROUPS))
    left, right = np.zeros(len(GROUPS)), np.zeros(len(GROUPS))
    for (_, label, colour), values in zip(CAUSES, power, strict=True):
        if not values.any():  # a model that does not have this cause
            continue
        gains = np.maximum(values, 0.0)
        losses = np.minimum(values, 0.0)
        axes.barh(rows, gains, left=right, color=colour, height=0.72, label=label)
        axes.barh(rows, losses, left=left, color=colour, height=0.72)
        right, left = right + gains, left + losses
    axes.plot(power.sum(axis=0), rows, "D", ms=4, mfc="white", mec="black", mew=1.0, label="sum")
    upkeep = {name: float(value) for name, value in evaluation.stride.upkeep._asdict().items()}
    below = len(GROUPS) + 0.4 + np.arange(len(upkeep))
    axes.barh(below, list(upkeep.values()), color="0.75", height=0.72)
    names = [group.replace("_", " ") for group in GROUPS]
    axes.set_yticks([*rows, *below], [*names, *upkeep], fontsize=11)
    axes.axvline(0.0, color="0.3", lw=0.7)
    axes.invert_yaxis()
    axes.use_sticky_edges = False
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="metabolic power, both legs (W/kg)")
    axes.set_title("Cost" + (f", {metabolic}" if metabolic else ""))


def _key_numbers(axes: Axes, evaluation: Evaluation) -> None:
    r = {name: float(value) for name, value in evaluation.results.items()}
    rows = (
        ("step frequency", f"{r['step_frequency']:.2f} Hz"),
        ("contact, flight", f"{1e3 * r['contact_time']:.0f}, {1e3 * r['flight_time']:.0f} ms"),
        ("duty factor", f"{r['duty_factor']:.3f}"),
        ("peak vertical force", f"{r['peak_vertical_force']:.2f} BW"),
        ("leg stiffness (classic)", f"{1e-3 * r['leg_stiffness']:.1f} kN/m"),
        ("vertical oscillation", f"{1e3 * r['vertical_oscillation']:.0f} mm"),
        ("Achilles strain, peak", f"{100 * r['achilles_peak_strain']:.1f} %"),
        ("tendons return, a step", f"{r['tendon_energy_returned']:.0f} J"),
        ("metabolic power, gross", f"{r['metabolic_power']:.1f} W/kg"),
        ("cost of transport, gross", f"{r['cost_of_transport']:.2f} J/kg/m"),
        ("oxygen uptake", f"{r['oxygen_uptake']:.1f} ml/kg/min"),
        (
            "stance + swing + upkeep",
            " + ".join(f"{100 * r[f'{part}_share']:.0f}" for part in ("stance", "swing", "rest"))
            + " %",
        ),
    )
    axes.set_axis_off()
    axes.text(-0.18, 1.04, "Key numbers", weight="bold", fontsize=16, transform=axes.transAxes)
    for i, (name, value) in enumerate(rows):
        height = 0.97 - i * 0.086
        axes.text(-0.18, height, name, va="top", transform=axes.transAxes, color="0.25")
        axes.text(1.0, height, value, va="top", ha="right", transform=axes.transAxes)


def _headline(figure: Figure, evaluation: Evaluation, speed: float | None, said: str) -> None:
    note = "unnamed grey lines are the smaller groups"
    if speed is not None:
        note += " · measured hip moment in stance is from forces at 10 Hz"
    status = Status(int(evaluation.status))
    failed = "" if status == Status.ok else f"Not a valid stride: {REASONS[status]}"
    headline(figure, f"One stride of {evaluation.runner.name}", failed, f"{said} · {note}")


def _legends(figure: Figure, cost: Axes, speed: float | None) -> None:
    entries: dict[str, Any] = {"model": Line2D([], [], color=_MODEL)}
    if speed is not None:
        entries[f"mean ± SD of 13 runners at {speed:g} m/s (Fukuchi 2017)"] = (
            Patch(color=_MEASURED, alpha=0.28, lw=0),
            Line2D([], [], color=_MEASURED, lw=1.1, ls=(0, (4, 2))),
        )
    entries["stance"] = Patch(color=_STANCE, lw=0)
    figure.legend(
        list(entries.values()), list(entries), loc="outside lower left", ncols=len(entries)
    )
    handles, labels = cost.get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower right", ncols=len(labels), handlelength=1.0,
        columnspacing=1.2,
    )  # fmt: skip
