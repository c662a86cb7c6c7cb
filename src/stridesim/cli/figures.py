"""`stridesim figures`: run the experiments again and draw their figures."""

from pathlib import Path

import click

from stridesim.cli._options import json_option


@click.command("figures", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with configs/experiments, experiments and figures.  "
    "[default: this folder or the nearest above that has them]",
)
@click.option(
    "--redraw", is_flag=True, help="Write files that would show the same too: after a new style."
)
@json_option
def command(names: tuple[str, ...], root: Path | None, redraw: bool, as_json: bool) -> None:
    """Run experiments and write figures/NAME.svg, .png and .json.

    NAME is the stem of a file in configs/experiments; without any, all are run. The JSON holds
    every number in the picture, the answer in a sentence, and its provenance. Files that show the
    same as new ones would stay as they are: machines differ in digits that no figure shows.

    \b
    Examples:
      stridesim figures
      stridesim figures tendon_stiffness hip_flexion
      stridesim figures --redraw
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim import experiments
    from stridesim.cli._progress import progress
    from stridesim.reports.output import print_json

    folder = experiments.find_root(root or Path())
    chosen = [experiments.load(folder, name) for name in names or experiments.names(folder)]
    done = []
    for experiment in chosen:
        evaluate = experiments.model(experiment.design)
        with progress(experiment.design.rows, experiment.name) as advance:
            result = experiments.run(experiment, evaluate, advance)
        same = not redraw and experiments.is_published(folder, experiment, result)
        files = experiments.publish(folder, experiment, result, redraw=redraw)
        entry = {
            "experiment": experiment.name,
            "claim": experiment.question.claim,
            "question": experiment.question.text,
            "answer": experiment.script.answer(result),
            "points": experiment.design.size,
            "failures": result.failures,
            "files": [str(path) for path in files],
            "unchanged": same,
        }
        done.append(entry)
        if not as_json:
            click.echo(f"{experiment.question.text}\n  {entry['answer']}")
            kept = " show the same and stay as they are (--redraw writes them)" if same else ""
            click.echo(f"  {', '.join(entry['files'])}{kept}", err=True)
    if as_json:
        print_json({"figures": done})
