"""How the CPU kernels are compiled."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numba
from numba.core.types.misc import unliteral

from inkwright.compiled_kernels.kernel_cache import KernelCache, is_compiled

__all__ = [
    "compiled",
    "compiled_exactly",
    "compiled_maker",
    "compiled_maker_exactly",
    "compiled_part",
    "compiled_room",
    "is_compiled",
]

# Infinities are met on purpose (an empty interval), so only these liberties are taken.
_LIBERTIES = {"contract", "nsz", "reassoc"}


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function compiled for the CPU on first use; it must not make arrays.

    It borrows the arrays of its caller and counts no references to them: the counting is atomic and costs
    as much as all else where small functions are called for every pixel, and more on several threads.
    """
    return _jit(function, _LIBERTIES, counting=False)


def compiled_part(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled``, for a function that only kernels call; taking arguments from Python is left out.

    For a record of many arrays that takes longer to compile than the function itself.
    It becomes a part of each kernel: a function of its own would be optimized once more where a kernel has a
    copy, and the process that compiles it would run another code than those which load the kernel.
    """
    return _jit(function, _LIBERTIES, counting=False, part=True)


def compiled_maker(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled``, for a function that makes arrays for its own work.

    It fills arrays that its caller made, and hands back none: Numba makes Python arrays of them by unpickling
    a class, and an interrupt (Ctrl+C) at that moment is an error within Numba, or a crash.
    """
    return _jit(function, _LIBERTIES, counting=True)


def compiled_room(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled_part``, for a function that makes arrays and hands them to a ``compiled_maker``."""
    return _jit(function, _LIBERTIES, counting=True, part=True)


def compiled_exactly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled``, but every sum and product is rounded as it is written, as NumPy would round it."""
    return _jit(function, False, counting=False)


def compiled_maker_exactly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Like ``compiled_exactly``, for a function that makes arrays."""
    return _jit(function, False, counting=True)


def _jit(
    function: Callable[..., Any], liberties: set[str] | bool, *, counting: bool, part: bool = False
) -> Callable[..., Any]:
    decorate = numba.njit(
        fastmath=liberties,
        error_model="numpy",
        nogil=True,
        _nrt=counting,
        no_cfunc_wrapper=True,
        no_cpython_wrapper=part,
        forceinline=part,
    )
    result: Any = decorate(function)
    result._cache = KernelCache(function)  # what cache=True would set, with another cache
    if hasattr(result, "get_call_template"):  # saves time where Numba has it
        result.get_call_template = partial(_call_any_value, result.get_call_template)
    kernel: Callable[..., Any] = result
    return kernel


def _call_any_value(call: Callable[..., Any], arguments: Any, keywords: Any) -> Any:
    """Compile a call within a kernel for the types of its arguments, not anew for each constant."""
    return call(tuple(unliteral(each) for each in arguments), keywords)
