"""Ablations of the simplifier: recipes, sweeps that go on where they stopped, intervals, sheets."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from PIL import Image

from benchmarks.simplification import simplifier_ablations
from benchmarks.simplification.ablation_scores import AblationRun, difference, gather, sources, summary
from benchmarks.simplification.ablation_sheets import cell_of
from benchmarks.simplification.simplifier_ablations import (
    STUDIES,
    missing,
    one_sketch_record,
    study_record,
    table_of,
    told_cases,
)
from inkwright.command_line.keys.composition import compose_defaults
from tests.conftest import ROOT

SMALL = (
    "experiment=simplifier_ablation",
    "lightning_module.network.channels=[4,6]",
    "+lightning_module.network.encoder_blocks=[1,1]",
    "+lightning_module.network.decoder_blocks=[1]",
    "datamodule.patch_size=32",
    "datamodule.batch_size=2",
    "datamodule.test_pages=2",
    "datamodule.test_side=128",
)

FEW_PAGES = ("++datamodule.source.pages=2", "++datamodule.source.side=128")


def _composed(case: str):
    return compose_defaults(["experiment=simplifier_ablation", f"ablation={case}"])


def test_every_recipe_is_a_case_of_a_study_and_the_other_way_round():
    files = {path.stem for path in (ROOT / "conf" / "ablation").glob("*.yaml")}
    assert files == {case for cases in STUDIES.values() for case in cases}


@pytest.mark.parametrize("case", sorted({case for cases in STUDIES.values() for case in cases}))
def test_cases_are_tested_on_pages_that_do_not_depend_on_their_data(case):
    config = _composed(case)
    tests = config.datamodule.tests
    assert tests.t2["_target_"].endswith("CopiedPairs")
    thick = case.startswith("loss_map")
    assert tests.t2.get("line_width", 2.0) == (5.0 if thick else 2.0)
    if not case.startswith("one_sketch"):
        assert "effects" not in tests.t1.recipe
        assert tests.t1.seed == 1000003
    assert config.trainer.val_check_interval <= config.trainer.max_steps
    assert config.trainer.max_steps == config.datamodule.steps == config.lightning_module.optimization.steps


@pytest.mark.parametrize(
    ("case", "key", "value"),
    [
        ("loss_map_none", "lightning_module.loss_map", "none"),
        ("loss_map_code", "lightning_module.loss_map", "code"),
        ("loss_map_paper", "lightning_module.loss_map", "paper"),
        ("noise_tone", "datamodule.recipe.effects.tone", 0.7),
        ("noise_tone", "datamodule.recipe.effects.slur", 0.0),
        ("noise_slur", "datamodule.recipe.effects.slur", 0.25),
        ("noise_noise", "datamodule.recipe.effects.noise", 0.6),
        ("noise_none", "datamodule.recipe.effects.noise", 0.0),
        ("patches_random", "datamodule.source.rules.patches", "random"),
        ("patches_whole", "datamodule.source.rules.patches", "whole"),
        ("network_plain", "lightning_module.network.architecture", "plain"),
        ("network_plain_equal_time", "trainer.max_steps", 312),
        ("one_sketch_paper", "lightning_module.loss_map", "paper"),
        ("one_sketch_paper", "datamodule.source.pages", 1),
    ],
)
def test_recipes_say_what_their_names_say(case, key, value):
    from omegaconf import OmegaConf

    assert OmegaConf.select(_composed(case), key) == value


def test_both_patch_recipes_see_as_many_pixels_a_step():
    sizes = [_composed(f"patches_{kind}").datamodule for kind in ("random", "whole")]
    assert len({data.patch_size**2 * data.batch_size for data in sizes}) == 1


@pytest.mark.parametrize(
    "case", ["loss_map_paper", "noise_slur", "patches_whole", "data_ordinary", "one_sketch_paper"]
)
def test_cases_train(run_train, tmp_path, case):
    few = FEW_PAGES if case.startswith("patches") else ()
    finished = run_train(
        *SMALL,
        *few,
        f"ablation={case}",
        "steps=2",
        "trainer.val_check_interval=2",
        f"hydra.run.dir={tmp_path}",
    )
    assert finished.status == 0, finished.err
    pages = json.loads((tmp_path / "scores" / "step_00000002.json").read_text())
    assert {name: len(rows) for name, rows in pages.items()} == {"t1": 2, "t2": 2}


def test_plain_network_has_the_parameters_of_the_baselines():
    from inkwright.command_line.instantiation import instantiate

    compact, plain = (
        instantiate(_composed(case).lightning_module.network).num_parameters()
        for case in ("baseline", "network_plain")
    )
    assert abs(plain / compact - 1) < 0.02


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("experiment=simplifier_ablation", "ablation=noise_loud"), "noise_loud"),
        (("experiment=simplifier", "ablation=noise_slur"), "ablation"),
        ((*SMALL, "ablation=patches_random", "datamodule.source.pages=0"), "pages is 0"),
        ((*SMALL, "ablation=patches_random", "datamodule.source.side=8"), "side is 8"),
        ((*SMALL, "ablation=data_ordinary", "datamodule.source.folder=nowhere"), "nowhere: there is no such"),
    ],
)
def test_mistakes_are_one_line(run_train, tmp_path, arguments, message):
    finished = run_train(*arguments, "steps=1", f"hydra.run.dir={tmp_path}")
    assert finished.status == 2
    assert message in finished.err
    assert len(finished.err.strip().splitlines()) == 1


def _main(monkeypatch, folder, *arguments: str) -> int:
    from hydra.core.global_hydra import GlobalHydra

    GlobalHydra.instance().clear()
    places = ["--output", folder / "runs", "--results", folder / "a.json", "--sheets", folder]
    monkeypatch.setattr(
        sys, "argv", ["simplifier_ablations", *arguments[:2], *map(str, places), *arguments[2:]]
    )
    return simplifier_ablations.main()


def test_started_again_only_what_is_missing_runs(monkeypatch, tmp_path, capsys):
    studies = ("--studies", "patches", "--seeds", "2")
    small = ("--", *SMALL[1:], "steps=1", *FEW_PAGES)
    assert _main(monkeypatch, tmp_path, *studies, *small) == 0
    table = capsys.readouterr().out
    assert "| patches_whole | 1 |" in table
    runs = sorted((tmp_path / "runs").glob("*/metrics.json"))
    assert len(runs) == 4
    first = {path: path.stat().st_mtime_ns for path in runs}
    written = (tmp_path / "a.json").read_text()
    assert Image.open(tmp_path / "simplifier_ablations.png").size[0] > 600
    runs[1].unlink()
    assert _main(monkeypatch, tmp_path, *studies, "--gather") == 2
    assert "patches: patches_random lacks seeds [1]" in capsys.readouterr().err
    assert _main(monkeypatch, tmp_path, *studies, *small) == 0
    again = {path: path.stat().st_mtime_ns for path in runs}
    assert [path for path in runs if again[path] != first[path]] == [runs[1]]
    assert (
        json.loads((tmp_path / "a.json").read_text())["studies"]["patches"]["patches_whole"]["t1"]
        == (json.loads(written)["studies"]["patches"]["patches_whole"]["t1"])
    )


def test_nothing_to_gather_is_said_in_a_line(monkeypatch, tmp_path, capsys):
    assert _main(monkeypatch, tmp_path, "--studies", "data", "--gather") == 2
    assert capsys.readouterr().err.strip() == (
        "data: baseline lacks seeds [0, 1, 2], data_ordinary lacks seeds [0, 1, 2]"
    )


def _made(folder, case: str, seed: int, f1: list[float], steps: int = 8) -> AblationRun:
    path = folder / f"{case}-{seed}"
    (path / "scores").mkdir(parents=True)
    rows = [{"f1": value, "precision": value, "recall": value} for value in f1]
    for step in (steps // 4, steps // 2, steps):
        (path / "scores" / f"step_{step:08d}.json").write_text(json.dumps({"t1": rows, "t2": rows}))
    record = {"seed": seed, "steps": steps, "seconds": 2.0}
    (path / "metrics.json").write_text(json.dumps(record))
    errors = [f"{step},{0.01 * (seed + 1)}" for step in (2, 4, 8)]
    (path / "metrics.csv").write_text("\n".join(["step,t1/mse", "3,", *errors]) + "\n")
    (path / "run.json").write_text(
        json.dumps({"overrides": ["experiment=x", f"ablation={case}"], "sources": "abc"})
    )
    return AblationRun(case, seed, path, steps, 2.0)


def test_folders_are_gathered_by_case_and_seed(tmp_path):
    for seed in (2, 0, 1):
        _made(tmp_path, "patches_random", seed, [0.5, 0.7])
        _made(tmp_path, "patches_whole", seed, [0.6, 0.8 + 0.01 * seed])
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "metrics.json").write_text("{")
    runs = gather(tmp_path, range(3))
    assert [run.seed for run in runs["patches_whole"]] == [0, 1, 2]
    record = study_record(runs, STUDIES["patches"])
    assert record["patches_whole"]["t2"]["f1"]["seeds"] == pytest.approx([0.7, 0.705, 0.71])
    assert record["patches_whole"]["t2"]["above_first"]["mean"] == pytest.approx(0.105)
    assert "**+0.105**" in table_of("patches", record)
    assert "above_first" not in record["patches_random"]["t1"]
    assert missing(runs, ("patches_random", "patches_whole"), range(3)) == ""
    assert told_cases(runs, "patches", range(3)) == STUDIES["patches"]
    assert told_cases(runs, "patches", range(4)) == ()
    assert told_cases({**runs, "baseline": runs["patches_whole"]}, "dirt", range(3)) == ()
    two = {"baseline": runs["patches_whole"], "noise_slur": runs["patches_random"]}
    assert told_cases(two, "dirt", range(3)) == ("baseline", "noise_slur")
    assert missing(runs, ("patches_random",), range(2, 4)) == "patches_random lacks seeds [3]"
    assert [run.seed for run in gather(tmp_path, range(1, 9))["patches_random"]] == [1, 2]
    assert sources(runs["patches_whole"]) == [{"sources": "abc", "overrides": ["experiment=x"]}]


def test_one_sketch_is_compared_after_a_quarter_half_and_all_of_the_run(tmp_path):
    runs = {case: [_made(tmp_path, case, seed, [0.5]) for seed in (0, 1)] for case in STUDIES["one_sketch"]}
    record = one_sketch_record(runs, STUDIES["one_sketch"])
    assert list(record) == ["50", "100", "200"]
    table = table_of("one_sketch", record)
    assert "| 50 | F1 | 0.500, 0.500 | 0.500, 0.500 | +0.000" in table
    assert "| 200 | squared error | 0.010, 0.020 | 0.010, 0.020 | +0.000" in table


def test_seeds_and_pages_both_must_leave_out_zero():
    pages = np.zeros((3, 6))
    above = pages + 0.1 + np.array([[0.0], [0.01], [-0.01]])
    found = difference(above, pages)
    assert found["clear"]
    # Student's t with two degrees of freedom: 4.303 times 0.01 / sqrt(3)
    assert found["seeds_interval"] == pytest.approx([0.1 - 0.02484, 0.1 + 0.02484], abs=1e-4)
    wild = pages + np.array([[0.3], [-0.2], [0.2]])
    assert not difference(wild, pages)["clear"]
    one_page = pages.copy()
    one_page[:, 0] = 0.6
    assert difference(one_page, pages)["seeds_interval"][0] > 0
    assert not difference(one_page, pages)["clear"]
    assert not difference(pages[:1] + 1, pages[:1])["clear"]
    with pytest.raises(ValueError, match="seeds and pages must be the same"):
        difference(pages, pages[:2])


def test_summary_tells_pages_and_seeds_apart():
    found = summary(np.array([[0.4, 0.6, 0.8], [0.5, 0.7, 0.9]]))
    assert found["mean"] == pytest.approx(0.65)
    assert found["seeds_deviation"] == pytest.approx(0.1 / np.sqrt(2))
    low, high = found["pages_interval"]
    assert low == pytest.approx(0.45)
    assert high == pytest.approx(0.85)


def test_what_a_run_lacks_is_named(tmp_path):
    run = _made(tmp_path, "baseline", 0, [0.5])
    with pytest.raises(ValueError, match="there are no scores of t1; run it again"):
        run.pages("t1", step=7)
    with pytest.raises(ValueError, match="there is no t1/mse at step 3; run it again"):
        run.logged("t1/mse", 3)
    with pytest.raises(ValueError, match="there is no such picture"):
        cell_of(run, 0, 1)
    (run.folder / "samples").mkdir()
    picture = (
        np.arange(12, dtype=np.uint8).repeat(16).reshape(2, 6, 4, 4).transpose(0, 2, 1, 3).reshape(8, 24)
    )
    Image.fromarray(picture[:, :12]).save(run.folder / "samples" / "step_00000008.png")
    assert (cell_of(run, 1, 2) == 8).all()
    assert (cell_of(run, 5, 0) == 6).all()
