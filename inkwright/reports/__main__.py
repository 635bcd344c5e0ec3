"""``python -m inkwright.reports FOLDER...``: the page that compares runs, or one sheet of their drawings."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status: 0, or 2 after a mistake, told in one line."""
    from inkwright.reports.comparison import write_comparison
    from inkwright.reports.matrix_sheet import write_sheet
    from inkwright.reports.run_files import plain_text
    from inkwright.reports.run_folder import find_runs

    asked = _parser().parse_args(arguments)
    out = asked.out or asked.folders[0]
    try:
        if asked.sheet:
            for path in write_sheet(
                find_runs(asked.folders), asked.sheet, rows=asked.rows, columns=asked.columns
            ):
                sys.stdout.write(f"Sheet: {plain_text(str(path))}\n")
        else:
            page = write_comparison(asked.folders, out, title=asked.title)
            sys.stdout.write(f"Comparison: {plain_text(str(page))}\n")
    except (ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inkwright.reports", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="folders of runs or sweeps")
    parser.add_argument("--out", type=Path, help="where the page goes; by default the first folder")
    parser.add_argument("--title", help="of the page; by default the first folder's name")
    parser.add_argument("--sheet", type=Path, help="instead a sheet: FILE.png or FILE.svg, both with FILE")
    parser.add_argument("--rows", default="image", help="the key of the sheet's rows (image)")
    parser.add_argument("--columns", help="the key of its columns; by default the other keys that differ")
    return parser


if __name__ == "__main__":
    sys.exit(main())
