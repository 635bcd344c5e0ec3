"""What the CPU kernels need of a drawing, as NumPy arrays."""

from functools import lru_cache

import numpy as np

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizers.cpu.arrays import FILL, STROKE, Array, Structure, Styles
from inkwright.vector_graphics.rasterizers.textures import Textures


def structure_of(drawing: Drawing) -> Structure:
    """The structure of a drawing; made once and kept in its cache while the structure does not change."""
    structure: Structure | None = drawing.cache.get("numba_structure")
    if structure is None:
        structure = drawing.cache["numba_structure"] = _make_structure(drawing)
    return structure


def styles_of(drawing: Drawing, *, every: bool = False) -> Styles:
    """How the strokes of a drawing end and turn; round and even where nothing is said.

    Those that need it are outlined, or ``every`` one.
    """
    styles, count = drawing.styles, drawing.num_shapes
    if styles is None:
        return _round_styles(count, every)
    profile = np.zeros((count, 0)) if styles.profile is None else styles.profile.detach().numpy()
    return Styles(
        styles.needs_outline().numpy() | every,
        styles.cap.numpy().copy(),
        styles.join.numpy().copy(),
        np.ascontiguousarray(styles.miter_limit.numpy(), np.float64),
        np.ascontiguousarray(profile, np.float64),
    )


@lru_cache(maxsize=8)
def _round_styles(count: int, every: bool) -> Styles:
    """The styles of so many round and even strokes; kept, for small drawings take as long as this does."""
    zeros = np.zeros(count, np.int64)
    return Styles(np.full(count, every), zeros, zeros, np.ones(count), np.zeros((count, 0)))


def texture_places(structure: Structure, textures: Textures | None) -> Array:
    """[I, 4] first texture pixel (-1: flat colour), left, top and columns of each item's texture."""
    table = np.full((structure.item_shape.size, 4), -1, np.int64)
    if textures is not None:
        for g, shape in enumerate(textures.shape.tolist()):
            item = structure.shape_items[0, shape]
            if item >= 0:
                left, top, right, _ = textures.window[g].tolist()
                table[item] = int(textures.offsets[g]), left, top, right - left
    return table


def _make_structure(drawing: Drawing) -> Structure:
    order = drawing.paint_order()
    rows = order[drawing.alive[order]].numpy()
    painted = np.stack([drawing.filled.numpy()[rows], drawing.stroked.numpy()[rows]], axis=1)
    position, kind = np.nonzero(painted)
    item_shape = rows[position]
    canvas = drawing.canvas_index.numpy()[item_shape]
    shape_items = np.full((2, drawing.num_shapes), -1, np.int64)
    shape_items[kind, item_shape] = np.arange(item_shape.size)
    segments = drawing.segments()
    return Structure(
        segments=segments.points.numpy(),
        path_segments=segments.offsets.numpy(),
        path_closed=drawing.closed.numpy().copy(),
        shape_paths=drawing.shape_offsets.numpy().copy(),
        filled=drawing.filled.numpy().copy(),
        even_odd=drawing.fill_rule.numpy() == 1,
        item_shape=item_shape.astype(np.int64),
        item_kind=kind.astype(np.int64),
        canvas_items=np.searchsorted(canvas, np.arange(drawing.num_canvases + 1)).astype(np.int64),
        shape_items=shape_items,
        has_fills=bool((kind == FILL).any()),
        has_strokes=bool((kind == STROKE).any()),
    )
