"""Runs a program written for diffvg, unchanged: ``python -m inkwright.pydiffvg script.py ...``."""

import runpy
import sys
from pathlib import Path
from types import ModuleType

import inkwright.pydiffvg
from inkwright.vector_graphics.pydiffvg.rendering import FilterType


def main(arguments: list[str]) -> None:
    """Run a script with its arguments, our interface being what ``import pydiffvg`` finds.

    Raises:
        SystemExit: no script is named, or there is none of that name.
    """
    if not arguments:
        raise SystemExit("usage: python -m inkwright.pydiffvg script.py [arguments of the script]")
    if not Path(arguments[0]).is_file():
        raise SystemExit(f"error: {arguments[0]} is no file; name the script to run")
    take_name()
    run_script(arguments)


def run_script(arguments: list[str]) -> None:
    """Run a script with its arguments, as Python would."""
    sys.argv = arguments
    sys.path[0] = str(Path(arguments[0]).resolve().parent)
    runpy.run_path(arguments[0], run_name="__main__")


def take_name() -> None:
    """Let ``import pydiffvg``, and ``import diffvg`` for its filter types, find ours."""
    sys.modules["pydiffvg"] = inkwright.pydiffvg
    native = ModuleType("diffvg", "The names of diffvg's compiled part that programs use.")
    native.FilterType = FilterType  # type: ignore[attr-defined]
    sys.modules["diffvg"] = native


if __name__ == "__main__":
    main(sys.argv[1:])
