"""As many workers as cores and memory allow."""

from __future__ import annotations

import os

import pytest

from inkwright.command_line.folders.worker_count import (
    PROCESS_BYTES,
    available_cores,
    free_bytes,
    memory_is_known,
    picture_bytes,
    worker_count,
)
from inkwright.command_line.keys.composition import compose_defaults

ROOM = "inkwright.command_line.folders.worker_count"


def test_memory_and_cores_limit_the_number(monkeypatch):
    config = compose_defaults([])
    monkeypatch.setattr(f"{ROOM}.available_cores", lambda: 12)
    for free in (10**8, 10**9, 4 * 10**9, 10**12):
        monkeypatch.setattr(f"{ROOM}.free_bytes", lambda free=free: free)
        count = worker_count(config, 100)
        each = PROCESS_BYTES + picture_bytes(config)
        assert count * each <= free / 2 or count == 1
        assert count == 12 or (count + 1) * each > free / 2
        assert worker_count(config, 100, tried_bytes=free // 4) == (2 if each <= free // 4 else count)
    assert worker_count(config, 3) == 3
    assert worker_count(compose_defaults(["workers=5"]), 100) == 5
    assert worker_count(compose_defaults(["workers=5"]), 2) == 2
    assert worker_count(compose_defaults(["workers=5", "trainer.accelerator=gpu"]), 9) == 1


def test_larger_pictures_need_more_memory():
    plain = picture_bytes(compose_defaults([]))
    assert picture_bytes(compose_defaults(["num_sketches=3"])) == 3 * plain
    assert picture_bytes(compose_defaults(["num_strokes=640"])) > plain


@pytest.mark.parametrize(
    ("overrides", "known"),
    [([], True), (["guidance=[structure,ms_ssim]"], True), (["guidance=[structure,lpips]"], False)],
)
def test_what_networks_need_is_not_known(overrides, known):
    assert memory_is_known(compose_defaults(overrides)) is known


def test_limits_of_the_job_count_where_they_are_lower_than_the_machine(monkeypatch, tmp_path):
    monkeypatch.setattr(f"{ROOM}._CGROUPS", tmp_path)
    monkeypatch.setattr(f"{ROOM}._free_in_machine", lambda: [10**12])
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(16), raising=False)
    assert (free_bytes(), available_cores()) == (10**12, 16)
    for name, content in (
        ("memory.max", "700000000"),
        ("memory.current", "200000000"),
        ("cpu.max", "250000 100000"),
    ):
        (tmp_path / name).write_text(f"{content}\n")
    assert (free_bytes(), available_cores()) == (500_000_000, 2)
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert (free_bytes(), available_cores()) == (10**12, 16)
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert available_cores() == 1
