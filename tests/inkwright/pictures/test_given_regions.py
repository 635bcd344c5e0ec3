"""Regions that a person names: boxes, mask files, pictures on white; what can't be used is one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkwright.pictures.given_regions import read_regions

SIZE, SHAPE = (80, 60), (30, 40)


@pytest.fixture
def files(tmp_path) -> Path:
    """A picture, a mask of its right half, and its left upper quarter on white, a white spot within."""
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 200, (60, 80, 3)).astype(np.uint8)
    mask = np.zeros((60, 80), dtype=np.uint8)
    mask[:, 40:] = 255
    part = np.full_like(picture, 255)
    part[:30, :40] = picture[:30, :40]
    part[10:15, 10:15] = 255
    for name, values in (("scene", picture), ("mask", mask), ("scene_roi1", part), ("scene_roi2", part)):
        Image.fromarray(values).save(tmp_path / f"{name}.png")
    Image.fromarray(mask[:, :70]).save(tmp_path / "narrow.png")
    Image.new("RGB", (80, 60), "white").save(tmp_path / "blank_roi1.png")
    Image.new("L", (80, 60), 0).save(tmp_path / "dark.png")
    return tmp_path


def test_boxes_masks_and_pictures_on_white(files):
    named = f"0,0,40,60; {files / 'mask.png'} ;{files / 'scene_roi1.png'}"
    box, mask, part = read_regions(named, files / "scene.png", SIZE, SHAPE)
    assert box[:, :20].all()
    assert not box[:, 20:].any()
    assert (mask == ~box).all()
    assert part[:15, :20].all()
    assert part.sum() == 300


def test_those_beside_the_picture_are_taken_by_number(files):
    assert len(read_regions("roi", files / "scene.png", SIZE, SHAPE)) == 2
    (files / "scene_roi2.png").rename(files / "scene_roi3.png")
    assert len(read_regions("roi", files / "scene.png", SIZE, SHAPE)) == 1


@pytest.mark.parametrize("name", ["a [1]", "a;b", "a*", "größe", "-x"])
def test_pictures_of_any_name_have_regions_beside_them(files, name):
    (files / "scene_roi1.png").rename(files / f"{name}_roi1.png")
    assert len(read_regions("roi", files / f"{name}.png", SIZE, SHAPE)) == 1
    assert len(read_regions(str(files / f"{name}_roi1.png"), files / "scene.png", SIZE, SHAPE)) == 1


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("10,10,90,20", "regions=10,10,90,20 is no box within the picture"),
        ("-1,0,10,10", "is no box within the picture"),
        ("20,10,10,20", "is no box within the picture"),
        ("1,2,3", "regions=1,2,3: there is no such file; give a box"),
        ("nowhere.png", "there is no such file"),
        ("x" * 5000, "there is no such file"),
        ("nan,0,10,10", "is no box within the picture"),
        ("{folder}/narrow.png", "is 70 x 60 pixels; it must be 80 x 60"),
        ("{folder}/blank_roi1.png", "holds no region: all of it is white"),
        ("{folder}/dark.png", "holds no region: nothing in it is light"),
    ],
)
def test_what_cannot_be_used_is_told(files, named, message):
    with pytest.raises(ValueError, match=message):
        read_regions(named.format(folder=files), files / "scene.png", SIZE, SHAPE)


def test_missing_pictures_beside_are_told(files):
    with pytest.raises(ValueError, match="there is no mask_roi1.png beside"):
        read_regions("roi", files / "mask.png", SIZE, SHAPE)
