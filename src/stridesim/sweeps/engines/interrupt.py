"""Ctrl-C: the first asks the work to finish what it has begun, the second ends it at once."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def first_interrupt_asks(tell: Callable[[], object] | None = None) -> Iterator[Callable[[], bool]]:
    """Yields whether Ctrl-C was pressed; asking calls `tell` once.

    Outside the main thread, where Python has no signals, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    pressed, told = False, False
    before = signal.getsignal(signal.SIGINT) or signal.default_int_handler

    def remember(_number: int, _frame: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, before)

    def was_pressed() -> bool:
        nonlocal told
        if pressed and not told:
            told = True
            if tell is not None:
                tell()
        return pressed

    signal.signal(signal.SIGINT, remember)
    try:
        yield was_pressed
    finally:
        signal.signal(signal.SIGINT, before)
