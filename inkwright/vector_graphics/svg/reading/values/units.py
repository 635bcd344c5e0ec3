"""What units of CSS are in user units, where they depend on the font or on the window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_PIXELS["q"] = 96 / 101.6
# Shares of the font's size that CSS takes where the font itself is not read, as here.
_OF_FONT = {"em": 1.0, "ex": 0.5, "ch": 0.5, "cap": 0.7, "ic": 1.0}
_OF_WINDOW = {"vw": 0, "vi": 0, "vh": 1, "vb": 1}
_NAMES_OF_WINDOW = [*_OF_WINDOW, "vmin", "vmax"]
WINDOW_UNITS = tuple(kind + name for kind in ("", "s", "l", "d") for name in _NAMES_OF_WINDOW)
# Those that depend on what only the font itself says; messages tell so.
FONT_UNITS = ("ex", "ch", "cap", "ic", "lh", "rex", "rch", "rcap", "ric", "rlh")
UNITS = (*WINDOW_UNITS, *FONT_UNITS, "em", "rem", *_PIXELS)
NORMAL_LINE = 1.2  # of the font's size


class Units(NamedTuple):
    """What relative units refer to, in user units: of an element, of the outermost <svg>, the window."""

    font: float = 16.0
    root_font: float = 16.0
    line: float = 16.0 * NORMAL_LINE
    root_line: float = 16.0 * NORMAL_LINE
    window: tuple[float, float] = (300.0, 150.0)

    @classmethod
    def of(cls, style: Mapping[str, str]) -> Units:
        """Those of an element with this style."""
        if "window" not in style:
            return cls()
        font, root = float(style.get("font-size", "16")), float(style["rem"])
        across, down = map(float, style["window"].split())
        line = _line(style.get("line-height", "normal"), font)
        return cls(font, root, line, _line(style["root-line-height"], root), (across, down))

    def of_one(self, unit: str) -> float:
        """User units of one of ``UNITS``."""
        if unit in _PIXELS:
            return _PIXELS[unit]
        if unit in WINDOW_UNITS:
            name = unit[-4:] if unit.endswith(("vmin", "vmax")) else unit[-2:]
            ends = {"vmin": min, "vmax": max}
            return (ends[name](self.window) if name in ends else self.window[_OF_WINDOW[name]]) / 100
        if unit in ("lh", "rlh"):
            return self.root_line if unit == "rlh" else self.line
        return _OF_FONT[unit] * self.font if unit in _OF_FONT else _OF_FONT[unit[1:]] * self.root_font


def _line(text: str, font: float) -> float:
    """A line's height from its text, as a style has it: a number of fonts, pixels, or normal."""
    if text.endswith("px"):
        return float(text[:-2])
    return font * (NORMAL_LINE if text == "normal" else float(text))
