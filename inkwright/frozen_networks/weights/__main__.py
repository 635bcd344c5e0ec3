"""``python -m inkwright.frozen_networks.weights list`` and ``fetch``: what is here, and what is not."""

import argparse
import sys
from collections.abc import Sequence

from inkwright.frozen_networks.weights.catalog import WEIGHTS, weights_named
from inkwright.frozen_networks.weights.fetching import fetch
from inkwright.frozen_networks.weights.places import FOLDER_VARIABLE, find, places, weights_folder
from inkwright.frozen_networks.weights.sources import Weights


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns 0, or 2 after a mistake that one line explains."""
    asked = _parser().parse_args(arguments)
    try:
        asked.run(asked.names)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m inkwright.frozen_networks.weights", description="Frozen networks."
    )
    commands = parser.add_subparsers(required=True)
    shown = commands.add_parser("list", help="what is there and what is missing; with names: all about them")
    shown.add_argument("names", nargs="*", metavar="NAME")
    shown.set_defaults(run=_list)
    fetched = commands.add_parser("fetch", help=f"download into {FOLDER_VARIABLE}, or the libraries' caches")
    fetched.add_argument("names", nargs="+", metavar="NAME")
    fetched.set_defaults(run=_fetch)
    return parser


def _list(names: Sequence[str]) -> None:
    if names:
        sys.stdout.write("\n".join(_details(weights_named(name)) for name in names))
        return
    sys.stdout.write(f"{FOLDER_VARIABLE} is {weights_folder() or 'not set'}\n")
    for weights in WEIGHTS.values():
        found = find(weights)
        sys.stdout.write(
            f"{weights.name:<23}{weights.megabytes:>6} MB  {weights.license:<24}{found or 'missing'}\n"
        )


def _details(weights: Weights) -> str:
    rows = {
        "for": weights.purpose,
        "size": f"about {weights.megabytes} MB",
        "license": weights.license,
        "loaded by": weights.call,
        "file": weights.file,
        "by": weights.authors or "see its source",
        "from": weights.origin,
        "found": find(weights) or "missing",
        "looked for": "\n              ".join(map(str, places(weights))),
    }
    return f"{weights.name}\n" + "".join(f"  {name:<12}{value}\n" for name, value in rows.items())


def _fetch(names: Sequence[str]) -> None:
    asked = [weights_named(name) for name in names]
    missing = [each for each in asked if find(each) is None]
    if missing:
        total = sum(each.megabytes for each in missing)
        sys.stdout.write(f"about {total} MB to fetch: {', '.join(each.name for each in missing)}\n")
        sys.stdout.flush()
    for weights in asked:
        path = fetch(weights)
        credit = f" by {weights.authors}" if weights.authors else ""
        sys.stdout.write(f"{weights.name}: {path}\n  license {weights.license}{credit}; {weights.origin}\n")


if __name__ == "__main__":
    sys.exit(main())
