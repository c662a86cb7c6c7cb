"""`stridesim sweep plan`: what a sweep will take, before it is run."""

from pathlib import Path

import click

from stridesim.cli._options import json_option, set_option, sweep_argument


@click.command("plan", context_settings={"help_option_names": ["-h", "--help"]})
@sweep_argument
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that may hold a part of it already.  [default: results/NAME]",
)
@click.option("--metabolic", help="Metabolic model instead of the file's, such as umberger2010.")
@set_option
@json_option
def command(
    config: Path,
    output: Path | None,
    metabolic: str | None,
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Say how many rows a sweep has, and what it will take: time, memory, disk.

    SWEEP is a sweep file, or the name of one that comes with stridesim: demo, posture or
    sensitivity.

    One chunk is computed twice to measure it; nothing is kept. Exit code 1 if no row of that
    chunk has a result.

    \b
    Examples:
      stridesim sweep plan posture
      stridesim sweep plan posture --set "task.speed=14 km/h" --json
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.reports.output import print_json
    from stridesim.reports.sweep_plan import plan_record, print_plan
    from stridesim.studies.sweep_model import model
    from stridesim.sweeps import load_design
    from stridesim.sweeps.plan import plan_sweep

    design = load_design(config, settings, metabolic)
    click.echo("one chunk is computed to measure it", err=True)
    plan = plan_sweep(design, model(design), output or Path("results") / design.name)
    if as_json:
        print_json(plan_record(plan))
    else:
        print_plan(plan)
    if sum(plan.probe.failures.values()) == plan.probe.rows:
        raise click.exceptions.Exit(1)
