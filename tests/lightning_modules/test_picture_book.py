"""Lines over areas: the lines are those of the sketch alone."""

from __future__ import annotations

import torch

from inkwright.guidance.structure import StructureTerm
from lightning_modules.image_sketch import ImageSketch
from lightning_modules.picture_book import PictureBook
from tests.lightning_modules.test_drawing_optimization import fitted


def test_lines_are_drawn_as_if_there_were_no_areas(picture):
    book = fitted(picture, term=StructureTerm(), module=PictureBook, num_sketches=2)
    sketch = fitted(picture, term=StructureTerm(), module=ImageSketch, num_sketches=2)
    lines = book.named_drawings()["lines"]
    torch.testing.assert_close(lines.points, sketch.run.best_drawing().points, atol=1e-3, rtol=0)
    areas = book.named_drawings()["areas"]
    assert areas.num_shapes >= 2
    assert bool((lines.layer > areas.layer.max()).all())
    names = book.layer_names
    assert names[0] == "background"
    assert names[int(lines.layer[0])] == "lines"
