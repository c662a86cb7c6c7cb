"""`stridesim animate`: the runner in motion, for slides."""

from pathlib import Path

import click

from stridesim.cli._options import runner_argument, set_option
from stridesim.constants import DEFAULT_METABOLIC_MODEL


@click.command("animate", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@set_option
@click.option(
    "--compare",
    metavar="OTHER.toml",
    type=click.Path(path_type=Path),
    help="Another runner, drawn beside the first; rbds011 is the one that comes with the package.",
)
@click.option("--metabolic", metavar="NAME", help="Metabolic model.")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to: .svg (moves by itself in a browser), .gif, or .mp4 (needs ffmpeg).",
)
def command(
    runner: Path | None,
    settings: dict[str, str],
    compare: Path | None,
    metabolic: str | None,
    output: Path,
) -> None:
    """Draw one stride in motion, four times slower than it is run.

    The runner is drawn as on the page of 'stridesim lab': from the side and from behind, the push
    of the ground, muscles coloured by their activation, the Achilles tendon as a spring. --set
    holds for RUNNER.toml alone, so that --compare can show what it changes.

    \b
    Examples:
      stridesim animate -o runner.gif
      stridesim animate --set hip.strength=0.6 -o weak_hips.svg
      stridesim animate --set tendon.stiffness_scale=2 --compare rbds011 -o stiff.gif
    """
    from stridesim.files import check_output
    from stridesim.plots.animation import Animation, check_animation
    from stridesim.runtime import configure_jax

    check_animation(output)
    check_output(output)
    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.economy.stride import check_metabolic_model
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.stride import stride
    from stridesim.words.wording import parameter_words

    model = check_metabolic_model(metabolic or DEFAULT_METABOLIC_MODEL)
    chosen = apply_overrides(Runner.load(runner), settings)
    said = ", ".join(f"{parameter_words(path)} {value}" for path, value in settings.items())
    asked = [(chosen, said or chosen.name)]
    if compare is not None:
        other = Runner.load(compare)
        asked.append((other, other.name))
    shown = []
    for one, words in asked:
        answer = stride(one, metabolic=model)
        if not answer.ok:
            raise Failure(f"{words}: {answer.reason}")
        cost = answer["cost_of_transport"]
        shown.append((answer.evaluation, f"{words}: {cost.value:.2f} {cost.unit}"))
    Animation(shown).save(output)
    click.echo(f"wrote {output}", err=True)
