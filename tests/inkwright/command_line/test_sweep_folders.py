"""Folders of sweeps and jobs are functions of what was asked for."""

from __future__ import annotations

import pytest

from inkwright.command_line.sweeps.sweep_folders import (
    is_swept,
    job_names,
    run_suffix,
    sweep_name,
    with_sweep_folder,
)


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
        ("'it\\'s, it'", False),
        ("it's, it", False),
    ],
)
def test_what_counts_as_several_values(value, swept):
    assert is_swept(f"key={value}") is swept


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


def test_other_pictures_are_named_by_what_they_show():
    assert job_names([{"guide_image": "'a/b c.png'", "image": "d.png"}]) == ["d,guide_image=b_c"]


def test_texts_name_sweeps_and_jobs_whatever_they_hold():
    sweep = ["prompt=a cat's toy, 李明", "token=it's", "seed=1"]
    assert sweep_name(sweep).startswith("sketch-prompt-")
    assert job_names([{"prompt": "'a cat\\'s toy'"}]) == ["prompt=a_cat_s_toy"]


SAID = ("experiment", "image", "num_strokes", "seed", "debug")


def test_run_folder_says_what_else_was_asked_for_in_any_order():
    asked = ["seed=1", "steps=9", "image=cat", "guidance=[structure,clip]", "name='x y'", "threads=2"]
    assert run_suffix(asked, SAID) == ",guidance=[structure,clip],steps=9"
    assert run_suffix(asked[::-1], SAID) == run_suffix(asked, SAID)
    assert run_suffix(["seed=1", "logger=wandb", "resume=auto"], SAID) == ""
    assert run_suffix(["prompt='a cat\\'s toy, 李明'"], SAID) == ",prompt=a cat's toy, 李明"


@pytest.mark.parametrize("odd", ["a/b", "a$b", "${seed}", "a\\b", "a\nb", "x" * 400, "李明" * 60])
def test_what_cannot_stand_in_a_folders_name_is_told_apart_by_a_digest(odd):
    name = run_suffix([f"prompt='{odd}'"], SAID)
    assert name != run_suffix([f"prompt='{odd}?'"], SAID)
    assert not set("/\\$\n") & set(name)
    assert len(name.encode()) < 210
