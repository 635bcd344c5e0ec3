"""Scenes taken apart: foregrounds that are none, holes painted over, small subjects enlarged and put back."""

import numpy as np
import pytest
import torch

from inkwright.image_analysis.scene.decomposition import outline_support, take_apart
from inkwright.image_analysis.scene.enlargement import Enlargement, enlargement_of
from inkwright.image_analysis.scene.inpainting import Inpainting

ROWS, COLUMNS = np.mgrid[0:48, 0:64]
DISC = (ROWS - 20) ** 2 + (COLUMNS - 40) ** 2 < 60
PICTURE = np.where(DISC[..., None], 0.1, 0.8).astype(np.float32).repeat(3, axis=-1)[..., :3]


def test_both_regions_and_what_lies_behind():
    scene = take_apart(PICTURE, DISC.astype(np.float32))
    assert scene.regions == ("background", "foreground")
    assert np.array_equal(scene.subject, DISC)
    assert scene.background.min() > 0.7
    assert scene.enlargement.scale > 2


def test_a_guess_must_follow_edges_and_a_person_is_believed(caplog):
    elsewhere = np.roll(DISC, 20, axis=0).astype(np.float32)
    assert outline_support(PICTURE, DISC) > 0.9
    assert take_apart(PICTURE, elsewhere).regions == ("scene",)
    assert "follows no edges" in caplog.text
    assert take_apart(PICTURE, elsewhere, sure=True).regions == ("background", "foreground")


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (None, "no foreground was found"),
        (np.zeros((48, 64)), "no foreground was found"),
        (np.ones((48, 64)), "covers 100.0%"),
    ],
)
def test_no_foreground_is_said(mask, message):
    assert take_apart(PICTURE, mask).regions == ("scene",)
    with pytest.raises(ValueError, match=message):
        take_apart(PICTURE, mask, regions="both")


def test_one_and_unknown_words():
    assert take_apart(PICTURE, DISC.astype(np.float32), regions="one").regions == ("scene",)
    with pytest.raises(ValueError, match="regions is 'two'"):
        take_apart(PICTURE, None, regions="two")  # type: ignore[arg-type]


def test_enlarged_points_come_back_to_where_they_were():
    enlargement = enlargement_of(DISC)
    points = torch.rand(30, 2) * torch.tensor([64.0, 48.0])
    there = enlargement.enlarged(points, (64.0, 48.0))
    torch.testing.assert_close(enlargement.put_back(there, (64.0, 48.0)), points, rtol=0, atol=1e-3)
    longest = np.ptp(np.flatnonzero(DISC.any(0))) + 1
    assert enlargement.scale * longest == pytest.approx(int(0.7 * 48))


def test_picture_and_points_are_enlarged_alike():
    enlargement = enlargement_of(DISC)
    shown = enlargement.picture(DISC.astype(np.float32), 0.0)
    rows, columns = np.nonzero(shown > 0.5)
    middle = enlargement.put_back(torch.tensor([columns.mean() + 0.5, rows.mean() + 0.5]), (64.0, 48.0))
    assert middle.tolist() == pytest.approx([40.5, 20.5], abs=0.5)


def test_large_and_scattered_subjects_stay():
    assert enlargement_of(np.ones((48, 64), bool)).is_none
    two = DISC | np.roll(DISC, -25, axis=1)
    assert enlargement_of(two) == Enlargement()
    speck = DISC.copy()
    speck[45:47, 3:5] = True
    assert not enlargement_of(speck).is_none


class Gray(torch.nn.Module):
    """Stands for LaMa: the hole is gray."""

    def forward(self, image, mask):
        return image * (1 - mask) + 0.5 * mask


class Wrong(torch.nn.Module):
    """Gives a picture of another size."""

    def forward(self, image, mask):
        return image[..., :8, :8]


def saved(network, path) -> str:
    torch.jit.script(network).save(str(path))
    return str(path)


@pytest.mark.filterwarnings("ignore:.torch.jit.*:FutureWarning")
def test_lama_fills_the_hole_alone(tmp_path):
    found = Inpainting(saved(Gray(), tmp_path / "lama.pt"))(PICTURE[:45, :61], DISC[:45, :61])
    assert np.allclose(found[DISC[:45, :61]], 0.5)
    assert np.array_equal(found[~DISC[:45, :61]], PICTURE[:45, :61][~DISC[:45, :61]])


@pytest.mark.filterwarnings("ignore:.torch.jit.*:FutureWarning")
def test_files_that_are_no_lama_are_told(tmp_path):
    with pytest.raises(ValueError, match="is not there"):
        Inpainting(str(tmp_path / "none.pt"))
    (tmp_path / "text.pt").write_text("no network")
    for path in (saved(Wrong(), tmp_path / "wrong.pt"), tmp_path / "text.pt"):
        with pytest.raises(ValueError, match="LaMa"):
            Inpainting(str(path))(PICTURE, DISC)
