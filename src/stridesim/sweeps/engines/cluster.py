"""`--scheduler ADDRESS`: chunks on the workers of a Dask cluster.

Workers get an import string and plain data (`job`), and need stridesim installed. Dask itself
passes pickles: whoever reaches a scheduler can run code on it and on its clients. So a
connection is mutual TLS (`tls`), or stays on this machine, unless the user says that the net is
trusted.
A worker that dies costs nothing but time: the scheduler gives its chunks to another, as often
as its `allowed-failures` (3 by default) permits.
"""

import contextlib
import ipaddress
import itertools
import logging
import os
import re
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Final

from stridesim.results import InputError
from stridesim.sweeps.design import Design
from stridesim.sweeps.engines.chunk import Chunk, Columns
from stridesim.sweeps.engines.engine import KEPT, TICK, Finished
from stridesim.sweeps.engines.job import Job, Model, compute, job_of
from stridesim.sweeps.engines.tls import WITHOUT_FILES, Tls, security_of

if TYPE_CHECKING:
    from distributed import Client, Future, Security

_AHEAD: Final = 2
"""Chunks for every thread of the cluster: the one that it computes, and the next."""

_SECONDS_TO_CONNECT: Final = 20


class DaskCluster:
    """Compute on the workers of the scheduler at `address`, such as `tls://node1:8786`."""

    def __init__(self, address: str, tls: Tls = WITHOUT_FILES, *, insecure: bool = False) -> None:
        self.address = address if "://" in address else f"tcp://{address}"
        self._tls = tls
        _check_address(self.address, tls, insecure=insecure)

    def compute(
        self, design: Design, model: Model, chunks: Iterator[Chunk]
    ) -> Generator[Finished | None]:
        """See `Engine`; `InputError` when the cluster cannot be reached, or is lost."""
        job = job_of(design, model)
        with self._connected() as client:
            at_work: dict[Future, Chunk] = {}
            try:
                while True:
                    room = max(0, _AHEAD * _threads(client) - len(at_work))
                    for chunk in itertools.islice(chunks, room):
                        future = client.submit(compute_on_one_thread, job, chunk, pure=False)
                        at_work[future] = chunk
                    if not at_work:
                        return
                    done = _done(client, at_work)
                    if not done:
                        yield None
                    for future in done:
                        columns = _columns(future, at_work[future])
                        yield at_work.pop(future), columns
            finally:
                with contextlib.suppress(Exception):  # the cluster may be the trouble
                    client.cancel(list(at_work), force=True)

    def __str__(self) -> str:
        return f"Dask at {self.address}"

    @contextlib.contextmanager
    def _connected(self) -> Iterator["Client"]:
        try:
            from distributed import Client
        except ImportError:
            raise InputError(
                "--scheduler needs Dask: install stridesim with its extra 'cluster' "
                "(pip install '.[cluster]')"
            ) from None
        from distributed import CancelledError
        from distributed.comm.core import CommClosedError

        security = self._security()
        try:
            client = Client(
                self.address, security=security, timeout=_SECONDS_TO_CONNECT, set_as_default=False
            )
        except OSError as error:
            hint = ""
            if "certificate" in str(error):
                hint = (
                    "; its certificate must be signed by --tls-ca and bear the name of its host "
                    "(subjectAltName)"
                )
            raise self._trouble("cannot be reached", error, hint) from None
        with client, _quiet("distributed.client"):
            try:
                yield client
            except (CancelledError, CommClosedError) as error:
                raise self._trouble("was lost", error, f"; {KEPT}") from None

    def _trouble(self, what: str, error: Exception, then: str = "") -> InputError:
        reason = " ".join(str(error).split()) or type(error).__name__
        return InputError(f"scheduler = {self.address!r}: {what}: {reason}{then}")

    def _security(self) -> "Security | None":
        if not self.address.startswith("tls://"):
            return None
        security = security_of(self._tls)
        if security is None:
            raise InputError(
                f"scheduler = {self.address!r}: needs --tls-ca, --tls-cert and --tls-key, "
                "or the same in Dask's own configuration"
            )
        return security


def compute_on_one_thread(job: Job, chunk: Chunk) -> Columns:
    """What a Dask worker runs: it has as many chunks at a time as threads, so each takes one."""
    os.environ.setdefault("STRIDESIM_THREADS", "1")
    return compute(job, chunk)


def _columns(future: "Future", chunk: Chunk) -> Columns:
    from distributed import KilledWorker

    try:
        return future.result()
    except KilledWorker as error:
        raise InputError(
            f"rows {chunk[0]} to {chunk[1] - 1}: {error.allowed_failures + 1} workers died "
            f"computing them, the last at {error.last_worker.address}; {KEPT}"
        ) from None


def _threads(client: "Client") -> int:
    """Of all workers now; one when none has come yet, so that there is something to wait for."""
    found: Any = client.nthreads()
    return max(1, sum(found.values()))


def _done(client: "Client", at_work: "dict[Future, Chunk]") -> "list[Future]":
    """Those that ended, waiting a moment for the first."""
    from distributed import wait

    with contextlib.suppress(TimeoutError), client.as_current():
        wait(list(at_work), timeout=TICK, return_when="FIRST_COMPLETED")
    return [future for future in at_work if future.done()]


@contextlib.contextmanager
def _quiet(name: str) -> Iterator[None]:
    """Without the traces that Dask logs of errors that are one line here."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _check_address(address: str, tls: Tls, *, insecure: bool) -> None:
    match = re.fullmatch(r"(tls|tcp)://(\[[0-9a-fA-F:.]+\]|[\w.-]+):(\d{1,5})", address)
    if match is None:
        raise InputError(f"scheduler = {address!r}: expected tls://HOST:PORT")
    encrypted, host = match[1] == "tls", match[2].strip("[]")
    if any(tls) and not encrypted:
        raise InputError(f"scheduler = {address!r}: certificates need a tls:// address")
    if any(tls) and (tls.ca is None or tls.certificate is None):
        raise InputError("--tls-ca and --tls-cert belong together (and --tls-key)")
    if not (encrypted or insecure or _is_this_machine(host)):
        raise InputError(
            f"scheduler = {address!r}: not encrypted, and whoever reaches a Dask scheduler can run "
            "code on it and on you; permitted: tls://HOST:PORT with --tls-ca, --tls-cert and "
            "--tls-key, a loopback address, or --insecure in a network that you trust"
        )


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
