"""Paths on the command line need no quotes."""

from __future__ import annotations

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from inkwright.command_line.keys.override_quoting import quote_paths

ODD = [
    "a b.png",
    "it's.png",
    "x,y.jpg",
    "[1].png",
    "{joke}.png",
    "a=b.png",
    "(1).png",
    "50%.png",
    "$HOME.png",
    "ü.png",
    "",
]


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("key", ["image", "hydra.run.dir"])
def test_hydra_reads_the_very_path(key, value):
    (quoted,) = quote_paths([f"{key}={value}"])
    (override,) = OverridesParser.create().parse_overrides([quoted])
    assert override.value() == value


def test_quotes_of_a_person_stay():
    assert quote_paths(["image='a b.png'", 'image="a"']) == ["image='a b.png'", 'image="a"']


def test_other_keys_and_multiruns_are_left_alone():
    assert quote_paths(["seed=1", "--cfg", "job"]) == ["seed=1", "--cfg", "job"]
    assert quote_paths(["image=a,b", "-m", "seed=1"]) == ["-m", "image=a,b", "seed=1"]
