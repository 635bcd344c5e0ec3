"""The benchmark of differentiable rasterisers: what it says of ours, of a bad one, and of one more."""

from __future__ import annotations

import pytest
import torch

from benchmarks.differentiable_rasterizers import exactness
from benchmarks.differentiable_rasterizers.__main__ import table
from benchmarks.differentiable_rasterizers.adapters import Inkwright, load
from benchmarks.differentiable_rasterizers.speed import milliseconds
from inkwright.vector_graphics import Drawing, rasterize

SCENES = ("blob1_64", "stroke1_thin_64")


class Doubled(Inkwright):
    """A rasteriser whose pictures are ours, and whose gradients are twice as long and turned."""

    name = "doubled"

    def render(self, drawing, height, width):
        moved = drawing.points.detach() + 2 * (drawing.points - drawing.points.detach()).flip(1)
        return rasterize(drawing.replace(points=moved), height, width)[0]


class Still(Inkwright):
    """One without gradients, that paints nothing."""

    name, differentiable = "still", False

    def render(self, drawing, height, width):
        return torch.ones(3, height, width)


@pytest.fixture
def few_scenes(monkeypatch, tmp_path):
    for name in SCENES:
        (tmp_path / f"{name}.npz").symlink_to(exactness.PARITY / f"{name}.npz")
    monkeypatch.setattr(exactness, "PARITY", tmp_path)


@pytest.mark.usefixtures("few_scenes")
def test_a_good_rasterizer_is_told_from_a_bad_one():
    good, bad, still = (exactness.parity(adapter) for adapter in (Inkwright(), Doubled(), Still()))
    assert good["picture"] == bad["picture"] < 0.001 < still["picture"]
    assert good["cosine"] > 0.995
    assert bad["cosine"] < 0.9
    assert good["differences"] < 0.1 < bad["differences"]
    assert still["cosine"] is None


def test_gradients_are_those_of_its_own_pictures():
    assert exactness.own_differences(Inkwright()) < 0.01
    assert exactness.own_differences(Doubled()) > 0.5
    assert exactness.own_differences(Still()) is None


def test_icons_are_held_against_a_fine_picture(tmp_path):
    pytest.importorskip("resvg_py")
    text = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M1 1L18 3L9 9z"/></svg>'
    (tmp_path / "icon.svg").write_text(text)
    (tmp_path / "odd.svg").write_text(text.replace("20 10", "20 10.3"))
    truths = exactness.icon_truths(exactness.icon_files(tmp_path, 5), 24)
    assert [picture.shape for _, picture in truths] == [(3, 12, 24)]
    assert exactness.icons(Inkwright(), truths)["mean"] < 0.002
    assert exactness.icons(Still(), truths)["mean"] > 0.1


def test_one_more_takes_part_and_the_table_has_a_column_for_each(monkeypatch):
    more = load([f"{__name__}:Still"])[-1]
    assert more.name == "still"
    for name in ("still", ":Still", f"{__name__}:Moving"):
        with pytest.raises(ValueError, match="must be module:Class"):
            load([name])
    with pytest.raises(ValueError, match="'nope:Nope'; its module can't be imported"):
        load(["nope:Nope"])
    drawing = Drawing.from_fills(torch.rand(1, 6, 2) * 8, torch.rand(1, 4), (8.0, 8.0))
    monkeypatch.setattr("benchmarks.differentiable_rasterizers.speed.SECONDS", 0.0)
    drawing = drawing.replace(points=drawing.points.requires_grad_())
    columns = {
        each.name: {
            "parity": {"picture": 0.1, "cosine": None, "differences": None},
            "own differences": None,
            "icons": {},
            "milliseconds": {"one": milliseconds(each, drawing)},
        }
        for each in (Inkwright(), more)
    }
    lines = table(columns).splitlines()
    assert lines[0] == "| measure (forward + backward) | inkwright | still |"
    assert lines[-1].count(" + ") == 1
