"""Memory that is freed and asked for again with every picture stays with the process."""

import ctypes
import sys
from functools import cache

# Parameters of mallopt in glibc, and what they are set to: blocks up to 32 MB (its most) come from the
# heap, and up to 256 MB that are free at its end are kept.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES, _LARGEST_BLOCK = 256 << 20, 32 << 20


@cache
def keep_freed_memory() -> bool:
    """Tells glibc to keep freed memory for the next picture; whether that could be told.

    Painting takes and frees some megabytes each time. By default glibc gives them back to the system, which
    hands them out again page by page: at several canvases that takes as long as painting. It is a setting of
    the whole process; other allocators and systems are left alone.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_BLOCK) and mallopt(_TRIM_THRESHOLD, _KEPT_BYTES))
