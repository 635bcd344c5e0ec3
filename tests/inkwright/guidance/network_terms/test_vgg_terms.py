from __future__ import annotations

import pytest
import torch
import torchvision
from torchmetrics.functional.image import dists as reference_dists
from torchmetrics.functional.image.lpips import _NoTrainLpips

from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.vgg import LAST_OF_BLOCKS, LAYERS, load_vgg
from inkwright.guidance.network_terms.dists import DistsTerm
from inkwright.guidance.network_terms.features import FeaturesTerm
from inkwright.guidance.network_terms.lpips import LpipsTerm
from inkwright.guidance.network_terms.vgg_directions import VggDirectionsTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets


@pytest.fixture(scope="module")
def real_vgg(tmp_path_factory):
    """Path of a VGG16 of the real size, drawn at random, and the convolutions in it."""
    torch.manual_seed(0)
    features = torchvision.models.vgg16(weights=None).features
    path = tmp_path_factory.mktemp("real") / "vgg16.pth"
    torch.save({f"features.{name}": value for name, value in features.state_dict().items()}, path)
    return str(path), features


def _pictures(count: int = 2, size: int = 48) -> torch.Tensor:
    return torch.rand(count, 3, size, size + 16, generator=torch.Generator().manual_seed(0))


def _losses(term, pictures, target) -> torch.Tensor:
    term.prepare(Targets(target[None]))
    return _sum(term(pictures, 0.5))


def _sum(losses) -> torch.Tensor:
    return torch.stack(list(losses.values())).sum(0)


