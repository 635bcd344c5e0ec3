"""Files appear whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from inkwright.run_folder.whole_file import whole_file, whole_folder

PIDS = (str(2**22 + 1), "1")  # no process has the first number, the second is always there


def test_file_appears_whole_and_its_folder_with_it(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    with whole_file(path) as temporary:
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_failure_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def fails_half_way() -> None:
        with whole_file(path) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_half_way()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_disk_that_refuses_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(
            OSError,
            match=r"x\.txt can't be written \((Not a directory|File exists)\); .* another hydra\.run\.dir",
        ),
        whole_file(tmp_path / "file" / "x.txt"),
    ):
        pass


def test_what_a_killed_process_left_half_written_is_cleared(tmp_path):
    path = tmp_path / "file.csv"
    with whole_file(path) as temporary:
        temporary.write_text("new")
        ended, at_work = (temporary.with_name(temporary.name.replace(str(os.getpid()), pid)) for pid in PIDS)
        inner = ended.with_name(f".{ended.name}.{PIDS[0]}.tmp")
        for left in (ended, at_work, inner):
            left.write_text("half")
    with whole_file(path) as temporary:
        temporary.write_text("newer")
    assert path.read_text() == "newer"
    assert {each.name for each in tmp_path.iterdir()} == {"file.csv", at_work.name}


def test_folder_is_there_whole_or_as_it_was(tmp_path):
    path = tmp_path / "network"
    for text in ("first", "second"):
        with whole_folder(path) as folder:
            (folder / "deep").mkdir()
            (folder / "deep" / "weights").write_text(text)
    with suppress(RuntimeError), whole_folder(path) as folder:
        (folder / "weights").write_text("half")
        raise RuntimeError
    assert [each.name for each in tmp_path.iterdir()] == ["network"]
    assert [each.name for each in path.rglob("*")] == ["deep", "weights"]
    assert (path / "deep" / "weights").read_text() == "second"


def test_folder_of_a_killed_process_is_no_hindrance(tmp_path):
    (tmp_path / ".network.new").mkdir()
    (tmp_path / ".network.new" / "half").write_text("")
    with whole_folder(tmp_path / "network") as folder:
        assert list(folder.iterdir()) == []
