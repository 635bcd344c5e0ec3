"""Work that is shared among processes."""

from __future__ import annotations

import os
import time

import pytest

from inkwright.command_line.folders.worker_processes import side_by_side


def square(number: int) -> tuple[int, int, str | None]:
    """Its square, by whom, and the number of threads that libraries will take; dies of 13."""
    if number == 13:
        os._exit(1)
    time.sleep(0.02)
    return number**2, os.getpid(), os.environ.get("OMP_NUM_THREADS")


def test_everything_is_done_once_by_so_many_processes():
    before = dict(os.environ)
    done = dict(side_by_side(square, range(12), 2))
    assert {number: result[0] for number, result in done.items()} == {n: n**2 for n in range(12)}
    assert len({result[1] for result in done.values()}) == 2
    assert {result[2] for result in done.values()} == {"1"}
    assert dict(os.environ) == before


def test_process_that_dies_loses_its_item_alone():
    done = dict(side_by_side(square, [13, 1, 13, 2, 3], 2))
    assert done[13] is None
    assert [done[number][0] for number in (1, 2, 3)] == [1, 4, 9]


def test_first_alone_says_how_many_there_may_be():
    asked = []

    def after_first(result: tuple[int, int, str | None]) -> int:
        asked.append(result[0])
        return 1

    done = dict(side_by_side(square, [13, 5, 6, 7], 4, after_first))
    assert asked == [25]
    assert len({result[1] for result in done.values() if result}) == 1


def test_iteration_that_ends_early_leaves_no_process():
    outcomes = side_by_side(square, range(100), 2)
    seen = next(outcomes)[1]
    outcomes.close()
    with pytest.raises(ProcessLookupError):
        os.kill(seen[1], 0)
