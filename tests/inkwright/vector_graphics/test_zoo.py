"""What we paint is what resvg and Chromium paint from the exported SVG, and from the three files as found."""

from __future__ import annotations

import json

import pytest

from benchmarks.rasterization.svg_renderers import chromium_binary
from benchmarks.rasterization.zoo import CHROMIUM_TAIL, MEAN_BOUND, TAIL_BOUND, ZOO, compared, measure
from benchmarks.rasterization.zoo_scenes import FILE_NAMES, SCENES


def too_far(found, tails=None):
    bounds = {name: (tails or {}).get(name, TAIL_BOUND) for name in found}
    return {name: each for name, each in found.items() if each[0] >= MEAN_BOUND or each[1] > bounds[name]}


def test_the_zoo_is_large_enough():
    assert len(SCENES) >= 30
    assert set(FILE_NAMES) <= SCENES.keys()


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_what_resvg_paints(name):
    found = measure(compared([name]), "resvg")
    assert len(found) == 1 + (name in FILE_NAMES)
    assert too_far(found) == {}


@pytest.mark.chromium
@pytest.mark.skipif(chromium_binary() is None, reason="there is no chromium")
def test_all_scenes_are_what_chromium_paints():
    found = measure(compared(list(SCENES)), "chromium")
    assert too_far(found, CHROMIUM_TAIL) == {}


def test_the_kept_table_has_every_scene():
    kept = json.loads(ZOO.read_text(encoding="utf-8"))["scenes"]
    assert kept.keys() == SCENES.keys() | {f"{name}.svg" for name in FILE_NAMES}
    assert all(row.keys() == {"resvg", "chromium"} for row in kept.values())
