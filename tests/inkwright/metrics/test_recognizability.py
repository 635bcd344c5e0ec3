from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from inkwright.metrics.recognizability import RecognizedRank
from inkwright.pictures.bundled_examples import EXAMPLES
from inkwright.pictures.target_image import load_target
from tests.inkwright.frozen_networks.real_weights import needs
from tests.inkwright.frozen_networks.tiny_networks import tiny_squeezenet


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return str(tiny_squeezenet(tmp_path_factory.mktemp("net") / "squeezenet.safetensors"))


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """Five pictures of coarse noise."""
    folder = tmp_path_factory.mktemp("gallery")
    for index in range(5):
        pixels = np.random.default_rng(index).integers(0, 256, (6, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((64, 48), Image.Resampling.BICUBIC).save(folder / f"{index}.png")
    return folder


def _picture(path) -> torch.Tensor:
    return load_target(path, 64).image[None]


def test_a_picture_is_found_from_itself_and_not_from_another(weights, gallery):
    ranks = RecognizedRank(weights_path=weights, gallery=str(gallery), others=20)
    pictures = [_picture(path) for path in sorted(gallery.iterdir())]
    assert [ranks.rank(each, each) for each in pictures] == [1] * 5
    assert ranks.rank(pictures[1], pictures[0]) > 1
    # Of the gallery the picture itself is no other: all the same, it is not found twice.
    assert ranks.rank(pictures[0].flip(3), pictures[0]) <= 21
    ranks.update(torch.cat(pictures[:2]), torch.cat([pictures[0], pictures[0]]))
    assert float(ranks.compute()) == (1 + ranks.rank(pictures[1], pictures[0])) / 2


def test_neither_color_nor_the_shape_of_the_paper_tells(weights, gallery):
    ranks = RecognizedRank(weights_path=weights, gallery=str(gallery), others=20)
    first, second = (_picture(path) for path in sorted(gallery.iterdir())[:2])
    gray = (
        (second * torch.tensor([0.2126, 0.7152, 0.0722])[:, None, None])
        .sum(1, keepdim=True)
        .expand_as(second)
    )
    assert ranks.rank(gray, second) == 1
    taller = torch.nn.functional.interpolate(first, (96, 64), mode="bilinear")
    assert ranks.rank(taller, first) == 1


def test_a_white_sheet_is_like_nothing(weights, gallery):
    ranks = RecognizedRank(weights_path=weights, gallery=str(gallery), others=20)
    picture = _picture(next(gallery.iterdir()))
    assert ranks.rank(torch.ones_like(picture), picture) > 1


def test_too_few_pictures_are_said(weights, gallery):
    ranks = RecognizedRank(weights_path=weights, gallery=str(gallery), others=41)
    picture = _picture(gallery / "0.png")
    with pytest.raises(ValueError, match="gallery holds 4 other pictures, which make 40 views; others is 41"):
        ranks.update(picture, picture)
    with pytest.raises(ValueError, match="others is 0"):
        RecognizedRank(weights_path=weights, others=0)
    with pytest.raises(ValueError, match="no such folder"):
        RecognizedRank(weights_path=weights, gallery="/no/such")


class TestRealSqueezenet:
    pytestmark = needs("squeezenet")

    def test_an_edge_map_is_recognized_among_fifty(self):
        from inkwright.guidance.structure import gradient_magnitude

        picture = _picture(EXAMPLES / "coffee.jpg")
        lines = 1 - gradient_magnitude(picture.mean(1))[:, None].expand_as(picture)
        assert RecognizedRank().rank(lines, picture) == 1
