"""What can be said of each picture before its drawing begins: found out for many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numba
import torch

if TYPE_CHECKING:
    from lightning_modules.side_by_side_member import Member


def study(members: Sequence[Member]) -> list[ValueError | OSError | None]:
    """Has every member study its picture, as many at a time as there are threads for compiled kernels.

    Which thread takes which picture does not matter to what is found, nor how many there are. Nearly all of a
    study runs without the interpreter's lock.

    Returns:
        What went wrong for each member; None if nothing did.
    """
    threads = min(numba.get_num_threads(), len(members))
    if threads <= 1:
        return [_error(member) for member in members]
    before = torch.get_num_threads()
    # Within each picture there is one thread: together they would hinder each other.
    torch.set_num_threads(1)
    pool = ThreadPoolExecutor(threads, "study", initializer=numba.set_num_threads, initargs=(1,))
    try:
        return list(pool.map(_error, members))
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)


def _error(member: Member) -> ValueError | OSError | None:
    try:
        member.study()
    except (ValueError, OSError) as error:
        return error
    return None
