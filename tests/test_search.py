"""A search goes where the numbers are better, and goes on where it was."""

from __future__ import annotations

import csv

import pytest

from tests.conftest import RANDOM_SKETCH

optuna = pytest.importorskip("optuna")
TINY = (*RANDOM_SKETCH, "image_size=48", "num_strokes=4", "steps=2", "hydra/sweeper=search")


@pytest.fixture
def search(run_train, picture, tmp_path):
    def run(*arguments):
        return run_train("-m", *TINY, f"image={picture}", f"hydra.sweep.dir={tmp_path / 'study'}", *arguments)

    return run


def rows(tmp_path):
    with (tmp_path / "study" / "results.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_trials_stay_within_the_space_and_the_study_is_kept(search, tmp_path):
    space = ("num_strokes=range(2,9,2)", "lightning_module.optimization.lr_points=tag(log,interval(0.01,1))")
    finished = search(
        "hydra.sweeper.trials=3", "hydra.sweeper.metric=edge_f1", "hydra.sweeper.direction=maximize", *space
    )
    assert finished.status == 0, finished.err
    assert "Best of 3: edge_f1" in finished.out
    found = rows(tmp_path)
    assert {int(row["num_strokes"]) for row in found} <= {2, 4, 6, 8}
    assert all(0.01 <= float(row["lightning_module.optimization.lr_points"]) <= 1 for row in found)
    best = max(float(row["edge_f1"]) for row in found)
    assert f"edge_f1 {best:.6g} with" in finished.out
    more = search(
        "hydra.sweeper.trials=4", "hydra.sweeper.metric=edge_f1", "hydra.sweeper.direction=maximize", *space
    )
    assert "Search of 4 trials, 3 done before" in more.out
    assert "Best of 4" in more.out


def test_killed_search_still_makes_all_its_trials(search, tmp_path):
    """As if it had been killed in the first of two trials."""
    from inkwright.command_line.sweeps.search_study import open_study

    (tmp_path / "study").mkdir()
    space = {"lightning_module.optimization.lr_points": optuna.distributions.FloatDistribution(0.01, 1)}
    lost = open_study(tmp_path / "study", "minimize", "tpe", 0).ask(space)
    finished = search("hydra.sweeper.trials=2", "lightning_module.optimization.lr_points=interval(0.01,1)")
    assert "Search of 2 trials, 0 done before" in finished.out
    assert "Best of 2" in finished.out
    tried = [float(row["lightning_module.optimization.lr_points"]) for row in rows(tmp_path)]
    assert len(tried) == 2
    assert any(value == pytest.approx(next(iter(lost.params.values()))) for value in tried)


def test_trial_that_was_under_way_is_asked_for_again(tmp_path):
    from inkwright.command_line.sweeps.search_study import asked_again, open_study

    space = {"a": optuna.distributions.FloatDistribution(0, 1)}
    lost = open_study(tmp_path, "minimize", "tpe", 0).ask(space)
    study = open_study(tmp_path, "minimize", "tpe", 0)
    asked_again(study)
    assert study.ask(space).params == lost.params
    with pytest.raises(ValueError, match="begun to minimize"):
        open_study(tmp_path, "maximize", "tpe", 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["seed=1"], "there is nothing to search over"),
        (["seed=range(0,4)", "hydra.sweeper.trials=0"], "hydra.sweeper.trials is 0; it must be >= 1"),
        (["seed=range(0,4)", "hydra.sweeper.direction=up"], "it must be minimize or maximize"),
        (["num_stroke=range(0,4)", "hydra.sweeper.trials=1"], "did you mean num_strokes?"),
    ],
)
def test_mistakes_are_one_line(search, arguments, message):
    finished = search(*arguments)
    assert finished.status == 2
    assert message in finished.err


def test_unknown_metric_is_said(search):
    finished = search("hydra.sweeper.trials=1", "hydra.sweeper.metric=beauty", "seed=range(0,4)")
    assert finished.status == 2
    assert "metric=beauty: no trial has such a number" in finished.err
