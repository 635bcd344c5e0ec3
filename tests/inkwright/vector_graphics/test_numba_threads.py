import os
import threading

import numba
import numpy as np
import pytest

from inkwright.compiled_kernels.threads import next_part, run_pass


@numba.njit(nogil=True)
def take(parts):
    return next_part(parts)


@numba.njit(nogil=True)
def mark(parts, marks):
    part = next_part(parts)
    while part >= 0:
        marks[part] += 1
        part = next_part(parts)


class Meeting:
    """A kernel whose threads wait for one another before each takes its first part, and after it."""

    def __init__(self, threads):
        self.barrier, self.first_parts, self.names = threading.Barrier(threads, timeout=10), {}, set()

    def __call__(self, parts, marks):
        self.names.add(threading.current_thread().name)
        self.barrier.wait()
        part = self.first_parts[parts.own] = take(parts)
        self.barrier.wait()
        marks[part] += 1
        mark(parts, marks)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 1000])
def test_every_part_is_done_once(count, threads):
    marks = np.zeros(count, np.int64)
    for _ in range(20):
        run_pass(mark, count, marks, threads=threads)
    assert (marks == 20).all()


def test_threads_begin_with_shares_of_their_own_at_the_same_time():
    kernel, marks = Meeting(3), np.zeros(90, np.int64)
    run_pass(kernel, 90, marks, threads=3)
    assert kernel.first_parts == {0: 0, 1: 30, 2: 60}
    assert len(kernel.names) == 3
    assert threading.current_thread().name in kernel.names
    assert (marks == 1).all()


@pytest.mark.parametrize("idle", [0, 1])
def test_a_thread_does_what_is_left_of_others_shares(idle):
    def kernel(parts, marks, barrier):
        barrier.wait()
        if parts.own != idle:
            mark(parts, marks)

    marks = np.zeros(50, np.int64)
    run_pass(kernel, 50, marks, threading.Barrier(2, timeout=10), threads=2)
    assert (marks == 1).all()


def test_a_helper_that_has_not_begun_is_not_waited_for():
    busy, free, marks = threading.Event(), threading.Event(), np.zeros(50, np.int64)

    def occupies(parts):
        if parts.own:
            busy.set()
            free.wait(10)
        else:
            busy.wait(10)

    other = threading.Thread(target=run_pass, args=(occupies, 2), kwargs={"threads": 2})
    other.start()
    busy.wait(10)
    run_pass(mark, 50, marks, threads=2)
    assert other.is_alive()
    free.set()
    other.join()
    assert (marks == 1).all()


@pytest.mark.parametrize("who", [0, 1])
def test_an_error_is_not_lost(who):
    ended = []

    def fails(parts, barrier):
        barrier.wait()
        if parts.own == who:
            raise ArithmeticError(f"thread {who}")
        ended.append(parts.own)

    with pytest.raises(ArithmeticError, match=f"thread {who}"):
        run_pass(fails, 8, threading.Barrier(2, timeout=10), threads=2)
    assert ended == [1 - who]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_has_threads_of_its_own():
    run_pass(Meeting(2), 8, np.zeros(8, np.int64), threads=2)
    child = os.fork()
    if child == 0:
        kernel = Meeting(2)
        run_pass(kernel, 8, np.zeros(8, np.int64), threads=2)
        os._exit(0 if len(kernel.names) == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
