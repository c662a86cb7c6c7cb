"""`stridesim sweep status`: how much of a sweep is finished."""

from pathlib import Path

import click

from stridesim.cli._options import json_option


@click.command("status", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--verify", is_flag=True, help="Read every page; parts that fail are set aside.")
@json_option
def command(folder: Path, verify: bool, as_json: bool) -> None:
    """Say how much of a sweep is finished, and which points have no result and why.

    With --verify every checksum is tested, and damaged parts are set aside, so that the next run
    computes their rows again; exit code 1 if there are any.

    \b
    Examples:
      stridesim sweep status results/demo
      stridesim sweep status results/demo --verify
    """
    import collections

    from stridesim.reports.output import print_json, print_table
    from stridesim.sweeps.store import SweepStore

    store = SweepStore.open(folder)
    damaged = [path.name for path in store.verify()] if verify else []
    counted: collections.Counter[str] = collections.Counter()
    for statuses in store.finished().values():
        counted.update(statuses)
    finished = sum(counted.values())
    if as_json:
        entry = {"rows": store.rows, "finished": finished, "status": dict(counted.most_common())}
        entry |= {"damaged": damaged} if verify else {}
        print_json({"folder": str(folder), **entry, "design_hash": store.manifest["design_hash"]})
    else:
        rows = [[name.replace("_", " "), str(count)] for name, count in counted.most_common()]
        left = store.rows - finished
        print_table(
            f"{folder}: {finished} of {store.rows} rows are finished (of the {store.rows}, "
            f"{len(store.nominal_rows)} without any change of the runner)",
            ["status", "rows"],
            [*rows, *([["not yet computed", str(left)]] if left else [])],
        )
    for name in damaged:
        click.echo(f"{name}: damaged; run the same sweep again to compute its rows", err=True)
    if damaged:
        raise click.exceptions.Exit(1)
