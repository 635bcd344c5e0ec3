from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.guidance.network_terms.clip import ClipTerm
from inkwright.guidance.pixel import PixelTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.initialization.sampled_strokes.saliency_start import SaliencyStart
from inkwright.initialization.sampled_strokes.short_strokes import LooseStrokes
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.stop_rules.stall_stop import StallStop
from inkwright.pictures.target_image import TargetImage, load_target
from inkwright.vector_graphics import Drawing, write_svg
from lightning_modules.salient_sketch import SalientSketch
from tests.inkwright.frozen_networks.tiny_networks import tiny_clip
from tests.random_sketch import candidates


def _target(mask: torch.Tensor | None = None) -> TargetImage:
    image = torch.ones(3, 40, 60)
    image[:, 10:30, 20:40] = torch.tensor([0.7, 0.1, 0.1])[:, None, None]
    return TargetImage(image, mask, (60, 40), "square", image, mask)


def _system(**options) -> SalientSketch:
    options = {"num_strokes": 12, "backend": "numba"} | options
    return SalientSketch({"pixel": PixelTerm()}, OptimizationSettings(steps=20), **options)


def _centre(picture: np.ndarray) -> np.ndarray:
    found = np.zeros(picture.shape[:2], dtype=np.float32)
    found[15:25, 25:35] = 1
    return found


def test_strokes_start_at_salient_places_and_hop_by_little():
    start = SaliencyStart(_centre, edges=False)
    source = _system(start=start, num_sketches=2).source(_target())
    strokes = candidates(source)
    assert strokes.points.shape == (2, 12, 4, 2)
    x, y = strokes.points[:, :, 0].unbind(-1)
    assert ((x >= 25) & (x < 35) & (y >= 15) & (y < 25)).all()
    hops = strokes.points.diff(dim=2).abs()
    assert hops.max() <= 0.025 * 60
    assert hops.max() > 0.02 * 60
    assert source.trained == ("points",)
    torch.testing.assert_close(strokes.width, torch.full((2, 12), 3.0 * 60 / 224))
    assert (source.drawing().stroke == torch.tensor([0.0, 0, 0, 1])).all()


def test_edges_gate_and_the_mask_too():
    mask = torch.zeros(40, 60)
    mask[:, :35] = 1
    start = SaliencyStart(None, edges_of="picture")
    found = start.look_at(_target(mask), 8)
    rows, columns = np.nonzero(found.probability)
    assert columns.max() < 35
    assert found.probability[20, 30] == pytest.approx(0, abs=1e-6) or (columns == 20).any()
    free = SaliencyStart(None, edges=False).look_at(_target(mask), 8)
    assert (free.probability > 0).sum() == 40 * 35


def test_without_a_start_strokes_are_anywhere():
    places = candidates(_system(num_strokes=200).source(_target())).points[0, :, 0]
    assert places[:, 0].max() > 55
    assert places.min() < 3
    assert places[:, 1].max() < 40


def test_each_candidate_starts_from_its_own_seed():
    options = {"strokes": LooseStrokes(color="random", segments=2, hop=0.1, trained=["points", "rgb"])}
    source = _system(num_sketches=3, seed=5, **options).source(_target())
    three = candidates(source)
    for k in range(3):
        alone = candidates(_system(seed=5 + k, **options).source(_target()))
        for name in ("points", "rgb", "opacity"):
            assert torch.equal(getattr(three, name)[k], getattr(alone, name)[0])
    assert not torch.equal(three.points[0], three.points[1])
    assert three.points.shape[2] == 7
    assert source.trained == ("points", "rgb")


def test_strokes_of_an_svg_are_kept_and_the_missing_ones_added(tmp_path):
    points = torch.tensor([[[1.0, 1], [5, 5], [9, 9], [19, 9]], [[1.0, 8], [5, 8], [9, 2], [12, 2]]])
    color = torch.tensor([[1.0, 0, 0, 1], [0, 0, 1, 0.5]])
    path = tmp_path / "start.svg"
    write_svg(Drawing.from_strokes(points, torch.ones(2), color, canvas=(20, 20)), path)
    source = _system(num_strokes=5, path_svg=str(path)).source(_target())
    strokes = candidates(source)
    torch.testing.assert_close(strokes.points[0, :2], points * torch.tensor([3.0, 2.0]), atol=0.02, rtol=0)
    torch.testing.assert_close(source.drawing().stroke[:2], color, atol=0.01, rtol=0)
    assert source.drawing().num_shapes == 5
    with pytest.raises(ValueError, match="holds 2 strokes, num_strokes is 1"):
        _system(num_strokes=1, path_svg=str(path)).source(_target())
    with pytest.raises(ValueError, match="every stroke must have 2 cubic"):
        _system(path_svg=str(path), strokes=LooseStrokes(segments=2)).source(_target())
    fills = tmp_path / "fills.svg"
    write_svg(Drawing.from_fills(torch.rand(1, 3, 2) * 20, torch.rand(1, 4), canvas=(20, 20)), fills)
    with pytest.raises(ValueError, match="must hold open strokes and nothing else"):
        _system(path_svg=str(fills)).source(_target())


