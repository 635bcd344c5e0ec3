"""Runs of several stages, without any framework: edits between them, stop rules, scores, states."""

from __future__ import annotations

import pytest
import torch

from inkwright.guidance.targets import Targets
from inkwright.optimization.fit import fit
from inkwright.optimization.objective import Objective
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources import edits
from inkwright.optimization.shape_sources.shape_blocks import ShapeBlocks
from inkwright.optimization.stage import Stage
from inkwright.optimization.staged_run import StagedRun
from inkwright.optimization.stop_rules.plateau_stop import PlateauStop
from inkwright.vector_graphics import rasterize
from tests.inkwright.optimization.shape_sources.test_edits import strokes
from tests.random_sketch import PixelDistance


def objective(rows: int = 1, **options) -> Objective:
    term = PixelDistance()
    pictures = [rasterize(strokes(5, 50 + row).drawing().detach()) for row in range(rows)]
    term.prepare(Targets(torch.cat(pictures)))
    return Objective({"pixels": term}, **options)


def settings(steps: int, **options) -> OptimizationSettings:
    return OptimizationSettings(steps=steps, lr_points=0.2, score_every=5, **options)


def grows(steps: tuple[int, int, int], goal: Objective) -> tuple[ShapeBlocks, list[Stage]]:
    """Strokes come before the second stage, some go at its end; then the first block is frozen."""

    def add(run: StagedRun) -> None:
        run.source.add("second", strokes(4, 2))

    def prune(run: StagedRun) -> None:
        edits.remove(run.source, torch.arange(run.source.drawing().num_shapes) % 3 == 0)
        edits.compact(run.source, run.optimizer)

    stages = [
        Stage("first", settings(steps[0]), goal),
        Stage("second", settings(steps[1]), goal, at_start=[add], at_end=[prune]),
        Stage("third", settings(steps[2]), goal, at_start=[lambda run: run.source.freeze("first")]),
    ]
    return ShapeBlocks({"first": strokes(3, 1)}), stages


def test_stages_follow_each_other_and_the_drawing_gets_nearer():
    source, stages = grows((20, 20, 20), objective())
    start = float(stages[0].objective.scores(source.drawing())[0])
    run = fit(source, stages)
    assert run.steps_done == 60
    assert run.over
    assert run.stage is stages[2]
    assert source.drawing().num_shapes == 4
    assert float(run.best.score[0]) < 0.8 * start
    assert float(run.stage.objective.scores(run.best_drawing())[0]) == pytest.approx(float(run.best.score[0]))


@pytest.mark.parametrize("breaks_at", [1, 7, 8, 9, 13, 16, 17, 20, 23])
def test_a_run_that_is_broken_anywhere_goes_on_to_the_same_bits(breaks_at):
    whole = fit(*grows((8, 8, 8), objective()))
    broken = StagedRun(*grows((8, 8, 8), objective()))
    steps(broken, broken.make_optimizer(), breaks_at)
    state, memory = broken.state_dict(), broken.optimizer.state_dict()
    resumed = StagedRun(*grows((8, 8, 8), objective()))
    resumed.load_state_dict(state)
    optimizer = resumed.make_optimizer()
    optimizer.load_state_dict(memory)
    steps(resumed, optimizer, 24 - breaks_at)
    assert resumed.over
    assert torch.equal(resumed.best_drawing().points, whole.best_drawing().points)
    assert torch.equal(resumed.source.drawing().points, whole.source.drawing().points)


def steps(run: StagedRun, optimizer: torch.optim.Optimizer, count: int) -> None:
    for _ in range(count):
        optimizer.zero_grad()
        run.loss().backward()
        run.mend_gradients()
        optimizer.step()
        run.end_step()


def test_a_plateau_ends_its_stage_alone():
    goal, still = objective(), settings(50, lr_width=0.0, lr_opacity=0.0)
    still = OptimizationSettings(steps=50, lr_points=0.0, lr_width=0.0, lr_opacity=0.0, score_every=5)
    rule = PlateauStop(1, patience=10, min_improvement=0.0)
    run = fit(strokes(3, 1), [Stage("still", still, goal, rule), Stage("moves", settings(10), goal)])
    assert run.steps_done == 20


def test_every_canvas_has_its_own_target_and_weight():
    from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
    from inkwright.vector_graphics import Drawing

    def batch(*seeds: int) -> ShapeParameters:
        return ShapeParameters(Drawing.batch([strokes(3, seed).drawing().detach() for seed in seeds]))

    weights = {"pixels": torch.tensor([1.0, 0.0])}
    both = fit(batch(1, 2), [Stage("s", settings(10), objective(2))])
    for k, target in enumerate((50, 51)):
        term = PixelDistance()
        term.prepare(Targets(rasterize(strokes(5, target).drawing().detach())))
        alone = fit(batch(k + 1), [Stage("s", settings(10), Objective({"pixels": term}))])
        torch.testing.assert_close(both.best.score[k], alone.best.score[0])
        torch.testing.assert_close(
            both.best.drawing(k).points, alone.best.drawing(0).points, atol=1e-3, rtol=0
        )
    source = batch(1, 2)
    before = source.drawing().canvas_drawing(1).points.detach().clone()
    fit(source, [Stage("s", settings(5), objective(2, canvas_weights=weights))])
    assert torch.equal(source.drawing().canvas_drawing(1).points, before)
    with pytest.raises(ValueError, match="canvas_weights names other; the terms are pixels"):
        objective(canvas_weights={"other": torch.ones(1)})


def test_scores_in_passing_are_those_of_the_steps():
    def run(in_passing: bool) -> StagedRun:
        each = OptimizationSettings(steps=12, lr_points=0.4, score_every=1)
        return fit(strokes(3, 1), [Stage("s", each, objective(), scored_in_passing=in_passing)])

    passing, apart = run(True), run(False)
    assert torch.equal(passing.best.score, apart.best.score)
    assert torch.equal(passing.best_drawing().points, apart.best_drawing().points)


def test_a_method_needs_a_stage():
    with pytest.raises(ValueError, match="stages is empty"):
        StagedRun(strokes(1, 0), [])
