"""What the README says is so."""

from __future__ import annotations

import re

from command_line.train_keys import short_keys
from tests.conftest import ROOT
from vector_graphics import read_svg

README = (ROOT / "README.md").read_text()


def test_library_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)
    assert names["loss"].item() < 1e-4
    assert read_svg(tmp_path / "stroke.svg").num_shapes == 1


def test_table_names_every_key_and_its_default():
    for field in short_keys():
        rows = re.findall(rf"^\| `{field.name}` \|.*$", README, re.MULTILINE)
        if field.metadata["special"] and not rows:
            continue  # told where the experiments are told that use it, and by --help
        (row,) = rows
        assert field.default == "" or f"`{field.default}`" in row


def test_files_that_are_pointed_at_exist():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_run_folder_is_as_listed(run_train, tmp_path):
    run_train("debug=few_steps", f"hydra.run.dir={tmp_path}")
    listing = README.split("## What a run leaves")[1].split("```")[1]
    for name in re.findall(r"^(\S+)  ", listing, re.MULTILINE):
        assert (tmp_path / name).exists(), name
