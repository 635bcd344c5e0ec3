"""Captioned pictures of the small world."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inkwright.toy_world.painting import paint_scenes
from inkwright.toy_world.scene import PlacedThing, Scene, scene_by_lot
from inkwright.toy_world.toy_pictures import ToyPictures
from inkwright.toy_world.vocabulary import CONTEXT_LENGTH, known_prompt, make_tokenizer, token_ids
from inkwright.toy_world.words import COLORS, KINDS, REVERSED, is_held_out, known_words


def one(kind: str, color: str = "red", style: str = "painted", half: float = 0.4) -> Scene:
    return Scene((PlacedThing(kind, color, "big", (0.5, 0.5), half),), "", style, True, f"a {color} {kind}")


def painted(*scenes: Scene, side: int = 32) -> tuple[torch.Tensor, torch.Tensor]:
    return paint_scenes(scenes, [np.random.default_rng(each) for each in range(len(scenes))], side)


def test_pictures_are_a_function_of_seed_and_index():
    album = ToyPictures(3, side=32)
    together = album.pictures([4, 9])
    alone = album.pictures([9])
    for pair, single in zip(together, alone, strict=True):
        torch.testing.assert_close(pair[1:], single)
    assert album.scene(9) == ToyPictures(3).scene(9)
    assert not torch.equal(together[0][0], together[0][1])
    assert not torch.equal(ToyPictures(4, side=32).pictures([9])[0], alone[0])


def test_any_size_shows_the_same():
    small, large = (ToyPictures(1, side=side, drawn=0.0).pictures([0])[0] for side in (32, 96))
    shrunk = torch.nn.functional.interpolate(large, size=32, mode="area")
    assert float((shrunk - small).abs().mean()) < 0.03


@pytest.mark.parametrize("style", ["painted", "drawn"])
def test_every_kind_is_painted_inside_its_mask_and_in_its_color(style):
    scenes = [one(kind, "blue", style) for kind in KINDS]
    images, masks = painted(*scenes, side=48)
    covered = masks[:, 0]
    inked = (images < 0.9).any(1)
    assert not bool((inked & (covered < 0.05)).any())  # nothing outside of the mask
    assert bool(((covered > 0.5).flatten(1).float().mean(1) > 0.02).all())
    most = torch.stack([image[:, ink].mean(1) for image, ink in zip(images, inked, strict=True)])
    assert bool((most[:, 2] > most[:, 0] + 0.1).all())  # blue above red


def test_kinds_look_different():
    images, _ = painted(*(one(kind) for kind in KINDS))
    apart = torch.cdist(images.flatten(1), images.flatten(1)) + 1e3 * torch.eye(len(KINDS))
    assert float(apart.min()) > 3.0


def test_the_held_out_split_shares_no_combination_with_training():
    def combinations(split: str) -> set[tuple[str, str]]:
        dice = np.random.default_rng(0)
        scenes = [scene_by_lot(dice, split) for _ in range(400)]
        return {(thing.kind, thing.color) for scene in scenes for thing in scene.things}

    kept, shown = combinations("held_out"), combinations("train")
    assert kept
    assert not kept & shown
    left_out = [(kind, color) for kind in KINDS for color in COLORS if is_held_out(kind, color)]
    assert {kind for kind, _ in left_out} == set(KINDS)
    assert {color for _, color in left_out} == set(COLORS)


def test_captions_tell_relations_as_they_are():
    for index in range(200):
        scene = ToyPictures(2, pairs=1.0).scene(index)
        first, second = (thing.center for thing in scene.things)
        holds = {
            "above": first[1] < second[1],
            "under": first[1] > second[1],
            "left": first[0] < second[0],
            "right": first[0] > second[0],
        }
        assert holds[scene.relation]
        assert not holds[REVERSED[scene.relation]]


def test_every_word_of_captions_is_one_token():
    tokenizer = make_tokenizer()
    for word in known_words():
        assert len(tokenizer(word, add_special_tokens=False).input_ids) == 1, word
    longest = max(
        (ToyPictures(0).scene(index).caption for index in range(500)), key=lambda text: text.count(" ")
    )
    assert len(longest.split()) <= CONTEXT_LENGTH
    assert known_prompt(longest) == longest


def test_texts_are_padded_with_their_end():
    tokens = token_ids(["a red fish", ""])
    assert tokens.shape == (2, CONTEXT_LENGTH)
    assert int(tokens[0].argmax()) == 4  # start, three words, end
    assert int(tokens[1].argmax()) == 1


@pytest.mark.parametrize("prompt", ["a quasar", "a red quasar", "a red fish, 3 quasars"])
def test_unknown_words_are_refused_with_those_that_are_known(prompt):
    with pytest.raises(ValueError, match=r"does not know.*it knows .*fish.*umbrella") as error:
        known_prompt(prompt)
    assert "\n" not in str(error.value)


def test_the_nearest_word_is_offered():
    with pytest.raises(ValueError, match="'umbrela'.*did you mean umbrella"):
        known_prompt("an umbrela")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"split": "test"}, "split is 'test'"),
        ({"pairs": 1.5}, "pairs is 1.5"),
        ({"side": 8}, "side are 0, 8"),
    ],
)
def test_wrong_settings_are_named(settings, said):
    with pytest.raises(ValueError, match=said):
        ToyPictures(**settings)
