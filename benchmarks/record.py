"""What the benchmarks share: the parser of their options, and the numbers that they keep."""

import argparse
import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
