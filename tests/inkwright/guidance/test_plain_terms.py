"""Terms without weights, and any term as a metric."""

from __future__ import annotations

import pytest
import torch
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure

from inkwright.guidance.ms_ssim import MsSsimTerm
from inkwright.guidance.pixel import PixelTerm
from inkwright.guidance.targets import Targets
from inkwright.metrics.term_metric import TermMetric


def _pictures(count: int, size: int) -> torch.Tensor:
    coarse = torch.rand(count, 3, size // 8, size // 8, generator=torch.Generator().manual_seed(0))
    return torch.nn.functional.interpolate(coarse, (size, size), mode="bilinear")


@pytest.mark.parametrize("how", ["simple", "relu"])
def test_ms_ssim_is_that_of_torchmetrics_for_each_canvas(how):
    first, second, target = _pictures(3, 176)
    term = MsSsimTerm(negative=how)
    term.prepare(Targets(target[None]))
    losses = term(torch.stack([first, second, target]), 0.2)["ms_ssim"]
    for index, picture in enumerate((first, second)):
        expected = 1 - multiscale_structural_similarity_index_measure(
            picture[None], target[None], data_range=1.0, normalize=how
        )
        torch.testing.assert_close(losses[index], expected, rtol=1e-3, atol=1e-4)
    assert losses[2].abs() < 1e-5


@pytest.mark.parametrize(
    ("size", "scales"), [(16, 1), (24, 2), (40, 2), (48, 3), (80, 3), (100, 4), (160, 4), (176, 5)]
)
def test_small_pictures_are_compared_at_fewer_scales(size, scales):
    term = MsSsimTerm()
    target, other = _pictures(2, size)
    term.prepare(Targets(target[None]))
    assert len(term._scales) == scales
    assert sum(term._scales) == pytest.approx(1)
    picture = other[None].requires_grad_()
    term(picture, 0.2)["ms_ssim"].sum().backward()
    assert torch.isfinite(picture.grad).all()
    assert picture.grad.abs().sum() > 0


def test_too_small_a_picture_is_refused():
    with pytest.raises(ValueError, match="negative is 'abs'; it must be simple or relu"):
        MsSsimTerm(negative="abs")
    with pytest.raises(ValueError, match="10 pixels; MS-SSIM needs 11"):
        MsSsimTerm().prepare(Targets(torch.rand(1, 3, 10, 40)))


def test_pixels_are_mean_squares():
    target, other = _pictures(2, 32)
    term = PixelTerm()
    term.prepare(Targets(target[None]))
    losses = term(torch.stack([target, other]), 0.2)
    assert set(losses) == {"pixels"}
    torch.testing.assert_close(
        losses["pixels"], torch.stack([(target - p).square().mean() for p in (target, other)])
    )


def test_coarser_levels_pull_from_afar_and_edges_do_not_mind_brightness():
    target = torch.ones(3, 32, 32)
    target[:, :, 10] = 0
    term = PixelTerm(levels=4, edges=1.0)
    term.prepare(Targets(target[None]))
    near, far = torch.ones(2, 3, 32, 32).unbind()
    near[:, :, 12], far[:, :, 20] = 0, 0
    losses = term(torch.stack([near, far, 0.5 * target + 0.5]), 0.2)
    assert set(losses) == {"pixels", "pixels1", "pixels2", "pixels3", "edges"}
    assert sum(losses.values())[0] < sum(losses.values())[1]
    brighter = term((target + 0.2)[None], 0.2)
    assert brighter["edges"][0] < 1e-9 < brighter["pixels"][0]


@pytest.mark.parametrize(
    ("wrong", "message"), [({"levels": 0}, "levels is 0"), ({"edges": -1}, "edges is -1")]
)
def test_wrong_numbers_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        PixelTerm(**wrong)


def test_any_term_is_a_metric():
    pictures, targets = _pictures(4, 32).chunk(2)
    metric = TermMetric(PixelTerm(edges=2.0))
    metric.update(pictures[:1], targets[:1])
    metric.update(pictures[1:], targets[1:])
    expected = []
    for picture, target in zip(pictures, targets, strict=True):
        term = PixelTerm(edges=2.0)
        term.prepare(Targets(target[None]))
        expected.append(sum(term(picture[None], 1.0).values())[0])
    torch.testing.assert_close(metric.compute(), torch.stack(expected).mean())
    metric.reset()
    metric.update(targets, targets)
    assert metric.compute() < 1e-9
    with pytest.raises(ValueError, match=r"both must be \[B, 3, H, W\]"):
        metric.update(pictures, targets[:1])
