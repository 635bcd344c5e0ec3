import os
import threading

import pytest

from inkwright.compiled_kernels.threads import run_pass


class Kernel:
    def __init__(self, wait_for=1):
        self.ranges, self.names, self.wait_for, self.here = [], set(), wait_for, threading.Condition()

    def __call__(self, first, end, marks):
        with self.here:
            self.names.add(threading.current_thread().name)
            self.here.notify_all()
            self.here.wait_for(lambda: len(self.names) >= self.wait_for, timeout=10)
        self.ranges.append((first, end))
        for k in range(first, end):
            marks[k] += 1


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("parts", [0, 1, 2, 7, 100])
def test_every_part_is_done_once(parts, threads):
    marks = [0] * parts
    kernel = Kernel()
    run_pass(kernel, parts, marks, threads=threads)
    assert marks == [1] * parts


def test_one_thread_is_the_calling_one_and_gets_all_at_once():
    kernel = Kernel()
    run_pass(kernel, 50, [0] * 50, threads=1)
    assert kernel.ranges == [(0, 50)]
    assert kernel.names == {threading.current_thread().name}


def test_two_threads_work_at_the_same_time():
    kernel = Kernel(wait_for=2)  # neither passes before the other has come
    run_pass(kernel, 50, [0] * 50, threads=2)
    assert len(kernel.names) == 2


def test_an_error_in_a_helper_is_not_lost():
    def fails(first, end):
        raise ArithmeticError(f"part {first}")

    with pytest.raises(ArithmeticError, match="part"):
        run_pass(fails, 8, threads=2)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_has_threads_of_its_own():
    run_pass(Kernel(wait_for=2), 8, [0] * 8, threads=2)
    child = os.fork()
    if child == 0:
        kernel = Kernel(wait_for=2)
        run_pass(kernel, 8, [0] * 8, threads=2)
        os._exit(0 if len(kernel.names) == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
