"""The shared loop: it improves, candidates do not disturb each other, one bad candidate ends nobody's run."""

from __future__ import annotations

import pytest
import pytorch_lightning as pl
import torch

from datamodules.target_image import TargetImageData
from inkwright.command_line.noise import silence_libraries
from inkwright.optimization.settings import OptimizationSettings
from tests.random_sketch import PixelDistance, RandomSketch, candidates


def fitted(
    picture, *, steps: int = 20, term=None, module=RandomSketch, callbacks=(), **options
) -> RandomSketch:
    silence_libraries()
    settings = {"score_every": 5, "patience": 0} | options.pop("settings", {})
    sketch = module(
        {"pixels": term or PixelDistance()},
        OptimizationSettings(steps=steps, **settings),
        num_strokes=6,
        **options,
    )
    trainer = pl.Trainer(
        accelerator="cpu",
        max_steps=steps,
        max_epochs=-1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=list(callbacks),
    )
    trainer.fit(sketch, TargetImageData(str(picture), image_size=48))
    return sketch


def test_loss_falls(picture):
    sketch = fitted(picture, steps=40)
    assert sketch.global_step == 40
    start = fitted(picture, steps=1, settings={"lr_points": 0.0, "lr_width": 0.0, "lr_opacity": 0.0})
    assert float(sketch.run.best.score[0]) < 0.9 * float(start.run.best.score[0])
    assert sketch.best_losses()["pixels/squared_error"] == pytest.approx(float(sketch.run.best.score.min()))


def test_candidates_are_optimised_as_if_alone(picture):
    together = fitted(picture, num_sketches=3, seed=5)
    for k in range(3):
        alone = fitted(picture, seed=5 + k)
        torch.testing.assert_close(
            candidates(together.run.source).points[k],
            candidates(alone.run.source).points[0],
            atol=1e-3,
            rtol=1e-4,
        )
        torch.testing.assert_close(together.run.best.score[k], alone.run.best.score[0], atol=1e-5, rtol=1e-4)


def test_best_drawing_is_the_winner(picture):
    sketch = fitted(picture, num_sketches=3)
    winner = sketch.run.best.winner()
    assert float(sketch.run.best.score[winner]) == float(sketch.run.best.score.min())
    torch.testing.assert_close(sketch.run.best_drawing().points, sketch.run.best.drawing(winner).points)
    assert sketch.run.best_drawing().num_canvases == 1
    assert sketch.run.drawing.num_canvases == 3


def test_run_never_ends_worse_than_it_began(picture):
    wild = {"lr_points": 500.0, "lr_width": 50.0, "lr_final": 1.0}
    sketch = fitted(picture, settings=wild)
    start = fitted(picture, steps=1, settings={"lr_points": 0.0, "lr_width": 0.0, "lr_opacity": 0.0})
    assert float(sketch.run.best.score[0]) <= float(start.run.best.score[0])
    assert torch.isfinite(sketch.run.source.points).all()


class _NeverForTheSecond(PixelDistance):
    def forward(self, image, progress):
        losses = super().forward(image, progress)["squared_error"]
        spoilt = torch.ones_like(losses)
        spoilt[1:] = torch.nan
        return {"squared_error": losses * spoilt}


def test_candidate_without_a_number_spoils_no_other(picture):
    sketch = fitted(picture, num_sketches=2, term=_NeverForTheSecond())
    alone = fitted(picture)
    torch.testing.assert_close(
        candidates(sketch.run.source).points[0], candidates(alone.run.source).points[0], atol=1e-3, rtol=1e-4
    )
    assert torch.isfinite(sketch.run.source.points).all()
    assert sketch.run.best.winner() == 0
    assert torch.isinf(sketch.run.best.score[1])
    assert int(sketch.run.guard.repairs) == 20


def test_bad_step_is_told_once(picture, caplog):
    fitted(picture, num_sketches=2, term=_NeverForTheSecond())
    told = [record for record in caplog.records if "it is left out" in record.message]
    assert len(told) == 1


def test_run_that_no_longer_improves_ends(picture):
    still = {"lr_points": 0.0, "lr_width": 0.0, "lr_opacity": 0.0, "patience": 10}
    sketch = fitted(picture, steps=200, settings=still)
    assert sketch.global_step == 10


class _Progress(PixelDistance):
    def __init__(self):
        super().__init__(weight=[[0, 1], [1, 3]])
        self.seen = []

    def forward(self, image, progress):
        self.seen.append(progress)
        return super().forward(image, progress)


def test_terms_see_progress_and_scores_are_taken_at_its_end(picture):
    term = _Progress()
    sketch = fitted(picture, steps=10, term=term)
    assert term.seen == [1.0, 0, 0.1, 0.2, 0.3, 0.4, 1.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    losses = sketch.objective.losses(sketch.run.drawing, 0.5)
    torch.testing.assert_close(
        losses["pixels/squared_error"] * 1.5,
        sketch.objective.losses(sketch.run.drawing, 1.0)["pixels/squared_error"],
    )


def test_penalty_is_part_of_the_loss(picture):
    class Shrinks(pl.Callback):
        def setup(self, trainer, pl_module, stage):
            pl_module.objective.add_penalty(
                "width", lambda drawing, progress: 10 * drawing.width.mean()[None]
            )

    sketch = fitted(picture, steps=30, callbacks=[Shrinks()])
    plain = fitted(picture, steps=30).run.source.width.mean().item()
    assert sketch.run.source.width.mean().item() < 0.8 * plain
    assert "penalty/width" in sketch.best_losses()
    with pytest.raises(ValueError, match="penalty 'width' exists already"):
        sketch.objective.add_penalty("width", lambda drawing, progress: drawing.width)


def test_step_size_follows_the_settings(picture):
    seen = []

    class Watch(pl.Callback):
        def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
            seen.append(trainer.optimizers[0].param_groups[0]["lr"])

    sketch = fitted(picture, steps=4, callbacks=[Watch()], settings={"lr_points": 2.0})
    shares = [sketch.optimization.learning_rate_share(step / 4) for step in range(4)]
    assert seen == pytest.approx([2 * share for share in shares])


@pytest.mark.parametrize(
    ("options", "message"), [({"num_sketches": 0}, "num_sketches is 0"), ({"seed": -1}, "seed is -1")]
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        RandomSketch({"pixels": PixelDistance()}, OptimizationSettings(), **options)


def test_a_run_without_terms_is_refused():
    with pytest.raises(ValueError, match="guidance is empty"):
        RandomSketch({}, OptimizationSettings())
