from __future__ import annotations

import pytest
import torch

from inkwright.guidance.network_terms.clip import ClipTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets
from inkwright.vector_graphics import Drawing, rasterize

SIZE = 64


def _term(folder: str, **options: object) -> ClipTerm:
    term = ClipTerm(weights_path=folder, **options)
    term.prepare(Targets(_target()[None]))
    return term


def _target() -> torch.Tensor:
    return _drawn(torch.tensor([[[10.0, 12.0], [30.0, 10.0], [40.0, 50.0], [55.0, 40.0]]]))[0]


def _drawn(points: torch.Tensor) -> torch.Tensor:
    width, color = torch.full(points.shape[:1], 3.0), torch.tensor([[0.0, 0, 0, 1]]).expand(len(points), 4)
    return rasterize(Drawing.from_strokes(points, width, color, canvas=(SIZE, SIZE)))


def _canvases() -> torch.Tensor:
    return torch.rand(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("distance", ["l2", "l1", "cosine"])
@pytest.mark.parametrize("fixture", ["clip_folder", "vit_folder"])
def test_the_target_itself_has_no_loss_and_others_have(fixture, distance, request):
    layers = {"layer2": 1, "layer3": 1} if fixture == "clip_folder" else {"block1": 1}
    term = _term(request.getfixturevalue(fixture), layers=layers, distance=distance)
    for progress in (0.3, 1.0):
        losses = term(torch.stack([_target(), torch.rand(3, SIZE, SIZE)]), progress)
        assert set(losses) == {*layers, "fc"}
        for value in losses.values():
            assert value[0].abs() < 5e-7
            assert value[1] > 1e-6


def test_the_losses_are_those_of_the_paper(clip_folder):
    """Mean squared difference of layers 2 and 3, 0.1 times 1 - cosine, over the clean and 4 more views."""
    term, canvases = _term(clip_folder), _canvases()
    views = SharedViews().augmented(torch.cat([canvases, _target()[None]]), SIZE, 0.4)
    wanted = torch.cat([_target()[None], views[:, 2]])
    for index, canvas in enumerate(canvases):
        drawn = torch.cat([canvas[None], views[:, index]])
        expected = dict.fromkeys(("layer2", "layer3", "fc"), 0.0)
        for ours, theirs in zip(drawn, wanted, strict=True):
            a, b = (term.network.features(x[None], ("layer2", "layer3")) for x in (ours, theirs))
            for name in ("layer2", "layer3"):
                expected[name] += (a.layers[name] - b.layers[name]).square().mean() / 5
            expected["fc"] += 0.1 * (1 - torch.cosine_similarity(a.embedding, b.embedding)[0]) / 5
        losses = {name: value[index] for name, value in term(canvases, 0.4).items()}
        torch.testing.assert_close(losses, expected, atol=1e-6, rtol=1e-4)


def test_layers_may_be_a_list_with_one_weight_for_each(clip_folder):
    by_name = _term(clip_folder, layers={"layer2": 1.0, "layer3": 0.5})(_canvases(), 0.2)
    by_position = _term(clip_folder, layers=[0, 0, 1.0, 0.5, 0])(_canvases(), 0.2)
    assert list(by_name) == list(by_position) == ["layer2", "layer3", "fc"]
    assert all(torch.equal(by_name[name], by_position[name]) for name in by_name)


def test_every_canvas_is_judged_for_itself(clip_folder):
    term = _term(clip_folder, prompt="a cat", text=1.0, negative_prompts=["words", "noise"])
    together = term(_canvases(), 0.3)
    assert set(together) == {"layer2", "layer3", "fc", "text", "negative"}
    for index, canvas in enumerate(_canvases()):
        for name, value in term(canvas[None], 0.3).items():
            torch.testing.assert_close(value[0], together[name][index], atol=1e-6, rtol=1e-4)


def test_the_score_is_of_the_clean_view_alone(clip_folder):
    judged = _term(clip_folder)(_canvases(), 1.0)
    clean = _term(clip_folder, views=SharedViews(0))(_canvases(), 0.3)
    for name, value in judged.items():
        torch.testing.assert_close(value, clean[name])


def test_text_and_negative_prompts_are_cosines_with_what_is_read(clip_folder):
    term = _term(
        clip_folder,
        layers={},
        fc=0.0,
        prompt="a cat",
        text=2.0,
        negative_prompts=["a dog", "text"],
        negative=0.5,
        views=SharedViews(0),
    )
    losses = term(_canvases(), 0.1)
    read = term.network.embed_text(["a cat", "a dog", "text"])
    seen = torch.nn.functional.normalize(term.network.features(_canvases()).embedding, dim=-1)
    torch.testing.assert_close(losses["text"], 2 * (1 - seen @ read[0]))
    torch.testing.assert_close(losses["negative"], 0.5 * (seen @ read[1:].T).mean(1))
    assert set(losses) == {"text", "negative"}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"fc": 0.0},
        {"layers": {"stem": 1.0}, "fc": 0.0},
        {"layer_map": "repo_2023"},
        {"layers": {}, "fc": 0.0, "prompt": "a cat", "text": 1.0},
    ],
)
def test_gradients_reach_control_points_and_lower_the_loss(clip_folder, options):
    term = _term(clip_folder, views=SharedViews(1), **options)
    points = torch.tensor(
        [
            [[12.0, 50.0], [20.0, 20.0], [44.0, 18.0], [50.0, 12.0]],
            [[5.0, 9.0], [20.0, 9], [40.0, 9], [60.0, 9]],
        ],
        requires_grad=True,
    )
    optimizer = torch.optim.Adam([points], lr=1.0)
    losses = []
    for _ in range(8):
        loss = torch.stack(list(term(_drawn(points), 0.5).values())).sum()
        optimizer.zero_grad()
        loss.backward()
        assert points.grad.abs().amax(-1).min() > 0
        optimizer.step()
        losses.append(float(loss.detach()))
    assert min(losses[-4:]) < losses[0]


