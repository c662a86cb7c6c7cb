"""`stridesim sweep slurm`: a job array that fills one folder, shard by shard."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from stridesim.cli._options import set_option, sweep_argument


@click.command("slurm", context_settings={"help_option_names": ["-h", "--help"]})
@sweep_argument
@click.option(
    "--shards", type=click.IntRange(1, 9_999_999), required=True, help="Jobs of the array."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the result table.  [default: results/NAME]",
)
@click.option("--metabolic", help="Metabolic model instead of the file's.")
@set_option
def command(
    config: Path,
    shards: int,
    output: Path | None,
    metabolic: str | None,
    settings: dict[str, str],
) -> None:
    """Print a SLURM script that runs a sweep as a job array.

    SWEEP is a sweep file, or the name of one that comes with stridesim: demo, posture or
    sensitivity.

    Every job computes its share of one folder, which all nodes must see. A job that was killed is
    simply submitted again. When all are done 'stridesim sweep run' with the same options draws.

    \b
    Example:
      stridesim sweep slurm demo --shards 20 > demo.sh && sbatch --time=1:00:00 demo.sh
    """
    from stridesim.sweeps import load_design
    from stridesim.sweeps.engines.chunk import chunk_size_for, chunks_of

    design = load_design(config, settings, metabolic)
    chunks = len(chunks_of(design.rows, chunk_size_for(design.rows)))
    if shards > chunks:
        click.echo(
            f"note: chunks of {design.rows} rows: {chunks}; "
            f"jobs {chunks + 1} to {shards} will find nothing to do",
            err=True,
        )
    folder = (output or Path("results") / design.name).resolve()
    options = ["--output", str(folder)]
    options += ["--metabolic", metabolic] if metabolic else []
    for path, value in settings.items():
        options += ["--set", f"{path}={value}"]
    click.echo(_script(design.name, shards, ["run", str(config.resolve()), *options]), nl=False)


def _script(name: str, shards: int, sweep: Sequence[str]) -> str:
    beside = Path(sys.executable).with_name("stridesim")  # of the environment that is active now
    program = str(beside) if beside.exists() else "stridesim"
    run = shlex.join([program, "sweep", *sweep])
    return f"""\
#!/bin/sh
#SBATCH --job-name={name}
#SBATCH --array=1-{shards}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
# Give sbatch what your cluster asks for: --time, --mem, --partition, --account.
exec {run} \\
    --shard "$SLURM_ARRAY_TASK_ID/{shards}"
"""
