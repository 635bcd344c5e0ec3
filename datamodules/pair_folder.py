"""Pairs from files: a rough sketch in ``rough/`` and its clean lines of the same name in ``clean/``."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np

from inkwright.pictures.picture_file import read_gray
from inkwright.pictures.picture_folder import pictures_in
from inkwright.synthetic_drawings.page_effects import PageEffects, scanned
from inkwright.synthetic_drawings.stroke_painting import Pixels

SCALES = (1.0, 7 / 6, 8 / 6, 9 / 6, 10 / 6, 11 / 6, 12 / 6, 13 / 6, 14 / 6)
_TRIES = 50


@dataclass(frozen=True)
class PatchRules:
    """How patches are cut from pictures, after Simo-Serra et al. 2016.

    Attributes:
        patches: "random" cuts patches at random places; "whole" squeezes the whole picture into one.
        scales: sizes are divided by one of these.
        turn: largest rotation in degrees.
        least_ink: patches whose target has less ink are drawn again.
        target_threshold: target pixels darker than 1 become black below it; 0 leaves them gray.
        identity: chance that the rough patch is the clean one.
        effects: what happens to the rough patch: tone, slur, noise.
    """

    patches: Literal["random", "whole"] = "random"
    scales: tuple[float, ...] = SCALES
    turn: float = 180.0
    least_ink: float = 0.01
    target_threshold: float = 0.9
    identity: float = 0.1
    effects: PageEffects = PageEffects(erased=0.0, slur=0.3, tone=0.7, noise=0.5, grain=False)

    def __post_init__(self) -> None:
        if self.patches not in ("random", "whole"):
            raise ValueError(f"patches is {self.patches!r}; it must be random or whole")
        if not self.scales or min(self.scales) <= 0:
            raise ValueError(f"scales is {list(self.scales)}; it must be numbers above 0")


class CutPairs:
    """Patches cut by rules from a few pages, and the pages themselves; patch i is a function of (seed, i)."""

    def __init__(self, count: int, rules: PatchRules | None = None, *, seed: int = 0) -> None:
        """Reads each of the ``count`` >= 1 pairs once, for its size."""
        self.rules, self.seed, self.count = rules or PatchRules(), seed, count
        self._pair = lru_cache(maxsize=32)(self.read_pair)
        areas = np.array([self._pair(number)[0].size for number in range(count)], dtype=np.float64)
        self._shares = areas / areas.sum()

    def read_pair(self, number: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) pair ``number``, both [H, W] in [0, 1]."""
        raise NotImplementedError

    def patch(self, index: int, side: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) patch ``index``, each [side, side]; larger pictures are cut more often."""
        rng = np.random.default_rng([self.seed, index, 4])
        rough, clean = self._pair(int(rng.choice(self.count, p=self._shares)))
        both, whole = np.stack([rough, clean]), self.rules.patches == "whole"
        patch = _fitted(both, side) if whole else inked_window(rng, both, side, self.rules)
        clean = _blackened(patch[1], self.rules.target_threshold)
        if rng.random() < self.rules.identity:
            return clean.copy(), clean
        return scanned(rng, patch[0], self.rules.effects), clean

    def page(self, index: int, side: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) picture ``index``, fitted into [side, side] on white."""
        rough, clean = self._pair(index % self.count)
        fitted = _fitted(np.stack([rough, clean]), side)
        return fitted[0], _blackened(fitted[1], self.rules.target_threshold)


class PairFolder(CutPairs):
    """Patches and pages of pairs of files."""

    def __init__(self, folder: str, rules: PatchRules | None = None, *, seed: int = 0) -> None:
        """Looks for pairs in ``rough/`` and ``clean/``: files of the same names, endings may differ.

        Raises:
            ValueError: a folder is missing, or a file has no partner.
        """
        rough, clean = (lines_in(Path(folder) / kind) for kind in ("rough", "clean"))
        alone = sorted(set(rough) ^ set(clean))
        if alone:
            raise ValueError(
                f"{folder}: {alone[0]} is only in one of rough/ and clean/; every file needs its pair"
            )
        self.pairs = [(rough[name], clean[name]) for name in sorted(rough)]
        super().__init__(len(self.pairs), rules, seed=seed)

    def read_pair(self, number: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) files of pair ``number``.

        Raises:
            ValueError: their sizes differ.
        """
        rough_path, clean_path = self.pairs[number]
        rough, clean = read_lines(rough_path), read_lines(clean_path)
        if rough.shape != clean.shape:
            sizes = [f"{each.shape[1]} x {each.shape[0]}" for each in (rough, clean)]
            raise ValueError(
                f"{rough_path} is {sizes[0]}, {clean_path} {sizes[1]}; a pair must have one size"
            )
        return rough, clean


def inked_window(rng: np.random.Generator, pictures: Pixels, side: int, rules: PatchRules) -> Pixels:
    """A ``random_window`` in which the last of the pictures has enough ink, if that takes few tries."""
    for _ in range(_TRIES):
        window = random_window(rng, pictures, side, rules)
        if window[-1].mean() <= 1 - rules.least_ink:
            break
    return window


def random_window(rng: np.random.Generator, pictures: Pixels, side: int, rules: PatchRules) -> Pixels:
    """[C, side, side] the same turned, scaled, mirrored window of pictures [C, H, W]; white beyond them."""
    from scipy.ndimage import affine_transform, gaussian_filter

    scale = float(rules.scales[rng.integers(len(rules.scales))])
    angle = np.radians(rng.uniform(-rules.turn, rules.turn))
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    matrix = np.array([[cosine, -sine], [sine, cosine]])
    if rng.random() < 0.5:
        matrix[:, 1] *= -1
    height, width = pictures.shape[1:]
    room = np.array([height, width]) - 1
    margin = np.minimum(0.5 * side * scale, room / 2)
    center = rng.uniform(margin, room - margin)
    offset = center - matrix @ np.full(2, (side - 1) / 2)
    blur = 0.35 * np.sqrt(max(scale**2 - 1, 0.0))
    return np.stack(
        [
            affine_transform(
                gaussian_filter(picture, blur) if blur else picture,
                matrix,
                offset,
                output_shape=(side, side),
                order=1,
                cval=1.0,
            )
            for picture in pictures
        ]
    ).astype(np.float32)


def lines_in(folder: str | Path) -> dict[str, Path]:
    """The pictures of a folder of lines, by name; see ``pictures_in``."""
    return pictures_in(Path(folder), "folder")


def read_lines(path: Path) -> Pixels:
    """[H, W] gray in [0, 1] of a picture file, transparent parts white."""
    return read_gray(path, 4096)[0]


def _fitted(pictures: Pixels, side: int) -> Pixels:
    from inkwright.pictures.area_scaling import scale_picture, working_size

    height, width = pictures.shape[1:]
    wide, high = working_size(width, height, side)
    scaled = scale_picture(np.ascontiguousarray(pictures.transpose(1, 2, 0)), wide, high).numpy()
    page = np.ones((len(pictures), side, side), dtype=np.float32)
    page[:, :high, :wide] = scaled
    return page


def _blackened(clean: Pixels, threshold: float) -> Pixels:
    return np.where(clean < threshold, np.float32(0), clean) if threshold else clean
