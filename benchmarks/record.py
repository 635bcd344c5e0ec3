"""What the benchmarks share: options, runs of train.py, tables, pictures, and the numbers that they keep."""

import argparse
import datetime
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np

from inkwright.pictures.bundled_examples import example_names
from inkwright.run_folder.provenance import hardware, source_state, versions

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"


def options_parser(description: str | None, output: Path | None = None) -> argparse.ArgumentParser:
    """A parser whose help is the text of a module as it stands; with ``--output``, if there is a default."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    if output:
        parser.add_argument(
            "--output", type=Path, default=output, help=f"the {output.suffix[1:].upper()} file"
        )
    return parser


def add_pictures(parser: argparse.ArgumentParser, strokes: Sequence[int] = ()) -> None:
    """Adds ``--images``, ``--strokes`` if there are defaults, and overrides after ``--``."""
    parser.add_argument("--images", nargs="+", default=example_names(), help="bundled examples or paths")
    if strokes:
        parser.add_argument("--strokes", nargs="+", type=int, default=strokes)
    parser.add_argument("overrides", nargs="*", help="more keys for train.py, after --")


def run_script(*arguments: str, clone: Path = ROOT, **environment: str) -> str:
    """What a script of a clone of the project, by default this one, says when it is run in a process.

    Raises:
        RuntimeError: it failed; its last words are in the message.
    """
    command, variables = [sys.executable, *arguments], {**os.environ, **environment}
    done = subprocess.run(command, cwd=clone, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
    return done.stdout


def markdown(head: str, rows: Iterable[Sequence[object]]) -> str:
    """A table as Markdown; the head's cells are divided by bars."""
    lines = [f"| {' | '.join(map(str, cells))} |" for cells in rows]
    return "\n".join([f"| {head} |", "|---" * (head.count("|") + 1) + "|", *lines])


def spread(values: Sequence[float], digits: int = 4) -> str:
    """Mean and standard deviation in words."""
    return f"{mean(values):.{digits}f} ± {stdev(values) if len(values) > 1 else 0:.{digits}f}"


def save_png(picture: Any, path: Path, colors: int = 256) -> None:
    """Writes a picture [H, W] or [H, W, 3], in [0, 1] or of bytes, as a PNG of so few colours; says where."""
    from PIL import Image

    values = np.asarray(picture)
    if values.dtype != np.uint8:
        values = (values.clip(0, 1) * 255).round().astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).quantize(colors, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path)


def keep(path: Path, numbers: dict[str, Any], indent: int | None = 1) -> dict[str, Any]:
    """Writes numbers as JSON, with what they depend on; returns all of it."""
    record = {"machine": machine(), **numbers}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=indent) + "\n", encoding="utf-8")
    return record


def machine() -> dict[str, Any]:
    """Processor, cores, versions, commit and date."""
    return {
        **{name: hardware()[name] for name in ("processor", "cores")},
        **{name: versions()[name] for name in ("python", "torch")},
        "commit": source_state().get("commit", "")[:7],
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
