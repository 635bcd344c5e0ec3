"""Passes of compiled kernels over independent parts, shared among threads."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numba

# Chunks for each thread: one that was given the easy parts goes on with the next chunk.
CHUNKS = 4


def run_pass(kernel: Callable[..., None], parts: int, *arguments: Any, threads: int) -> None:
    """Run ``kernel(first, end, *arguments)`` over all parts [0, parts), each part by one thread.

    Kernels release the interpreter's lock. The calling thread works too, and does not wait for threads that
    have not begun when it has done all, so that a busy machine costs nothing. Which thread takes which
    chunk does not matter to the result: parts do not meet.
    """
    if threads <= 1 or parts <= 1:
        kernel(0, parts, *arguments)
        return
    size = -(-parts // (CHUNKS * threads))
    chunks = iter([(first, min(first + size, parts)) for first in range(0, parts, size)])

    def work() -> None:
        for first, end in chunks:
            kernel(first, end, *arguments)

    helpers = [_pool().submit(work) for _ in range(threads - 1)]
    work()
    for helper in helpers:
        if not helper.cancel():
            helper.result()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(numba.config.NUMBA_NUM_THREADS, thread_name_prefix="rasterizer")


if hasattr(os, "register_at_fork"):
    # Threads do not live on in a forked process; it begins with a pool of its own.
    os.register_at_fork(after_in_child=_pool.cache_clear)
