"""What the comparison page holds: every run's settings, numbers, curves and drawing, as small as it goes."""

import base64
import hashlib
import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from inkwright.reports.results_table import number_names, setting_names, varied_settings
from inkwright.reports.run_folder import Run, read_curves
from inkwright.reports.small_picture import data_uri, small_picture

DRAWINGS_BUDGET = 20_000_000
_PICTURE_SIDE = 480
_TARGET_SIDE = 256
_MOST_CURVES = 12
# What no loss is called, also as one of several: t1/f1.
_SCORES = ("f1", "precision", "recall", "iou")
_HIGHER_IS_BETTER = (*_SCORES, "correlation", "ssim", "clip", "similarity", "accuracy", "psnr")


def page_data(runs: Sequence[Run], *, drawings_budget: int = DRAWINGS_BUDGET) -> dict[str, Any]:
    """All that the page's scripts read, with the runs in the order in which they are shown first.

    Where the drawings together have more bytes than the budget, the largest are kept as pictures instead.
    """
    targets: dict[str, str] = {}
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
                "numbers": {name: _rounded(value, 6) for name, value in run.numbers.items()},
                "error": run.error,
                "traceback": run.traceback,
                "curves": _told_curves(read_curves(run, points)),
                "drawing": drawing,
                "target": _target_key(run.target, targets),
            }
            for run, drawing in zip(runs, drawings, strict=True)
        ],
        "targets": targets,
    }


def _told_curves(curves: dict[str, list[list[float]]]) -> dict[str, list[list[float]]]:
    """The curves with the most points; of those with as many, the ones that were logged first."""
    told = sorted(curves.items(), key=lambda named: -len(named[1]))[:_MOST_CURVES]
    return {name: [[step, _rounded(value, 4)] for step, value in curve] for name, curve in told}


def _rounded(value: float, digits: int) -> float:
    rounded = float(f"{value:.{digits}g}")
    return rounded if math.isfinite(rounded) else value


def _target_key(path: Path | None, known: dict[str, str]) -> str | None:
    """The name of an input picture, which is kept under it, once."""
    picture = small_picture(path, _TARGET_SIDE)
    if picture is None:
        return None
    key = hashlib.sha256(picture.tobytes()).hexdigest()[:12]
    if key not in known:
        known[key] = data_uri(picture)
    return key


def _drawings(runs: Sequence[Run], budget: int) -> list[dict[str, str] | None]:
    """For each run its SVG, compressed; beyond the budget, or where there is none, a picture."""
    packed = [_packed(run.drawing) for run in runs]
    side = _PICTURE_SIDE if len(runs) > 100 else 2 * _PICTURE_SIDE
    left = budget
    chosen: list[dict[str, str] | None] = [None] * len(runs)
    for index in sorted(range(len(runs)), key=lambda index: len(packed[index] or "")):
        text, run = packed[index], runs[index]
        if text is not None and len(text) <= left:
            chosen[index] = {"svg": text}
            left -= len(text)
        elif picture := small_picture(run.picture, side):
            chosen[index] = {"picture": data_uri(picture)}
    return chosen


def _packed(drawing: ET.Element | None) -> str | None:
    """Base64 of the SVG, deflated."""
    if drawing is None:
        return None
    return base64.b64encode(zlib.compress(ET.tostring(drawing), 9)).decode("ascii")


def _is_quality(name: str) -> bool:
    last = name.rpartition("/")[2].lower()
    if "/" in name:
        return last.rpartition("_")[2] in _SCORES
    return any(word in last for word in _HIGHER_IS_BETTER)
