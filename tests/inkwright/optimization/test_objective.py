"""Objectives that hold what another one is given."""

import torch

from inkwright.guidance.pixel import PixelTerm
from inkwright.guidance.targets import Targets
from inkwright.optimization.objective import Objective
from inkwright.vector_graphics.drawing import Drawing


def test_what_one_objective_is_given_holds_in_those_beside_it():
    term = PixelTerm(1.0)
    term.prepare(Targets(torch.ones(1, 3, 8, 8)))
    first = Objective({"pixel": term})
    first.add_penalty("early", lambda drawing, progress: torch.tensor([1.0]))
    beside = Objective({"pixel": term}, canvas_weights={"pixel": torch.tensor([0.5])}, beside=first)
    beside.add_penalty("own", lambda drawing, progress: torch.tensor([2.0]))
    first.add_penalty("late", lambda drawing, progress: torch.tensor([3.0]), scored=False)
    first.add_export_filter(lambda drawing: drawing.layer > 0)
    points = torch.tensor([[[0.0, 0], [4, 0], [8, 8], [0, 8], [0, 4], [0, 2]]])
    drawing = Drawing.from_fills(points, torch.tensor([[0.0, 0, 0, 1]]), (8.0, 8.0))
    losses = beside.losses(drawing, 0.0, training=True)
    assert {name: float(losses[f"penalty/{name}"]) for name in ("early", "own", "late")} == {
        "early": 1.0, "own": 2.0, "late": 3.0,
    }  # fmt: skip
    assert "penalty/late" not in beside.losses(drawing, 0.0)
    assert "penalty/own" not in first.losses(drawing, 0.0, training=True)
    assert float(losses["pixel/pixels"]) == 0.5 * float(first.losses(drawing, 0.0)["pixel/pixels"])
    assert not beside.exported(drawing).alive.any()
