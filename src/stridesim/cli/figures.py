"""`stridesim figures`: run the experiments again and draw their figures."""

from pathlib import Path

import click

from stridesim.cli._options import json_option


@click.command("figures", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with configs/experiments and experiments.  "
    "[default: this folder or the nearest above that has them, else those of stridesim]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the figures.  [default: figures in the same folder, else ./figures]",
)
@click.option(
    "--redraw",
    is_flag=True,
    help="Also write files that would show the same, after a change of style.",
)
@json_option
def command(
    names: tuple[str, ...], root: Path | None, output: Path | None, redraw: bool, as_json: bool
) -> None:
    """Run experiments and write figures/NAME.svg, .png and .json.

    NAME is an experiment that comes with stridesim, or the stem of a file in configs/experiments
    of this folder or one above; without any, all are run. The JSON holds every number in the
    picture, the answer in a sentence, and its provenance. Files that show the same as new ones
    would stay as they are: machines differ in digits that no figure shows.

    \b
    Examples:
      stridesim figures
      stridesim figures tendon_stiffness hip_flexion
      stridesim figures tendon_stiffness --output my_figures
      stridesim figures --redraw
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim import shipped
    from stridesim.cli._lazy import Failure
    from stridesim.reports.output import print_json
    from stridesim.reports.progress import progress
    from stridesim.studies.experiment import load, run
    from stridesim.studies.published import is_published, publish

    own = root or shipped.nearest_root(Path())
    folder = own or shipped.root()
    figures = output or (own or Path()) / "figures"
    done = []
    for experiment in [load(name, folder) for name in names or shipped.experiment_names(folder)]:
        with progress(experiment.design.rows, experiment.name) as advance:
            answer = run(experiment, advance)
        if not answer.ok:
            raise Failure(answer.reason)
        same = not redraw and is_published(answer, figures)
        files = publish(answer, figures, redraw=redraw)
        entry = {
            "experiment": experiment.name,
            "claim": experiment.question.claim,
            "question": experiment.question.text,
            "answer": answer.sentence,
            "points": experiment.design.size,
            "failures": answer.result.failures,
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
