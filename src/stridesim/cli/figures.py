"""`stridesim figures`: run the experiments again, judge their claims, and draw their figures."""

from pathlib import Path
from typing import Any

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
@click.option("--list", "doing", flag_value="list", help="Name the experiments and their claims.")
@click.option(
    "--dry", "doing", flag_value="dry", help="Say what would be made anew, and why; make nothing."
)
@click.option(
    "--check",
    "doing",
    flag_value="check",
    help="Compute few points of each experiment again and compare them with the figures' numbers.",
)
@click.option(
    "--redraw", "doing", flag_value="redraw", help="Make every figure anew, up to date or not."
)
@json_option
def command(
    names: tuple[str, ...], root: Path | None, output: Path | None, doing: str | None, as_json: bool
) -> None:
    """Run experiments and write figures/NAME.svg, .png and .json.

    NAME is an experiment that comes with stridesim, or the stem of a file in configs/experiments
    of this folder or one above; without any, all are run. The JSON holds every number in the
    picture, the answer in a sentence, the verdicts of model and studies, and its provenance. A
    figure is made anew where its declaration, its drawing function, the rule of verdicts or the
    model changed.

    \b
    Examples:
      stridesim figures
      stridesim figures --dry
      stridesim figures tendon_stiffness hip_flexion --redraw
      stridesim figures tendon_stiffness --output my_figures
      stridesim figures --check
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim import shipped
    from stridesim.reports.output import print_json
    from stridesim.studies.experiment import load

    own = root or shipped.nearest_root(Path())
    folder = own or shipped.root()
    figures = output or (own or Path()) / "figures"
    found = [load(name, folder) for name in names or shipped.experiment_names(folder)]
    do = {"list": _listed, "dry": _dry, "check": _checked}.get(doing or "")
    if do is not None:
        entries = [do(experiment, figures, as_json) for experiment in found]
    else:
        entries = [_made(e, figures, as_json, redraw=doing == "redraw") for e in found]
    if as_json:
        print_json({"figures": entries})
    differing = [entry["experiment"] for entry in entries if entry.get("differences")]
    if differing:
        from stridesim.cli._lazy import Failure

        raise Failure(f"{', '.join(differing)}: computed again, numbers differ from the figure's")


def _entry(experiment: Any) -> dict[str, Any]:
    question = experiment.declared.question
    return {"experiment": experiment.name, "claim": question.claim, "question": question.text}


def _listed(experiment: Any, _figures: Path, as_json: bool) -> dict[str, Any]:
    entry = _entry(experiment) | {"study": experiment.declared.study.kind}
    if not as_json:
        click.echo(f"{experiment.name:31} {entry['claim']:4} {entry['question']}")
    return entry


def _dry(experiment: Any, figures: Path, as_json: bool) -> dict[str, Any]:
    from stridesim.studies.published import reasons

    why = reasons(experiment, figures)
    if not as_json:
        click.echo(f"{experiment.name:31} {'; '.join(why) or 'up to date'}")
    return _entry(experiment) | {"reasons": why}


def _checked(experiment: Any, figures: Path, as_json: bool) -> dict[str, Any]:
    from stridesim.reports.progress import progress
    from stridesim.studies.published import check

    rows = experiment.study.smaller(experiment.declared.study.smoke).rows
    with progress(rows, f"{experiment.name}: few points") as advance:
        found = check(experiment, figures, advance)
    if not as_json:
        said = "agrees"
        if found:
            first = found[0]
            said = (f"{len(found)} differ; {first.place}: written {first.written}, "
                    f"computed {first.computed}")  # fmt: skip
        click.echo(f"{experiment.name:31} {said}")
    return _entry(experiment) | {"differences": [each._asdict() for each in found]}


def _made(experiment: Any, figures: Path, as_json: bool, *, redraw: bool) -> dict[str, Any]:
    """Make one figure, if it is out of date."""
    from stridesim.cli._lazy import Failure
    from stridesim.reports.progress import progress
    from stridesim.studies.experiment import run
    from stridesim.studies.published import files_of, publish, reasons, written_in

    same = not redraw and not reasons(experiment, figures)
    if same:
        files = files_of(experiment.name, figures)
        record = written_in(experiment.name, figures)
    else:
        with progress(experiment.rows, experiment.name) as advance:
            answer = run(experiment, advance, smoke=True)
        if not answer.ok:
            raise Failure(answer.reason)
        files = publish(answer, figures)
        record = answer.record()
    entry = _entry(experiment) | {
        "answer": record["answer"],
        "judgement": record["judgement"],
        "failures": record["rows"].get("failures", {}),
        "files": [str(path) for path in files],
        "unchanged": same,
    }
    if not as_json:
        click.echo("\n  ".join([entry["question"], entry["answer"], *entry["judgement"]]))
        kept = " are up to date (--redraw makes them anew)" if same else ""
        click.echo(f"  {', '.join(entry['files'])}{kept}", err=True)
    return entry
