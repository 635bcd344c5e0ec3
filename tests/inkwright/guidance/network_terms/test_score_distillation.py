"""Score distillation against a model whose score is known in closed form."""

from __future__ import annotations

import math

import pytest
import torch

from inkwright.guidance.network_terms.score_distillation import ScoreDistillationTerm
from inkwright.guidance.shared_views import SharedViews

ALPHAS = torch.linspace(0.999, 0.01, 100)


class OneMode:
    """Knows pictures that are normally distributed around one mode with a given variance: pixels as latents.

    With z_t = sqrt(a) z + sqrt(1 - a) e, the posterior mean of the noise is
    sqrt(1 - a) (z_t - sqrt(a) mode) / (a variance + 1 - a). The unconditional model knows nothing but 0.5.
    """

    def __init__(self, mode: torch.Tensor, variance: float = 0.01, size: int = 16):
        self.mode, self.variance, self.size, self.alphas = mode, variance, size, ALPHAS
        self.timesteps: list[int] = []

    def encode(self, images, generator):
        return images

    def noise(self, noisy, timestep, scale):
        self.timesteps.append(timestep)
        alpha = self.alphas[timestep]

        def seen(mode):
            spread = alpha * self.variance + 1 - alpha
            return (1 - alpha).sqrt() * (noisy - alpha.sqrt() * mode) / spread

        plain = seen(torch.full_like(self.mode, 0.5))
        return plain + scale * (seen(self.mode) - plain)


CLEAN = SharedViews(0)


def disc(size: int = 16) -> torch.Tensor:
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    return 1 - 0.9 * ((x - 8) ** 2 + (y - 8) ** 2 < 20).float().expand(1, 3, size, size)


def term(mode=None, **options) -> ScoreDistillationTerm:
    settings = {"views": CLEAN, "gradient_scale": 1.0, "guidance_scale": 1.0} | options
    return ScoreDistillationTerm(OneMode(disc() if mode is None else mode), **settings)


def gradient(guide: ScoreDistillationTerm, image: torch.Tensor, progress: float = 0.3) -> torch.Tensor:
    image = image.clone().requires_grad_()
    guide(image, progress)["distillation"].sum().backward()
    return image.grad


@pytest.mark.parametrize(
    ("weighting", "weight"),
    [("one_minus_alpha", lambda a: 1 - a), ("uniform", lambda a: 1.0), ("sigma", lambda a: math.sqrt(1 - a))],
)
def test_gradient_is_the_closed_form(weighting, weight):
    """A mean over many draws of g is w sqrt(a) sqrt(1 - a) (z - mode) / (a variance + 1 - a)."""
    level = 0.5
    guide = term(lowest=level, highest=level, samples=600, gradient_scale=0.7, weighting=weighting)
    image = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    alpha = float(ALPHAS[50])
    factor = 0.7 * weight(alpha) * math.sqrt(alpha * (1 - alpha)) / (alpha * 0.01 + 1 - alpha)
    wanted = factor * (image - disc())
    found = gradient(guide, image)
    # seen - e has a noise of its own: e (1 - a) / (a variance + 1 - a) - e, some percent of e.
    torch.testing.assert_close(found, wanted, atol=0.004, rtol=0.02)


def test_guidance_scale_pushes_away_from_the_unconditional():
    image = torch.full((1, 3, 16, 16), 0.5)
    one, ten = (gradient(term(guidance_scale=scale), image) for scale in (1.0, 10.0))
    direction = image - disc()
    assert (ten * direction).sum() > 5 * (one * direction).sum() > 0


def test_descent_reaches_the_known_mode():
    generator = torch.Generator().manual_seed(1)
    image = torch.rand(1, 3, 16, 16, generator=generator).requires_grad_()
    guide = term()
    optimizer = torch.optim.Adam([image], lr=0.02)
    before = float((image - disc()).abs().mean().detach())
    for step in range(300):
        optimizer.zero_grad()
        guide(image, step / 300)["distillation"].sum().backward()
        optimizer.step()
    after = float((image - disc()).abs().mean().detach())
    assert before > 0.3
    assert after < 0.05


def test_score_is_lower_nearer_to_the_mode_and_does_not_depend_on_chance():
    guide = term()
    noise = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(2))
    pictures = torch.cat([disc(), 0.5 * disc() + 0.5 * noise, noise])
    scores = guide(pictures, 1.0)["distillation"]
    assert scores[0] < scores[1] < scores[2]
    torch.testing.assert_close(scores, guide(pictures, 1.0)["distillation"], rtol=0, atol=0)


def test_same_draw_for_every_canvas_and_another_at_every_step():
    guide = term(views=None)
    image = torch.rand(1, 3, 20, 20, generator=torch.Generator().manual_seed(3))
    together = gradient(guide, torch.cat([image, torch.ones_like(image)]))
    torch.testing.assert_close(together[:1], gradient(guide, image))
    assert (gradient(guide, image, 0.31) - together[:1]).abs().max() > 1e-3
    other = term(views=None, seed=1)
    assert (gradient(other, image) - together[:1]).abs().max() > 1e-3


def test_canvases_that_are_not_square_are_seen_whole():
    assert gradient(term(), torch.full((1, 3, 10, 30), 0.2)).abs().amin() > 0


def test_timesteps_stay_in_their_range_and_anneal():
    guide = term(lowest=0.2, highest=[[0.0, 0.9], [1.0, 0.3]], samples=40)
    gradient(guide, torch.rand(1, 3, 16, 16), 0.0)
    early, guide.denoiser.timesteps = guide.denoiser.timesteps, []
    gradient(guide, torch.rand(1, 3, 16, 16), 0.999)
    late = guide.denoiser.timesteps
    assert min(early) >= 20
    assert 60 < max(early) <= 90
    assert 20 <= min(late) <= max(late) <= 31


def test_several_samples_see_several_views_and_are_averaged():
    image = torch.rand(1, 3, 24, 24, generator=torch.Generator().manual_seed(4))
    views = term(views=None, samples=3)._views(image, 0.5)
    assert views.shape == (3, 1, 3, 16, 16)
    assert (views[0] - views[1]).abs().max() > 0.01
    assert (views[1] - views[2]).abs().max() > 0.01


def test_clamp_bounds_every_entry():
    found = gradient(term(gradient_scale=100.0, clamp=0.25), torch.rand(1, 3, 16, 16))
    assert found.abs().max() == pytest.approx(0.25)


def test_nothing_before_its_start():
    guide = term(start=0.5)
    image = torch.rand(2, 3, 16, 16)
    assert guide(image, 0.49)["distillation"].tolist() == [0.0, 0.0]
    assert guide.denoiser.timesteps == []
    assert guide(image, 0.5)["distillation"].min() > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gradient_scale": -1.0}, "gradient_scale is -1.0"),
        ({"guidance_scale": -1.0}, "guidance_scale is -1.0"),
        ({"weighting": "snr"}, "weighting is 'snr'; it must be one of one_minus_alpha, uniform, sigma"),
        ({"lowest": -0.1}, r"lowest is \[-0.1\]"),
        ({"highest": 1.1}, r"highest is \[1.1\]"),
        ({"lowest": 0.6, "highest": 0.5}, "lowest is above highest"),
        ({"samples": 0}, "samples is 0"),
        ({"clamp": 0.0}, "clamp is 0.0"),
        ({"start": 1.5}, "start is 1.5"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_values_that_are_not_allowed(options, message):
    with pytest.raises(ValueError, match=message):
        term(**options)
