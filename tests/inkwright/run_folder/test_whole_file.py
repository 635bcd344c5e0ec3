"""Files appear whole or not at all."""

from __future__ import annotations

import pytest

from inkwright.run_folder.whole_file import whole_file


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
