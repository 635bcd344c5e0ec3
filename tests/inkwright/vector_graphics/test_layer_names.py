"""Layers in SVG files have names where there are some."""

from xml.etree import ElementTree

import torch

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.layer_names import named_layers
from inkwright.vector_graphics.svg.writing.writer import svg_text


def test_groups_are_named_and_all_else_stays():
    points, color = torch.rand(3, 4, 2) * 9, torch.ones(3, 4)
    drawing = Drawing.from_strokes(points, torch.ones(3), color, (9.0, 9.0))
    text = svg_text(drawing.replace(layer=torch.tensor([0, 1, 0])), title='"layer-0"')
    named = named_layers(text, {0: 'a "b" & c'})
    assert '<g id="a &quot;b&quot; &amp; c"' in named
    assert 'inkscape:label="a &quot;b&quot; &amp; c-2"' in named
    assert '<g id="layer-1"' in named
    assert '"layer-0"</title>' in named
    assert named_layers(text, {}) == text
    assert named_layers(named, {}).count("<g ") == text.count("<g ")


def test_names_that_are_paths_make_groups_of_groups():
    points = torch.rand(4, 3, 2) * 9
    drawing = Drawing.from_fills(points, torch.rand(4, 4), (9.0, 9.0))
    text = svg_text(drawing.replace(layer=torch.arange(4)))
    names = {0: "ground", 1: "ground/details", 2: "far/hill", 3: "far/tree"}
    root = ElementTree.fromstring(named_layers(text, names))
    outer = [each for each in root if each.tag.endswith("}g")]
    label = "{http://www.inkscape.org/namespaces/inkscape}label"
    assert [each.get(label) for each in outer] == ["ground", "far"]
    assert [[each.get(label) for each in group] for group in outer] == [
        ["shape", "details"],
        ["hill", "tree"],
    ]
    assert len({each.get("id") for each in root.iter()} - {None}) == 6
    again = parse_svg(named_layers(text, names))
    assert torch.equal(again.points, parse_svg(text).points)
    alone = named_layers(svg_text(drawing.select(torch.tensor([2])).replace(layer=torch.tensor([2]))), names)
    assert ElementTree.fromstring(alone)[0].get("id") == "far"
