"""A word to who waits: what is compiled takes half a minute, and even what is kept some seconds."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Final

SECONDS: Final = 8.0
"""Longer than the same takes once it is compiled."""

_WORDS: Final = (
    "still at work: getting ready takes some seconds, and half a minute or more the first time on "
    "this machine, when programs are compiled and kept"
)
log = logging.getLogger("stridesim")


@contextlib.contextmanager
def patience(seconds: float | None = None) -> Iterator[Callable[[], None]]:
    """Say so if the body, or what comes before it calls the given function, takes long."""
    timer = threading.Timer(SECONDS if seconds is None else seconds, log.info, [_WORDS])
    timer.daemon = True
    timer.start()
    try:
        yield timer.cancel
    finally:
        timer.cancel()