def test_features_are_those_of_torchvision(real_vgg):
    path, convolutions = real_vgg
    values, expected = _pictures(), []
    for module in convolutions:
        values = module(values)
        if isinstance(module, torch.nn.ReLU):
            expected.append(values.clone())
    found = load_vgg(path).network.features(_pictures(), LAYERS)
    assert tuple(found) == LAYERS
    for ours, theirs in zip(found.values(), expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("input_range", ["signed", "unit"])
def test_lpips_is_that_of_torchmetrics(real_vgg, input_range):
    path, convolutions = real_vgg
    reference = _NoTrainLpips(net="vgg", pnet_rand=True)
    for piece in (getattr(reference.net, f"slice{index}") for index in range(1, 6)):
        for name, module in piece.named_children():
            module.load_state_dict(convolutions[int(name)].state_dict())
    first, second = _pictures()
    expected = reference(first[None], second[None], normalize=input_range == "signed").squeeze()
    ours = _losses(LpipsTerm(weights_path=path, input_range=input_range), first[None], second)
    torch.testing.assert_close(ours[0], expected, rtol=1e-3, atol=1e-6)


def test_dists_is_that_of_torchmetrics(real_vgg, monkeypatch):
    path, convolutions = real_vgg

    class _Vgg:
        features = convolutions

    load = torch.load
    monkeypatch.setattr(reference_dists, "vgg16", lambda weights: _Vgg)
    monkeypatch.setattr(torch, "load", lambda path: load(path, map_location="cpu", weights_only=True))
    reference = reference_dists.DISTSNetwork()
    monkeypatch.undo()
    first, second = _pictures()
    ours = _losses(DistsTerm(weights_path=path), first[None], second)
    torch.testing.assert_close(ours[0], reference(first[None], second[None]), rtol=1e-3, atol=1e-5)


def _terms(files):
    return {
        "lpips": LpipsTerm(weights_path=files["vgg"], heads_path=files["lpips"]),
        "dists": DistsTerm(weights_path=files["vgg"], heads_path=files["dists"]),
        "l2": FeaturesTerm(weights_path=files["vgg"]),
        "l1": FeaturesTerm(weights_path=files["vgg"], layers={"relu1_2": 1.0}, distance="l1"),
        "cosine": FeaturesTerm(weights_path=files["vgg"], distance="cosine"),
        "relative": FeaturesTerm(weights_path=files["vgg"], distance="relative"),
        "similarity": FeaturesTerm(weights_path=files["vgg"], distance="cosine", self_similarity=2.0),
        "views": FeaturesTerm(weights_path=files["vgg"], distance="cosine", views=SharedViews(2)),
    }


@pytest.mark.parametrize("name", ["lpips", "dists", "l2", "l1", "cosine", "relative", "similarity", "views"])
def test_nearer_pictures_have_less_loss_and_gradients_lead_there(vgg_files, name):
    term = _terms(vgg_files)[name]
    target, other = _pictures()
    ladder = torch.stack([target.lerp(other, share) for share in (0.0, 0.1, 0.5, 1.0)])
    losses = _losses(term, ladder, target)
    assert losses[0].abs() < 1e-6
    assert (losses.diff() > 0).all()
    picture = ladder[2:3].clone().requires_grad_()
    loss = _sum(term(picture, 0.5))
    (gradient,) = torch.autograd.grad(loss.sum(), picture)
    step = 1e-3 * gradient / gradient.norm()
    after = _sum(term((picture - step).detach(), 0.5))
    assert after.sum() < loss.sum()


@pytest.mark.parametrize("views", [None, SharedViews(2)])
def test_measured_from_the_ground_an_empty_sheet_costs_1_whatever_the_target_lies_on(vgg_files, views):
    """A target on white is met by itself; in another color it is told by what lies on it, not by that."""
    term = FeaturesTerm(weights_path=vgg_files["vgg"], distance="ground", views=views)
    target = torch.ones(3, 48, 64)
    target[:, 16:32, 20:44] = 0.1
    for ground in (1.0, 0.6):
        on = target * ground
        losses = _losses(
            term, torch.stack([torch.ones_like(target), on.lerp(torch.ones(()), 0.5), target]), on
        )
        layers = len(term.layers)
        assert float(losses[0]) == pytest.approx(layers, abs=0.01)
        assert float(losses[2]) < 0.8 * layers
        if ground == 1:
            assert float(losses[2]) == pytest.approx(0, abs=1e-4)
            assert losses[2] < losses[1] < losses[0]


def test_vgg_features_are_the_weighted_sum_over_layers(vgg_files):
    pictures = _pictures()
    term = FeaturesTerm(
        weights_path=vgg_files["vgg"], layers={"relu1_1": 2.0, "relu5_3": 0.5, "relu2_1": 0.0}
    )
    found = term.network.features(imagenet_normalized(pictures), ("relu1_1", "relu5_3"))
    expected = sum(w * (found[n][0] - found[n][1]).square().mean() for n, w in term.layers.items())
    torch.testing.assert_close(_losses(term, pictures[:1], pictures[1])[0], expected)
    assert set(term.layers) == {"relu1_1", "relu5_3"}


@pytest.mark.parametrize(
    ("name", "layers"),
    [("lpips", LAST_OF_BLOCKS), ("dists", ("pixels", *LAST_OF_BLOCKS)), ("l2", ("relu3_3", "relu4_3"))],
)
def test_every_layer_is_a_loss_of_its_own(vgg_files, name, layers):
    pictures, term = _pictures(), _terms(vgg_files)[name]
    term.prepare(Targets(pictures[1:]))
    losses = term(pictures[:1], 0.5)
    assert tuple(losses) == layers
    assert all(value > 0 for value in losses.values())


def test_one_network_serves_all(vgg_files):
    terms = _terms(vgg_files).values()
    assert len({id(term.network) for term in terms}) == 1
    assert all(not list(term.parameters()) and not term.state_dict() for term in terms)


def test_wrong_options_and_files_are_refused(vgg_files, nowhere):
    vgg = vgg_files["vgg"]
    with pytest.raises(ValueError, match="'relu6_1'; did you mean relu"):
        FeaturesTerm(weights_path=vgg, layers={"relu6_1": 1})
    with pytest.raises(ValueError, match="one of them > 0"):
        FeaturesTerm(weights_path=vgg, layers={})
    with pytest.raises(ValueError, match="network is 'vgg19'; it must be one of vgg16, vgg16-oxford"):
        FeaturesTerm(network="vgg19", weights_path=vgg)
    with pytest.raises(ValueError, match="self_similarity is -1"):
        FeaturesTerm(weights_path=vgg, self_similarity=-1)
    with pytest.raises(ValueError, match="distance is 'l4'"):
        FeaturesTerm(weights_path=vgg, distance="l4")
    with pytest.raises(ValueError, match="input_range is 'both'"):
        LpipsTerm(weights_path=vgg, heads_path=vgg_files["lpips"], input_range="both")
    with pytest.raises(ValueError, match="does not hold heads of LPIPS for layers of 4, 5, 6, 7, 8 channels"):
        LpipsTerm(weights_path=vgg)
    with pytest.raises(ValueError, match="alpha and beta of 33 channels"):
        DistsTerm(weights_path=vgg, heads_path=vgg_files["lpips"])
    with pytest.raises(ValueError, match="can't be loaded as vgg16"):
        LpipsTerm(weights_path=vgg_files["lpips"])
    with pytest.raises(FileNotFoundError, match="heads_path is '/no/such', where there is nothing"):
        LpipsTerm(weights_path=vgg, heads_path="/no/such")
    with pytest.raises(FileNotFoundError, match="vgg16 .* are missing"):
        FeaturesTerm()
    term = FeaturesTerm(weights_path=vgg)
    with pytest.raises(ValueError, match="too small"):
        term.prepare(Targets(torch.rand(1, 3, 4, 4)))


def test_directions_take_the_last_layer_before_its_activation(real_vgg):
    """As the published code does: four taps behind the activation, the fifth before it."""
    path, features = real_vgg
    pictures = _pictures(size=32)
    seen = load_vgg(path).network.features(pictures, ["relu4_3", "conv4_3", "conv5_3"])
    assert (seen["relu4_3"] >= 0).all()
    assert (seen["conv5_3"] < 0).any()
    torch.testing.assert_close(seen["relu4_3"], seen["conv4_3"].relu())
    torch.testing.assert_close(seen["conv5_3"], features[:29](pictures), atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("pre_relu", [False, True])
def test_directions_are_zero_for_the_target_and_have_a_slope_elsewhere(tiny_weights, monkeypatch, pre_relu):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    term = VggDirectionsTerm(pre_relu=pre_relu)
    pictures = _pictures()
    term.prepare(Targets(pictures[:1]))
    for progress in (0.3, 1.0):
        losses = term(pictures.requires_grad_(), progress)
        assert len(losses) == 5
        assert ("relu4_3" in losses) != pre_relu
        total = _sum(losses)
        assert float(total[0].detach()) == pytest.approx(0, abs=1e-5)
        assert float(total[1].detach()) > 0.01
    total.sum().backward()
    assert float(pictures.grad[1].abs().sum()) > 0


@pytest.mark.parametrize("distance", ["relative", "cosine"])
def test_the_size_of_a_networks_features_does_not_matter(vgg_files, tmp_path, distance):
    """Those of one VGG16 are a hundred times as large as another's, and strokes would shrink to dots."""
    tensors = torch.load(vgg_files["vgg"])
    tensors["features.14.weight"] *= 100  # the last convolution before relu3_3
    tensors["features.14.bias"] *= 100
    torch.save(tensors, tmp_path / "large.pth")
    pictures, found = _pictures(), []
    for path in (vgg_files["vgg"], str(tmp_path / "large.pth")):
        term = FeaturesTerm(
            network="vgg16-oxford", weights_path=path, layers={"relu3_3": 1.0}, distance=distance
        )
        found.append(_losses(term, pictures[:1], pictures[1]))
    torch.testing.assert_close(found[0], found[1], rtol=1e-4, atol=1e-6)


def test_what_is_alike_in_the_picture_is_to_be_alike_in_the_sketch(vgg_files):
    """However it is drawn: features of opposite sign are as like each other as those of the target."""
    term = FeaturesTerm(weights_path=vgg_files["vgg"], layers={"conv2_2": 1.0}, self_similarity=1.0)
    pictures = _pictures()
    term.prepare(Targets(pictures[:1]))
    features = term.network.features
    term.frozen.network.features = lambda inputs, layers: {
        name: -3 * each for name, each in features(inputs, layers).items()
    }
    try:
        losses = term(pictures[:1], 1.0)
    finally:
        del term.frozen.network.features
    assert set(losses) == {"conv2_2", "conv2_2_similarity"}
    assert float(losses["conv2_2_similarity"]) < 1e-9 < float(losses["conv2_2"])
