"""Of an SVG, shapes pass; what could run, load or hide something does not."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest
import torch

from benchmarks.rasterization.svg_renderers import render_resvg
from inkwright.reports.plain_svg import plain_svg, prefix_ids
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.writing.writer import svg_text
from tests.inkwright.reports.hostile_runs import SVG

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
)
GRADIENT = (
    '<defs><radialGradient id="a.b"><stop offset="0" stop-color="#f00"/>'
    '<stop offset="1" stop-color="rgb(0, 0, 255)"/>'
    '</radialGradient><radialGradient id="c" xlink:href="#a.b" gradientTransform="rotate(9)"/></defs>'
)
SHAPES = (
    f'{HEAD}{GRADIENT}<g fill="url(#c)" opacity=".5"><rect width="9" height="4"/>'
    '<circle cx="5" cy="7" r="2"/></g>'
    '<path d="M1e0,1 L9-9" style="stroke:#123456;stroke-width:1.5; stroke-dasharray: 1,1"/>'
    '<polygon points="1,9 4,9 2,6" fill="url(\'#a.b\') none"/></svg>'
)


def strokes(layers: int) -> Drawing:
    points = torch.tensor([[[2.0, 2.0], [4.0, 2.0], [6.0, 4.0], [8.0, 8.0]]]).repeat(layers, 1, 1)
    drawing = Drawing.from_strokes(
        points, torch.ones(layers), torch.tensor([0.2, 0.3, 0.4, 0.9]).repeat(layers, 1), (10.0, 10.0)
    )
    return drawing.replace(layer=torch.arange(layers))


@pytest.mark.parametrize("text", [SHAPES, svg_text(strokes(2)), svg_text(strokes(1), title="a <b>")])
def test_a_drawing_looks_as_before(text):
    plain = ET.tostring(plain_svg(text.encode()), encoding="unicode")
    before, after = (render_resvg(each, 64, 64) for each in (text, plain))
    assert before.min() < 0.9
    np.testing.assert_array_equal(before, after)


def test_two_drawings_of_one_document_keep_their_paints():
    root = plain_svg(SHAPES.encode())
    prefix_ids(root, "x-")
    text = ET.tostring(root, encoding="unicode")
    assert text.count("x-a.b") == 3
    assert text.count("x-c") == 2
    np.testing.assert_array_equal(render_resvg(SHAPES, 32, 32), render_resvg(text, 32, 32))


def test_what_runs_or_calls_out_is_left_out():
    root = plain_svg(SVG.encode())
    assert {each.tag for each in root.iter()} <= {
        "svg",
        "g",
        "rect",
        "path",
        "defs",
        "linearGradient",
        "stop",
    }
    text = ET.tostring(root, encoding="unicode").replace('xmlns="http://www.w3.org/2000/svg"', "")
    for harm in ("on", "http", "href", "script", "style", "alert", "filter", "cursor", ":"):
        assert f" {harm}" not in text.replace(" inkscape", "")
        assert "alert" not in text
        assert "call.out" not in text
    assert 'fill="url(#g)"' in text


@pytest.mark.parametrize(
    "value",
    [
        "url(http://call.out/a#b)",
        "url(//call.out/a#b)",
        "url(a.svg#b)",
        "URL(a.svg)",
        r"\75rl(a.svg)",
        "image-set('a.png' 1x)",
        "url(data:image/svg+xml,a)",
        "u/**/rl(a)",
        "none url(a)",
    ],
)
def test_no_value_refers_to_another_document(value):
    for name in ("fill", "stroke", "href", "xlink:href", "style"):
        given = f"fill: {value}" if name == "style" else value
        root = plain_svg(f'{HEAD}<rect {name}="{given}" width="1"/></svg>'.encode())
        assert root[0].attrib == {"width": "1"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "</svg>",
        "<html/>",
        "<svg",
        "<!DOCTYPE s [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><svg>&a;</svg>",
    ],
)
def test_no_svg_is_refused(text):
    with pytest.raises(ValueError, match="document"):
        plain_svg(text.encode())
