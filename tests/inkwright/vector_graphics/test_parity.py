"""Every backend against renders and gradients made with diffvg; see tests/data/parity/README.md."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from inkwright.vector_graphics import Drawing, rasterize

DATA = Path(__file__).parents[2] / "data" / "parity"
STROKES = sorted(path.stem for path in DATA.glob("stroke*.npz"))
FILLS = sorted({path.stem for path in DATA.glob("*.npz")} - set(STROKES))
LARGE = ("blobs24_alpha_128", "blobs24_opaque_128", "blobs32_alpha_256", "strokes16_black_224",
         "strokes40_color_128", "strokes64_blackalpha_224")  # fmt: skip
# Many dark strokes cross here, and a squared error is steep where they do. Coverages are composited shape by
# shape, as browsers do; diffvg composites each sample. At four times the size the two meet.
CROSSINGS = ("strokes16_black_224", "strokes64_blackalpha_224")
# The reference needs long for large scenes; the kernel is compared with it elsewhere.
CASES = [("numba", name) for name in STROKES + FILLS] + [
    ("torch", name) for name in STROKES + FILLS if name not in LARGE
]


@cache
def scene(name):
    loaded = dict(np.load(DATA / f"{name}.npz"))
    return {key: each if each.dtype.kind in "US" else torch.from_numpy(each) for key, each in loaded.items()}


@cache
def rendered(backend, name, times=1):
    """The picture [H, W, 3], averaged from ``times`` the size, and the gradients of both losses."""
    data = scene(name)
    canvas = tuple(data["canvas"].tolist())
    leaves = {key: data[key].double().requires_grad_() for key in ("points", "color", "width") if key in data}
    if "width" in leaves:
        drawing = Drawing.from_strokes(leaves["points"], leaves["width"], leaves["color"], canvas)
    else:
        drawing = Drawing.from_fills(leaves["points"], leaves["color"], canvas, str(data["fill_rule"]))
    image = rasterize(drawing, height=times * canvas[1], backend=backend)
    picture = torch.nn.functional.avg_pool2d(image, times)[0].permute(1, 2, 0)
    losses = {"mse": (picture - data["target"]).square().mean(), "lin": (picture * data["weight"]).mean()}
    found = {}
    for loss, value in losses.items():
        gradients = torch.autograd.grad(value, list(leaves.values()), retain_graph=True)
        found |= {f"{loss}_grad_{key}": gradient for key, gradient in zip(leaves, gradients, strict=True)}
    return picture.detach(), found


def relative_error(found, expected):
    return float((found - expected).norm() / expected.norm())


def cosine(found, expected):
    return float((found * expected).sum() / (found.norm() * expected.norm()))


@pytest.mark.parametrize(("backend", "name"), CASES)
def test_picture(backend, name):
    picture, _ = rendered(backend, name)
    bound = 0.002 if name == "stroke1_thick_64" else 0.001
    assert float((picture - scene(name)["image"]).abs().mean()) <= bound


@pytest.mark.parametrize("loss", ["mse", "lin"])
@pytest.mark.parametrize(("backend", "name"), CASES)
def test_gradients_of_points(backend, name, loss):
    key = f"{loss}_grad_points"
    times = 4 if loss == "mse" and name in CROSSINGS else 1
    assert cosine(rendered(backend, name, times)[1][key], scene(name)[key].double()) >= 0.995


@pytest.mark.parametrize("loss", ["mse", "lin"])
@pytest.mark.parametrize(("backend", "name"), CASES)
def test_gradients_of_colors(backend, name, loss):
    key = f"{loss}_grad_color"
    bound = 0.02 if name in STROKES else 0.01
    assert relative_error(rendered(backend, name)[1][key], scene(name)[key].double()) <= bound


@pytest.mark.parametrize(("backend", "name"), [case for case in CASES if case[1] in STROKES])
def test_gradients_of_widths(backend, name):
    found, expected = rendered(backend, name)[1]["mse_grad_width"], scene(name)["mse_grad_width"].double()
    if name == "stroke1_thick_64":  # its terms cancel: only the direction can be judged
        assert cosine(found, expected) > 0.99
    else:
        assert relative_error(found, expected) <= 0.1


@pytest.mark.parametrize(
    ("backend", "name"), [case for case in CASES if "lin_grad_points_fd" in scene(case[1])]
)
def test_gradients_of_points_are_finite_differences_of_a_supersampled_render(backend, name):
    data = scene(name)
    mask = data["lin_grad_points_fd_mask"].bool()
    found = rendered(backend, name)[1]["lin_grad_points"][mask]
    expected = data["lin_grad_points_fd"][mask].double()
    assert cosine(found, expected) >= 0.995
    assert relative_error(found, expected) <= 0.1
