"""Programs written for diffvg, run unchanged on ours: which run, what stops the others, and what they paint.

    python -m benchmarks.diffvg_programs CHECKOUT [CHECKOUT ...]

A checkout is a clone of diffvg, CLIPasso, SceneSketch (CLIPascene), MROSS, DiffSketcher, LIVE or
layered_vectorization. Nothing of theirs is kept: programs run in a temporary folder. Packages that are not
installed and have no part in rendering (a perceptual loss, a maker of videos) are stood in for.

Where diffvg itself is installed (docs/diffvg.md says how), programs run on it, too, and pictures are
compared: mean absolute differences of colour over white, of the first picture and of the last, some steps
later. diffvg takes samples: its own noise is part of it.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks.diffvg_programs.programs import RENDERERS, SCRIPTS
from benchmarks.record import RESULTS, ROOT, keep, markdown, options_parser

LIMIT = 300  # seconds for a program


@dataclass(frozen=True)
class Result:
    """How a program ended, after how many seconds, and its pictures."""

    ending: str
    seconds: float
    pictures: dict[str, Any]

    @property
    def runs(self) -> bool:
        """Whether it came to its end."""
        return self.ending == "runs"


def programs(checkout: Path) -> dict[str, list[str]]:
    """What a checkout has: names, and what the process is given that runs them."""
    found = {}
    for name, arguments in SCRIPTS.items():
        script = checkout / "apps" / name.split()[0]
        if script.is_file():
            found[name] = [str(script), *arguments]
    for renderer, folder, mark in RENDERERS:
        if (checkout / folder / mark).is_file():
            found[renderer.__name__] = [f"{renderer.__name__}:", str(checkout / folder)]
    return found


def run(checkout: Path, program: list[str], by: str) -> Result:
    """Run a program in a temporary folder that has the pictures of its checkout, by ours or by diffvg."""
    with tempfile.TemporaryDirectory() as place:
        folder, pictures = Path(place), Path(place, "pictures.pt")
        for name in ("imgs", "data", "figures"):
            for source in (checkout / "apps" / name, checkout / name):
                if source.is_dir() and not (folder / name).exists():
                    (folder / name).symlink_to(source)
        maker = folder / "ffmpeg"
        maker.write_text("#!/bin/sh\nexit 0\n")
        maker.chmod(0o755)
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        variables = {**os.environ, "PYTHONPATH": path, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.diffvg_programs.child"]
        start = time.perf_counter()
        try:
            done = subprocess.run(
                [*command, by, str(pictures), *program], cwd=folder, env=variables, capture_output=True,
                text=True, check=False, timeout=LIMIT,
            )  # fmt: skip
            words = done.stderr.strip().splitlines() or [f"ended by {done.returncode}"]
            ending = "runs" if done.returncode == 0 else words[-1]
        except subprocess.TimeoutExpired:
            ending = f"not done after {LIMIT} s"
        seconds = time.perf_counter() - start
        return Result(ending, seconds, torch.load(pictures) if pictures.is_file() else {"number": 0})


def difference(one: Tensor, other: Tensor) -> float | None:
    """Mean absolute difference of two pictures [H, W, 3 or 4] over white; None if they differ in size."""
    if one.shape != other.shape or one.dim() != 3:
        return None
    over = [each[..., :3] * each[..., 3:] + 1 - each[..., 3:] if each.shape[2] == 4 else each
            for each in (one, other)]  # fmt: skip
    return float((over[0].clamp(0, 1) - over[1].clamp(0, 1)).abs().mean())


def compare(ours: Result, theirs: Result | None) -> dict[str, Any]:
    """What is said of a program."""
    said: dict[str, Any] = {"ours": ours.ending, "seconds": ours.seconds, "pictures": ours.pictures["number"]}
    if theirs is not None:
        said |= {"diffvg": theirs.ending, "diffvg's seconds": theirs.seconds}
        if ours.runs and theirs.runs and said["pictures"] == theirs.pictures["number"] > 0:
            for which in ("first", "last"):
                said[which] = difference(ours.pictures[which], theirs.pictures[which])
    return said


def table(found: dict[str, dict[str, dict[str, Any]]]) -> str:
    """All programs of all checkouts as Markdown."""
    rows = []
    for checkout, each in found.items():
        for name, said in each.items():
            theirs = said.get("diffvg", "")[:60], said.get("diffvg's seconds")
            off = ["" if said.get(which) is None else f"{said[which]:.1e}" for which in ("first", "last")]
            seconds = [f"{said['seconds']:.0f}", "" if theirs[1] is None else f"{theirs[1]:.0f}"]
            endings = [said["ours"][:120], seconds[0], theirs[0], seconds[1]]
            rows.append([checkout, name, *endings, said["pictures"], *off])
    return markdown("checkout | program | ours | s | diffvg | s | pictures | first off | last off", rows)


def main() -> None:
    """Run all, print the table, and keep it."""
    parser = options_parser(__doc__, RESULTS / "diffvg_programs.json")
    parser.add_argument("checkouts", nargs="+", type=Path)
    options, found = parser.parse_args(), dict[str, dict[str, dict[str, Any]]]()
    for checkout in (each.resolve() for each in options.checkouts):
        said = found[checkout.name] = {}
        for name, program in programs(checkout).items():
            theirs = run(checkout, program, "diffvg") if find_spec("pydiffvg") else None
            said[name] = compare(run(checkout, program, "ours"), theirs)
            print(checkout.name, name, said[name], sep=" | ", file=sys.stderr)
        if not said:
            print(f"{checkout} is no clone of a program that is known here", file=sys.stderr)
    print(table(found))
    keep(options.output, found)


if __name__ == "__main__":
    main()
