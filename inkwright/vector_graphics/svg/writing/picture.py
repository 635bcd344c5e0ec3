"""Picture fills as SVG: each picture once among the definitions, and what shapes show of it."""

import base64
import io
from xml.etree import ElementTree as ET

import numpy as np

from inkwright.vector_graphics.picture_fills import PictureFills
from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER
from inkwright.vector_graphics.svg.writing.path_data import format_path
from inkwright.vector_graphics.svg.writing.values import Array, check_readable, format_rounded, to_array


class PictureDefinitions:
    """The pictures of a drawing that its exported shapes show, each written once.

    Args:
        pictures: of the drawing, or None.
        decimals: digits after the decimal point of coordinates.
    """

    def __init__(self, pictures: PictureFills | None, decimals: int) -> None:
        self._pictures = pictures
        self._rows = {} if pictures is None else {row: g for g, row in enumerate(pictures.shape.tolist())}
        self._decimals = decimals
        self._images: dict[tuple[int, bool], ET.Element] = {}
        self._clips: dict[tuple[str, str], ET.Element] = {}

    def element(self, shape: int, path_data: str, opacity: str, rule: str) -> ET.Element | None:
        """What a shape of this path shows of its picture; None if no picture fills it.

        Raises:
            ValueError: its frame holds a number that is not finite, or above 1e9.
        """
        if self._pictures is None or shape not in self._rows:
            return None
        row = self._rows[shape]
        frame = to_array(self._pictures.frame[row])
        check_readable(f"picture of shape {shape}", frame)
        matrix = np.concatenate([frame[1] - frame[0], frame[2] - frame[0], frame[0]])
        numbers = (
            format_rounded(min(max(value, -MAX_NUMBER), MAX_NUMBER), self._decimals + 2) for value in matrix
        )
        image = self._image(self._pictures, row)
        shown = ET.Element(
            "use", {"href": f"#{image.get('id')}", "transform": f"matrix({' '.join(numbers)})"}
        )
        if opacity != "1":
            shown.set("opacity", opacity)
        if path_data == format_path(_rectangle(frame), True, self._decimals):
            return shown
        group = ET.Element("g", {"clip-path": f"url(#{self._clip(path_data, rule).get('id')})"})
        group.append(shown)
        return group

    def definitions(self) -> list[ET.Element]:
        """All pictures and clips that were referred to."""
        return [*self._images.values(), *self._clips.values()]

    def _image(self, pictures: PictureFills, row: int) -> ET.Element:
        key = int(pictures.picture[row]), bool(pictures.smooth[row])
        if key not in self._images:
            from PIL import Image

            into = io.BytesIO()
            Image.fromarray(pictures.one(key[0]).cpu().numpy()).save(into, "png")
            content = base64.b64encode(into.getvalue()).decode()
            attributes = {"id": f"picture-{len(self._images)}", "width": "1", "height": "1"}
            attributes |= {"preserveAspectRatio": "none", "href": f"data:image/png;base64,{content}"}
            self._images[key] = ET.Element("image", attributes)
            if not key[1]:
                self._images[key].set("image-rendering", "pixelated")
        return self._images[key]

    def _clip(self, path_data: str, rule: str) -> ET.Element:
        key = path_data, rule
        if key not in self._clips:
            self._clips[key] = ET.Element("clipPath", {"id": f"picture-clip-{len(self._clips)}"})
            ET.SubElement(self._clips[key], "path", {"d": path_data, "clip-rule": rule})
        return self._clips[key]


def _rectangle(frame: Array) -> Array:
    """[12, 2] control points around all of a picture."""
    origin, right, down = frame
    corners = np.stack([origin, right, right + down - origin, down])
    steps = np.roll(corners, -1, axis=0) - corners
    return np.stack([corners, corners + steps / 3, corners + steps * (2 / 3)], axis=1).reshape(-1, 2)
