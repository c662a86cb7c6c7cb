"""The figure of `stridesim run`, and what the stride is compared with in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stridesim.economy import Evaluation
    from stridesim.plots.stride_sheet import Ghost
    from stridesim.runner import Runner

_TASK = "task."


def save_figure_of(
    path: Path,
    evaluation: "Evaluation",
    given: "Runner",
    settings: Mapping[str, str],
    metabolic: str,
    own: float | None,
    *,
    detail: bool,
) -> None:
    """Draw the stride of `given` under `settings`: the slide, or the full sheet (`detail`)."""
    if detail:
        from stridesim.plots.stride import save_stride

        save_stride(evaluation, path, metabolic=metabolic, settings=settings, own=own)
        return
    from stridesim.plots.stride_sheet import save_sheet

    ghost = ghost_of(given, settings, metabolic)
    save_sheet(path, evaluation, metabolic, settings, ghost=ghost, own=own)


def left_alone(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings that the runner before keeps: a task is not a change of the runner, so it is
    the same for both, unless nothing but the task is set."""
    task = {path: value for path, value in settings.items() if path.startswith(_TASK)}
    return task if len(task) < len(settings) else {}


def ghost_of(given: "Runner", settings: Mapping[str, str], metabolic: str) -> "Ghost | None":
    """The same runner without the settings; None where nothing is set, or without a result."""
    from stridesim.economy import evaluate
    from stridesim.plots.stride_sheet import Ghost
    from stridesim.runner import apply_overrides
    from stridesim.studies.failure import failure_line

    if not settings:
        return None
    kept = left_alone(settings)
    runner = apply_overrides(given, kept)
    before = evaluate(runner, metabolic)
    if not before.ok:
        import click

        click.echo(f"note: the runner without the settings is not drawn: {failure_line(before)}",
                   err=True)  # fmt: skip
        return None
    at = f" at {float(runner.task.speed):.3g} m/s" if "task.speed" in settings and not kept else ""
    what = "these settings" if len(settings) - len(kept) > 1 else "this setting"
    return Ghost(before, f"the same runner without {what}{at}")
