"""Edits: what they change, what they leave alone, and that they can be undone to the last bit."""

from __future__ import annotations

import pytest
import torch

from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources import edits
from inkwright.optimization.shape_sources.drawing_source import DrawingSource
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.vector_graphics import Drawing, rasterize


def strokes(count: int, seed: int, segments: int = 1) -> ShapeParameters:
    generator = torch.Generator().manual_seed(seed)
    points = torch.rand(count, 3 * segments + 1, 2, generator=generator) * 20
    return ShapeParameters(
        Drawing.from_strokes(points, torch.full((count,), 2.0), torch.full((count, 4), 0.7), (20, 20))
    )


def two_lengths() -> ShapeParameters:
    """Three strokes of one segment, two of two, on one canvas: ragged."""
    drawings = [strokes(3, 0).drawing(), strokes(2, 1, segments=2).drawing()]
    return ShapeParameters(Drawing.concat(*drawings))


def blocks() -> ShapeBlocks:
    return ShapeBlocks({"first": strokes(3, 0), "second": strokes(2, 1, segments=2)})


SOURCES = [two_lengths, blocks]
WHERE = torch.tensor([True, False, False, True, False])


def stepped(source: DrawingSource, steps: int = 3, optimizer=None) -> torch.optim.Optimizer:
    optimizer = optimizer or torch.optim.Adam(source.parameter_groups(OptimizationSettings()))
    for _ in range(steps):
        optimizer.zero_grad()
        rasterize(source.drawing()).square().mean().backward()
        optimizer.step()
        source.project_()
    return optimizer


def everything(source: DrawingSource, optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    drawing = source.drawing().detach()
    memory = optimizer.state_dict()["state"]
    state = [value for index in sorted(memory) for value in memory[index].values()]
    kept = [drawing.points, drawing.width, drawing.stroke, drawing.alive, drawing.path_offsets, *state]
    return [each.clone() for each in kept]


@pytest.mark.parametrize("make", SOURCES)
@pytest.mark.parametrize("name", ["remove", "revive", "replace", "compact"])
def test_every_edit_can_be_undone(make, name):
    source = make()
    edits.remove(source, torch.tensor([False, True, False, False, False]))
    optimizer = stepped(source)
    before = everything(source, optimizer)
    points = torch.full_like(source.drawing().points, 7.0)
    undo = {
        "remove": lambda: edits.remove(source, WHERE),
        "revive": lambda: edits.revive(source, torch.tensor([False, True, False, False, False])),
        "replace": lambda: edits.replace(source, WHERE, optimizer, points=points),
        "compact": lambda: edits.compact(source, optimizer),
    }[name]()
    changed = everything(source, optimizer)
    assert len(changed) == len(before)
    assert any(a.shape != b.shape or not torch.equal(a, b) for a, b in zip(before, changed, strict=True))
    undo()
    assert all(torch.equal(*pair) for pair in zip(before, everything(source, optimizer), strict=True))
    stepped(source, 1, optimizer)


@pytest.mark.parametrize("make", SOURCES)
def test_removed_shapes_are_not_painted_and_come_back_as_they_were(make):
    source = make()
    picture = rasterize(source.drawing())
    edits.remove(source, WHERE)
    assert source.drawing().alive.tolist() == (~WHERE).tolist()
    assert torch.equal(rasterize(source.drawing()), rasterize(source.drawing().select(~WHERE)))
    edits.revive(source, WHERE)
    assert torch.equal(rasterize(source.drawing()), picture)


@pytest.mark.parametrize("make", SOURCES)
def test_replaced_shapes_are_forgotten_by_the_optimizer_and_no_others(make):
    source = make()
    optimizer = stepped(source)
    before = source.drawing().detach()
    rows = WHERE[before.point_shape()]
    edits.replace(source, WHERE, optimizer, points=torch.full_like(before.points, 5.0))
    after = source.drawing().detach()
    assert (after.points[rows] == 5).all()
    assert torch.equal(after.points[~rows], before.points[~rows])
    moments = torch.cat([optimizer.state[part.points]["exp_avg_sq"] for part, _ in source.shape_parts()])
    assert (moments[rows] == 0).all()
    assert (moments[~rows] > 0).any()


@pytest.mark.parametrize("make", SOURCES)
def test_survivors_of_a_compaction_move_as_if_nothing_had_happened(make):
    compacted, whole = make(), make()
    for source in (compacted, whole):
        edits.remove(source, WHERE)
    optimizers = [stepped(source) for source in (compacted, whole)]
    edits.compact(compacted, optimizers[0])
    assert compacted.drawing().num_shapes == 3
    for source, optimizer in zip((compacted, whole), optimizers, strict=True):
        stepped(source, 4, optimizer)
    survivors = whole.drawing().select(~WHERE)
    assert torch.equal(compacted.drawing().points, survivors.points)
    assert torch.equal(compacted.drawing().width, survivors.width)


def test_shapes_that_a_source_makes_itself_can_not_be_edited():
    class Fixed(DrawingSource):
        def drawing(self):
            return strokes(2, 0).drawing()

        def parameter_groups(self, rates):
            return []

    with pytest.raises(TypeError, match="Fixed makes its shapes itself"):
        edits.remove(Fixed(), torch.tensor([True, False]))
    mixed = ShapeBlocks({"made": Fixed(), "drawn": strokes(1, 1)})
    edits.remove(mixed, torch.tensor([False, False, True]))
    with pytest.raises(TypeError, match="ShapeBlocks makes its shapes itself"):
        edits.remove(mixed, torch.tensor([True, False, False]))
