"""Networks over strokes: sizes and starts as published, canvases alone, strokes that go and take over."""

import pytest
import torch

from inkwright.optimization.shape_sources.drawing_source import StepSizes
from inkwright.stroke_networks.network_batch import NetworkBatch
from inkwright.stroke_networks.stroke_networks import NetworkStart, StrokeNetworks, expect

SMALL = NetworkStart(hidden=16)


def networks(strokes=5, canvases=2, start=SMALL, **options) -> StrokeNetworks:
    points = torch.rand(canvases, strokes, 4, 2, generator=torch.Generator().manual_seed(1)) * 40
    return StrokeNetworks(points, torch.full((canvases, strokes), 1.5), (40.0, 40.0), start=start, **options)


def test_sizes_are_the_published_ones():
    assert NetworkBatch(1, (512, 1000, 512), start="uniform").parameters_each == 2_026_512
    assert NetworkBatch(1, (64, 1000, 64), start="xavier").parameters_each == 1_130_064


def test_mean_gradient_is_that_of_autograd():
    batch = NetworkBatch(3, (4, 6, 5), start="uniform", seed=1)
    values = torch.randn(3, 4, generator=torch.Generator().manual_seed(2))
    loss = (batch(values).square() * torch.arange(1.0, 4.0)[:, None]).sum()
    found = batch.mean_absolute_gradient(loss)
    loss.backward()
    wanted = sum(each.grad.abs().flatten(1).sum(1) for each in batch.parameters()) / batch.parameters_each
    torch.testing.assert_close(found, wanted)


def test_canvases_start_alike_and_learn_alone():
    batch = NetworkBatch(2, (4, 6, 5), start="xavier")
    out = batch(torch.ones(2, 4))
    assert torch.equal(out[0], out[1])
    out[0].sum().backward()
    assert all(bool((each.grad[1] == 0).all()) for each in batch.parameters())
    assert float(batch.biases[0].detach()[0, 0]) == pytest.approx(0.01)


def test_strokes_start_where_they_are_given_or_as_published_displaced():
    quiet, published = networks(), networks(start=NetworkStart(hidden=16, quiet=False))
    torch.testing.assert_close(
        quiet.drawing().points.view(2, 5, 4, 2) / 20 - 1, quiet.start.view(2, 5, 4, 2), rtol=0, atol=1e-5
    )
    moved = (published.drawing().points - quiet.drawing().points).detach().abs()
    assert 0 < float(moved.max()) < 0.1 * 20 * 2


def test_sparsity_reaches_only_the_network_of_presence():
    source = networks()
    source.ratio = torch.ones(2)
    source.begin_step(torch.full((2, 5), 0.4))
    source.sparsity().sum().backward()
    assert all(each.grad is None for each in source.location.parameters())
    assert all(float(each.grad.abs().sum()) > 0 for each in source.simplicity.parameters())


def test_removal_multiplies_the_width():
    source = networks()
    expect(source, 0, torch.tensor([3, 0, 1, 2, 4]), 6.0)
    full = source.drawing().width.view(2, 5)
    source.ratio = torch.ones(2)
    fading = source.drawing().width.detach().view(2, 5)
    assert fading[0, 3] < 0.01 * full[0, 3]
    assert fading[0, 4] == pytest.approx(1.5, rel=1e-3)


def test_who_comes_first_in_the_order_goes_first():
    source = networks()
    expect(source, 0, torch.tensor([3, 0, 1, 2, 4]), 2.0)
    source.keep_likeliest(torch.tensor([2, 5]))
    assert source.alive.tolist() == [[False, False, True, False, True], [True] * 5]
    assert source.drawing().alive.tolist() == source.alive.flatten().tolist()


def test_a_stroke_that_takes_over_is_where_it_is_told_and_learns_on():
    source = networks()
    before = source.drawing().points.view(2, 5, 4, 2).detach().clone()
    wanted = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [30.0, 8.0]])
    source.join(1, 2, 4, wanted)
    after = source.drawing().points.view(2, 5, 4, 2)
    torch.testing.assert_close(after[1, 2], wanted, rtol=0, atol=1e-4)
    assert source.alive[1].tolist() == [True, True, True, True, False]
    after[1, 2].sum().backward()
    assert float(source.location.weights[2].grad[1, 16:24].abs().sum()) > 0
    others = torch.ones(2, 5, dtype=torch.bool)
    others[1, 2] = False
    torch.testing.assert_close(after[others], before[others])


def test_state_goes_on_where_it_was():
    source, other = networks(), networks(start=NetworkStart(hidden=16, seed=3))
    expect(source, 0, torch.tensor([3, 0, 1, 2, 4]), 2.0)
    source.join(1, 2, 4, torch.ones(4, 2))
    source.ratio = torch.tensor([0.5, 0.7])
    other.load_state_dict(source.state_dict())
    for left, right in ((source.drawing(), other.drawing()), (source, other)):
        assert torch.equal(left.alive, right.alive)
    torch.testing.assert_close(source.drawing().points, other.drawing().points)
    torch.testing.assert_close(source.drawing().width, other.drawing().width)


def test_rates_of_both_networks():
    groups = networks().parameter_groups(StepSizes(lr_points=0.3, lr_width=0.2))
    assert {(each["name"].partition(".")[0], each["lr"]) for each in groups} == {
        ("location", 0.3),
        ("simplicity", 0.2),
    }


@pytest.mark.parametrize("options", [{"hidden": 0}, {"present": 1.0}])
def test_impossible_starts_are_refused(options):
    with pytest.raises(ValueError, match="hidden, present are"):
        NetworkStart(**options)
    with pytest.raises(ValueError, match="points, width have shapes"):
        StrokeNetworks(torch.zeros(1, 2, 4, 2), torch.zeros(1, 3), (40.0, 40.0))
