"""Columns, rows and cells of a matrix, and what its canvases are judged by."""

import pytest
import torch

from inkwright.guidance.structure import StructureTerm
from inkwright.guidance.targets import Targets
from inkwright.scene_matrix.cell_choice import CellChoice
from inkwright.scene_matrix.fidelity_axis import LayerColumns, LooseColumns, NetworkColumns
from inkwright.scene_matrix.scene_objective import SceneObjective
from inkwright.stroke_networks.stroke_networks import NetworkStart, StrokeNetworks

BOTH = ("background", "foreground")


def test_loose_columns_go_from_precise_to_loose():
    axis = LooseColumns(4)
    assert axis.names == ["precise", "0.33", "0.67", "loose"]
    assert axis.looseness == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert axis.step_sizes(BOTH).shape == (8,)
    assert LooseColumns(1).looseness == [0.0]
    with pytest.raises(ValueError, match="columns is 0"):
        LooseColumns(0)


def test_layers_have_the_published_steps_and_layer_4_is_the_foregrounds():
    axis = LayerColumns("2,7,8,11")
    torch.testing.assert_close(
        axis.step_sizes(BOTH), torch.tensor([0.35, 0.45, 0.45, 0.4, 0.5, 0.5, 0.9, 0.9])
    )
    shares = axis.shares(BOTH, "clip")
    assert shares["clip/block11"].tolist() == [0, 0, 0, 0, 0, 0, 1, 1]
    assert shares["clip/block4"].tolist() == [0, 0.5] * 4
    assert LayerColumns("4").shares(BOTH, "clip")["clip/block4"].tolist() == [1, 1]
    assert "clip/block4" not in LayerColumns("2", extra=False).shares(BOTH, "clip")


def test_columns_of_a_network_are_judged_by_their_own_layer_alone():
    axis = NetworkColumns(["fire3", "fire9"])
    assert axis.names == ["fire3", "fire9"]
    assert axis.looseness == [0, 1]
    shares = axis.shares(BOTH, "squeezenet")
    assert {name: row.tolist() for name, row in shares.items()} == {
        "squeezenet/fire3": [1, 1, 0, 0],
        "squeezenet/fire9": [0, 0, 1, 1],
    }
    assert axis.step_sizes(BOTH).shape == (4,)
    for layers in ([], "fire3", ["fire3", "fire3"]):
        with pytest.raises(ValueError, match="axis.layers is"):
            NetworkColumns(layers)


def test_cells_count_from_1():
    choice = CellChoice("[1, 3]", [2, 3])
    assert choice.levels(3) == [1, 3]
    assert choice.place(4, 4) == (1, 2)
    for rows in ("3,1", "1,1", "1,9"):
        with pytest.raises(ValueError, match="they must rise"):
            CellChoice(rows).levels(8)


@pytest.fixture
def objective():
    source = StrokeNetworks(
        torch.tensor([[[[4.0, y], [12.0, y], [20.0, y], [28.0, y]] for y in (6.0, 22.0)]]),
        torch.full((1, 2), 2.0),
        (32.0, 32.0),
        start=NetworkStart(hidden=8, present=0.6),
    )
    term = StructureTerm(levels=2)
    lines = torch.zeros(1, 32, 32)
    lines[:, 5:8, 4:28] = 1
    term.prepare(Targets(images=torch.ones(1, 3, 32, 32), lines=lines))
    objective = SceneObjective({"structure": term})
    objective.source = source
    return objective


def test_ratio_is_content_where_it_is_met(objective):
    source = objective.source
    plain = objective.losses(source.drawing(), 0.5, training=True)
    assert not any(name.startswith("removal") for name in plain)
    source.ratio = torch.ones(1)
    source.begin_step()
    content = objective.content(objective.losses(source.drawing(), 0.5))
    source.ratio = (source.sparsity() / content).detach()
    losses = objective.losses(source.drawing(), 0.5, training=True)
    assert losses["removal/ratio"].item() == pytest.approx(0, abs=1e-10)
    losses["removal/ratio"].sum().backward(retain_graph=True)
    assert max(float(each.grad.abs().max()) for each in source.parameters()) < 1e-5
    source.zero_grad()
    source.ratio = source.ratio * 2
    objective.losses(source.drawing(), 0.5, training=True)["removal/ratio"].sum().backward()
    for network in (source.location, source.simplicity):
        assert max(float(each.grad.abs().max()) for each in network.parameters()) > 1e-5


def test_what_a_loose_target_gives_up_counts_and_is_balanced_with_sparsity(objective):
    losses = {"structure/ink": torch.tensor([0.4]), "penalty/folding": torch.tensor([9.0])}
    assert float(objective.content(losses)) == pytest.approx(0.4)
    objective.given_up = torch.tensor([0.5])
    assert float(objective.content(losses)) == pytest.approx(0.9)


def test_tolerance_leaves_the_finest_scale_out():
    images, lines = torch.ones(2, 3, 32, 32), torch.zeros(2, 32, 32)
    lines[:, 10:12] = 1
    term = StructureTerm(levels=3)
    term.prepare(Targets(images=images, lines=lines, tolerance=torch.tensor([0.0, 1.0])))
    losses = term(images, 1.0)
    assert losses["ink"].tolist() == pytest.approx([1, 0])
    assert losses["pull1"].tolist() == pytest.approx([0, 1])
    with pytest.raises(ValueError, match="tolerance goes down to -1"):
        Targets(images=images, lines=lines, tolerance=torch.tensor([0.0, -1.0]))
