"""The command line: a client of the library, one small module per command.

Exit codes: 0 done, 1 failed (one line on stderr says why), 2 usage, 130 interrupted. Tables go
to stdout, everything about the work itself (progress, files written) to stderr.
"""

import contextlib
import logging
import os

import click

from stridesim import __version__
from stridesim.cli._edge import command_line
from stridesim.cli._lazy import Lazy, LazyGroup

__all__ = ["COMMANDS", "command_line", "main"]

COMMANDS = {
    "run": Lazy("stridesim.cli.run", "Solve one stride: mechanics, joints, muscles, energy."),
    "compare": Lazy("stridesim.cli.compare", "Compare runners, or one under several settings."),
    "lab": Lazy("stridesim.cli.lab", "Open the teaching page: move a slider, see the runner."),
    "animate": Lazy("stridesim.cli.animate", "Draw a runner in motion: GIF, MP4 or moving SVG."),
    "sweep": Lazy("stridesim.cli.sweep", "Vary parameters and see what a stride costs."),
    "sensitivity": Lazy("stridesim.cli.sensitivity", "Which parameters matter, and how much?"),
    "perturb": Lazy("stridesim.cli.perturb", "Push a runner in mid-run: recovery or fall?"),
    "legpress": Lazy("stridesim.cli.legpress", "Push a sled with both legs: force, work, power."),
    "strength": Lazy("stridesim.cli.strength", "How strong is the leg at every joint angle?"),
    "race": Lazy("stridesim.cli.race", "Run a distance: what drifts, and does form hold?"),
    "train": Lazy("stridesim.cli.train", "What does a training programme do to the cost?"),
    "validate": Lazy("stridesim.cli.validate", "Compare the model with published numbers."),
    "measure": Lazy("stridesim.cli.measure", "Measure the steps in recordings of ground force."),
    "fit": Lazy("stridesim.cli.fit", "Turn recordings of a runner into a runner file."),
    "params": Lazy("stridesim.cli.params", "List every parameter: unit, default, bounds, source."),
    "figures": Lazy("stridesim.cli.figures", "Run the experiments again and draw their figures."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    # color: nothing is taken out of what is printed; escape sequences are shown (reports.terminal).
    context_settings={"help_option_names": ["-h", "--help"], "color": True},
    epilog="'stridesim COMMAND --help' has examples. Exit codes: 0 done, 1 failed, 2 usage, 130 "
    "interrupted.",
)
@click.version_option(__version__, prog_name="stridesim", message="%(prog)s %(version)s")
@click.option("-q", "--quiet", count=True, help="Say only what went wrong.")
@click.option("-v", "--verbose", count=True, help="Say more about the work.")
def main(quiet: int, verbose: int) -> None:
    """Simulate a runner's stride, and what it costs.

    A spring-mass runner with a hip stabiliser, a leg linkage, muscles on elastic tendons and
    published metabolic models.

    \b
    Example:
      stridesim run --set "task.speed=12 km/h"
    """
    # Figures go to files. A notebook's backend, which its environment passes on, is not for us.
    os.environ["MPLBACKEND"] = "agg"
    logging.getLogger("matplotlib").addFilter(_is_not_about_its_cache)
    level = logging.INFO + 10 * (quiet - verbose)
    logger = logging.getLogger("stridesim")
    logger.setLevel(max(level, logging.DEBUG))
    if not logger.handlers:
        logger.addHandler(_StderrHandler())


def _is_not_about_its_cache(record: logging.LogRecord) -> bool:
    """Where it cannot keep its list of fonts, Matplotlib says so at length, and works."""
    return record.levelno > logging.WARNING


class _StderrHandler(logging.Handler):
    """Bare messages to whatever stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; work does not end because nobody can hear of it."""
        with contextlib.suppress(OSError):
            click.echo(self.format(record), err=True)