def test_the_network_is_shared_frozen_and_in_no_checkpoint(clip_folder):
    first, second = _term(clip_folder), _term(clip_folder, layers={"layer1": 1})
    assert first.network is second.network
    assert list(first.parameters()) == []
    assert first.state_dict() == {}
    before = {name: value.clone() for name, value in first.network.state_dict().items()}
    picture = _canvases().requires_grad_()
    first.train()
    first(picture, 0.1)["layer2"].sum().backward()
    for name, value in first.network.state_dict().items():
        assert torch.equal(value, before[name])
        assert value.grad is None


def test_what_was_prepared_moves_with_the_term(clip_folder):
    term = _term(clip_folder, prompt="a cat", text=1.0).to("meta")
    try:
        losses = term(torch.zeros(2, 3, SIZE, SIZE, device="meta"), 0.3)
        assert {value.device.type for value in losses.values()} == {"meta"}
    finally:
        # The network is shared with the other tests, and what is on the meta device is lost.
        from inkwright.frozen_networks import frozen_network

        frozen_network._shared.clear()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"layers": {"layer9": 1.0}}, "'layer9'; did you mean layer"),
        ({"layers": [1, 0, 1]}, "a list of 3 weights; this network has 5 layers: stem, layer1"),
        ({"layers": {"layer1": -1.0}}, "every weight must be >= 0"),
        ({"distance": "l3"}, "distance is 'l3'; it must be one of l2, l1, cosine"),
        ({"layer_map": "old"}, "layer_map is 'old'; it must be one of intended, repo_2023"),
        ({"fc": -1.0}, "fc, text, negative are -1.0"),
        ({"text": 1.0}, "prompt is empty"),
        ({"layers": {}, "fc": 0.0}, "no loss"),
        ({"weight": -1}, "weight is -1"),
    ],
)
def test_wrong_options_are_refused(clip_folder, wrong, message):
    with pytest.raises(ValueError, match=message):
        ClipTerm(weights_path=clip_folder, **wrong)


def test_a_transformer_must_be_told_its_layers(vit_folder):
    with pytest.raises(ValueError, match="layers is null; for this network say which: block0 to block2"):
        ClipTerm(weights_path=vit_folder)
    with pytest.raises(ValueError, match="which is a map of ResNets"):
        _term(vit_folder, layers={"block1": 1}, layer_map="repo_2023")
