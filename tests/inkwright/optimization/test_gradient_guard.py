"""Bad gradients are mended, good ones are left alone."""

from __future__ import annotations

import pytest
import torch

from inkwright.optimization.gradient_guard import GradientGuard, WatchedGradient


def gradients(seed: int = 0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(2, 5, 4, 2, generator=generator), torch.randn(2, 5, generator=generator)]


def watched(gradients: list[torch.Tensor]) -> list[WatchedGradient]:
    """The same memory, a row for each of the entries of two canvases."""
    rows = [each.view(10, *each.shape[2:]) if each.dim() > 1 else each for each in gradients]
    return [(each, torch.arange(2).repeat_interleave(5)) for each in rows]


def test_good_gradients_are_left_alone():
    guard = GradientGuard(2)
    for seed in range(5):
        these = gradients(seed)
        before = [each.clone() for each in these]
        assert not guard.mend_(watched(these))
        assert all(torch.equal(*pair) for pair in zip(these, before, strict=True))
    assert int(guard.repairs) == 0


@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -torch.inf])
def test_entries_that_are_not_finite_become_zero_and_the_others_stay(bad):
    guard = GradientGuard(2)
    these = gradients()
    before = [each.clone() for each in these]
    these[0][1, 3, 0, 1] = bad
    assert guard.mend_(watched(these))
    assert these[0][1, 3, 0, 1] == 0
    before[0][1, 3, 0, 1] = 0
    assert all(torch.equal(*pair) for pair in zip(these, before, strict=True))
    assert int(guard.repairs) == int(guard.failures) == 1
    assert torch.isfinite(guard.usual_norm).all()


def test_explosion_is_cut_back_for_its_candidate_only():
    guard = GradientGuard(2, max_growth=10.0)
    guard.mend_(watched(gradients()))
    usual = guard.usual_norm.clone()
    these = gradients()
    these[0][1] *= 1e6
    assert guard.mend_(watched(these))
    assert (int(guard.repairs), int(guard.failures)) == (1, 0)
    assert these[0][1].norm().item() == pytest.approx(10 * usual[0, 1].item(), rel=1e-4)
    torch.testing.assert_close(these[0][0], gradients()[0][0])
    torch.testing.assert_close(these[1], gradients()[1])


def test_zero_gradients_are_good():
    guard = GradientGuard(1)
    for _ in range(3):
        assert not guard.mend_([(torch.zeros(1, 4), None)])
    assert not guard.mend_([(torch.ones(1, 4), None)])


@pytest.mark.parametrize(
    ("options", "message"), [({"max_growth": 1}, "max_growth is 1"), ({"decay": 1}, "decay is 1")]
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        GradientGuard(1, **options)


def test_tensors_that_belong_to_no_canvas_are_watched_as_a_whole():
    guard = GradientGuard(3)
    guard.mend_([(torch.ones(4, 5), None)])
    explodes = torch.full((4, 5), 1e6)
    assert guard.mend_([(explodes, None)])
    assert explodes.norm().item() == pytest.approx(10 * 20**0.5, rel=1e-4)


def test_more_or_fewer_tensors_start_anew_and_a_state_of_any_size_is_taken_up():
    guard = GradientGuard(2)
    guard.mend_(watched(gradients()))
    huge = [1e6 * each for each in gradients()]
    assert not guard.mend_(watched([*huge, huge[0]]))
    loaded = GradientGuard(2)
    loaded.load_state_dict(guard.state_dict())
    assert torch.equal(loaded.usual_norm, guard.usual_norm)
