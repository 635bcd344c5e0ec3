"""What clips, masks and opacity leave of the shapes that an element has painted."""

from collections.abc import Callable, Iterable, Sequence
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.clip_area import ClipReader
from inkwright.vector_graphics.svg.reading.clipping.convex_parts import Polygon
from inkwright.vector_graphics.svg.reading.clipping.cut_shapes import ShapeCutter
from inkwright.vector_graphics.svg.reading.clipping.flat_paints import faded_together
from inkwright.vector_graphics.svg.reading.clipping.masks import MaskReader, masked
from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.source import Place, Source
from inkwright.vector_graphics.svg.reading.values.numbers import Size, parse_opacity

Box = NDArray[np.float64]  # [2, 2] (left, top), (right, bottom)
Painted = Callable[[Iterable[Element], Place], list[PaintedShape]]


class Effects:
    """Clips, masks and opacity of the elements of one document.

    Args:
        source: the document.
        painted: what elements paint at a place.
        cutter: cuts shapes.
        fineness: pixels per canvas unit up to which flattened curves look smooth.
    """

    def __init__(self, source: Source, painted: Painted, cutter: ShapeCutter, fineness: float) -> None:
        self._source, self._cutter, self._fineness = source, cutter, fineness
        self._clips = ClipReader(source, fineness)
        self._known: dict[tuple[Element, bytes, Size, bytes | None], list[Polygon] | str] = {}
        self._masks = MaskReader(source, painted, cutter, fineness)

    def on(
        self, element: Element, place: Place, shapes: Sequence[PaintedShape], box: Callable[[], Box | None]
    ) -> list[PaintedShape]:
        """What is left of shapes that an element has painted; ``box`` is around it in its own coordinates.

        Raises:
            ValueError: a number cannot be read, or an effect cannot be represented.
        """
        kept = self._clipped(element, place, list(shapes), box)
        kept = self._masked(element, place, kept, box)
        opacity = parse_opacity("opacity", place.style.get("opacity", "1"))
        if opacity == 1:
            return kept
        faded = faded_together(kept, opacity, self._fineness, self._source.spend)
        if faded is None:
            self._source.cannot(element, f"opacity {opacity:g} of paints that lie over each other")
            return [shape.faded(opacity) for shape in kept]
        return faded

    def _clipped(
        self, element: Element, place: Place, shapes: list[PaintedShape], box: Callable[[], Box | None]
    ) -> list[PaintedShape]:
        """Cut to the clip path, and to those that this one is clipped by."""
        for clip in self._chain("clip-path", "clipPath", element, place):
            parts = self._parts(clip, place, box())
            if isinstance(parts, str):
                self._source.cannot(element, f"clip-path 'url(#{clip.get('id')})': {parts}")
                return shapes
            shapes = self._cutter.cut(shapes, parts)
        return shapes

    def _parts(self, clip: Element, place: Place, box: Box | None) -> list[Polygon] | str:
        """The area of a clip, found once for all elements that it clips at one place."""
        key = clip, place.matrix.tobytes(), place.viewport, None if box is None else box.tobytes()
        if clip.get("clipPathUnits") != "objectBoundingBox":
            key = (*key[:3], None)
        if key not in self._known:
            self._known[key] = self._clips.parts(clip, place, box)
        return self._known[key]

    def _masked(
        self, element: Element, place: Place, shapes: list[PaintedShape], box: Callable[[], Box | None]
    ) -> list[PaintedShape]:
        for mask in self._chain("mask", "mask", element, place):
            if mask in place.ancestors:
                return shapes  # as browsers take a mask inside of itself
            weights = self._masks.weights(mask, place, box())
            found = weights if isinstance(weights, str) else masked(shapes, weights, self._cutter)
            if isinstance(found, str):
                self._source.cannot(element, f"mask 'url(#{mask.get('id')})': {found}")
                return shapes
            shapes = found
        return shapes

    def _chain(self, name: str, tag: str, element: Element, place: Place) -> list[Element]:
        """The clip or mask of an element, and those that it has itself; none where a reference is empty."""
        reference, chain = place.style.get(name, "none"), list[Element]()
        while reference != "none":
            target = self._source.referred(reference)
            if target in chain or (target is None and self._source.is_inside(reference)):
                break  # as browsers take what is not there
            if target is None or local_name(target) != tag:
                self._source.cannot(element, f"{name} {reference!r}")
                break
            chain.append(target)
            reference = self._source.sheet.cascade_where_it_stands(target).get(name, "none")
        return chain
