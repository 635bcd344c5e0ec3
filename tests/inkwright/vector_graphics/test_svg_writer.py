from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
import torch

from inkwright.vector_graphics import Drawing, write_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text

SVG = "{http://www.w3.org/2000/svg}"


def strokes(count=3, canvas=(224, 160), seed=0, **changes):
    generator = torch.Generator().manual_seed(seed)
    points = torch.rand(count, 4, 2, generator=generator) * torch.tensor(canvas)
    color = torch.tensor([0.0, 0.0, 0.0, 1.0]).repeat(count, 1)
    drawing = Drawing.from_strokes(points, torch.full((count,), 1.5), color, canvas)
    return drawing.replace(**changes)


def root_of(drawing, **options):
    return ET.fromstring(svg_text(drawing, **options))


def test_view_box_is_the_canvas_and_size_is_in_pixels():
    root = root_of(strokes(canvas=(224, 160.5)))
    assert root.attrib["viewBox"] == "0 0 224 160.5"
    assert (root.attrib["width"], root.attrib["height"]) == ("224", "160.5")


@pytest.mark.parametrize("canvas", [(1.0, 0.5), (100_000.0, 50_000.0)])
def test_tiny_and_giant_canvases_open_at_a_sensible_size(canvas):
    root = root_of(strokes(canvas=canvas))
    assert (root.attrib["width"], root.attrib["height"]) == ("512", "256")


def test_shared_attributes_are_stated_once():
    group = root_of(strokes(count=40)).find(f"{SVG}g")
    assert group.attrib == {
        "id": "layer-0",
        "fill": "none",
        "stroke": "#000",
        "stroke-width": "1.5",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }
    assert all(set(path.attrib) == {"d"} for path in group)


def test_the_commonest_value_is_shared_and_others_say_their_own():
    drawing = strokes(count=3, width=torch.tensor([2.0, 5.0, 2.0]))
    group = root_of(drawing).find(f"{SVG}g")
    assert group.attrib["stroke-width"] == "2"
    assert [path.get("stroke-width") for path in group] == [None, "5", None]


def test_file_is_compact():
    assert len(svg_text(strokes(count=64))) < 64 * 62 + 400


def test_interleaved_layers_become_runs_in_paint_order():
    drawing = strokes(count=4, layer=torch.tensor([0, 1, 1, 0]))
    groups = root_of(drawing).findall(f"{SVG}g")
    assert [group.attrib["id"] for group in groups] == ["layer-0", "layer-1", "layer-0-2"]
    assert [len(group) for group in groups] == [1, 2, 1]


def test_paint_order_is_document_order():
    drawing = strokes(count=3, width=torch.tensor([1.0, 2.0, 3.0]), order=torch.tensor([2, 0, 1]))
    group = root_of(drawing).find(f"{SVG}g")
    widths = [path.get("stroke-width", group.get("stroke-width")) for path in group]
    assert widths == ["2", "3", "1"]


def test_dead_and_unpainted_shapes_are_left_out():
    drawing = strokes(
        count=3, alive=torch.tensor([True, False, True]), stroked=torch.tensor([True, True, False])
    )
    assert len(root_of(drawing).findall(f"{SVG}g/{SVG}path")) == 1


def test_a_dead_shape_may_hold_nan():
    drawing = strokes(count=2, alive=torch.tensor([False, True]))
    points = drawing.points.clone()
    points[:4] = float("nan")
    assert "nan" not in svg_text(drawing.replace(points=points))


def test_fill_and_stroke_have_their_own_opacities():
    fill = Drawing.from_fills(
        torch.rand(1, 6, 2) * 100, torch.tensor([[1.0, 0, 0, 0.25]]), (224, 160), "evenodd"
    )
    both = fill.replace(
        stroked=torch.tensor([True]), stroke=torch.tensor([[0, 0, 1.0, 0.5]]), width=torch.tensor([3.0])
    )
    text = svg_text(both)
    attributes = root_of(both).find(f"{SVG}g").attrib
    assert attributes["fill"] == "#f00"
    assert attributes["fill-opacity"] == ".25"
    assert attributes["fill-rule"] == "evenodd"
    assert attributes["stroke-opacity"] == ".5"
    assert " opacity=" not in text
    assert text.count("Z") == 1


