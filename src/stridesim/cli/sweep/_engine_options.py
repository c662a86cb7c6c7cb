"""Where a sweep is computed: options of `stridesim sweep run`, and the engine they choose."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

if TYPE_CHECKING:
    from stridesim.sweeps.engines.engine import Engine
    from stridesim.sweeps.engines.shard import Shard

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


class EngineChoice(NamedTuple):
    """The options as they were given."""

    workers: int | None
    scheduler: str | None
    tls_ca: Path | None
    tls_cert: Path | None
    tls_key: Path | None
    insecure: bool

    def engine(self) -> "Engine":
        """The engine; `InputError` where the options do not go together."""
        if self.scheduler is not None:
            from stridesim.sweeps.engines.cluster import DaskCluster
            from stridesim.sweeps.engines.tls import Tls

            tls = Tls(self.tls_ca, self.tls_cert, self.tls_key)
            return DaskCluster(self.scheduler, tls, insecure=self.insecure)
        if self.workers is not None:
            from stridesim.sweeps.engines.workers import Workers

            return Workers(self.workers)
        from stridesim.sweeps.engines.in_process import InProcess

        return InProcess()


_OPTIONS = (
    click.option(
        "--workers",
        type=click.IntRange(1, 1024),
        metavar="N",
        help="Compute in N processes of one thread.  [default: this process, all cores]",
    ),
    click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Compute on the Dask cluster at tls://HOST:PORT (extra 'cluster').",
    ),
    click.option(
        "--tls-ca", type=_FILE, help="Certificate of the authority that signed the others (PEM)."
    ),
    click.option("--tls-cert", type=_FILE, help="Your certificate for the cluster (PEM)."),
    click.option("--tls-key", type=_FILE, help="Its key (PEM), if it is a file of its own."),
    click.option("--insecure", is_flag=True, help="Permit tcp:// to another machine."),
)


def engine_options(function: F) -> F:
    """`--workers`, `--scheduler` and the latter's TLS; arrive as the `EngineChoice` `engine`."""

    @functools.wraps(function)
    def gather(**given: Any) -> Any:
        choice = EngineChoice(**{name: given.pop(name) for name in EngineChoice._fields})
        if choice.workers is not None and choice.scheduler is not None:
            raise click.UsageError("--workers and --scheduler: one of them")
        if choice.scheduler is None and any(choice[2:]):
            raise click.UsageError("--tls-ca, --tls-cert, --tls-key, --insecure need --scheduler")
        return function(engine=choice, **given)

    gathered: Any = gather
    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def _read_shard(_context: Any, _option: Any, text: str | None) -> "Shard | None":
    if text is None:
        return None
    from stridesim.sweeps.engines.shard import read_shard

    return read_shard(text)


shard_option = click.option(
    "--shard",
    metavar="I/N",
    callback=_read_shard,
    help="Compute only every N-th chunk, from the I-th, and draw nothing.",
)
