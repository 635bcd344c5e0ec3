"""Runs one program in a process, by ours or by diffvg, and keeps its first and its last picture."""

import importlib
import sys
from pathlib import Path
from typing import Any

import torch

from benchmarks.diffvg_programs.programs import RENDERERS, seed, stand_in
from inkwright.pydiffvg.__main__ import run_script, take_name


class Pictures:
    """What ``RenderFunction.apply`` returns: how many pictures, the first, and the last of that size."""

    def __init__(self, pydiffvg: Any) -> None:
        self.number, self.first, self.last = 0, torch.empty(0), torch.empty(0)
        apply = pydiffvg.RenderFunction.apply

        def kept(*arguments: Any) -> Any:
            picture = apply(*arguments)
            seen = picture.detach().cpu()
            self.first = seen if self.number == 0 else self.first
            self.last = seen if seen.shape == self.first.shape else self.last
            self.number += 1
            return picture

        pydiffvg.RenderFunction.apply = staticmethod(kept)

    def keep(self, path: Path) -> None:
        """Write them to a file."""
        torch.save({"number": self.number, "first": self.first, "last": self.last}, path)


def main(arguments: list[str]) -> None:
    """Arguments are: ours or diffvg; the file for the pictures; a script and its arguments, or a renderer.

    A renderer is its name with a colon, and the folder of its program.
    """
    (by, file), program = arguments[:2], arguments[2:]
    stand_in()
    if by == "ours":
        take_name()
    pydiffvg = importlib.import_module("pydiffvg")
    pictures = Pictures(pydiffvg)
    pydiffvg.set_use_gpu(False)
    seed()
    try:
        if program[0].endswith(":"):
            sys.path.insert(0, program[1])
            {f"{each.__name__}:": each for each, _, _ in RENDERERS}[program[0]]()
        else:
            run_script(program)
    finally:
        pictures.keep(Path(file))


if __name__ == "__main__":
    main(sys.argv[1:])
