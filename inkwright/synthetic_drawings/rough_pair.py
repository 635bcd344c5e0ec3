"""The procedural training pairs: sample i is a function of (seed, i) and of nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from inkwright.synthetic_drawings.clean_drawing import CleanDrawing
from inkwright.synthetic_drawings.clean_families import (
    HELD_OUT_WEIGHTS,
    TRAINING_WEIGHTS,
    check_weights,
    clean_drawing,
)
from inkwright.synthetic_drawings.copied_lines import copied_roughly
from inkwright.synthetic_drawings.distractors import construction_lines, distractors
from inkwright.synthetic_drawings.faint_lines import faint_page, locks
from inkwright.synthetic_drawings.page_effects import PageEffects, scanned
from inkwright.synthetic_drawings.pencil_strokes import PencilStrokes
from inkwright.synthetic_drawings.redrawn_lines import PencilHabits, redrawn
from inkwright.synthetic_drawings.stroke_painting import Pixels, Window, paint, paint_lines

SIDE = 1024.0
PATCHES_PER_PAGE = 4
PAGES_AT_ONCE = 16
LEAST_INK = 0.01
USUAL_WIDTH = 2.0


@dataclass(frozen=True)
class SketchRecipe:
    """How pairs are made; every pair of numbers is a range to draw from.

    Attributes:
        families: how often each kind of clean drawing is drawn, by name.
        habits: how the hand redraws lines.
        effects: what happens to the page.
        line_width: full width of the clean lines in pixels; the pencil is as much thicker as they are
            thicker than 2 pixels, so that what was drawn tells what was meant.
        ink: share of the canvas that lines of 3 units cover; emptier and fuller drawings are drawn anew.
        scales: canvas units (1,024 a side) per pixel of a patch; above 1 the sketch is seen from afar.
        identity: chance that the rough sketch is the clean drawing itself: clean lines must stay.
        distracted: chance that a page has construction lines, shading, scribbles and ghosts.
        faint: chance that a page has meant lines as pale as its guides; such pages have guides of their own.
        many: chance that each line of a page was drawn many times, far apart.
    """

    families: Mapping[str, float] = field(default_factory=lambda: dict(TRAINING_WEIGHTS))
    habits: PencilHabits = PencilHabits()
    effects: PageEffects = PageEffects()
    line_width: tuple[float, float] = (2.0, 2.0)
    ink: tuple[float, float] = (0.01, 0.08)
    scales: tuple[float, float] = (0.75, 2.0)
    identity: float = 0.07
    distracted: float = 0.8
    faint: float = 0.0
    many: float = 0.0

    def __post_init__(self) -> None:
        check_weights(self.families)
        for name in ("line_width", "ink", "scales"):
            low, high = getattr(self, name)
            if not 0 < low <= high:
                raise ValueError(f"{name} is {[low, high]}; it must be two numbers above 0, the lower first")
        for name in ("identity", "distracted", "faint", "many"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is a chance, in [0, 1]")
        if self.faint + self.many > 1:
            raise ValueError(
                f"faint and many are {self.faint} and {self.many}; together they must be at most 1"
            )


@dataclass(frozen=True)
class RoughPage:
    """What a page shows: the lines that are meant, the strokes, and what happens to the paper."""

    drawing: CleanDrawing
    strokes: PencilStrokes
    effects: PageEffects


class RoughPairs:
    """An endless list of (rough, clean) pairs."""

    def __init__(self, recipe: SketchRecipe, seed: int) -> None:
        """Remembers the recipe.

        Args:
            recipe: how pairs are made.
            seed: >= 0; another seed is another list.

        Raises:
            ValueError: the seed is negative.
        """
        if seed < 0:
            raise ValueError(f"seed is {seed}; it must be >= 0")
        self.recipe = recipe
        self.seed = seed
        self._page = lru_cache(maxsize=2 * PAGES_AT_ONCE)(self._new_page)

    def patch(self, index: int, side: int) -> tuple[Pixels, Pixels]:
        """Patch ``index`` >= 0 of the list: (rough, clean), each [side, side] in [0, 1], 1 = white.

        Neighbouring patches come from 16 pages in turn; each page gives 4 patches.
        """
        rng = np.random.default_rng([self.seed, index, 1])
        block, place = divmod(index, PATCHES_PER_PAGE * PAGES_AT_ONCE)
        page = self._page(block * PAGES_AT_ONCE + place % PAGES_AT_ONCE)
        drawing = page.drawing
        width = rng.uniform(*self.recipe.line_width)
        clean = np.ones((side, side), dtype=np.float32)
        window = _window(rng, drawing, self.recipe, side)
        for _ in range(8):
            clean = paint_lines(drawing.curves, window, width)
            if clean.mean() <= 1 - LEAST_INK or rng.random() < 0.03:
                break
            window = _window(rng, drawing, self.recipe, side)
        return self._rough(rng, page, width, window, clean), clean

    def page(self, index: int, side: int = 1024) -> tuple[Pixels, Pixels]:
        """Page ``index`` of the list, whole, as (rough, clean) of ``side`` pixels each way."""
        rng = np.random.default_rng([self.seed, index, 2])
        page = self._page(index)
        window = Window.whole(page.drawing.side, side)
        width = rng.uniform(*self.recipe.line_width)
        clean = paint_lines(page.drawing.curves, window, width)
        return self._rough(rng, page, width, window, clean, identity=0.0), clean

    def _rough(
        self,
        rng: np.random.Generator,
        page: RoughPage,
        line_width: float,
        window: Window,
        clean: Pixels,
        identity: float | None = None,
    ) -> Pixels:
        if rng.random() < (self.recipe.identity if identity is None else identity):
            return clean.copy()
        light = paint(_thicker(page.strokes, line_width), window)
        return scanned(rng, light, page.effects, window.units_per_pixel)

    def _new_page(self, index: int) -> RoughPage:
        rng = np.random.default_rng([self.seed, index, 0])
        kind = np.random.default_rng([self.seed, index, 5]).random()  # apart: other pages stay as they are
        if kind < self.recipe.faint:
            return _faint_page(rng, self.recipe)
        if kind < self.recipe.faint + self.recipe.many:
            return _page_of_many_strokes(rng, self.recipe)
        drawing = new_drawing(rng, self.recipe)
        darkness = float(rng.uniform(*self.recipe.habits.darkness))
        strokes = [redrawn(rng, drawing.curves, self.recipe.habits, darkness)]
        if rng.random() < self.recipe.distracted:
            strokes.insert(0, distractors(rng, drawing.curves, drawing.side, darkness))
        return RoughPage(drawing, PencilStrokes.join(strokes), self.recipe.effects)


class CopiedPairs:
    """Pages whose roughness is of another make: other drawings, other lines, other dirt; for tests only."""

    def __init__(self, seed: int, line_width: float = 2.0) -> None:
        """Remembers seed and width of the clean lines in pixels."""
        self.seed = seed
        self.line_width = line_width

    def page(self, index: int, side: int = 1024) -> tuple[Pixels, Pixels]:
        """Page ``index``, whole, as (rough, clean) of ``side`` pixels each way."""
        rng = np.random.default_rng([self.seed, index, 3])
        drawing = clean_drawing(rng, HELD_OUT_WEIGHTS, SIDE)
        window = Window.whole(drawing.side, side)
        clean = paint_lines(drawing.curves, window, self.line_width)
        pencil = float(rng.uniform(1.4, 2.6)) * (self.line_width / USUAL_WIDTH)
        drawn = paint_lines(drawing.curves, window, pencil)
        return copied_roughly(rng, drawn, side / SIDE), clean


def new_drawing(rng: np.random.Generator, recipe: SketchRecipe) -> CleanDrawing:
    """A clean drawing with neither too few nor too many lines; the last of ten if there is none."""
    low, high = recipe.ink
    for _ in range(10):
        drawing = clean_drawing(rng, recipe.families, SIDE)
        if low <= 3.0 * drawing.length_inside() / SIDE**2 <= high:
            break
    return drawing


def _faint_page(rng: np.random.Generator, recipe: SketchRecipe) -> RoughPage:
    """A page with pale lines that are meant; half of them have hair."""
    drawing = new_drawing(rng, _sparser(recipe, (0.006, 0.05)))
    if rng.random() < 0.5:
        drawing = replace(drawing, curves=(*drawing.curves, *locks(rng, drawing.side)))
    darkness = float(rng.uniform(*recipe.habits.darkness))
    strokes = faint_page(rng, drawing.curves, drawing.side, recipe.habits, darkness)
    return RoughPage(drawing, strokes, recipe.effects)


def _page_of_many_strokes(rng: np.random.Generator, recipe: SketchRecipe) -> RoughPage:
    """A page of few lines, each drawn up to 16 times, some 20 units apart at most; half of them by a pen."""
    drawing = new_drawing(rng, _sparser(recipe, (0.003, 0.025)))
    loose = float(rng.uniform(0.6, 1.6))
    habits = replace(
        recipe.habits, overdraw=(0.5, 9.0), most_passes=16, overshoot=(-10.0, 36.0), wobble=(1.0, 3.4),
        misfit=(3.2, 0.025, 0.02), looseness=(loose, loose), width=(1.2, 3.0), darkness=(0.5, 0.95),
    )  # fmt: skip
    darkness = float(rng.uniform(*habits.darkness))
    strokes = [redrawn(rng, drawing.curves, habits, darkness)]
    if rng.random() < recipe.distracted / 2:
        strokes.insert(0, construction_lines(rng, drawing.curves, drawing.side, darkness))
    pen = replace(recipe.effects, erased=0.0, slur=0.0, tone=0.2, noise=0.2, grain=False)
    return RoughPage(drawing, PencilStrokes.join(strokes), pen if rng.random() < 0.5 else recipe.effects)


def _sparser(recipe: SketchRecipe, ink: tuple[float, float]) -> SketchRecipe:
    """Fewer lines, no hatching: pale, it would look like shading, and drawn widely it would run together."""
    families = {name: share for name, share in recipe.families.items() if name != "hatching"}
    return replace(recipe, ink=ink, families=families if any(families.values()) else recipe.families)


def _thicker(strokes: PencilStrokes, line_width: float) -> PencilStrokes:
    return replace(strokes, width=strokes.width * (line_width / USUAL_WIDTH))


def _window(rng: np.random.Generator, drawing: CleanDrawing, recipe: SketchRecipe, side: int) -> Window:
    """A window near a line of the drawing, anywhere once in a while."""
    low, high = recipe.scales
    scale = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    center = rng.uniform(0, drawing.side, 2)
    if drawing.curves and rng.random() < 0.92:
        curve = drawing.curves[rng.integers(len(drawing.curves))]
        near = rng.uniform(-0.4, 0.4, 2) * side * scale
        center = np.clip(curve[rng.integers(len(curve))] + near, 0, drawing.side)
    return Window(center, scale, float(rng.uniform(0, 2 * np.pi)), bool(rng.random() < 0.5), side)
