"""Differentiable rasterisers side by side: exactness, gradients and speed, as one table and JSON.

python -m benchmarks.differentiable_rasterizers
python -m benchmarks.differentiable_rasterizers --icons FOLDER --tiger tiger.svg --adapter module:MyRasterizer

Pictures and gradients are held against thirteen scenes whose truth was made by supersampling
(tests/data/parity), icons against resvg at 16 times the size, gradients against finite differences too.
benchmarks.differentiable_rasterizers.adapters says how yours takes part.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.differentiable_rasterizers.adapters import Adapter, Resvg, load
from benchmarks.differentiable_rasterizers.exactness import (
    icon_files,
    icon_truths,
    icons,
    own_differences,
    parity,
)
from benchmarks.differentiable_rasterizers.speed import SCENES, milliseconds, tiger
from benchmarks.record import RESULTS, keep, markdown, options_parser

SIZES = (24, 64, 256)


def measure(adapters: Sequence[Adapter], options: Any) -> dict[str, dict[str, Any]]:
    """All numbers of each adapter that can run."""
    files = icon_files(options.icons, options.most) if options.icons and Resvg().missing() is None else []
    truths = {size: icon_truths(files, size) for size in SIZES if files}
    scenes = {name: make() for name, make in SCENES.items()}
    if options.tiger:
        scenes["tiger, 1,024 px"] = tiger(options.tiger)
    found: dict[str, dict[str, Any]] = {}
    for adapter in adapters:
        if adapter.missing() is not None:
            print(f"{adapter.name} is left out: it needs {adapter.missing()}")
            continue
        found[adapter.name] = {
            "parity": parity(adapter),
            "own differences": own_differences(adapter),
            "icons": {f"{size} px": icons(adapter, each) for size, each in truths.items()},
            "milliseconds": {name: milliseconds(adapter, scene) for name, scene in scenes.items()},
        }
    return found


def table(found: dict[str, dict[str, Any]]) -> str:
    """One row for each measure, one column for each adapter."""
    rows: list[tuple[str, Callable[[dict[str, Any]], str]]] = [
        ("picture, mean error on 13 scenes", lambda each: _number(each["parity"]["picture"])),
        ("gradient of points, least cosine", lambda each: _number(each["parity"]["cosine"])),
        ("gradient, off supersampled differences", lambda each: _number(each["parity"]["differences"])),
        ("gradient, off differences of its own", lambda each: _number(each["own differences"])),
    ]
    first = next(iter(found.values()))
    for size in first["icons"]:
        rows.append((f"icons at {size}, mean error", partial(_icon, size, "mean")))
        rows.append((f"icons at {size}, 99.9 %", partial(_icon, size, "tail")))
    for name in first["milliseconds"]:
        rows.append((f"{name}, ms", partial(_times, name)))
    cells = [[label, *(cell(each) for each in found.values())] for label, cell in rows]
    return markdown(" | ".join(["measure (forward + backward)", *found]), cells)


def _icon(size: str, kind: str, each: dict[str, Any]) -> str:
    return _number(each["icons"][size][kind])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}" if abs(value) < 0.1 else f"{value:.4f}"


def _times(scene: str, each: dict[str, Any]) -> str:
    return " + ".join(f"{value:.1f}" for value in each["milliseconds"][scene].values() if value is not None)


def main() -> None:
    """Measure, print the table, and keep the numbers."""
    parser = options_parser(__doc__, RESULTS / "differentiable_rasterizers.json")
    parser.add_argument("--icons", type=Path, help="a folder of SVG files")
    parser.add_argument("--most", type=int, default=500, help="icons, drawn by chance with seed 0")
    parser.add_argument("--tiger", type=Path, help="tiger.svg, or another large drawing")
    parser.add_argument("--adapter", action="append", default=[], help="module:Class of one more")
    options = parser.parse_args()
    try:
        adapters = load(options.adapter)
    except ValueError as error:
        parser.error(str(error))
    found = measure(adapters, options)
    print(table(found))
    keep(options.output, found)


if __name__ == "__main__":
    main()
