"""Several processes of one run: one writes and speaks, all go together when they are told to."""

from __future__ import annotations

import signal
from types import SimpleNamespace

import pytest

from callbacks.last_checkpoint import LastCheckpoint
from callbacks.preemption import Preemption
from inkwright.run_folder.process_group import is_first_process
from inkwright.run_folder.whole_file import whole_file


@pytest.mark.parametrize(
    ("environment", "first"),
    [
        ({}, True),
        ({"LOCAL_RANK": "0", "NODE_RANK": "0"}, True),
        ({"LOCAL_RANK": "1"}, False),
        ({"LOCAL_RANK": "0", "NODE_RANK": "2"}, False),
        ({"LOCAL_RANK": "0", "GROUP_RANK": "1"}, False),
    ],
)
def test_the_first_process_is_known_before_there_is_a_group(monkeypatch, environment, first):
    for name in ("LOCAL_RANK", "NODE_RANK", "GROUP_RANK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert is_first_process() is first


@pytest.mark.parametrize("rank", ["0", "1"])
def test_only_the_first_process_leaves_a_file(monkeypatch, tmp_path, rank):
    monkeypatch.setenv("LOCAL_RANK", rank)
    path = tmp_path / "metrics.json"
    path.write_text("before")
    with whole_file(path) as temporary:
        temporary.write_text("after")
    assert path.read_text() == ("after" if rank == "0" else "before")
    assert [each.name for each in tmp_path.iterdir()] == ["metrics.json"]


def test_a_process_may_leave_the_writing_to_the_first_one(monkeypatch, tmp_path):
    monkeypatch.setenv("LOCAL_RANK", "1")
    with whole_file(tmp_path / "last.ckpt"):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("told", [True, False])
def test_all_processes_go_when_one_of_them_is_told_to(tmp_path, told):
    saved, asked = [], []

    def decide(value: bool, all: bool) -> bool:  # noqa: A002, FBT001
        asked.append((value, all))
        return told

    trainer = SimpleNamespace(
        world_size=2,
        strategy=SimpleNamespace(reduce_boolean_decision=decide),
        callbacks=[LastCheckpoint(str(tmp_path))],
        loggers=[],
        save_checkpoint=lambda path: (saved.append(path), path.write_bytes(b"state")),
        global_step=7,
        enable_validation=False,
    )
    callback = Preemption()
    if told:
        with pytest.raises(SystemExit) as ended:
            callback.on_train_batch_end(trainer, None, None, None, 0)
        assert ended.value.code == 128 + signal.SIGTERM
    else:
        callback.on_train_batch_end(trainer, None, None, None, 0)
    assert asked == [(False, False)]
    assert len(saved) == told
