"""Worker processes that share a list of work: started once, each does one item after another."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Of every library that has threads of its own; it reads this when it is imported.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def side_by_side(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int,
    more: Callable[[Result], int] | None = None,
) -> Iterator[tuple[Item, Result | None]]:
    """Has processes do all items; yields each with its result when it is done, in no particular order.

    Processes are spawned, not forked: threads of compiled kernels do not live on in a fork. A process that
    dies is replaced, its item has no result. When the iteration ends early, for example by a signal, every
    process is told to go (SIGTERM), and waited for.

    Args:
        work: what is done with an item; like the items, and whatever it refers to, it can be pickled.
        items: each is done once.
        workers: how many processes, >= 1.
        more: where it is given, one process does the first item alone; called with the result, it says how
            many processes there may be after that.
    """
    waiting = list(reversed(items))
    crew: list[_Worker[Item, Result]] = []
    wanted = 1 if more else workers
    with _dismissed_at_the_end(crew):
        while waiting or any(worker.busy for worker in crew):
            crew += [_Worker(work) for _ in range(min(wanted - len(crew), len(waiting)))]
            for worker in crew:
                if waiting and not worker.busy:
                    worker.give(waiting.pop())
            for worker in _finished(crew):
                item, result = worker.take()
                if more and result is not None:
                    wanted, more = more(result), None
                yield item, result
            crew[:] = [worker for worker in crew if worker.alive]


def _finished(crew: Sequence[_Worker[Item, Result]]) -> list[_Worker[Item, Result]]:
    """Waits until a worker is done, or has died."""
    ready = wait([worker.connection for worker in crew if worker.busy])
    return [worker for worker in crew if worker.busy and worker.connection in ready]


@contextmanager
def _dismissed_at_the_end(crew: list[_Worker[Any, Any]]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for worker in crew:
            worker.process.terminate()
        raise
    finally:
        for worker in crew:
            worker.connection.close()
        for worker in crew:
            worker.process.join()


class _Worker(Generic[Item, Result]):
    """One process and the line to it."""

    def __init__(self, work: Callable[[Item], Result]) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        with _one_thread_each():
            self.process = context.Process(target=_work, args=(theirs, work))
            self.process.start()
        theirs.close()
        self.busy, self.alive = False, True
        self._item: Any = None

    def give(self, item: Item) -> None:
        """Hands over an item; a process that has died by now is found out by ``take``."""
        self._item, self.busy = item, True
        with suppress(OSError):
            self.connection.send(item)

    def take(self) -> tuple[Item, Result | None]:
        """The item and its result; None if the process has died."""
        self.busy = False
        try:
            return self._item, self.connection.recv()
        except (EOFError, OSError):
            self.alive = False
            return self._item, None


@contextmanager
def _one_thread_each() -> Iterator[None]:
    before = {name: os.environ.pop(name) for name in _THREADS if name in os.environ}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name in _THREADS:
            del os.environ[name]
        os.environ.update(before)


def _work(connection: Connection, work: Callable[[Any], Any]) -> None:
    """The life of a process: items come, results go, until the line is closed."""
    threading.Thread(target=_go_with_parent, daemon=True).start()
    try:
        while True:
            connection.send(work(connection.recv()))
    except (EOFError, OSError, KeyboardInterrupt):
        pass


def _go_with_parent() -> None:
    """Nobody wants the work of a process whose parent was killed; it saves what it has."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
