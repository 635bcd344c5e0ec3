"""Passes of compiled kernels over independent parts, shared among threads."""

import os
from collections.abc import Callable
from functools import cache
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple

import numba
import numpy as np
import torch
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from inkwright.compiled_kernels.compilation import compiled_part

# Integers of a cache line, which no two threads should have to share.
LINE = 8


class Parts(NamedTuple):
    """The parts of a pass, and the thread that asks for them."""

    shares: NDArray[np.int64]  # [threads, LINE] next part and end of each thread's share
    own: int  # the thread's share


def most_threads() -> int:
    """How many threads a pass may have: Numba's setting, `numba.set_num_threads` or NUMBA_NUM_THREADS."""
    _ask_numba()
    return int(numba.get_num_threads())


@cache
def _ask_numba() -> None:
    """Numba starts OpenMP's threads when it is first asked, and sets torch's number of them to its own."""
    before = torch.get_num_threads()
    numba.get_num_threads()
    torch.set_num_threads(before)


def run_pass(kernel: Callable[..., None], count: int, *arguments: Any, threads: int) -> None:
    """Run ``kernel(parts, *arguments)`` on each thread, which asks `next_part` for the parts [0, count).

    Each thread has its own share of the parts, one after the other, the same in every pass: what a pass wrote
    is in the cache of the core that reads it in the next if their parts are in like order. Fetching it from
    another core costs about as much as making it. A thread that was given easy parts helps others with
    theirs. Kernels release the interpreter's lock. The calling thread works too, and does not wait for
    threads that have not begun when it has done all, so that a busy machine costs nothing. Which thread takes
    which part does not matter to the result: parts do not meet.
    """
    threads = max(min(threads, count), 1)
    shares = np.empty((threads, LINE), np.int64)
    for k in range(threads):
        shares[k, 0], shares[k, 1] = count * k // threads, count * (k + 1) // threads
    if threads == 1:  # small drawings take as long as this function does
        kernel(Parts(shares, 0), *arguments)
        return
    calls = [_Call(kernel, (Parts(shares, k), *arguments)) for k in range(1, threads)]
    for k, call in enumerate(calls):
        _helper(k).put(call)
    try:
        kernel(Parts(shares, 0), *arguments)
    finally:
        errors = [call.finish() for call in calls]
    for error in errors:
        if error is not None:
            raise error


@compiled_part
def next_part(parts: Parts) -> int:
    """The next part of this thread's share, or of another's when its own is done; -1: none is left."""
    for k in range(parts.shares.shape[0]):
        share = (parts.own + k) % parts.shares.shape[0]
        if parts.shares[share, 0] < parts.shares[share, 1]:
            part = _take(parts.shares, share)
            if part < parts.shares[share, 1]:
                return part
    return -1


@intrinsic
def _take(_: Any, shares: Any, share: Any) -> Any:
    """Move a share on by a part, in one step for all threads; returns the part."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        row = context.cast(builder, arguments[1], signature.args[1], numba.types.intp)
        index = [row, context.get_constant(numba.types.intp, 0)]
        place = cgutils.get_item_pointer(context, builder, signature.args[0], array, index)
        return builder.atomic_rmw("add", place, context.get_constant(numba.types.int64, 1), "monotonic")

    return numba.types.int64(shares, share), generate


class _Call:
    """A call of a kernel that a helper makes, unless it is finished before the helper has begun."""

    def __init__(self, kernel: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self._kernel, self._arguments = kernel, arguments
        self._error: BaseException | None = None
        self._begun, self._running = Lock(), Lock()
        self._running.acquire()

    def make(self) -> None:
        """Make the call."""
        if self._begun.acquire(blocking=False):
            try:
                self._kernel(*self._arguments)
            except BaseException as error:
                self._error = error
            self._running.release()

    def finish(self) -> BaseException | None:
        """Take the call back, or wait until it is made; returns what the kernel raised."""
        if not self._begun.acquire(blocking=False):
            self._running.acquire()
        return self._error


@cache
def _helper(number: int) -> SimpleQueue[_Call]:
    """The calls that one more thread makes, one after the other; sooner than an executor would begin."""
    calls: SimpleQueue[_Call] = SimpleQueue()
    Thread(target=_make_all, args=(calls,), name=f"kernels-{number}", daemon=True).start()
    return calls


def _make_all(calls: SimpleQueue[_Call]) -> None:
    while True:
        calls.get().make()  # keeps no call, nor its arrays, while it waits


if hasattr(os, "register_at_fork"):
    # Threads do not live on in a forked process; it begins with helpers of its own.
    os.register_at_fork(after_in_child=_helper.cache_clear)
