"""What a run offers to callbacks that prune."""

from __future__ import annotations

import pytorch_lightning as pl
import torch

from inkwright.optimization.gradient_guard import GradientGuard
from inkwright.optimization.stop_rules.plateau_stop import PlateauStop
from tests.lightning_modules.test_drawing_optimization import fitted


class At(pl.Callback):
    """Does something once, before a step."""

    def __init__(self, step, action):
        self.step, self.action = step, action

    def on_train_batch_start(self, trainer, pl_module, batch, batch_idx):
        if trainer.global_step == self.step:
            self.action(pl_module)


def test_best_state_is_looked_for_anew(picture):
    wild = {"lr_points": 60.0, "lr_final": 1.0, "lr_opacity": 0.3}
    kept = fitted(picture, steps=12, settings=wild)
    anew = fitted(
        picture, steps=12, settings=wild, callbacks=[At(11, lambda module: module.run.restart_best())]
    )
    assert int(kept.run.best.step[0]) < 11
    assert int(anew.run.best.step[0]) >= 11
    assert float(anew.run.best.score[0]) >= float(kept.run.best.score[0])


def test_penalty_that_is_not_scored_pulls_all_the_same(picture):
    def narrow(module):
        module.objective.add_penalty(
            "narrow", lambda drawing, progress: 10 * drawing.width.mean()[None], scored=False
        )

    class Adds(pl.Callback):
        def setup(self, trainer, pl_module, stage):
            narrow(pl_module)

    sketch, plain = fitted(picture, steps=20, callbacks=[Adds()]), fitted(picture, steps=20)
    assert sketch.run.source.width.mean() < 0.9 * plain.run.source.width.mean()
    assert list(sketch.best_losses()) == ["pixels/squared_error"]


def test_demand_for_ink_is_where_the_drawing_is_too_light(picture):
    sketch = fitted(picture, steps=1)
    demand = sketch.objective.ink_demand(sketch.run.drawing, sketch.run.progress)
    image = sketch.target.image
    assert demand.shape == (1, *image.shape[1:])
    assert demand.min() >= 0
    dark = image[0] < 0.2
    assert demand[0][dark].mean() > 1.5 * demand[0][~dark].mean()


def test_plateau_waits_and_starts_anew():
    rule = PlateauStop(1, patience=10, min_improvement=0.0)
    rule.not_before = 30
    assert not rule.update(torch.tensor([1.0]), 0)
    assert not rule.update(torch.tensor([1.0]), 39)
    rule.restart(39)
    assert not rule.update(torch.tensor([5.0]), 40)
    assert not rule.update(torch.tensor([5.0]), 49)
    assert rule.update(torch.tensor([5.0]), 50)


def test_guard_takes_a_change_that_was_announced():
    guard, large = GradientGuard(1), torch.ones(1, 4)
    guard.mend_([(torch.full((1, 4), 0.01), None)])
    guard.forget()
    assert not guard.mend_([(large, None)])
    assert (large == 1).all()
