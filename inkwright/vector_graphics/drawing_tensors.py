"""A drawing as plain named tensors, and back: what a checkpoint can hold."""

import dataclasses
from collections.abc import Mapping

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.picture_fills import PictureFills
from inkwright.vector_graphics.stroke_styles import StrokeStyles

_Part = GradientFills | PictureFills | StrokeStyles
_PARTS: dict[str, type[_Part]] = {
    "gradients": GradientFills,
    "pictures": PictureFills,
    "styles": StrokeStyles,
}


def to_tensors(drawing: Drawing) -> dict[str, Tensor]:
    """Every tensor of a drawing by name; those of its parts as ``gradients.frame`` and so on."""
    tensors = _tensors_of(drawing, "")
    for part in _PARTS:
        tensors |= _tensors_of(getattr(drawing, part), f"{part}.")
    canvas = torch.tensor(drawing.canvas, dtype=torch.float64)
    return tensors | {"canvas": canvas, "num_canvases": torch.tensor(drawing.num_canvases)}


def from_tensors(tensors: Mapping[str, Tensor]) -> Drawing:
    """The drawing that ``to_tensors`` took apart.

    Raises:
        ValueError: a tensor is missing, or they do not fit together.
    """
    own = {name: value for name, value in tensors.items() if "." not in name}
    needed = {field.name for field in dataclasses.fields(Drawing) if field.type == "Tensor"}
    missing = {"canvas", "num_canvases", *needed} - own.keys()
    if missing:
        raise ValueError(f"the tensors of a drawing lack {', '.join(sorted(missing))}")
    width, height = own.pop("canvas").tolist()
    count = int(own.pop("num_canvases"))
    parts = {name: _part(kind, name, tensors) for name, kind in _PARTS.items()}
    return Drawing(**own, **parts, canvas=(width, height), num_canvases=count)  # type: ignore[arg-type]


def _tensors_of(part: object, prefix: str) -> dict[str, Tensor]:
    if part is None:
        return {}
    fields = dataclasses.fields(part)  # type: ignore[arg-type]
    values = {field.name: getattr(part, field.name) for field in fields}
    return {f"{prefix}{name}": value for name, value in values.items() if isinstance(value, Tensor)}


def _part(kind: type[_Part], name: str, tensors: Mapping[str, Tensor]) -> _Part | None:
    prefix = f"{name}."
    found = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
    return kind(**found) if found else None
