"""What the README says is so."""

from __future__ import annotations

import re

from inkwright.command_line.keys.composition import compose_defaults
from inkwright.command_line.keys.help_text import sweep_help_text
from inkwright.command_line.keys.simplify_keys import simplify_keys
from inkwright.keys import declared_keys
from inkwright.vector_graphics import read_svg
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


def test_library_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict = {}
    exec(compile(code, "README.md", "exec"), names)
    assert names["loss"].item() < 1e-4
    assert read_svg(tmp_path / "stroke.svg").num_shapes == 1


def test_table_names_every_general_key_and_its_default():
    for key in declared_keys().values():
        rows = re.findall(rf"^\| `{key.name}` \|.*$", README, re.MULTILINE)
        if key.owner and not rows:
            continue  # told where the experiments are told that use it, see below
        (row,) = rows
        assert key.default == "" or f"`{key.default}`" in row


def test_every_key_of_a_method_stands_in_a_table():
    tables = "\n".join(
        line
        for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        for line in page.read_text().splitlines()
        if line.startswith("|")
    )
    missing = [name for name in declared_keys() if not re.search(rf"[`\s]{name}[`=]", tables)]
    assert not missing


def test_every_key_of_simplify_is_told():
    page = (ROOT / "docs" / "simplification.md").read_text()
    assert [name for name in simplify_keys() if not re.search(rf"[`\s]{name}[`=]", page)] == []


def test_launchers_that_help_names_are_there_and_told():
    named = re.findall(r"^  (\w+)  ", sweep_help_text().split("hydra/launcher=")[1], re.MULTILINE)
    assert {"basic", "joblib", "slurm"} <= set(named)
    pages = README + (ROOT / "docs" / "cluster.md").read_text()
    for name in named:
        compose_defaults([f"hydra/launcher={name}"])
        assert name == "basic" or f"hydra/launcher={name}" in pages, name


def test_files_that_are_pointed_at_exist():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make ([a-z-]+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_run_folder_is_as_listed(run_train, tmp_path):
    run_train("debug=few_steps", f"hydra.run.dir={tmp_path}")
    listing = README.split("## What a run leaves")[1].split("```")[1]
    for name in re.findall(r"^(\S+)  ", listing, re.MULTILINE):
        assert (tmp_path / name).exists(), name
