"""The shipped CLIPs know the small world, and guide strokes there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from benchmarks.toy_world.fitted_strokes import moved, pictures, random_strokes
from inkwright.frozen_networks.clip import load_clip
from inkwright.guidance.network_terms.clip import ClipTerm
from inkwright.guidance.shared_views import SharedViews
from inkwright.guidance.targets import Targets
from inkwright.toy_world.painting import paint_scenes
from inkwright.toy_world.scene import PlacedThing, Scene
from inkwright.toy_world.shipped_weights import shipped_weights
from inkwright.toy_world.toy_pictures import ToyPictures
from inkwright.toy_world.words import COLORS, KINDS
from inkwright.toy_world.zero_shot import accuracies, kind_prompts, pair_prompts, probabilities

WEIGHTS = shipped_weights("clip_resnet")


@pytest.fixture(scope="module")
def network():
    return load_clip(weights_path=WEIGHTS).network


@torch.no_grad()
def embedded(network, images: torch.Tensor) -> torch.Tensor:
    return network.features(images).embedding


@pytest.mark.parametrize("name", ["clip_resnet", "clip_vit"])
def test_it_names_combinations_that_it_never_saw(name):
    network = load_clip(weights_path=shipped_weights(name)).network
    album = ToyPictures(2_000_003, "held_out", pairs=0.0)
    things = [album.scene(index).things[0] for index in range(64)]
    kinds = torch.tensor([KINDS.index(thing.kind) for thing in things])
    colors = torch.tensor([list(COLORS).index(thing.color) for thing in things])
    seen = embedded(network, album.pictures(range(64))[0])
    found = accuracies(seen, network.embed_text(pair_prompts()), kinds, colors)
    assert float(found["kind"]) > (0.8 if name == "clip_resnet" else 0.7)
    assert float(found["color"]) > 0.8


def test_a_wrong_caption_scores_lower(network):
    album = ToyPictures(2_000_003, "held_out", pairs=0.0)
    images = album.pictures(range(32))[0]
    captions = [album.scene(index).caption for index in range(32)]
    read = network.embed_text([*captions, *captions[1:], captions[0]])
    likeness = F.cosine_similarity(embedded(network, images).repeat(2, 1), read)
    right, wrong = likeness.chunk(2)
    assert float((right > wrong).float().mean()) > 0.9


@pytest.mark.parametrize(("color", "kind"), [("red", "fish")])
def test_guidance_by_text_raises_what_it_makes_of_the_drawing(network, color, kind):
    views = SharedViews(2, fill=1.0, crop=(0.7, 1.0), distortion=0.3)
    options = {"layers": {}, "fc": 0.0, "text": 1.0, "prompt": f"a {color} {kind}", "views": views}
    strokes = random_strokes()
    texts = network.embed_text(kind_prompts())
    before = probabilities(embedded(network, pictures(strokes)), texts)[:, KINDS.index(kind)]
    drawn = moved(strokes, ClipTerm(weights_path=WEIGHTS, **options), steps=25)
    after = probabilities(embedded(network, drawn), texts)
    assert bool((after[:, KINDS.index(kind)] > before + 0.3).all())
    assert after.argmax(1).tolist() == [KINDS.index(kind)] * 2
    losses = []
    for prompt in (f"a {color} {kind}", "a blue house"):
        term = ClipTerm(weights_path=WEIGHTS, **options | {"prompt": prompt})
        term.prepare(Targets(torch.ones(1, 3, 64, 64)))
        losses.append(term(drawn, 1.0)["text"])
    assert bool((losses[0] < losses[1]).all())  # a wrong prompt scores lower


def test_guidance_by_pictures_raises_zero_shot_accuracy(network):
    kinds = ("heart", "star", "house", "umbrella")
    things = [PlacedThing(kind, "red", "big", (0.5, 0.5), 0.42) for kind in kinds]
    scenes = [Scene((thing,), "", "painted", True, "") for thing in things]
    targets = paint_scenes(scenes, [np.random.default_rng(0) for _ in kinds])[0]
    strokes = random_strokes(candidates=len(kinds), seed=3)
    texts = network.embed_text(kind_prompts())
    places = torch.tensor([KINDS.index(kind) for kind in kinds])

    def accuracy(images: torch.Tensor) -> float:
        best = probabilities(embedded(network, images), texts).argmax(1)
        return float((best == places).float().mean())

    before = accuracy(pictures(strokes))
    term = ClipTerm(weights_path=WEIGHTS, views=SharedViews(1, fill=1.0))
    assert accuracy(moved(strokes, term, 25, targets)) >= max(before + 0.5, 0.75)


def test_layers_order_by_fidelity(network):
    """Early layers see whether a picture is the same, late ones whether it shows the same."""
    same, moved_, other = [], [], []
    for index, kind in enumerate(("house", "fish", "cup", "star", "car", "cat")):
        another = KINDS[(KINDS.index(kind) + 9) % 27]
        for scenes, place, what in ((same, 0.5, kind), (moved_, 0.42, kind), (other, 0.5, another)):
            thing = PlacedThing(what, "blue", "big", (place, 0.5), 0.4)
            scenes.append((Scene((thing,), "", "painted", True, ""), index))
    seen = []
    for scenes in (same, moved_, other):
        images = paint_scenes([s for s, _ in scenes], [np.random.default_rng(i) for _, i in scenes])[0]
        with torch.no_grad():
            found = network.features(images, network.layer_names)
        seen.append([*(found.layers[name].flatten(1) for name in network.layer_names), found.embedding])
    ratios = []
    for a, b, c in zip(*seen, strict=True):
        ratios.append(float(((a - b).norm(dim=1) / (a - c).norm(dim=1)).mean()))
    assert ratios[1:] == sorted(ratios[1:], reverse=True)  # layer1 to the embedding
    assert ratios[-1] < 0.4 < 0.7 < ratios[1]


def test_it_is_small_enough_to_ship():
    folder = Path(WEIGHTS).parent
    size = sum(
        path.stat().st_size for name in ("clip_resnet", "clip_vit") for path in (folder / name).glob("*")
    )
    assert size < 6e6
