"""The style of a picture, and a style as a direction in CLIP."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.spatial.distance import cdist

from inkwright.guidance.network_terms.clip_direction import ClipDirectionTerm
from inkwright.guidance.network_terms.picture_style import (
    PictureStyleTerm,
    cosine_costs,
    moment_distance,
    relaxed_distance,
)
from inkwright.guidance.targets import Targets
from tests.inkwright.frozen_networks.tiny_networks import tiny_clip, tiny_vgg


@pytest.fixture(scope="module")
def vgg(tmp_path_factory):
    return str(tiny_vgg(tmp_path_factory.mktemp("vgg") / "vgg.pth"))


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return str(tiny_clip(tmp_path_factory.mktemp("clip") / "clip-rn101"))


def texture(seed: int, low: int = 0, high: int = 255, size: int = 48) -> np.ndarray:
    return np.random.default_rng(seed).integers(low, high, (size, size, 3)).astype(np.uint8)


def style(vgg, tmp_path, pixels, **options):
    Image.fromarray(pixels).save(tmp_path / "style.png")
    term = PictureStyleTerm(str(tmp_path / "style.png"), weights_path=vgg, size=48, **options)
    term.prepare(Targets(torch.ones(1, 3, 48, 48)))
    return term


def total(losses):
    """[B] sum of the losses by name."""
    return torch.stack(list(losses.values())).sum(0)


def tensor(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]


def test_relaxed_distance_is_the_greater_of_both_means():
    generator = np.random.default_rng(0)
    first, second = generator.normal(size=(7, 5)), generator.normal(size=(9, 5))
    costs = cdist(first, second, "cosine")
    wanted = max(costs.min(1).mean(), costs.min(0).mean())
    found = relaxed_distance(cosine_costs(torch.from_numpy(first), torch.from_numpy(second)))
    assert float(found) == pytest.approx(wanted)


def test_moments_are_means_and_covariances():
    generator = np.random.default_rng(1)
    first, second = generator.normal(size=(50, 4)), 2 + generator.normal(size=(60, 4))
    wanted = np.abs(first.mean(0) - second.mean(0)).mean()
    wanted += np.abs(np.cov(first.T, ddof=0) - np.cov(second.T, ddof=0)).mean()
    assert float(moment_distance(*map(torch.from_numpy, (first, second)))) == pytest.approx(wanted)


def test_picture_in_the_style_costs_less_than_others_and_the_gradient_leads_there(vgg, tmp_path):
    pixels = texture(0, 100, 250)
    term = style(vgg, tmp_path, pixels)
    pictures = torch.cat([tensor(pixels), tensor(texture(5, 100, 250)), tensor(texture(3, 0, 60))])
    losses = total(term(pictures, 0.5))
    assert losses[0] < losses[1] < losses[2]
    image = torch.full((1, 3, 48, 48), 0.2).requires_grad_()
    before = total(term(image, 0.5))
    before.sum().backward()
    after = total(term(image.detach() - 0.5 * image.grad / image.grad.abs().max(), 0.5))
    assert float(after.detach()) < float(before.detach())


def test_places_change_with_progress_and_are_shared_by_canvases(vgg, tmp_path):
    term = style(vgg, tmp_path, texture(0), places=20)
    image = tensor(texture(1))
    first, later = (float(total(term(image, progress))) for progress in (0.1, 0.2))
    assert first != later
    assert total(term(torch.cat([image, image]), 0.1)).tolist() == pytest.approx([first, first], rel=1e-5)


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("", {}, "style_image is empty"),
        ("nowhere.png", {}, "style_image=nowhere.png can't be read as a picture"),
        ("", {"places": 0}, "size, places, style_places, seed are 224, 0, 5000, 0"),
    ],
)
def test_style_that_makes_no_sense(vgg, path, options, message):
    with pytest.raises(ValueError, match=message):
        PictureStyleTerm(path, weights_path=vgg, **options)


def test_direction_is_what_its_formula_says(clip):
    term = ClipDirectionTerm("a cat", "a cat by a child", weights_path=clip)
    target = tensor(texture(0, size=64))[0]
    term.prepare(Targets(target[None]))
    image = tensor(texture(1, size=64)).requires_grad_()
    loss = term(image, 1.0)["direction"]

    def unit(values):
        return values / values.norm(dim=-1, keepdim=True)

    with torch.no_grad():
        network = term.network
        read = network.embed_text(["a cat", "a cat by a child"])
        seen = [unit(network.features(each, {}, embed=True).embedding) for each in (image, target[None])]
        wanted = 1 - (unit(seen[0] - seen[1]) * unit(read[1] - read[0])).sum(-1)
    torch.testing.assert_close(loss.detach(), wanted, atol=1e-5, rtol=1e-4)
    term(image, 0.3)["direction"].sum().backward()
    assert image.grad.abs().max() > 0


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        (("", "ink"), "prompt is empty"),
        (("a cat", " "), "style_prompt is empty"),
        (("a cat", "a cat "), "prompt and style_prompt are the same"),
    ],
)
def test_direction_needs_two_texts(clip, prompts, message):
    with pytest.raises(ValueError, match=message):
        ClipDirectionTerm(*prompts, weights_path=clip)
