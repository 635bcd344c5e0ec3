"""Folders of sweeps and jobs are functions of what was asked for."""

from __future__ import annotations

import pytest

from inkwright.command_line.keys.picture_globs import expand_globs
from inkwright.command_line.sweeps.sweep_folders import is_swept, job_names, sweep_name, with_sweep_folder


def test_order_and_neutral_keys_do_not_matter():
    one = ["image=cat,coffee", "num_strokes=8,16", "seed=1"]
    other = [
        "seed=1",
        "num_strokes=8,16",
        "image=cat,coffee",
        "threads=2",
        "hydra/launcher=joblib",
        "logger=wandb",
    ]
    assert sweep_name(one) == sweep_name(other)
    assert sweep_name(one).startswith("sketch-image-num_strokes-")


@pytest.mark.parametrize(
    "change", ["seed=2", "num_strokes=8,17", "experiment=sketch_tone", "guidance.structure.levels=3"]
)
def test_what_is_drawn_does(change):
    key = change.partition("=")[0]
    base = {"image": "image=cat,coffee", "num_strokes": "num_strokes=8,16", "seed": "seed=1"}
    assert sweep_name(list(base.values())) != sweep_name(list({**base, key: change}.values()))


def test_folder_is_added_to_a_multirun_only_and_never_twice():
    assert with_sweep_folder(["seed=1,2"]) == ["seed=1,2"]
    (*_, folder) = with_sweep_folder(["-m", "seed=1,2"])
    assert folder.startswith("hydra.sweep.dir='outputs/sweeps/sketch-seed-")
    assert with_sweep_folder(["-m", "seed=1,2", "hydra.sweep.dir=x"]) == [
        "-m",
        "seed=1,2",
        "hydra.sweep.dir=x",
    ]


@pytest.mark.parametrize(
    ("value", "swept"),
    [
        ("1,2", True),
        ("range(0,3)", True),
        ("glob(*.jpg)", True),
        ("interval(0,1)", True),
        ("tag(log,interval(1,2))", True),
        ("'a,b'", False),
        ("[1,2]", False),
        ("{a:1,b:2}", False),
        ("[1,2],[3]", True),
        ("cat", False),
    ],
)
def test_what_counts_as_several_values(value, swept):
    assert is_swept(value) is swept


def test_job_names_are_plain_and_unlike_each_other():
    jobs = [
        {"image": "'a/cat.jpg'", "lightning_module.optimization.lr_points": "0.5"},
        {"image": "'b/cat.jpg'", "lightning_module.optimization.lr_points": "0.5"},
        {"image": "'ä b/c:d?.jpg'", "lightning_module.optimization.lr_points": "1"},
    ]
    names = job_names(jobs)
    assert names[0].startswith("cat,lr_points=0.5-")
    assert len(set(names)) == 3
    assert names[2] == "c_d_,lr_points=1"
    assert job_names(jobs) == names
    assert job_names([{}]) == ["job"]
    assert len(job_names([{"prompt": "x" * 400}])[0]) < 140


def test_glob_means_pictures_in_their_order(tmp_path):
    for name in ("b.jpg", "a.PNG", "notes.txt", "it's.jpeg"):
        (tmp_path / name).touch()
    (argument,) = expand_globs([f"image=glob({tmp_path}/*)"])
    assert argument == f"image=choice('{tmp_path}/a.PNG','{tmp_path}/b.jpg','{tmp_path}/it\\'s.jpeg')"
    assert expand_globs(["experiment=glob(sketch*)"]) == ["experiment=glob(sketch*)"]


@pytest.mark.parametrize(
    ("pattern", "why"), [("*.gif", "nothing matches"), ("*", "1 files match, none of them a picture")]
)
def test_empty_glob_is_said(tmp_path, pattern, why):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ValueError, match=why):
        expand_globs([f"image=glob({tmp_path}/{pattern})"])
