"""A batch of canvases, each with a target of its own, and every term on it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from PIL import Image

from inkwright.guidance.ms_ssim import MsSsimTerm
from inkwright.guidance.network_terms.clip import ClipTerm
from inkwright.guidance.network_terms.clip_direction import ClipDirectionTerm
from inkwright.guidance.network_terms.dists import DistsTerm
from inkwright.guidance.network_terms.features import FeaturesTerm
from inkwright.guidance.network_terms.lpips import LpipsTerm
from inkwright.guidance.network_terms.picture_style import PictureStyleTerm
from inkwright.guidance.network_terms.score_distillation import ScoreDistillationTerm
from inkwright.guidance.pixel import PixelTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.structure import StructureTerm
from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm
from tests.inkwright.guidance.network_terms.test_score_distillation import OneMode, disc

SIZE = 64
GENERATOR = torch.Generator().manual_seed(0)


def _random(*shape: int) -> torch.Tensor:
    coarse = torch.rand(1, math.prod(shape), 8, 8, generator=GENERATOR)
    return torch.nn.functional.interpolate(coarse, (SIZE, SIZE), mode="bilinear").view(*shape, SIZE, SIZE)


# The second row is ten times fainter, so that a scale shared by both would show.
FAINT = torch.tensor([1.0, 0.1])[:, None, None]
FULL = Targets(
    _random(2, 3),
    masks=_random(2),
    lines=FAINT * _random(2),
    shades=_random(2),
    colors=_random(2, 3),
    emphasis=_random(2) + 0.5,
)
PLAIN = Targets(1 - FAINT[:, None] * _random(2, 3), masks=_random(2))
CANVASES = _random(2, 3)

ASLANT = SharedViews(2, clean=False)
TERMS = {
    "structure": lambda f: StructureTerm(tone=0.5, color=0.5),
    "pixel": lambda f: PixelTerm(levels=3, edges=0.5),
    "ms_ssim": lambda f: MsSsimTerm(),
    "clip": lambda f: ClipTerm(weights_path=f["clip"], prompt="a cat", text=1.0, negative_prompts=["words"]),
    "clip_cosine": lambda f: ClipTerm(
        weights_path=f["clip"], distance="cosine", views=SharedViews(2, clean=False)
    ),
    "clip_clean": lambda f: ClipTerm(weights_path=f["clip"], distance="l1", views=SharedViews(0)),
    "clip_shifted": lambda f: ClipTerm(weights_path=f["clip"], layer_map="repo_2023"),
    "clip_transformer": lambda f: ClipTerm(weights_path=f["vit"], layers={"block1": 1.0}, distance="cosine"),
    "clip_direction": lambda f: ClipDirectionTerm("a cat", "a cat by a child", weights_path=f["clip"]),
    "lpips": lambda f: LpipsTerm(weights_path=f["vgg"], heads_path=f["lpips"]),
    "dists": lambda f: DistsTerm(weights_path=f["vgg"], heads_path=f["dists"]),
    "vgg_features": lambda f: FeaturesTerm(weights_path=f["vgg"]),
    "vgg_cosine": lambda f: FeaturesTerm(weights_path=f["vgg"], distance="cosine"),
    "picture_style": lambda f: PictureStyleTerm(f["style"], weights_path=f["vgg"], size=48, places=50),
    "score_distillation": lambda f: ScoreDistillationTerm(OneMode(disc()), gradient_scale=1.0),
}


@pytest.fixture(scope="module")
def files(clip_folder, vit_folder, vgg_files, tmp_path_factory):
    style = tmp_path_factory.mktemp("style") / "style.png"
    Image.effect_noise((48, 48), 90).convert("RGB").save(style)
    return vgg_files | {"clip": clip_folder, "vit": vit_folder, "style": str(style)}


def _losses(term: GuidanceTerm, targets: Targets, progress: float, images: torch.Tensor = CANVASES):
    term.prepare(targets)
    return term(images, progress)


@pytest.mark.parametrize("targets", [FULL, PLAIN], ids=["full", "plain"])
@pytest.mark.parametrize("progress", [0.3, 1.0])
@pytest.mark.parametrize("name", TERMS)
def test_every_canvas_is_compared_with_its_own_target(files, name, progress, targets):
    term = TERMS[name](files)
    together = _losses(term, targets, progress)
    for row in range(2):
        alone = _losses(term, targets.select([row]), progress, CANVASES[row : row + 1])
        assert list(alone) == list(together)
        for key, value in alone.items():
            torch.testing.assert_close(together[key][row], value[0], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", TERMS)
def test_one_target_is_that_of_all_canvases(files, name):
    term = TERMS[name](files)
    one, twice = (_losses(term, FULL.select(rows), 0.3) for rows in ([1], [1, 1]))
    for key, value in one.items():
        torch.testing.assert_close(value, twice[key], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", TERMS)
def test_gradients_reach_the_canvas_that_is_judged_and_no_other(files, name):
    images = CANVASES.clone().requires_grad_()
    torch.stack(list(_losses(TERMS[name](files), FULL, 0.3, images).values())).sum(0)[1].backward()
    assert images.grad[0].abs().max() == 0
    assert images.grad[1].abs().max() > 0


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("images", torch.ones(3, 8, 8), r"images have shape \[3, 8, 8\]; they must be \[T, 3, H, W\]"),
        ("images", torch.ones(0, 3, 8, 8), r"images have shape \[0, 3, 8, 8\]"),
        ("masks", torch.ones(1, SIZE, SIZE), r"masks have shape \[1, 64, 64\]; they must be \[2, 64, 64\]"),
        ("lines", torch.ones(5, 5), r"lines have shape \[5, 5\]; they must be \[2, 64, 64\]"),
        ("shades", torch.ones(2, 1, SIZE, SIZE), "shades have shape"),
        ("colors", torch.ones(2, SIZE, SIZE), r"colors have shape .*; they must be \[2, 3, 64, 64\]"),
        ("emphasis", torch.ones(2, 3, SIZE, SIZE), "emphasis have shape"),
        ("emphasis", -torch.ones(2, SIZE, SIZE), r"emphasis goes down to -1\.0; it must be >= 0"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(name, value, message):
    with pytest.raises(ValueError, match=message):
        replace(FULL, **{name: value})


def test_stacked_rows_are_selected_again():
    rows = [FULL.select([row]) for row in (1, 0)]
    stacked = Targets.stack(rows)
    assert len(stacked) == 2
    for name in ("images", "masks", "lines", "shades", "colors", "emphasis"):
        assert torch.equal(getattr(stacked.select([1]), name), getattr(rows[1], name))
    assert Targets.stack([PLAIN]).lines is None


def test_a_mask_or_an_emphasis_that_is_missing_in_a_stack_is_one_there():
    bare = Targets(FULL.images[:1])
    stacked = Targets.stack([bare, replace(bare, masks=FULL.masks[:1], emphasis=FULL.emphasis[:1])])
    assert stacked.masks[0].min() == stacked.emphasis[0].max() == 1
    assert torch.equal(stacked.masks[1], FULL.masks[0])


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([], "stacked targets must have one size"),
        ([PLAIN, Targets(torch.ones(1, 3, 8, 8))], "stacked targets must have one size"),
        ([PLAIN, FULL], "only some of the targets have lines; all must, or none"),
    ],
)
def test_targets_that_do_not_stack(targets, message):
    with pytest.raises(ValueError, match=message):
        Targets.stack(targets)
