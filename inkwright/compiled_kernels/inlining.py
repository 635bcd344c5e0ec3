"""Formulas that become a part of every kernel that uses them."""

from collections.abc import Callable
from functools import cache
from typing import Any

from numba.extending import register_jitable


@cache
def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A formula that is compiled into each kernel that uses it, and there follows the kernel's own rules.

    It stays a plain function for everyone else. A function that hands out arrays to kernels that count
    references and to others that don't has to be one of these, or counts go wrong.
    """
    formula: Callable[..., Any] = register_jitable(inline="always")(function)
    return formula
