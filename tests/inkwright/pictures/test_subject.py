from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from datamodules.blank_canvas import BlankCanvasData, name_of
from datamodules.target_image import TargetImageData
from inkwright.pictures.subject import Subject
from inkwright.pictures.target_image import load_target


@pytest.fixture
def files(tmp_path):
    """A picture of 120 x 80 pixels with a small dark square, and its mask."""
    picture = np.full((80, 120, 3), 200, np.uint8)
    picture[..., 0] = np.arange(120)
    picture[20:40, 70:90] = (20, 30, 40)
    mask = np.zeros((80, 120), np.uint8)
    mask[20:40, 70:90] = 255
    Image.fromarray(picture).save(tmp_path / "picture.png")
    Image.fromarray(mask).save(tmp_path / "mask.png")
    return tmp_path / "picture.png", str(tmp_path / "mask.png")


def _dark(picture: np.ndarray) -> np.ndarray:
    return (picture.max(-1) < 0.3).astype(np.float32)


@pytest.mark.parametrize("how", ["mask", "find"])
def test_what_is_not_the_subject_becomes_white_paper(files, how):
    picture, mask = files
    subject = Subject(mask=mask) if how == "mask" else Subject(find=_dark)
    target = load_target(picture, 120, subject)
    assert target.image.shape == (3, 80, 120)
    assert target.mask[20:40, 70:90].min() == 1
    assert target.mask.sum() == 400
    outside = target.image[:, target.mask == 0]
    assert outside.min() == 1
    assert target.image[:, 25, 80].max() < 0.2


def test_a_small_subject_is_enlarged(files):
    picture, _ = files
    target = load_target(picture, 120, Subject(find=_dark, enlarge=True, margin=0.1))
    assert target.image.shape == (3, 120, 120)
    assert 0.6 < target.mask.mean() < 0.8


def test_a_transparent_picture_is_its_own_mask(tmp_path, files):
    rgba = np.asarray(Image.open(files[0]).convert("RGBA")).copy()
    rgba[..., 3] = 0
    rgba[10:30, 5:65, 3] = 128
    Image.fromarray(rgba).save(tmp_path / "alpha.png")
    target = load_target(tmp_path / "alpha.png", 120, Subject(enlarge=True, margin=0.0))
    assert target.image.shape == (3, 40, 120)
    assert target.mask.mean() == pytest.approx(128 / 255, abs=0.01)


def test_it_is_asked_for_by_mask_object_or_by_a_mask(files):
    picture, mask = files
    data = [
        TargetImageData(str(picture), subject=Subject(find=_dark)),
        TargetImageData(str(picture), subject=Subject(find=_dark), mask_object=True),
        TargetImageData(str(picture), subject=Subject(mask=mask)),
    ]
    assert [each.target.mask is None for each in data] == [True, False, False]


def test_what_does_not_fit_is_refused(files, tmp_path):
    picture, _ = files
    Image.new("L", (60, 80), 255).save(tmp_path / "small.png")
    with pytest.raises(ValueError, match="small.png is 60 x 80 pixels; it must be 120 x 80, as the picture"):
        load_target(picture, 120, Subject(mask=str(tmp_path / "small.png")))
    with pytest.raises(ValueError, match="mask=/no/such.png is not there"):
        Subject(mask="/no/such.png")
    with pytest.raises(ValueError, match="no subject was found in picture.png; give mask=FILE"):
        load_target(picture, 120, Subject(find=lambda each: np.zeros(each.shape[:2], np.float32)))
    with pytest.raises(ValueError, match="nothing else finds the subject"):
        load_target(picture, 120, Subject())
    with pytest.raises(ValueError, match="margin is -1"):
        Subject(margin=-1)
    with pytest.raises(ValueError, match="mask_object is true, but datamodule.subject is null"):
        TargetImageData(str(picture), mask_object=True)


def test_white_paper_is_named_after_the_prompt():
    data = BlankCanvasData("A cat, on a sofa!", image_size=64)
    assert data.target.name == "A-cat-on-a-sofa"
    assert data.target.canvas == (64.0, 64.0)
    assert data.target.image.min() == 1
    assert len(name_of("word " * 50)) <= 60
    for wrong, message in (
        ({"prompt": " "}, "prompt is empty"),
        ({"prompt": "a", "image_size": 8}, "image_size is 8"),
    ):
        with pytest.raises(ValueError, match=message):
            BlankCanvasData(**wrong)


@pytest.mark.parametrize("light", [1, 2, 255])
def test_a_mask_of_zeros_and_ones_is_a_mask(tmp_path, files, light):
    values = np.asarray(Image.open(files[1])) // 255 * light
    Image.fromarray(values.astype(np.uint8)).save(tmp_path / "ones.png")
    target = load_target(files[0], 120, Subject(mask=str(tmp_path / "ones.png")))
    assert target.mask.sum() == 400
