"""A matrix of drawings as one picture: rows are pictures, columns are settings; for papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from inkwright.reports.plain_svg import plain_svg, prefix_ids
from inkwright.reports.results_table import varied_settings
from inkwright.reports.run_folder import Run, natural_order
from inkwright.reports.small_picture import data_uri, small_picture
from inkwright.run_folder.whole_file import whole_file
from inkwright.vector_graphics.svg.reading.document import SVG_NAMESPACE

if TYPE_CHECKING:
    from PIL.Image import Image

CELL, GAP, HEAD, SIDE = 220, 14, 34, 40
_SUFFIXES = (".png", ".svg")
_PIXELS_PER_UNIT = 2
_FONT = {"font-family": "Helvetica, Arial, sans-serif", "font-size": "15"}
_LABELS = {**_FONT, "text-anchor": "middle", "fill": "#222"}


@dataclass(frozen=True)
class DrawnFile:
    """A drawing that is no run of its own: an SVG, and beside it a PNG of the same name.

    Attributes:
        path: of the SVG.
    """

    path: Path

    @property
    def drawing(self) -> ET.Element:
        """The shapes of the SVG, read anew each time."""
        return plain_svg(self.path.read_bytes())

    @property
    def picture(self) -> Path:
        """The PNG."""
        return self.path.with_suffix(".png")


@dataclass(frozen=True)
class Sheet:
    """Which run stands where.

    Attributes:
        rows: labels from top to bottom.
        columns: labels from left to right.
        cells: [rows][columns], None where there is no drawing.
        targets: the input of each row, None where it is unknown; empty if no row has one.
    """

    rows: list[str]
    columns: list[str]
    cells: Sequence[Sequence[Run | DrawnFile | None]]
    targets: list[Path | None]


def arrange(runs: Sequence[Run], *, rows: str = "image", columns: str | None = None) -> Sheet:
    """Sorts runs with a drawing into a matrix; of several runs for one place the first stays.

    ``rows`` and ``columns`` are keys; columns are by default all other keys that differ, together.

    Raises:
        ValueError: no run has a drawing, or none has such a key.
    """
    drawn = [run for run in runs if run.drawing is not None]
    if not drawn:
        raise ValueError("no run has a drawing; there is nothing to put on a sheet")
    known = sorted({name for run in drawn for name in run.settings})
    for key in (rows, *([columns] if columns else [])):
        if key not in known:
            raise ValueError(f"{key}: no run has such a setting; there is {', '.join(known)}")
    keys = [columns] if columns else [key for key in varied_settings(drawn) if key != rows]
    first: dict[tuple[str, str], Run] = {}
    for run in drawn:
        first.setdefault((_said(run, [rows]), _said(run, keys, named=True)), run)
    row_names = sorted({row for row, _ in first}, key=natural_order)
    column_names = sorted({column for _, column in first}, key=natural_order)
    cells = [[first.get((row, column)) for column in column_names] for row in row_names]
    targets = [next((run.target for run in line if run and run.target), None) for line in cells]
    return Sheet(row_names, column_names, cells, targets if any(targets) else [])


def write_sheet(
    runs: Sequence[Run], path: Path, *, rows: str = "image", columns: str | None = None
) -> list[Path]:
    """Writes a sheet (see ``arrange``) as PNG, as SVG, or without an ending as both; returns the files.

    Raises:
        ValueError: there is nothing to draw, or the ending is another one.
        OSError: a file can't be written.
    """
    if path.suffix and path.suffix not in _SUFFIXES:
        raise ValueError(f"--sheet {path}: the ending must be .png or .svg, or none for both")
    sheet = arrange(runs, rows=rows, columns=columns)
    paths = [path] if path.suffix else [path.with_suffix(suffix) for suffix in _SUFFIXES]
    save_sheet(sheet, paths, "--sheet")
    return paths


def save_sheet(sheet: Sheet, paths: Sequence[Path], key: str = "") -> None:
    """Writes a sheet as each of these files, PNG or SVG; ``key`` is what messages call them.

    Raises:
        OSError: a file can't be written.
    """
    for each in paths:
        with whole_file(each, key) as temporary:
            if each.suffix == ".svg":
                temporary.write_text(sheet_svg(sheet), encoding="utf-8")
            else:
                sheet_picture(sheet).save(temporary)


def sheet_svg(sheet: Sheet) -> str:
    """The sheet as one SVG, every drawing still made of curves."""
    width, height = (str(length) for length in _corner(sheet, len(sheet.rows), len(sheet.columns)))
    root = ET.Element("svg", xmlns=SVG_NAMESPACE, viewBox=f"0 0 {width} {height}", width=width, height=height)
    ET.SubElement(root, "rect", width=width, height=height, fill="#fff")
    labels = ET.SubElement(root, "g", _LABELS)
    for x, y, text, turned in _labels(sheet):
        turn = {"transform": f"rotate(-90 {x} {y})"} if turned else {}
        ET.SubElement(labels, "text", {"x": str(x), "y": str(y), "dy": "5", **turn}).text = text
    for row, target in enumerate(sheet.targets):
        picture = small_picture(target, _PIXELS_PER_UNIT * CELL)
        if picture:
            ET.SubElement(
                root, "image", _cell(*_corner(sheet, row, -1)) | {"href": data_uri(picture, "JPEG")}
            )
    for row, line in enumerate(sheet.cells):
        for column, run in enumerate(line):
            drawing = run.drawing if run else None
            if drawing is not None:
                root.append(_nested(drawing, _cell(*_corner(sheet, row, column)), f"r{row}c{column}-"))
    ET.indent(root, space="")
    return ET.tostring(root, encoding="unicode") + "\n"


def sheet_picture(sheet: Sheet) -> Image:
    """The sheet in pixels, two for each unit."""
    from PIL import Image, ImageDraw, ImageFont

    scale = _PIXELS_PER_UNIT
    width, height = _corner(sheet, len(sheet.rows), len(sheet.columns))
    page = Image.new("RGB", (width * scale, height * scale), "white")
    font = ImageFont.load_default(15 * scale)
    for x, y, text, turned in _labels(sheet):
        label = Image.new("RGB", (CELL * scale, 24 * scale), "white")
        ImageDraw.Draw(label).text((label.width / 2, label.height / 2), text, "#222222", font, anchor="mm")
        label = label.rotate(90, expand=True) if turned else label
        page.paste(label, (x * scale - label.width // 2, y * scale - label.height // 2))
    for row, line in enumerate(sheet.cells):
        pictures = [(column, run.picture if run else None) for column, run in enumerate(line)]
        for column, path in [*pictures, *([(-1, sheet.targets[row])] if sheet.targets else [])]:
            if path:
                x, y = _corner(sheet, row, column)
                _paste(page, path, x * scale, y * scale, CELL * scale)
    return page


def _paste(page: Image, path: Path, left: int, top: int, side: int) -> None:
    from PIL.Image import Resampling

    picture = small_picture(path)
    if picture is None:
        return
    factor = side / max(picture.size)
    width, height = (max(1, round(length * factor)) for length in picture.size)
    fitted = picture.resize((width, height), Resampling.LANCZOS)
    page.paste(fitted, (left + (side - width) // 2, top + (side - height) // 2))


def _nested(drawing: ET.Element, place: dict[str, str], prefix: str) -> ET.Element:
    """A drawing as an inner ``<svg>``; its ids are made unlike those of the others."""
    prefix_ids(drawing, prefix)
    box = drawing.get("viewBox") or f"0 0 {drawing.get('width', CELL)} {drawing.get('height', CELL)}"
    drawing.attrib.update(place | {"viewBox": box})
    del drawing.attrib["xmlns"]
    return drawing


def _cell(x: int, y: int) -> dict[str, str]:
    return {"x": str(x), "y": str(y), "width": str(CELL), "height": str(CELL)}


def _corner(sheet: Sheet, row: int, column: int) -> tuple[int, int]:
    """Upper left corner of a cell; column -1 holds the inputs."""
    across = column + (1 if sheet.targets else 0)
    return SIDE + GAP + across * (CELL + GAP), HEAD + GAP + row * (CELL + GAP)


def _labels(sheet: Sheet) -> list[tuple[int, int, str, bool]]:
    """Middle of each label, its text, and whether it is turned by a quarter."""
    heads = [(column, text) for column, text in enumerate(sheet.columns)]
    if sheet.targets:
        heads.insert(0, (-1, "input"))
    top = [
        (_corner(sheet, 0, column)[0] + CELL // 2, (HEAD + GAP) // 2, text, False) for column, text in heads
    ]
    left = [
        (SIDE // 2 + 4, _corner(sheet, row, 0)[1] + CELL // 2, text, True)
        for row, text in enumerate(sheet.rows)
    ]
    return [*top, *left]


def _said(run: Run, keys: Sequence[str], *, named: bool = False) -> str:
    values = [(key.rpartition(".")[2], run.settings.get(key, "–")) for key in keys]
    said = ", ".join(f"{key} {value}" if named else str(value) for key, value in values)
    return " ".join(said.split())
