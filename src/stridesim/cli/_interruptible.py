"""While a sweep runs: progress, and what Ctrl-C leaves."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stridesim.sweeps.run import Options

_STOPPING = "stopping when the rows at work are finished; press Ctrl-C again to stop now"


@contextlib.contextmanager
def interruptible(rows: int, name: str, options: "Options") -> Iterator[None]:
    """Progress while the body runs a sweep; Ctrl-C says what happens and how to go on."""
    import os
    import sys

    from stridesim.cli._lazy import Failure
    from stridesim.reports.patience import patience
    from stridesim.reports.progress import progress
    from stridesim.sweeps import SweepInterrupted

    try:
        with progress(rows, name) as advance, patience() as has_begun:

            def told(count: int, without_result: "Mapping[str, int]", /) -> None:
                if count:
                    has_begun()
                advance(count, without_result)

            options["progress"] = told
            options["on_interrupt"] = lambda: click.echo(_STOPPING, err=True)
            yield
    except SweepInterrupted as error:
        failure = Failure(f"{error}; run the same command again to go on", exit_code=130)
        if error.abandoned:
            # An orderly end would wait for the chunk that the user does not want to wait for.
            failure.show()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(failure.exit_code)
        raise failure from None
