"""How the CPU kernels are compiled."""

from collections.abc import Callable
from typing import Any

import numba

from inkwright.compiled_kernels.kernel_cache import KernelCache, is_compiled

__all__ = ["compiled", "compiled_exactly", "compiled_maker", "compiled_maker_exactly", "is_compiled"]

# Infinities are met on purpose (an empty interval), so only these liberties are taken.
_LIBERTIES = {"contract", "nsz", "reassoc"}


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function compiled for the CPU on first use; it must not make arrays.

    It borrows the arrays of its caller and counts no references to them: the counting is atomic and costs
    as much as all else where small functions are called for every pixel, and more on several threads.
    """
    return _jit(function, _LIBERTIES, counting=False)


def compiled_maker(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled``, for a function that makes arrays."""
    return _jit(function, _LIBERTIES, counting=True)


def compiled_exactly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled``, but every sum and product is rounded as it is written, as NumPy would round it."""
    return _jit(function, False, counting=False)


def compiled_maker_exactly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled_exactly``, for a function that makes arrays."""
    return _jit(function, False, counting=True)


def _jit(function: Callable[..., Any], liberties: set[str] | bool, *, counting: bool) -> Callable[..., Any]:
    decorate = numba.njit(fastmath=liberties, error_model="numpy", nogil=True, _nrt=counting)
    result: Any = decorate(function)
    result._cache = KernelCache(function)  # what cache=True would set, with another cache
    kernel: Callable[..., Any] = result
    return kernel
