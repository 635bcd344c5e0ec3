"""Soft-OBR in a run: nothing before its start, nothing without weight, everything filtered, resumable."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import pytorch_lightning as pl
import torch

from callbacks.soft_obr.budget import LossBudget
from callbacks.soft_obr.callback import SoftObr, adapted
from callbacks.soft_obr.refill import Refill
from callbacks.soft_obr.rule import PruningRule
from inkwright.vector_graphics import Drawing, read_svg
from tests.conftest import RANDOM_SKETCH, ROOT
from tests.lightning_modules.test_drawing_optimization import fitted
from tests.random_sketch import candidates

RUN = (*RANDOM_SKETCH, "num_strokes=12", "image_size=64", "lightning_module.optimization.score_every=4")


class Watch(pl.Callback):
    """Notes the penalty and the opacities at the end of each step."""

    def __init__(self):
        self.penalties, self.opacity, self.dead = [], [], []

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        self.penalties.append(
            float(pl_module.run.losses.get("penalty/soft_obr", torch.zeros(1)).detach().sum())
        )
        self.opacity.append(candidates(pl_module.run.source).opacity.clone())


class Opacities(pl.Callback):
    """Sets opacities before the first step."""

    def __init__(self, *values):
        self.values = torch.tensor(values)

    def on_fit_start(self, trainer, pl_module):
        opacity = pl_module.run.source.opacity.data
        opacity[:] = self.values.repeat(len(opacity) // len(self.values))


def pruned(picture, soft_obr, *others, **options):
    watch = Watch()
    sketch = fitted(picture, callbacks=[*others, soft_obr, watch], **options)
    return sketch, watch


GHOSTS = (0.005, 0.5, 0.015, 0.9, 1.0, 0.3)
STILL = {"lr_points": 0.0, "lr_width": 0.0, "lr_opacity": 0.0}


def test_nothing_happens_before_the_start(picture):
    _, watch = pruned(picture, SoftObr(start_step=4, threshold=2.0), steps=8)
    assert watch.penalties[:4] == [0.0] * 4
    assert all(value > 0 for value in watch.penalties[4:])


def test_penalty_is_part_of_the_loss_and_pulls_only_the_dead(picture):
    free, _ = pruned(picture, SoftObr(weight=0.0, export_filter=True), Opacities(*GHOSTS), steps=1)
    held, _ = pruned(picture, SoftObr(weight=1e5, start_step=0), Opacities(*GHOSTS), steps=1)
    lower = candidates(held.run.source).opacity < candidates(free.run.source).opacity
    same = candidates(held.run.source).opacity == candidates(free.run.source).opacity
    assert (lower | same)[0, [0, 2]].all()
    assert same[0, [1, 3, 4, 5]].all()
    assert held.run.source.opacity[2] < 0.015


def test_weight_zero_is_no_callback_at_all(run_train, picture, tmp_path):
    arguments = [*RUN, f"image={picture}", "steps=20"]
    for name, more in (
        ("without", ()),
        ("zero", ("callbacks=soft_obr", "prune_loss_weight=0", "prune_start_step=2")),
    ):
        assert run_train(*arguments, *more, f"hydra.run.dir={tmp_path / name}").status == 0
    for file in ("drawing.svg", "metrics.csv"):
        assert (tmp_path / "without" / file).read_bytes() == (tmp_path / "zero" / file).read_bytes()


def test_invisible_strokes_are_in_nothing_that_leaves_the_run(picture):
    sketch, _ = pruned(
        picture,
        SoftObr(start_step=0, min_strokes=0),
        Opacities(*GHOSTS),
        steps=2,
        settings=STILL,
        num_sketches=2,
    )
    assert sketch.run.best_drawing().alive.tolist() == [False, True, True, True, True, True]
    assert sketch.run.drawing.alive.tolist() == [False, True, True, True, True, True] * 2
    assert sketch.run.best_drawing(filtered=False).alive.all()
    score = sketch.objective.scores(sketch.run.drawing)
    torch.testing.assert_close(sketch.run.best.score, score)


def test_every_exported_file_is_filtered(run_train, picture, tmp_path):
    more = ("callbacks.svg_export.every_n_steps=10", "callbacks.svg_export.candidates=true", "num_sketches=2")
    fades = (
        "prune_ema_threshold=0.79",
        "prune_start_step=1",
        "callbacks.soft_obr.min_strokes=0",
        "lightning_module.optimization.lr_opacity=0.05",
    )
    finished = run_train(
        *RUN,
        *more,
        *fades,
        "callbacks=soft_obr",
        f"image={picture}",
        "steps=120",
        f"hydra.run.dir={tmp_path}",
    )
    assert finished.status == 0, finished.err
    record = json.loads((tmp_path / "metrics.json").read_text())
    kept = record["metrics"]["strokes_kept"]
    assert kept == record["shapes"] < 12
    assert kept > 0
    assert read_svg(tmp_path / "drawing.svg").num_shapes == kept
    files = [tmp_path / "steps" / "step-120.svg", *(tmp_path / "candidates").glob("*.svg")]
    assert len(files) == 3
    for path in files:
        assert read_svg(path).num_shapes < 12
        assert read_svg(path).stroke[:, 3].min() > 0.01
    for name in ("pruning.png", "opacity_histogram.png"):
        assert (tmp_path / name).stat().st_size > 5000


def test_candidates_are_pruned_as_if_alone(picture):
    def rule():
        return SoftObr(start_step=3, threshold=0.78, weight=100.0, min_strokes=0)

    together, _ = pruned(picture, rule(), num_sketches=2, seed=5, steps=15)
    for k in range(2):
        alone, _ = pruned(picture, rule(), seed=5 + k, steps=15)
        torch.testing.assert_close(
            candidates(together.run.source).opacity[k],
            candidates(alone.run.source).opacity[0],
            atol=1e-3,
            rtol=1e-4,
        )


@pytest.mark.parametrize("step", [pytest.param(17, marks=pytest.mark.slow), 33])  # hard deletion is at 25
def test_killed_run_goes_on_to_the_same_bytes(run_train, picture, tmp_path, step):
    prunes = (
        "callbacks=soft_obr_budget",
        "callbacks.soft_obr.start_step=5",
        "callbacks.soft_obr.threshold=0.5",
        "callbacks.soft_obr.min_strokes=2",
        "callbacks.last_checkpoint.every_n_steps=10",
        "callbacks.soft_obr.refit_steps=15",
    )
    arguments = [*RUN, *prunes, f"image={picture}", "steps=40", "num_sketches=2"]
    unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
    assert run_train(*arguments, f"hydra.run.dir={unbroken}").status == 0
    dies = ("+callbacks.dies._target_=tests.dying.DiesAt", f"+callbacks.dies.step={step}")
    command = [sys.executable, "train.py", *arguments, f"hydra.run.dir={killed}", *dies]
    died = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -9, died.stderr
    assert run_train(*arguments, f"hydra.run.dir={killed}", "resume=auto").status == 0
    assert (killed / "drawing.svg").read_bytes() == (unbroken / "drawing.svg").read_bytes()
    numbers = [json.loads((run / "metrics.json").read_text())["metrics"] for run in (killed, unbroken)]
    assert numbers[0] == numbers[1]


def budget_rule(**options):
    return SoftObr(
        importance="leave_one_out",
        rule=PruningRule(power=1.0, reduction="mean_all", beta=0.0),
        look_every=1,
        min_strokes=0,
        **options,
    )


def test_hard_deletion_takes_the_dead_out_of_the_optimisation(picture):
    sketch, watch = pruned(picture, budget_rule(threshold=0.9, start_step=2, refit_steps=6), steps=12)
    dead = ~candidates(sketch.run.source).alive
    assert 0 < int(dead.sum()) < 6
    assert not sketch.run.best_drawing().alive[dead[0]].any()
    assert int(sketch.run.best.step[0]) >= 6


def test_threshold_rises_while_the_loss_is_within_the_budget_and_falls_beyond():
    budget = LossBudget(0.1, growth=2.0)
    limit = budget.limit(torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.2]))
    torch.testing.assert_close(limit, torch.tensor([0.55, 0.5]))
    next_one = budget.threshold(torch.tensor([0.2, 0.2]), torch.tensor([0.54, 0.54]), limit)
    torch.testing.assert_close(next_one, torch.tensor([0.4, 0.1]))


def test_budget_bounds_what_is_given_up(picture):
    scores = {}
    for share in (0.0, 1e6):
        soft_obr = budget_rule(
            threshold=0.2, start_step=5, refit_steps=1, budget=LossBudget(share, growth=1.5)
        )
        sketch, _ = pruned(picture, soft_obr, steps=30)
        scores[share] = float(sketch.run.best.score[0]), int(sketch.run.best_drawing().alive.sum())
        limit = float(soft_obr.state_dict()["limit"][0])
        assert scores[share][0] <= limit
    assert scores[1e6][1] < scores[0.0][1]


def test_refilled_strokes_start_where_ink_is_missing(picture):
    class Sees(pl.Callback):
        def on_train_batch_start(self, trainer, pl_module, batch, batch_idx):
            if trainer.global_step == 4:
                run = pl_module.run
                self.demand = pl_module.objective.ink_demand(run.source.drawing(), run.progress)[0]

    sees = Sees()
    refill = Refill(every_n_steps=4, until_step=5, opacity=0.6, power=2.0)
    soft_obr = SoftObr(start_step=2, min_strokes=0, refill=refill)
    sketch, watch = pruned(
        picture, soft_obr, sees, Opacities(*GHOSTS), settings=STILL | {"score_every": 50}, steps=6
    )
    assert watch.opacity[-1][0].tolist() == pytest.approx([0.6, 0.5, 0.6, 0.9, 1.0, 0.3])
    at = candidates(sketch.run.source).points[0, [0, 2], 0].long()
    assert (sees.demand[at[:, 1], at[:, 0]] > 0).all()


def test_refill_starts_are_short_and_follow_the_demand():
    demand = torch.zeros(1, 40, 60)
    demand[0, 30:35, 50:55] = 1.0
    fifty = Drawing.from_strokes(torch.zeros(50, 4, 2), torch.ones(50), torch.ones(50, 4), (60, 40))
    starts = Refill().starts(demand, fifty, torch.Generator().manual_seed(0)).reshape(1, 50, 4, 2)
    first = starts[0, :, 0]
    assert (first[:, 0] >= 48).all()
    assert (first[:, 0] <= 57).all()
    assert (first[:, 1] >= 28).all()
    assert (first[:, 1] <= 37).all()
    assert torch.diff(starts, dim=2).abs().max() <= 0.025 * 60


@pytest.mark.parametrize(
    ("complexity", "weight", "threshold"),
    [(0.284, 20.0, 0.05), (0.646, 11.6, 0.024), (0.747, 8.8, 0.02), (0.925, 5.4, 0.02)],
)
def test_simple_pictures_are_pruned_harder(complexity, weight, threshold):
    rule = adapted(PruningRule(), complexity)
    assert rule.weight == pytest.approx(weight, rel=0.01)
    assert rule.threshold == pytest.approx(threshold, rel=0.02)


def test_adaptation_is_logged(run_train, tmp_path):
    more = ("callbacks=soft_obr", "callbacks.soft_obr.adaptive=true", f"hydra.run.dir={tmp_path}")
    assert run_train(*more, "debug=few_steps", "image=horse").status == 0
    metrics = json.loads((tmp_path / "metrics.json").read_text())["metrics"]
    rule = adapted(PruningRule(), metrics["picture_complexity"])
    assert metrics["soft_obr_weight"] == pytest.approx(rule.weight)
    assert metrics["soft_obr_threshold"] == pytest.approx(rule.threshold)
    assert 0 < metrics["picture_edge_density"] < 1


def test_figures_reach_weights_and_biases(run_train, tmp_path):
    more = ("callbacks=soft_obr", "logger=wandb", "image=horse", f"hydra.run.dir={tmp_path}")
    assert run_train("debug=few_steps", *more).status == 0
    sent = {path.name.split("_")[0] for path in tmp_path.rglob("files/media/images/*.png")}
    assert {"pruning", "opacity"} <= sent


def test_study_runs_with_networks_too(run_train, tmp_path, tiny_weights, monkeypatch):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    more = ("guidance=[structure,clip,lpips]", "callbacks=soft_obr_budget", "image=horse")
    finished = run_train("experiment=soft_obr_study", "debug=few_steps", *more, f"hydra.run.dir={tmp_path}")
    assert finished.status == 0, finished.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"importance": "beauty"}, "importance is 'beauty'; it must be opacity or leave_one_out"),
        ({"start_step": -1}, "start_step is -1"),
        ({"look_every": 0}, "look_every is 0"),
        ({"weight": 0.0, "adaptive": True}, "adaptive is set, but prune_loss_weight is 0"),
        ({"weight": 0.0, "refill": Refill()}, "refill is set, but prune_loss_weight is 0"),
        ({"weight": 0.0, "budget": LossBudget()}, "budget is set, but prune_loss_weight is 0"),
        ({"weight": 0.0, "refit_steps": 5}, "refit_steps is set, but prune_loss_weight is 0"),
        ({"threshold": -0.5}, "threshold is -0.5"),
    ],
)
def test_settings_that_make_no_sense_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        SoftObr(**options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Refill(every_n_steps=0), "refill.every_n_steps is 0"),
        (lambda: Refill(opacity=0.0), "refill.opacity is 0.0"),
        (lambda: Refill(power=-1.0), "refill.power is -1.0"),
        (lambda: LossBudget(-0.1), "budget.share is -0.1"),
        (lambda: LossBudget(growth=1.0), "budget.growth is 1.0"),
    ],
)
def test_numbers_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("callbacks=soft_obr", "steps=150"), "prune_start_step is 200, but pruning ends at step 150"),
        (("prune_loss_weight=5",), "prune_loss_weight: nothing in this experiment uses it"),
        (("callbacks=soft_obr", "prune_loss_weight=-5"), "prune_loss_weight=-5.0: it must be a number in"),
        (("callbacks=soft_obr", "prune_loss_weight=much"), "prune_loss_weight=much: it must be a number in"),
        (
            ("callbacks=soft_obr", "prune_loss_weight=0", "callbacks.soft_obr.adaptive=true"),
            "adaptive is set, but prune_loss_weight is 0",
        ),
    ],
)
def test_contradictions_are_one_line(run_train, tmp_path, arguments, message):
    finished = run_train(*arguments, f"hydra.run.dir={tmp_path}")
    assert finished.status == 2
    assert message in finished.err
    assert len(finished.err.strip().splitlines()) == 1


def test_a_run_that_does_not_train_opacity_is_refused(picture):
    class Fixed(pl.Callback):
        def on_fit_start(self, trainer, pl_module):
            pl_module.run.source.trained = ("points",)

    with pytest.raises(ValueError, match="needs trained opacity, but this run trains points"):
        pruned(picture, SoftObr(start_step=1), Fixed(), steps=3)
