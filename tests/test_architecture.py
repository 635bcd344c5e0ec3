"""docs/architecture.md and its picture are the house as it is."""

from __future__ import annotations

import re
import runpy

import pytest

from tests.conftest import ROOT
from tests.test_import_direction import FRAME, MAY_IMPORT

TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PICTURE = (ROOT / "docs" / "img" / "architecture.svg").read_text(encoding="utf-8")


def test_picture_is_what_its_script_draws():
    drawn = runpy.run_path(str(ROOT / "docs" / "make_architecture.py"))["picture"]()
    assert drawn == PICTURE, "the rooms have changed: run python docs/make_architecture.py"


@pytest.mark.parametrize("name", [*MAY_IMPORT, *FRAME])
def test_room_is_named_in_page_and_picture(name):
    assert f"\n| `{name}/` |" in TEXT
    assert f">{name}</text>" in PICTURE


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_table_says_what_a_room_may_import(room):
    (allowed,) = re.findall(rf"^\| `{room}/` \| .* \| ?(.*?) ?\|$", TEXT, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", allowed)) == MAY_IMPORT[room]


def test_files_that_are_named_exist():
    names = re.findall(r"`([\w/]+/[\w/.]*)`", TEXT)
    missing = [
        name for name in names if not (ROOT / name).exists() and not (ROOT / "inkwright" / name).exists()
    ]
    assert set(missing) <= {"experiment/", "cpu/", "gpu/"}
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target


def test_walk_is_short_and_names_what_is_there():
    steps = re.findall(r"^\d\. `([\w/.]+)`", TEXT.split("## The walk of a picture")[1], re.MULTILINE)
    assert len(steps) <= 8
    walk = "".join((ROOT / name).read_text(encoding="utf-8") for name in steps)
    for name in (
        "_fit",
        "look_at",
        "source",
        "setup",
        "training_step",
        "mend_gradients",
        "end_step",
        "losses",
    ):
        assert f"`{name}`" in TEXT
        assert f"def {name}(" in walk
