"""Names of what a run leaves, and what is read of it."""

from __future__ import annotations

import json

import pytest

from inkwright.run_folder.input_files import input_file
from inkwright.run_folder.run_folder import RunFolder, read_json


def test_what_a_run_would_write_over_is_known(tmp_path):
    folder = RunFolder(tmp_path / "run")
    for name in (
        "drawing.svg",
        "target.jpg",
        "config/mine.png",
        "process.gif",
        "samples/a.png",
        "a/../run.json",
    ):
        assert folder.would_write(folder.path / name), name
    for path in (folder.path / "mine.png", tmp_path / "drawing.svg", folder.path / "mine" / "drawing.png"):
        assert not folder.would_write(path), path


def test_result_is_one_of_the_files_it_was_made_of(tmp_path):
    folder, picture = RunFolder(tmp_path / "run"), tmp_path / "a.png"
    picture.write_bytes(b"first")
    assert not folder.is_done()
    folder.settings.mkdir(parents=True)
    folder.metrics.write_text('{"steps": 1}')
    folder.inputs.write_text(json.dumps({"image": input_file(picture)}))
    assert folder.is_done()
    assert folder.is_done({"image": input_file(picture)["sha256"]})
    picture.write_bytes(b"other")
    assert not folder.is_done({"image": input_file(picture)["sha256"]})
    folder.forget_result()
    assert not folder.is_done()


def test_steps_are_listed_by_their_number(tmp_path):
    folder = RunFolder(tmp_path)
    folder.steps.mkdir()
    for step in (100, 9, 20):
        folder.step_drawing(step).touch()
    (folder.steps / "step-x.svg").touch()
    assert [path.name for path in folder.step_drawings()] == ["step-9.svg", "step-20.svg", "step-100.svg"]


@pytest.mark.parametrize("content", ["", "[1]", "{", "[" * 20_000])
def test_damaged_json_counts_as_none(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    assert read_json(tmp_path / "x.json") == {}
    assert read_json(tmp_path / "none.json") == {}
