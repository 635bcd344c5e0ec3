"""Files that a person hands over, damaged in every way: a line that says so, soon, and nothing is run."""

from __future__ import annotations

import resource
import sys

import pytest

from benchmarks.runs.mutated_files import MOST_BYTES, MOST_SECONDS, READERS, read_many

FEW, MANY = 60, 2_000
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect")
started: list[str] = []
watching = False


def _watch(event, arguments):
    if watching and event.startswith(STARTS):
        started.append(event)


sys.addaudithook(_watch)


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    "count", [FEW, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(1200)])]
)
def test_damage_is_told_in_a_line(tmp_path, kind, count):
    global watching
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    watching = True
    try:
        found = read_many(kind, tmp_path, range(count))
    finally:
        watching = False
    assert started == []
    assert found["failed"] == []
    assert found["refused"] > count / 10
    assert found["slowest_s"] < MOST_SECONDS
    assert 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < MOST_BYTES
