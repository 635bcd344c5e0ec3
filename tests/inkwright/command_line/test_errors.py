"""Mistakes are told in one line, with exit status 2 and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import RANDOM_SKETCH, ROOT

FEW = ("debug=few_steps", *RANDOM_SKETCH)

MISTAKES = [
    ("num_stroke=3", "num_stroke: there is no such key; did you mean num_strokes?"),
    ("imag=cat", "imag: there is no such key; did you mean image?"),
    (
        "lightning_module.optimization={lr_point: 1}",
        "lightning_module.optimization.lr_point: there is no such key; "
        "did you mean lightning_module.optimization.lr_points?",
    ),
    ("experimnt=sketch", "experimnt: there is no such key; did you mean experiment?"),
    ("experiment=skech", "experiment=skech: there is no such experiment; did you mean sketch?"),
    ("logger=wandbb", "logger=wandbb: there is no such logger; did you mean wandb?"),
    ("num_strokes=0", "num_strokes=0: it must be a whole number in [1, 10000]"),
    ("num_strokes=many", "num_strokes=many: it must be a whole number in [1, 10000]"),
    ("num_strokes=2.5", "num_strokes=2.5: it must be a whole number in [1, 10000]"),
    ("steps=-1", "steps=-1: it must be a whole number in [1, 10000000]"),
    ("seed=x", "seed=x: it must be a whole number in [0, 2147483647]"),
    ("image_size=8", "image_size=8: it must be a whole number in [32, 4096]"),
    ("num_sketches=0", "num_sketches=0: it must be a whole number in [1, 256]"),
    ("resume=perhaps", "resume=perhaps: it must be never or auto"),
    ("trainer.max_epoch=1", "trainer.max_epoch: there is no such key; did you mean trainer.max_epochs?"),
    (
        "lightning_module.optimization.lr_point=1",
        "lightning_module.optimization.lr_point: there is no such key; "
        "did you mean lightning_module.optimization.lr_points?",
    ),
    ("lightning_modul.optimization.lr_points=1", "did you mean lightning_module?"),
    ("callbacks.svg_exprt.png_side=8", "did you mean callbacks.svg_export?"),
    ("lightning_module.optimization.lr_points=-1", "lr_points is -1; it must be >= 0"),
    ("lightning_module.optimization.lr_points=fast", "lr_points is 'fast'; it must be a number"),
    ("+callbacks.svg_export.png_sides=8", "takes no such argument; did you mean png_side?"),
    ("callbacks.svg_export.png_side=0", "callbacks.svg_export: png_side is 0; it must be >= 1"),
    ("trainer.accelerator=abacus", "trainer: You selected an invalid accelerator name"),
    ("+colour=red", "colour: there is no such key"),
    ("image", "image: can't be read; write KEY=VALUE"),
    (
        "lightning_module.path_svg=a cat's toy.svg",
        """write 'lightning_module.path_svg='"'"'a cat\\'"'"'s toy.svg'"'"''""",
    ),
    ("threads=x", "threads=x: it must be a whole number in [1, 1024]"),
    ("prune_loss_weight=-1", "prune_loss_weight=-1.0: it must be a number in [0, 1000000]"),
    ("prompt=a cat's toy", "prompt: nothing in this experiment uses it"),
    ("image=it's ${oc.env:HOME}, [1].png", "image=it's ${oc.env:HOME}, [1].png is not there"),
    ("image=astronot", "image=astronot is not there; did you mean the example astronaut?"),
    ("image=/", "image=/: there is no picture in this folder"),
    ("hydra.run.dirr=x", "hydra.run.dirr: Hydra has no such key"),
]


@pytest.mark.parametrize(("argument", "message"), MISTAKES, ids=[argument for argument, _ in MISTAKES])
def test_mistake_is_one_line(run_train, tmp_path, argument, message):
    finished = run_train(*FEW, f"hydra.run.dir={tmp_path}", argument)
    assert finished.status == 2
    lines = [line for line in finished.err.splitlines() if line.strip()]
    assert len(lines) == 1, finished.err
    assert lines[0].startswith("error: ")
    assert message in lines[0]
    assert finished.out == ""
    assert not (tmp_path / "drawing.svg").exists()


def test_folder_that_cannot_be_made_is_one_line(run_train, picture, tmp_path):
    finished = run_train(*FEW, f"image={picture}", f"hydra.run.dir={picture / 'run'}")
    assert finished.status == 2
    assert finished.err.count("\n") == 1
    assert "Not a directory" in finished.err
    assert "hydra.run.dir" in finished.err


def test_full_disk_is_one_line(run_train, picture, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("inkwright.run_folder.whole_file.os.replace", full)
    finished = run_train(*FEW, f"image={picture}", f"hydra.run.dir={tmp_path / 'run'}")
    assert finished.status == 2
    assert finished.err.splitlines()[-1].startswith("error: ")
    assert (
        "can't be written (No space left on device); make room, or choose another hydra.run.dir"
        in finished.err
    )
    assert [path.name for path in (tmp_path / "run").rglob(".*")] == [".lock"]


def test_bug_keeps_its_traceback(run_train, picture, tmp_path, monkeypatch):
    def bug(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("tests.random_sketch.RandomSketch.source", bug)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        run_train(*FEW, f"image={picture}", f"hydra.run.dir={tmp_path / 'run'}")


def test_traceback_only_if_asked_for():
    command = [sys.executable, "train.py", "num_stroke=3"]
    asked = os.environ | {"HYDRA_FULL_ERROR": "1"}
    plain = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    full = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=asked)
    assert plain.returncode == 2
    assert "Traceback" not in plain.stderr
    assert full.returncode == 1
    assert "Traceback" in full.stderr
