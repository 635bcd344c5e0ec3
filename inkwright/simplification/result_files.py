"""Where the results of rough sketches go; decided before any work, so that no file of the user is lost."""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from inkwright.pictures.picture_folder import pictures_in

_ENDINGS = (".svg", ".png", ".pdf")
_RESULTS = ("_clean.png", "_preview.png")
_FILE_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,3}")
_MARK = "Inkwright: clean lines of sketch"
_HEAD_BYTES = 4096


@dataclass(frozen=True)
class SketchFiles:
    """A sketch, and the files that are made of it.

    Attributes:
        sketch: the picture.
        png: its clean lines.
        svg: the same as strokes, if they are wanted.
        preview: rough and clean side by side, if that is wanted.
        pdf: the strokes as PDF, if that is wanted.
    """

    sketch: Path
    png: Path
    svg: Path | None
    preview: Path | None
    pdf: Path | None = None

    @property
    def results(self) -> list[Path]:
        """The files that are made."""
        return [path for path in (self.png, self.svg, self.preview, self.pdf) if path]

    @cached_property
    def origin(self) -> str:
        """What stands in each result, so that it is known again: digests of the sketch."""
        return " ".join([_MARK, *self._digests])

    def is_origin_of(self, path: Path) -> bool:
        """Whether a file is a result of this sketch, by its path or by its content."""
        said = _ends(path)
        return _MARK in said and any(digest in said for digest in self._digests)

    @cached_property
    def _digests(self) -> tuple[str, str]:
        with self.sketch.open("rb") as file:
            content = hashlib.file_digest(file, "sha256")
        path = hashlib.sha256(os.fsencode(self.sketch.resolve()))
        return path.hexdigest()[:16], content.hexdigest()[:16]


def find_sketches(source: Path) -> dict[str, Path]:
    """The picture itself, or those of a folder without results of earlier runs: name -> file.

    Raises:
        ValueError: there is none.
    """
    if source.is_file():
        return {source.stem: source}
    if not source.is_dir():
        raise ValueError(f"input={source}: there is no such file or folder")
    found = pictures_in(source, "input")
    sketches = {
        name: path
        for name, path in found.items()
        if not path.name.endswith(_RESULTS) and _MARK not in _ends(path)
    }
    if not sketches:
        raise ValueError(f"input={source}: all pictures in this folder are results of earlier runs")
    return sketches


def plan_results(
    sketches: Mapping[str, Path], output: str, *, svg: bool = True, preview: bool = True, pdf: bool = False
) -> list[SketchFiles]:
    """The results' files of each sketch (name -> file); nothing is written.

    The output is a folder, or of a single sketch a name ending in .svg, .png or .pdf; empty for beside it.

    Raises:
        ValueError: the output is no place for results, or one would take the place of a sketch, of a file of
            the user, or of the result of another sketch; the message says which.
    """
    named = _named_file(output, len(sketches))
    folder = Path(output).expanduser() if output else None
    planned = []
    for name, sketch in sketches.items():
        stem = named.with_suffix("") if named else (folder or sketch.parent) / f"{name}_clean"
        shown = stem.with_name(f"{stem.name.removesuffix('_clean')}_preview.png")
        png, drawing, page = (stem.with_name(stem.name + ending) for ending in (".png", ".svg", ".pdf"))
        as_pdf = svg and (pdf or (named is not None and named.suffix.lower() == ".pdf"))
        planned.append(
            SketchFiles(
                sketch, png, drawing if svg else None, shown if preview else None, page if as_pdf else None
            )
        )
    for parent in {files.png.parent for files in planned}:
        _check_folder(parent)
    _check_losses(planned, named)
    return planned


def _named_file(output: str, count: int) -> Path | None:
    """The file that an output names; None if it is a folder."""
    path = Path(output).expanduser()
    if not output or output.endswith(("/", os.sep)) or path.is_dir():
        return None
    ending = path.suffix.lower()
    if ending in _ENDINGS:
        if count > 1:
            raise ValueError(f"output={output} names one file, but there are {count} sketches; give a folder")
        return path
    if _FILE_ENDING.fullmatch(ending):
        raise ValueError(
            f"output={output}: no {ending} is written; give a name ending in .svg, .png or .pdf, "
            f"or for a folder of this name output={output}/"
        )
    return None


def _check_folder(folder: Path) -> None:
    """Results can be written into a folder, or it can be made."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(each))
    if not there.is_dir():
        raise ValueError(f"output: {there} is no folder; give a folder, or a name ending in .svg or .png")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ValueError(f"output: nothing can be written to {there}; choose another output")


def _check_losses(planned: Sequence[SketchFiles], named: Path | None) -> None:
    """No result takes the place of a sketch, of another result, or of a file that is not ours to replace."""
    sketches = {_identity(files.sketch) for files in planned}
    taken: set[Path] = set()
    for files in planned:
        for path in files.results:
            place = path.parent.resolve() / path.name  # folders on the way may be links, or still to be made
            if place in taken:
                raise ValueError(f"two sketches would be written to {path}; give their files other names")
            taken.add(place)
            if not os.path.lexists(place):
                continue
            if _identity(place) in sketches:
                raise ValueError(f"{path} is a sketch, and would be overwritten; choose another output")
            if path != named and _MARK not in _ends(place):
                raise ValueError(
                    f"{path} is there, and no result of simplify.py; move it, or choose another output"
                )
            if named is None and not files.is_origin_of(place):
                raise ValueError(f"{path} is the result of another sketch; move it, or choose another output")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _ends(path: Path) -> str:
    """The beginning and the end of a regular file as text; empty if there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        file.seek(max(path.stat().st_size - _HEAD_BYTES, 0))
        return (head + b"\n" + file.read(_HEAD_BYTES)).decode("latin-1")
