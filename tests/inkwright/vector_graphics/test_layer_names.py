"""Layers in SVG files have names where there are some."""

import torch

from inkwright.vector_graphics.drawing import Drawing
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
