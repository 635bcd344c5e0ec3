from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from inkwright.guidance.structure import StructureTerm, gradient_magnitude, pyramid
from inkwright.guidance.targets import Targets

SIZE = 64


def _ink(row: float) -> torch.Tensor:
    """[H, W] a soft horizontal line whose middle is at a height in pixels."""
    y = torch.arange(SIZE) + 0.5
    return torch.exp(-0.5 * (y - row) ** 2)[:, None].expand(SIZE, SIZE)


def _canvas(*rows: torch.Tensor) -> torch.Tensor:
    return torch.stack([1 - row.expand(3, SIZE, SIZE) for row in rows])


def _term(row: float = 32.0, **options: float) -> StructureTerm:
    term = StructureTerm(**options)
    term.prepare(Targets(torch.ones(1, 3, SIZE, SIZE), lines=_ink(row)[None]))
    return term


def _total(term: StructureTerm, image: torch.Tensor, progress: float) -> torch.Tensor:
    return torch.stack(list(term(image, progress).values())).sum(0)


def test_the_line_drawing_itself_has_no_loss_and_blank_paper_has_one():
    losses = _term()(_canvas(_ink(32.0), torch.zeros(SIZE, SIZE)), 1.0)
    torch.testing.assert_close(losses["ink"], torch.tensor([0.0, 1.0]), atol=1e-5, rtol=0)


@pytest.mark.parametrize("offset", [-11.3, -6.0, -2.2, 0.7, 4.0, 8.5])
def test_a_displaced_stroke_is_pulled_towards_its_line(offset):
    row = torch.tensor(32.0 + offset, requires_grad=True)
    (gradient,) = torch.autograd.grad(_total(_term(), _canvas(_ink(row)), 0.0).sum(), row)
    assert gradient * offset > 0


def test_without_coarser_levels_a_distant_stroke_feels_nothing():
    row = torch.tensor(42.0, requires_grad=True)
    (gradient,) = torch.autograd.grad(_total(_term(levels=1), _canvas(_ink(row)), 0.0).sum(), row)
    assert gradient.abs() < 1e-6


def test_at_the_end_the_finest_level_alone_decides():
    losses = _term()(_canvas(_ink(40.0)), 1.0)
    assert [name for name in losses if losses[name] == 0] == ["pull1", "pull2", "pull3", "pull4"]
    assert losses["ink"] > 1


def test_every_canvas_is_judged_for_itself():
    term, first, second = _term(tone=1.0, color=1.0), _ink(30.0), _ink(40.0)
    both = term(_canvas(first, second), 0.3)
    for index, row in enumerate((first, second)):
        for name, value in term(_canvas(row), 0.3).items():
            torch.testing.assert_close(both[name][index], value[0])


def test_tone_wants_the_darkness_of_the_target():
    term = StructureTerm(tone=1.0)
    target = torch.ones(3, SIZE, SIZE)
    target[:, :, :32] = 0.5
    term.prepare(Targets(target[None], lines=torch.zeros(1, SIZE, SIZE)))
    stripes = torch.zeros(SIZE, SIZE)
    stripes[::2, :32] = 1
    losses = term(_canvas(stripes, torch.zeros(SIZE, SIZE)), 1.0)["tone"]
    assert losses[0] < 1e-6 < losses[1]


def test_color_wants_the_paint_where_there_is_ink():
    term = StructureTerm(color=1.0)
    paint = torch.zeros(3, SIZE, SIZE)
    paint[0] = 1
    term.prepare(Targets(torch.ones(1, 3, SIZE, SIZE), lines=_ink(32.0)[None], colors=paint[None]))
    ink = _ink(32.0)
    red = torch.stack([torch.ones(SIZE, SIZE), 1 - ink, 1 - ink])
    losses = term(torch.stack([red, _canvas(ink)[0]]), 1.0)
    assert losses["color"][0] < 0.5 * losses["color"][1]
    torch.testing.assert_close(losses["ink"], torch.zeros(2), atol=1e-5, rtol=0)


def test_without_lines_it_takes_the_gradient_of_the_target_within_the_mask():
    target, mask = torch.ones(3, SIZE, SIZE), torch.zeros(SIZE, SIZE)
    target[:, :, 16:48] = 0
    mask[:, :32] = 1
    term = StructureTerm(levels=1)
    term.prepare(Targets(target[None], mask[None]))
    left, right = torch.zeros(SIZE, SIZE), torch.zeros(SIZE, SIZE)
    left[:, 15:17] = right[:, 47:49] = 1
    losses = term(_canvas(left, right), 1.0)["ink"]
    assert losses[0] < 0.1 < 1 < losses[1]


def test_gradient_magnitude_of_nothing_is_nothing():
    assert gradient_magnitude(torch.ones(1, 5, 5)).max() == 0


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (4, 4)])
def test_small_pictures_have_fewer_levels(size):
    term = StructureTerm(levels=4, tone=1.0, color=1.0)
    term.prepare(Targets(torch.rand(1, 3, *size)))
    image = torch.rand(2, 3, *size, requires_grad=True)
    _total(term, image, 0.2).sum().backward()
    assert torch.isfinite(image.grad).all()


def test_pyramid_keeps_the_mean():
    image = torch.zeros(1, 1, 64, 64)
    image[..., 24:40, 24:40] = torch.rand(16, 16)
    levels = pyramid(image, 4)
    assert [level.shape[-1] for level in levels] == [64, 32, 16, 8]
    for level in levels:
        torch.testing.assert_close(level.mean(), image.mean())


def test_shades_of_the_targets_are_wanted_where_they_are_given():
    term, image = StructureTerm(tone=1.0), torch.full((1, 3, SIZE, SIZE), 0.25)
    term.prepare(Targets(torch.ones(1, 3, SIZE, SIZE), shades=torch.full((1, SIZE, SIZE), 0.75)))
    assert term(image, 0.5)["tone"] < 1e-9


def test_emphasis_weighs_the_squared_errors_of_every_loss():
    emphasis = torch.full((1, SIZE, SIZE), 0.5)
    emphasis[..., 32:] = 1.5
    wrong = torch.ones(2, 3, SIZE, SIZE)
    wrong[0, :, 10:14, 2:12] = wrong[1, :, 10:14, 52:62] = 0.2
    term = StructureTerm(levels=3, tone=1.0, color=1.0)
    blank = Targets(torch.ones(1, 3, SIZE, SIZE), lines=torch.zeros(1, SIZE, SIZE))
    term.prepare(blank)
    plain = term(wrong, 0.5)
    term.prepare(replace(blank, emphasis=emphasis))
    for name, value in term(wrong, 0.5).items():
        if name != "color":  # a mean over the ink, which lies on one side
            torch.testing.assert_close(value, plain[name] * torch.tensor([0.5, 1.5]), rtol=0.02, atol=0)
    term.prepare(replace(blank, emphasis=torch.ones(1, SIZE, SIZE)))
    for name, value in term(wrong, 0.5).items():
        torch.testing.assert_close(value, plain[name])


def test_bad_options_are_refused():
    with pytest.raises(ValueError, match="levels is 0; it must be at least 1"):
        StructureTerm(levels=0)
    with pytest.raises(ValueError, match=r"tone, color are -1\.0, 0\.0; both must be >= 0"):
        StructureTerm(tone=-1.0)
