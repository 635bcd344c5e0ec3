"""Signals that tell a run to go, remembered until it can."""

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

# Ctrl-C, a closed terminal, and what schedulers send before a time limit or at a preemption.
SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGHUP", "SIGTERM", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)
)


class StopSignals:
    """Catches the signals while it listens.

    A second Ctrl-C is not kept waiting: it is a ``KeyboardInterrupt`` at once.

    Attributes:
        received: the number of the signal that came; None so far.
    """

    def __init__(self, told: Callable[[int], None] | None = None) -> None:
        """Does not listen yet; ``told`` is called with the number when a signal comes, and may raise."""
        self.received: int | None = None
        self._told = told
        self._before: dict[int, Any] = {}

    def listen(self) -> None:
        """Takes the signals, where that is possible: in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            return
        self.received = None
        for number in SIGNALS:
            before = signal.getsignal(number)
            # A run that is told by its parent to mind no such signal (nohup) does not.
            if before is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._remember)

    def ignore(self) -> None:
        """Listens no more: whoever had the signals before has them again."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def go(self, number: int) -> None:
        """Does as the signal says.

        Where submitit waits for it, to put the job into the queue again, the signal is handed on.

        Raises:
            KeyboardInterrupt: it was Ctrl-C.
            SystemExit: with 128 + the signal.
        """
        handler = self._before.get(number)
        if "SUBMITIT_EXECUTOR" in os.environ and callable(handler) and number != signal.SIGINT:
            handler(number, None)
        elif number == signal.SIGINT:
            raise KeyboardInterrupt
        else:
            raise SystemExit(128 + number)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT and self.received is not None:
            raise KeyboardInterrupt
        self.received = number
        if self._told is not None:
            self._told(number)
