"""`stridesim sweep`: vary parameters and see what a stride costs."""

import click

from stridesim.cli.sweep import export, plan, run, slurm, status


@click.group("sweep", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Vary parameters and see what a stride costs.

    \b
    Example:
      stridesim sweep run demo --plot demo.svg
    """


for _module in (export, plan, run, slurm, status):
    command.add_command(_module.command)
