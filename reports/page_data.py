"""What the comparison page holds: every run's settings, numbers, curves and drawing, as small as it goes."""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.results_table import number_names, setting_names, varied_settings
from reports.run_folder import Run, read_curves

DRAWINGS_BUDGET = 20_000_000
_PICTURE_SIDE = 480
_TARGET_SIDE = 256
_MOST_CURVES = 12
_HIGHER_IS_BETTER = (
    "f1",
    "precision",
    "recall",
    "correlation",
    "ssim",
    "clip",
    "similarity",
    "accuracy",
    "psnr",
)


def page_data(runs: Sequence[Run], *, drawings_budget: int = DRAWINGS_BUDGET) -> dict[str, Any]:
    """All that the page's scripts read.

    Args:
        runs: in the order in which the page shows them first.
        drawings_budget: bytes for all drawings together; beyond it the largest are kept as pictures instead
            of curves.
    """
    targets = _Targets()
    drawings = _drawings(runs, drawings_budget)
    points = 100 if len(runs) <= 200 else 50
    numbers = number_names(runs)
    return {
        "settings": setting_names(runs),
        "varied": varied_settings(runs),
        "numbers": numbers,
        "better": {name: "higher" if _is_quality(name) else "lower" for name in numbers},
        "runs": [
            {
                "name": run.name,
                "state": run.state,
                "settings": run.settings,
                "numbers": {name: float(f"{value:.6g}") for name, value in run.numbers.items()},
                "error": run.error,
                "traceback": run.traceback,
                "curves": dict(list(read_curves(run, points).items())[:_MOST_CURVES]),
                "drawing": drawing,
                "target": targets.key(run.target),
            }
            for run, drawing in zip(runs, drawings, strict=True)
        ],
        "targets": targets.pictures,
    }


class _Targets:
    """Input pictures, each once."""

    def __init__(self) -> None:
        self.pictures: dict[str, str] = {}

    def key(self, path: Path | None) -> str | None:
        try:
            content = path.read_bytes() if path else b""
        except OSError:
            content = b""
        if not content:
            return None
        key = hashlib.sha256(content).hexdigest()[:12]
        if key not in self.pictures:
            picture = _webp(io.BytesIO(content), _TARGET_SIDE)
            if picture is None:
                return None
            self.pictures[key] = picture
        return key


def _drawings(runs: Sequence[Run], budget: int) -> list[dict[str, str] | None]:
    """For each run its SVG, compressed, or beyond the budget a picture of it."""
    packed = [_packed(run.drawing) for run in runs]
    left = budget
    chosen: list[dict[str, str] | None] = [None] * len(runs)
    for index in sorted(range(len(runs)), key=lambda index: len(packed[index] or "")):
        text, run = packed[index], runs[index]
        if text is None:
            continue
        if len(text) <= left:
            chosen[index] = {"svg": text}
        elif run.picture and (picture := _webp(run.picture, _PICTURE_SIDE)):
            chosen[index] = {"picture": picture}
        left -= len(text) if "svg" in (chosen[index] or {}) else 0
    return chosen


def _packed(path: Path | None) -> str | None:
    """Base64 of the file, deflated; None if it is no whole SVG."""
    try:
        content = path.read_bytes() if path else b""
    except OSError:
        return None
    if b"</svg>" not in content[-200:]:
        return None
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def _webp(source: Path | io.BytesIO, side: int) -> str | None:
    """A data URI of a picture, no larger than ``side`` pixels; None if it can't be read."""
    from PIL import Image

    try:
        with Image.open(source) as image:
            small = image.convert("RGB")
            small.thumbnail((side, side))
            buffer = io.BytesIO()
            small.save(buffer, "WEBP", quality=80)
    except (OSError, ValueError, SyntaxError):
        return None
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _is_quality(name: str) -> bool:
    last = name.rpartition("/")[2].lower()
    return "/" not in name and any(word in last for word in _HIGHER_IS_BETTER)
