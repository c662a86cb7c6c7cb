"""C2: do stiffer tendons make running cheaper?

Stiffer tendons return less energy; slacker ones let the fibres under them work. Where is the
cheapest stiffness, and how much does it matter at three speeds?
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.parameter import get_value
from stridesim.plots.conditions import sweep_conditions
from stridesim.plots.marks import legend_handles
from stridesim.plots.panels import lines_panel
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.plots.style import SMALLEST
from stridesim.sweeps import SweepResult
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import listed, number, percent


def answer(result: SweepResult) -> str:
    scale = np.asarray(result.design.axes[0].values)
    speeds = result.design.axes[1].values
    change = _against_own_tendon(result, "cost_of_transport")
    solved = [k for k in range(len(speeds)) if np.isfinite(change[:, k]).any()]
    best = [int(np.nanargmin(change[:, k])) for k in solved]
    saving = max(-change[i, k] for i, k in zip(best, solved, strict=True))
    saved = f"at most {percent(saving / 100)}" if saving >= 0.05 else "next to nothing"
    near = change[(scale >= 0.5) & (scale <= 2.0)][:, solved]
    returned = result.grid("tendon_energy_returned")[:, solved[len(solved) // 2]]
    ends = returned[np.isfinite(returned)][[0, -1]]
    places = listed([f"{scale[i]:.2g}" for i in best])
    at = listed([number(speeds[k]) for k in solved])
    return (
        f"The cheapest tendons are {places} times as stiff as this runner's at {at} m/s, and "
        f"save {saved}. Half to twice the stiffness moves the cost by "
        f"{change_in_words(np.nanmin(near))} to {change_in_words(np.nanmax(near))}, while the "
        f"elastic energy that comes back goes from {ends[0]:.0f} to {ends[1]:.0f} J a step "
        f"over the range.{_unsolved(result)}"
    )


def draw(result: SweepResult) -> Figure:
    figure, panels = panel_grid(1, 3)
    cost, returned, strain = panels.flat
    lines_panel(
        cost,
        result,
        "cost_of_transport",
        values=_against_own_tendon(result, "cost_of_transport"),
        label="Change of cost (%)",
        optimum="lowest",
        level=CHANGE,
    )
    cost.axhline(0, color="0.6", lw=1.2, zorder=1)
    cost.set_title("Cost, against own tendons")
    lines_panel(returned, result, "tendon_energy_returned")
    returned.set_title("What all tendons return")
    returned.set_ylabel("Energy returned (J a step)")
    returned.set_ylim(bottom=0)
    lines_panel(strain, result, "achilles_peak_strain", label="Peak strain (%)",
                own=100 * result.nominal["achilles_peak_strain"],
                values=100 * result.grid("achilles_peak_strain"))  # fmt: skip
    strain.set_title("Stretch of the Achilles")
    _yield_line(strain, result)
    for axes in panels.flat:
        axes.axvline(1.0, color="0.75", lw=1.2, ls=(0, (4, 3)), zorder=0)
        axes.set_xlabel("Tendon stiffness, times own")
    lines = cost.get_legend_handles_labels()[0]
    speed = number(result.design.nominal[1])
    runner = f"this runner at its own speed {speed} m/s"
    marks = legend_handles(result, "cheapest", maps=False, runner=runner)
    legend_below(figure, [*lines, *marks])
    headline(figure, result.design.config.title, answer(result), sweep_conditions(result))
    return figure


def _unsolved(result: SweepResult) -> str:
    """The speeds at which no tendon gives a result."""
    speeds = result.design.axes[1].values
    ok = (result.status_grid == "ok").any(axis=0)
    failed = [number(speed) for speed, good in zip(speeds, ok, strict=True) if not good]
    return f" At {listed(failed)} m/s no stiffness has a result." if failed else ""


def _against_own_tendon(result: SweepResult, name: str) -> np.ndarray:
    """Per cent against scale 1 at the same speed, read between the neighbouring points."""
    scale = np.log(np.asarray(result.design.axes[0].values))
    grid = result.grid(name)
    own = []
    for k in range(grid.shape[1]):
        solved = np.isfinite(grid[:, k])
        own.append(np.interp(0.0, scale[solved], grid[solved, k]) if solved.any() else np.nan)
    return 100 * (grid / np.asarray(own) - 1)


def _yield_line(axes: Axes, result: SweepResult) -> None:
    """Where recoil is lost; the panel reaches that far, however little the tendon stretches."""
    limit = 100 * float(get_value(result.design.runner, "tendon.yield_strain"))
    axes.axhline(limit, color="0.3", lw=1.0, ls=":", zorder=1)
    axes.set_ylim(0, max(axes.get_ylim()[1], 1.15 * limit))
    axes.annotate(
        "beyond: the tendon yields",
        (0.98, limit),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        ha="right",
        fontsize=SMALLEST,
        color="0.3",
    )
