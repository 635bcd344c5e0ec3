"""The CPU backend for drafts: half the time of fills, which may be off where they overlap themselves."""

from functools import partial

from inkwright.vector_graphics.rasterizers.cpu import rasterizer

paint = partial(rasterizer.paint, draft=True)
