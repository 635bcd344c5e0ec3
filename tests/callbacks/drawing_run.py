"""What callbacks see of a run: a module that draws, and a trainer at a step."""

from __future__ import annotations

from types import SimpleNamespace

import pytorch_lightning as pl
import torch

from inkwright.vector_graphics.drawing import Drawing


def strokes(shift: float = 0.0) -> Drawing:
    """Two strokes on a canvas of 40 x 30: a short one, then a long one."""
    points = torch.tensor(
        [
            [[20.0, 5.0], [21.0, 5.0], [22.0, 5.0], [23.0, 5.0]],
            [[5.0, 25.0], [15.0, 20.0], [25.0, 20.0], [35.0, 25.0]],
        ]
    )
    color = torch.tensor([[0.0, 0.0, 0.0, 1.0]]).expand(2, 4)
    return Drawing.from_strokes(points + shift, torch.tensor([2.0, 2.0]), color, (40, 30))


class DrawingStub(pl.LightningModule):
    """A module that has drawn already."""

    def __init__(self, sketches: int = 2) -> None:
        super().__init__()
        drawing = Drawing.batch([strokes(float(k)) for k in range(sketches)])
        source = SimpleNamespace(drawing=lambda: drawing)
        stage = SimpleNamespace(name="drawing")
        best = SimpleNamespace(winner=lambda: sketches - 1)
        self.run = SimpleNamespace(
            drawing=drawing, source=source, stage=stage, best_drawing=lambda: self.best, best=best
        )
        self.target = SimpleNamespace(
            image=torch.ones(3, 30, 40), mask=None, original_size=(400, 300), name="stub & co"
        )
        self.best = strokes()
        self.layer_names: dict[int, str] = {}
        self.named: dict[str, Drawing] = {}

    def named_drawings(self) -> dict[str, Drawing]:
        return self.named

    def best_losses(self) -> dict[str, float]:
        return {"term/part": 0.25, "term/other": float("nan")}


def trainer_at(step: int, **more: object) -> SimpleNamespace:
    defaults = {"loggers": [], "callbacks": [], "interrupted": False, "max_steps": 100, "should_stop": False}
    defaults |= {"is_global_zero": True, "enable_validation": False}
    return SimpleNamespace(global_step=step, is_last_batch=False, **(defaults | more))
