"""Training the simplifier: recipe from outside, resume, averaged weights, step sizes."""

from __future__ import annotations

import csv
import json

import pytest
import torch

from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import load_weights, read_note, save_weights
from lightning_modules.simplifier_optimization import SimplifierOptimization
from lightning_modules.sketch_simplifier import SketchSimplifier

SMALL = (
    "experiment=simplifier",
    "lightning_module.network.channels=[4,6]",
    "lightning_module.network.encoder_blocks=[1,1]",
    "lightning_module.network.decoder_blocks=[1]",
    "datamodule.patch_size=32",
    "datamodule.batch_size=2",
    "datamodule.test_pages=1",
    "datamodule.test_side=128",
    "trainer.log_every_n_steps=1",
)


def test_run_leaves_weights_scores_and_pictures(run_train, tmp_path):
    finished = run_train(
        *SMALL, "steps=4", "trainer.val_check_interval=2", f"hydra.run.dir={tmp_path}", "seed=5"
    )
    assert finished.status == 0, finished.err
    assert finished.out.splitlines()[-1] == f"Weights: {tmp_path / 'weights.safetensors'}"
    assert read_note(tmp_path / "weights.safetensors") == {"steps": 4, "seed": 5}
    load_weights(tmp_path / "weights.safetensors")
    assert sorted(path.name for path in (tmp_path / "samples").iterdir()) == [
        "step_00000002.png",
        "step_00000004.png",
    ]
    record = json.loads((tmp_path / "metrics.json").read_text())
    assert (record["seed"], record["steps"]) == (5, 4)
    assert record["losses"]["error"] > 0
    assert {"t1/f1", "t2/untouched_f1", "t2/mse"} <= set(record["metrics"])
    rows = {row["step"]: row for row in csv.DictReader((tmp_path / "metrics.csv").open())}
    assert list(rows) == ["1", "2", "3", "4"]
    assert {"train/error", "train/lines", "train/mse", "t1/f1", "t2/recall", "t2/untouched_f1"} <= set(
        rows["4"]
    )
    assert rows["3"]["t1/f1"] == ""
    pages = json.loads((tmp_path / "scores" / "step_00000004.json").read_text())
    assert pages["t2"][0]["f1"] == pytest.approx(record["metrics"]["t2/f1"])
    assert len(pages["t1"]) == 1


def test_resumed_run_ends_as_an_unbroken_one(run_train, tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    decay = "lightning_module.optimization.decay_share=0"
    assert run_train(*SMALL, decay, "steps=4", f"hydra.run.dir={whole}").status == 0
    stopped = run_train(*SMALL, decay, "steps=4", "trainer.max_steps=2", f"hydra.run.dir={broken}")
    assert stopped.status == 0
    assert read_note(broken / "weights.safetensors")["steps"] == 2
    finished = run_train(*SMALL, decay, "steps=4", "resume=auto", f"hydra.run.dir={broken}")
    assert finished.status == 0, finished.err
    one, other = (load_weights(folder / "weights.safetensors").state_dict() for folder in (whole, broken))
    for name, value in one.items():
        assert torch.equal(value, other[name]), name


def test_same_seed_same_weights(run_train, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run_train(*SMALL, "steps=2", f"seed={seed}", f"hydra.run.dir={tmp_path / name}")
    one, same, other = ((tmp_path / name / "weights.safetensors").read_bytes() for name in "abc")
    assert one == same != other


def test_debug_recipe_runs(run_train, tmp_path):
    finished = run_train(*SMALL, "debug=small_simplifier", "steps=3", f"hydra.run.dir={tmp_path}")
    assert finished.status == 0, finished.err


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("lightning_module.loss_map=thick", "loss_map is 'thick'; there is none, code, paper"),
        ("lightning_module.network.architecture=unet", "there is plain, compact"),
        ("lightning_module.optimization.optimizer=sgd", "it must be adamw or adadelta"),
        ("datamodule.recipe.identity=2", "identity is 2; it is a chance"),
        ("lightning_module.line_weight=-1", "line_weight is -1"),
    ],
)
def test_mistakes_are_one_line(run_train, tmp_path, override, message):
    finished = run_train(*SMALL, "steps=1", override, f"hydra.run.dir={tmp_path}")
    assert finished.status == 2
    assert message in finished.err
    assert len(finished.err.strip().splitlines()) == 1


def test_step_size_grows_stays_and_falls():
    plan = SimplifierOptimization(steps=100, warmup=9, decay_share=0.2)
    assert plan.rate_at(0) == pytest.approx(0.1)
    assert plan.rate_at(50) == plan.rate_at(80) == 1
    assert plan.rate_at(90) == pytest.approx(0.5)
    assert plan.rate_at(100) == 0
    longer = SimplifierOptimization(steps=1000, warmup=9, decay_share=0.2)
    assert [plan.rate_at(step) for step in range(80)] == [longer.rate_at(step) for step in range(80)]


def test_adadelta_is_the_papers():
    plan = SimplifierOptimization(steps=1, optimizer="adadelta")
    (group,) = plan.build(iter([torch.nn.Parameter(torch.zeros(1))])).param_groups
    assert (group["lr"], group["rho"], group["eps"]) == (1.0, 0.9, 1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"steps": 1, "lr": 0.0}, "lr is 0.0"),
        ({"steps": 1, "decay_share": 2}, "decay_share"),
    ],
)
def test_wrong_optimisation_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        SimplifierOptimization(**arguments)


def test_losses_are_named_and_weighted():
    module = SketchSimplifier(
        SimplifierNetwork(channels=(4,), encoder_blocks=(1,), decoder_blocks=()),
        SimplifierOptimization(steps=1),
        line_weight=0.5,
    )
    clean = torch.ones(1, 1, 8, 8)
    clean[..., 4] = 0
    losses = module.losses(torch.ones_like(clean), clean)
    assert float(losses["error"]) == pytest.approx(1 / 8)
    assert 0.2 < float(losses["lines"]) <= 0.5


def test_training_goes_on_from_trained_weights(tmp_path):
    def small() -> SimplifierNetwork:
        return SimplifierNetwork(channels=[4, 6], encoder_blocks=[1, 1], decoder_blocks=[1])

    trained, plan = small(), SimplifierOptimization(steps=1)
    save_weights(trained, tmp_path / "trained.safetensors")
    module = SketchSimplifier(small(), plan, start_from=str(tmp_path / "trained.safetensors"))
    kept = load_weights(tmp_path / "trained.safetensors").state_dict()
    assert all(torch.equal(value, kept[name]) for name, value in module.network.state_dict().items())
    with pytest.raises(ValueError, match="lightning_module.start_from=shipped is a compact network"):
        SketchSimplifier(small(), plan, start_from="shipped")
    with pytest.raises(ValueError, match="lightning_module.start_from=none.safetensors: .*no such file"):
        SketchSimplifier(small(), plan, start_from="none.safetensors")
