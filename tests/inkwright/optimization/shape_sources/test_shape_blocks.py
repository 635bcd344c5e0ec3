"""Blocks: paint order, freezing, own rates, coming and going, states of other sizes."""

from __future__ import annotations

import copy

import pytest
import torch

from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.drawing_source import StepSizes
from inkwright.optimization.shape_sources.optimizer_groups import match_groups
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.vector_graphics import Drawing, rasterize
from tests.inkwright.optimization.shape_sources.test_edits import stepped, strokes
from tests.inkwright.optimization.shape_sources.test_shape_parameters import fills


def mixed() -> ShapeBlocks:
    return ShapeBlocks(
        {
            "fills": ShapeParameters(fills(2).replace(canvas=(20.0, 20.0)), trained=("points", "rgb")),
            "lines": strokes(3, 5),
        }
    )


def test_later_blocks_are_painted_over_earlier_ones():
    source = mixed()
    parts = [block.drawing() for block in source.blocks.values()]
    assert torch.equal(rasterize(source.drawing()), rasterize(Drawing.concat(*parts)))
    assert source.drawing().num_shapes == 5


def test_lower_layers_are_painted_first_if_asked_for():
    low, high = strokes(2, 0), strokes(3, 1)
    for block, layer in ((low, [0, 4]), (high, [2, 0, 4])):
        block.take_over(
            block.drawing().detach().replace(layer=torch.tensor(layer), order=torch.arange(len(layer)))
        )
    source = ShapeBlocks({"a": low, "b": high}, by_layer=True)
    painted = source.drawing()
    assert painted.paint_order().tolist() == [0, 3, 2, 1, 4]
    assert torch.equal(painted.points, ShapeBlocks({"a": low, "b": high}).drawing().points)


def test_structure_is_joined_once_while_nothing_comes_or_goes():
    source = ShapeBlocks({"a": strokes(2, 0), "b": strokes(3, 1)})
    first = source.drawing()
    with torch.no_grad():
        source.blocks["b"].points += 1
    second = source.drawing()
    assert second.cache is first.cache
    assert torch.equal(second.points[8:], source.blocks["b"].points)
    source.add("c", strokes(1, 2))
    assert source.drawing().num_shapes == 6


def test_frozen_blocks_stay_and_others_move_at_their_own_rates():
    source = ShapeBlocks({"a": strokes(2, 0), "b": strokes(2, 1)})
    source.add("c", strokes(2, 2), rates=StepSizes(lr_points=0.0, lr_width=0.0, lr_rgb=0.0, lr_opacity=0.0))
    source.freeze("a")
    before = {name: block.points.detach().clone() for name, block in source.blocks.items()}
    groups = source.parameter_groups(OptimizationSettings())
    assert [group["name"] for group in groups if "points" in group["name"]] == ["b.points", "c.points"]
    stepped(source)
    moved = {name: not torch.equal(block.points, before[name]) for name, block in source.blocks.items()}
    assert moved == {"a": False, "b": True, "c": False}
    assert source.blocks["a"].points.grad is None
    source.freeze("a", False)
    assert len(source.parameter_groups(OptimizationSettings())) > len(groups)


def test_a_block_that_is_added_leaves_the_memory_of_the_others():
    source = ShapeBlocks({"a": strokes(2, 0)})
    optimizer = stepped(source)
    memory = optimizer.state[source.blocks["a"].points]["exp_avg"].clone()
    source.add("b", strokes(4, 1))
    match_groups(optimizer, source.parameter_groups(OptimizationSettings()))
    assert torch.equal(optimizer.state[source.blocks["a"].points]["exp_avg"], memory)
    stepped(source, 2, optimizer)
    assert len(optimizer.state) == 6
    source.remove("a")
    match_groups(optimizer, source.parameter_groups(OptimizationSettings()))
    assert len(optimizer.state) == 3
    assert source.drawing().num_shapes == 4


def test_a_state_with_more_blocks_is_taken_up_with_its_optimizer():
    grown = mixed()
    grown.add("more", strokes(4, 9), rates=StepSizes(lr_points=0.5, lr_width=0.1, lr_rgb=0.1, lr_opacity=0.1))
    grown.remove("lines")
    grown.freeze("fills")
    optimizer = stepped(grown)
    fresh = mixed()
    fresh.load_state_dict(grown.state_dict())
    again = torch.optim.Adam(fresh.parameter_groups(OptimizationSettings()))
    again.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    assert list(fresh.blocks) == ["fills", "more"]
    assert torch.equal(rasterize(fresh.drawing()), rasterize(grown.drawing()))
    stepped(grown, 3, optimizer)
    stepped(fresh, 3, again)
    assert torch.equal(fresh.drawing().points, grown.drawing().points)


def test_a_block_that_only_its_method_can_make_is_named():
    class Network(ShapeParameters):
        def get_extra_state(self):
            return {}

        def set_extra_state(self, state):
            pass

    source = ShapeBlocks({"a": strokes(1, 0)})
    source.add("net", Network(strokes(1, 0).drawing().detach()))
    with pytest.raises(ValueError, match="block 'net' is none of plain shapes"):
        ShapeBlocks({"a": strokes(1, 0)}).load_state_dict(source.state_dict())


def test_names_that_do_not_fit_are_refused():
    source = ShapeBlocks({"a": strokes(1, 0)})
    with pytest.raises(ValueError, match="blocks is empty"):
        ShapeBlocks({})
    for name in ("a", "b.c", ""):
        with pytest.raises(ValueError, match="can't be added; there is a"):
            source.add(name, strokes(1, 0))
    for act in (source.remove, source.freeze):
        with pytest.raises(ValueError, match="there is no block 'x'; there is a"):
            act("x")