def test_stalling_twice_without_improving_between_ends_the_run():
    rule = StallStop(2)
    ended = [
        rule.update(torch.tensor(score), step)
        for step, score in enumerate(
            [[3.0, 3.0], [3.0, 2.0], [4.0, 2.0], [3.0, 1.0], [2.0, 1.0], [9.0, 1.0], [1.0, 1.0]]
        )
    ]
    assert ended == [False] * 5 + [True, True]
    assert rule.stalls.tolist() == [2, 2]


def test_an_improvement_starts_the_count_anew():
    rule = StallStop(1)
    ended = [rule.update(torch.tensor([score]), 0) for score in (3.0, 3.0, 2.0, 2.0, 2.000001)]
    assert ended == [False, False, False, False, True]


def test_stalled_runs_may_be_kept_running_and_restarted():
    rule = StallStop(1)
    rule.not_before = 10
    assert [rule.update(torch.tensor([1.0]), step) for step in (0, 4, 8, 12)] == [False, False, False, True]
    rule.restart(12)
    assert [rule.update(torch.tensor([2.0]), step) for step in (12, 16, 20)] == [False, False, True]


def _fit(tmp_path, guidance, **options):
    import pytorch_lightning as pl

    from datamodules.target_image import TargetImageData

    steps = options.pop("steps", 12)
    settings = OptimizationSettings(steps=steps, lr_final=1.0, score_every=4, patience=0)
    module = SalientSketch(
        guidance, settings, num_strokes=6, backend="numba", early_stop="plateau", **options
    )
    data = TargetImageData("horse", image_size=64)
    trainer = pl.Trainer(
        accelerator="cpu",
        max_epochs=-1,
        max_steps=steps,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, data)
    trainer.save_checkpoint(tmp_path / "run.ckpt")
    return module


def test_three_candidates_in_one_batch_are_three_single_runs(tmp_path):
    folder = str(tiny_clip(tmp_path / "clip"))
    settings = {"noise": 0.5, "start": SaliencyStart(None)}

    def guidance():
        return {"clip": ClipTerm(weights_path=folder, views=SharedViews(2))}

    together = _fit(tmp_path, guidance(), num_sketches=3, seed=7, **settings)
    alone = [_fit(tmp_path, guidance(), num_sketches=1, seed=7 + k, **settings) for k in range(3)]
    for k, single in enumerate(alone):
        torch.testing.assert_close(
            candidates(together.run.source).points[k],
            candidates(single.run.source).points[0],
            atol=1e-3,
            rtol=0,
        )
        torch.testing.assert_close(together.run.best.score[k], single.run.best.score[0], rtol=1e-3, atol=1e-7)
    winner = min(range(3), key=lambda k: float(alone[k].run.best.score[0]))
    assert together.run.best.winner() == winner


def test_clip_lowers_its_loss_and_stays_out_of_checkpoint_and_optimiser(tmp_path):
    folder = str(tiny_clip(tmp_path / "clip"))
    term = ClipTerm(weights_path=folder, views=SharedViews(1))
    before = {name: value.clone() for name, value in term.network.state_dict().items()}
    module = _fit(tmp_path, {"clip": term}, steps=40)
    first = module.run.best.score.clone()
    start = SalientSketch({"clip": term}, module.optimization, num_strokes=6, backend="numba")
    losses = start.objective.losses(start.source(load_target("horse", 64)).drawing(), 1.0)
    assert first[0] < 0.9 * sum(losses.values())[0]
    checkpoint = torch.load(tmp_path / "run.ckpt", weights_only=True)
    assert not any("guidance" in name for name in checkpoint["state_dict"])
    assert (tmp_path / "run.ckpt").stat().st_size < 100_000
    optimised = [p for group in module.optimizers().param_groups for p in group["params"]]
    assert [p.shape for p in optimised] == [module.run.source.points.shape]
    for name, value in term.network.state_dict().items():
        assert torch.equal(value, before[name])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"num_strokes": 0}, "num_strokes is 0"),
        ({"noise": 2.0}, "noise is 2.0"),
        ({"early_stop": "never"}, "early_stop is 'never'; it must be stall or plateau"),
    ],
)
def test_wrong_options_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        _system(**wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"width": 0}, "strokes.width is 0"),
        ({"segments": 0}, "strokes.segments is 0"),
        ({"hop": 0}, "strokes.hop is 0"),
        ({"color": "pink"}, "strokes.color is 'pink'"),
        ({"trained": ["colour"]}, r"strokes.trained is \['colour'\]; it must name one or more of points"),
    ],
)
def test_wrong_strokes_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        LooseStrokes(**wrong)


def test_wrong_starts_are_refused():
    with pytest.raises(ValueError, match="edges_of is 'grey'"):
        SaliencyStart(edges_of="grey")
    with pytest.raises(ValueError, match="temperature is 0"):
        SaliencyStart(temperature=0)
    with pytest.raises(ValueError, match="min_change is -1"):
        StallStop(1, min_change=-1)
