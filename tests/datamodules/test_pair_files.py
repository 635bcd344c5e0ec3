"""Pairs, pseudo-labels and unpaired sketches from files."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from datamodules.page_set import PageSet
from datamodules.pair_folder import PairFolder, PatchRules
from datamodules.pseudo_labels import PseudoLabels, locally_binarized
from datamodules.unpaired_sketches import UnpairedSketches
from inkwright.synthetic_drawings.page_effects import PageEffects

QUIET = PageEffects(0, 0, 0, 0, grain=False)


def _page(seed: int, width: int = 160, height: int = 120) -> np.ndarray:
    page = np.full((height, width), 255, np.uint8)
    rng = np.random.default_rng(seed)
    for _ in range(12):
        row, column = rng.integers(0, height - 20), rng.integers(0, width - 40)
        page[row : row + 3, column : column + 40] = 0
    return page


def _save(path, page: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(page).save(path)


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        for kind in ("rough", "clean"):
            _save(tmp_path / kind / f"page{number}.png", _page(number))
    return tmp_path


def test_rough_and_clean_are_cut_turned_and_mirrored_alike(folder):
    rules = PatchRules(effects=QUIET, identity=0.0, target_threshold=0.0)
    pairs = PairFolder(str(folder), rules)
    for index in range(6):
        rough, clean = pairs.patch(index, 48)
        assert np.array_equal(rough, clean)
    assert np.array_equal(pairs.patch(3, 48)[1], PairFolder(str(folder), rules).patch(3, 48)[1])
    assert not np.array_equal(pairs.patch(3, 48)[1], pairs.patch(4, 48)[1])


def test_patches_hold_ink_and_a_blank_picture_ends(folder, tmp_path):
    pairs = PairFolder(str(folder), PatchRules(effects=QUIET))
    assert all(pairs.patch(index, 48)[1].mean() <= 0.99 for index in range(8))
    for kind in ("rough", "clean"):
        _save(tmp_path / "blank" / kind / "a.png", np.full((80, 80), 255, np.uint8))
    assert PairFolder(str(tmp_path / "blank"), PatchRules(effects=QUIET)).patch(0, 48)[1].min() == 1


def test_targets_darker_than_the_threshold_become_black(folder):
    clean = PairFolder(str(folder)).patch(1, 48)[1]
    assert ((clean == 0) | (clean >= 0.9)).all()


def test_whole_pictures_are_squeezed_into_a_patch(folder):
    pairs = PairFolder(str(folder), PatchRules(patches="whole", effects=QUIET, target_threshold=0.0))
    _, clean = pairs.patch(0, 64)
    assert clean[:48].min() < 0.5
    assert (clean[48:] == 1).all()


def test_large_pictures_are_cut_more_often(tmp_path):
    for kind in ("rough", "clean"):
        _save(tmp_path / kind / "large.png", np.zeros((300, 300), np.uint8))
        _save(tmp_path / kind / "small.png", np.full((60, 60), 128, np.uint8))
    rules = PatchRules(effects=QUIET, target_threshold=0.0, identity=0.0, turn=0.0)
    pairs = PairFolder(str(tmp_path), rules)
    dark = sum(pairs.patch(index, 16)[1].min() < 0.2 for index in range(60))
    assert dark > 50


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "rough" / "page0.png").unlink(), "page0 is only in one of"),
        (lambda folder: _save(folder / "clean" / "page1.png", _page(1, 50, 60)), "a pair must have one size"),
    ],
)
def test_broken_folders_are_named(folder, spoil, message):
    spoil(folder)
    with pytest.raises(ValueError, match=message):
        PairFolder(str(folder))


def test_missing_folders_and_wrong_rules_are_named(tmp_path):
    with pytest.raises(ValueError, match="there is no such folder"):
        PairFolder(str(tmp_path))
    (tmp_path / "rough").mkdir()
    with pytest.raises(ValueError, match="there is no picture in this folder"):
        PairFolder(str(tmp_path))
    with pytest.raises(ValueError, match="patches is 'all'"):
        PatchRules(patches="all")
    with pytest.raises(ValueError, match="scales is"):
        PatchRules(scales=())


class _Numbered:
    """Pages whose clean side tells their number: so many dark rows."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def page(self, index: int, side: int) -> tuple[np.ndarray, np.ndarray]:
        self.asked.append((index, side))
        clean = np.ones((side, side), np.float32)
        clean[: 8 * (index + 1)] = 0
        return clean * np.float32(0.5), clean


def test_pages_of_a_generator_are_cut_like_files():
    source = _Numbered()
    rules = PatchRules(effects=QUIET, identity=0.0)
    pages = PageSet(source, rules, pages=3, side=64, seed=4)
    assert source.asked == [(0, 64), (1, 64), (2, 64)]
    assert [(pages.page(index, 64)[1][:, 5] == 0).sum() for index in (0, 1, 2, 3)] == [8, 16, 24, 8]
    rough, clean = pages.patch(7, 32)
    assert rough.shape == clean.shape == (32, 32)
    same = PageSet(_Numbered(), rules, pages=3, side=64, seed=4).patch(7, 32)
    assert np.array_equal(rough, same[0])
    others = PageSet(_Numbered(), rules, pages=3, side=64, seed=5)
    assert any(
        not np.array_equal(others.patch(index, 32)[1], pages.patch(index, 32)[1]) for index in range(4)
    )
    assert len(source.asked) == 3


@pytest.mark.parametrize(
    ("arguments", "message"), [({"pages": 33}, "pages is 33; it must be in"), ({"side": 63}, "side is 63")]
)
def test_wrong_numbers_of_pages_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        PageSet(_Numbered(), **arguments)


def test_teacher_answers_binarised_at_seventy(tmp_path):
    _save(tmp_path / "a.png", _page(0))
    answers = []

    def teacher(picture: np.ndarray) -> np.ndarray:
        answers.append(picture)
        return np.where(picture < 0.5, 0.26, 0.28).astype(np.float32)

    rules = PatchRules(effects=QUIET, target_threshold=0.0, turn=0.0, scales=(1.0,))
    _, clean = PseudoLabels(str(tmp_path), teacher, rules).patch(0, 48)
    assert set(np.unique(answers[0])) == {0.0, 1.0}
    assert clean.min() == 0
    assert clean.max() == 1


def test_local_binarising_sees_lines_in_the_shade():
    ramp = np.tile(np.linspace(0.3, 1.0, 100, dtype=np.float32), (40, 1))
    ramp[20] -= 0.15
    found = locally_binarized(ramp)
    assert (found[20] == 0).mean() > 0.9
    assert found[:10].mean() > 0.95


def test_unpaired_sketches_come_from_folders_or_from_nothing(tmp_path):
    _save(tmp_path / "rough" / "a.png", _page(3))
    both = UnpairedSketches(str(tmp_path / "rough"))
    for patch in (both.rough(0, 32), both.clean(0, 32)):
        assert patch.shape == (32, 32)
        assert patch.dtype == np.float32
    assert np.array_equal(both.rough(5, 32), UnpairedSketches(str(tmp_path / "rough")).rough(5, 32))