def test_several_paths_of_a_shape_share_one_element():
    one = Drawing.from_fills(torch.rand(2, 6, 2) * 100, torch.rand(2, 4), (224, 160))
    ring = Drawing.from_fills(torch.rand(1, 6, 2), torch.rand(1, 4), (224, 160)).replace(
        points=one.points,
        path_offsets=one.path_offsets,
        closed=one.closed,
        shape_offsets=torch.tensor([0, 2]),
    )
    [path] = root_of(ring).findall(f"{SVG}g/{SVG}path")
    assert path.attrib["d"].count("M") == path.attrib["d"].count("Z") == 2


@pytest.mark.parametrize("name", ["points", "width", "stroke"])
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused_by_shape(name, bad):
    drawing = strokes(count=3)
    value = getattr(drawing, name).clone()
    value[5 if name == "points" else 1] = bad
    broken = drawing.replace(**{name: value})
    with pytest.raises(ValueError, match=rf"{name} of shape 1 is {bad}"):
        svg_text(broken)


def test_colours_and_widths_outside_their_range_are_clamped():
    drawing = strokes(count=1)
    changed = drawing.replace(stroke=torch.tensor([[1.7, -0.3, 0.5, 1.2]]), width=torch.tensor([-1.0]))
    text = svg_text(changed)
    assert 'stroke="#ff0080"' in text
    assert 'stroke-width="0"' in text
    assert "stroke-opacity" not in text


def test_a_batch_needs_a_choice():
    batch = Drawing.batch([strokes(seed=0), strokes(seed=1, count=2)])
    with pytest.raises(ValueError, match="has 2 canvases; choose one"):
        svg_text(batch)
    with pytest.raises(ValueError, match="canvas is 2; the drawing has 2"):
        svg_text(batch, canvas=2)
    assert svg_text(batch, canvas=1) == svg_text(strokes(seed=1, count=2))


@pytest.mark.parametrize("decimals", [-1, 1.5, 13])
def test_decimals_out_of_range_are_refused(decimals):
    with pytest.raises(ValueError, match="decimals is"):
        svg_text(strokes(), decimals=decimals)


@pytest.mark.parametrize(("side", "digits"), [(1.0, 5), (24.0, 3), (224.0, 2), (1024.0, 2)])
def test_default_precision_follows_the_canvas(side, digits):
    text = svg_text(strokes(count=20, canvas=(side, side)))
    data = "".join(re.findall(r' d="([^"]*)"', text))
    assert max(len(fraction) for fraction in re.findall(r"\.(\d+)", data)) == digits


def test_background_title_and_description_are_written():
    root = root_of(strokes(), background=(1, 1, 0), title='a <"b"> & \x00c', description="64 strokes")
    assert root.find(f"{SVG}title").text == 'a <"b"> & c'
    assert root.find(f"{SVG}desc").text == "64 strokes"
    rectangle = root.find(f"{SVG}rect")
    assert (rectangle.attrib["width"], rectangle.attrib["fill"]) == ("224", "#ff0")
    assert list(root).index(rectangle) < list(root).index(root.find(f"{SVG}g"))


@pytest.mark.parametrize("background", [(1, 1), (2, 0, 0), (float("nan"), 0, 0)])
def test_a_background_that_is_no_colour_is_refused(background):
    with pytest.raises(ValueError, match="background is"):
        svg_text(strokes(), background=background)


def test_bytes_are_the_same_every_time(tmp_path):
    for name in ("a", "b"):
        write_svg(strokes(count=30), tmp_path / "new" / "folder" / f"{name}.svg")
    written = [(tmp_path / "new" / "folder" / f"{name}.svg").read_bytes() for name in ("a", "b")]
    assert written[0] == written[1]
    assert written[0].decode() == svg_text(strokes(count=30))


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "drawing.svg"
    write_svg(strokes(), target)
    before = target.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_svg(strokes(seed=1), target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["drawing.svg"]


def test_gradients_and_half_precision_do_not_matter():
    drawing = strokes()
    learned = drawing.replace(points=drawing.points.clone().requires_grad_())
    assert svg_text(learned) == svg_text(drawing)
    assert svg_text(drawing.to(dtype=torch.float64)) == svg_text(drawing)
    assert "nan" not in svg_text(drawing.to(dtype=torch.bfloat16))


def test_an_empty_drawing_is_an_empty_picture():
    root = root_of(Drawing.empty((30, 20)))
    assert root.attrib["viewBox"] == "0 0 30 20"
    assert len(root) == 0
