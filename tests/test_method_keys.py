"""A method brings keys of its own, in files of its own."""

from __future__ import annotations

import shutil

import pytest

from inkwright.command_line.keys.composition import register
from inkwright.keys import declared_keys
from inkwright.keys.declarations import CONF
from tests.conftest import RANDOM_SKETCH

KEYS = """
owner: "Notes: experiment=notes"
keys:
  note:
    meaning: what to write down
  note_copies:
    default: 2
    low: 1
    high: 9
    meaning: how often it is written
"""
RECIPE = """
# @package _global_
callbacks:
  noted:
    _target_: tests.noted_text.NotedText
    text: ${note} ${note_copies}
    folder: ${hydra:runtime.output_dir}
"""
FEW = ("debug=few_steps", *RANDOM_SKETCH)


@pytest.fixture
def method(tmp_path, monkeypatch):
    conf = tmp_path / "conf"
    shutil.copytree(CONF / "keys", conf / "keys")
    (conf / "experiment").mkdir()
    (conf / "keys" / "notes.yaml").write_text(KEYS)
    (conf / "experiment" / "notes.yaml").write_text(RECIPE)
    monkeypatch.setattr("inkwright.keys.declarations.CONF", conf)
    declared_keys.cache_clear()
    register()
    yield conf
    monkeypatch.undo()
    declared_keys.cache_clear()
    register()


@pytest.fixture
def run_method(run_train, method, picture):
    return lambda *arguments: run_train("--config-dir", method, *FEW, f"image={picture}", *arguments)


def test_it_is_set_and_has_a_default(run_method, tmp_path):
    folder = tmp_path / "run"
    finished = run_method("experiment=notes", "note=it's, so", f"hydra.run.dir={folder}")
    assert finished.status == 0, finished.err
    assert (folder / "noted.txt").read_text() == "it's, so 2"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["experiment=notes", "note_copies=10"],
            "note_copies=10: it must be a whole number in [1, 9] (how often",
        ),
        (
            ["experiment=notes", "note_copies=x"],
            "note_copies=x: it must be a whole number in [1, 9] (how often",
        ),
        (["experiment=notes", "note_copy=3"], "note_copy: there is no such key; did you mean note_copies?"),
        (
            ["note=x"],
            "note: nothing in this experiment uses it (what to write down; Notes: experiment=notes)",
        ),
    ],
)
def test_mistakes_are_told_as_those_of_any_key(run_method, tmp_path, arguments, message):
    finished = run_method(f"hydra.run.dir={tmp_path / 'run'}", *arguments)
    assert finished.status == 2
    assert finished.err.startswith(f"error: {message}")
    assert finished.err.count("\n") == 1


def test_it_is_swept(run_method, tmp_path):
    sweep = tmp_path / "sweep"
    finished = run_method(
        "-m", "experiment=notes", "note=a cat's,b", "note_copies=0,1", f"hydra.sweep.dir={sweep}"
    )
    assert finished.status == 2
    assert sorted(path.read_text() for path in sweep.rglob("noted.txt")) == ["a cat's 1", "b 1"]
    assert "note_copies=0: it must be a whole number" in finished.out


def test_help_tells_it_under_its_owner(run_train, method):
    out = run_train("--help").out
    assert "\nNotes: experiment=notes\n  note " in out
    assert out.index("  seed  ") < out.index("  note_copies  ")


def test_wrong_declaration_is_one_line(run_train, method):
    (method / "keys" / "notes.yaml").write_text("owner: x\nkeys: {note: {}}")
    declared_keys.cache_clear()
    for arguments in ((), ("--help",), ("seed=1",)):
        finished = run_train(*arguments)
        assert (finished.status, finished.err.count("\n")) == (2, 1)
        assert finished.err.startswith("error: conf/keys/notes.yaml: note: meaning is missing")
