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
@json_option
def command(names: tuple[str, ...], root: Path | None, as_json: bool) -> None:
    """Run experiments and write figures/NAME.svg, .png and .json.

    NAME is the stem of a file in configs/experiments; without any, all are run. The JSON holds
    every number in the picture, the answer in a sentence, and its provenance.

    \b
    Examples:
      stridesim figures
      stridesim figures tendon_stiffness hip_flexion
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim import experiments
    from stridesim.cli._output import print_json
    from stridesim.cli._progress import progress

    folder = experiments.find_root(root or Path())
    chosen = [experiments.load(folder, name) for name in names or experiments.names(folder)]
    done = []
    for experiment in chosen:
        evaluate = experiments.model(experiment.design)
        with progress(experiment.design.rows, experiment.name) as advance:
            result = experiments.run(experiment, evaluate, advance)
        files = experiments.publish(folder, experiment, result)
        entry = {
            "experiment": experiment.name,
            "claim": experiment.question.claim,
            "question": experiment.question.text,
            "answer": experiment.script.answer(result),
            "points": experiment.design.size,
            "failures": result.failures,
            "files": [str(path) for path in files],
        }
        done.append(entry)
        if not as_json:
            click.echo(f"{experiment.question.text}\n  {entry['answer']}")
            click.echo(f"  {', '.join(entry['files'])}", err=True)
    if as_json:
        print_json({"figures": done})
