"""The Triton kernels: in the interpreter, through the compiler, and on a GPU if there is one."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.rasterizer import resolve_backend
from inkwright.vector_graphics.rasterizers.gpu.arrays import Coverage, Gradients, Grid, Items, Paints, Tiles
from inkwright.vector_graphics.rasterizers.gpu.compositing import composite, composite_gradient
from inkwright.vector_graphics.rasterizers.gpu.fills import cover_fills, fill_gradient
from inkwright.vector_graphics.rasterizers.gpu.outlines import outlines_of, structure_of
from inkwright.vector_graphics.rasterizers.gpu.rasterizer import _ONE_WARP
from inkwright.vector_graphics.rasterizers.gpu.strokes import cover_strokes, stroke_gradient
from inkwright.vector_graphics.rasterizers.gpu.tiles import TILE, Raster, bin_edges
from inkwright.vector_graphics.rasterizers.reference.fills import fill_coverage
from inkwright.vector_graphics.rasterizers.reference.rasterizer import shape_chords
from tests.conftest import ROOT
from tests.inkwright.vector_graphics.triton_scenes import result_of, scenes

SCENES = scenes()
KERNELS = [cover_strokes, cover_fills, composite, composite_gradient, stroke_gradient, fill_gradient]
INTEGERS = "*i32"
ARGUMENTS = {
    "tiles": Tiles(*[INTEGERS] * 7, edge_entries="*i64"),
    "items": Items("*fp32", INTEGERS, "*fp32", "*fp32", "*fp32"),
    "found": Coverage("*fp32", INTEGERS, INTEGERS),
    "paints": Paints(INTEGERS, "*fp32", "*fp32", "*fp32"),
    "to": Gradients(*["*fp32"] * 4),
    "grid": Grid(*["i32"] * 4),
    "pairs": INTEGERS,
    "entries": INTEGERS,
    **dict.fromkeys(("cover", "image", "gradient"), "*fp32"),
    **dict.fromkeys(("side", "keep"), "constexpr"),
}
needs_gpu = pytest.mark.skipif(not torch.accelerator.is_available(), reason="there is no GPU")


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory):
    """What the kernels find in Triton's interpreter, by scene."""
    path = tmp_path_factory.mktemp("triton") / "found.pt"
    environment = {**os.environ, "TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.inkwright.vector_graphics.triton_scenes", str(path)]
    finished = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    return torch.load(path)


def assert_agrees(found, expected, tolerance):
    assert found.keys() == expected.keys()
    for name, each in expected.items():
        scale = max(float(each.abs().max()), 1.0) if each.numel() else 1.0
        error = (
            float((found[name].cpu().double() - each.double()).abs().max()) / scale if each.numel() else 0.0
        )
        assert error < tolerance, f"{name} is off by {error:.1e} of its largest entry"


def truth(name):
    """What the reference finds, in float64."""
    backend = "torch" if SCENES[name].drawing.gradients is None else paint_fills
    return result_of(SCENES[name], backend, dtype=torch.float64)


def paint_fills(drawing, height, width, background, filter_width):
    """Gradient fills, pixel by pixel, of one canvas whose units are pixels."""
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    centres = torch.stack([columns, rows], -1).reshape(-1, 2).double() + 0.5
    picture = background.expand(height * width, 3)
    for shape in range(drawing.num_shapes):
        chords, *closing = shape_chords(drawing, shape)
        starts, ends = torch.cat([chords.starts, closing[0]]), torch.cat([chords.ends, closing[1]])
        color = drawing.fill[shape].expand(height * width, 4)
        if shape in drawing.gradients.shape.tolist():
            mixed = drawing.gradients.color_at(drawing.gradients.shape.tolist().index(shape), centres)
            color = torch.cat([mixed[:, :3], mixed[:, 3:] * color[:, 3:]], dim=1)
        alpha = color[:, 3] * fill_coverage(centres, starts, ends, "nonzero", filter_width)
        picture = picture + alpha[:, None] * (color[:, :3] - picture)
    return picture.T.reshape(1, 3, height, width)


@pytest.mark.parametrize("name", SCENES)
def test_picture_and_gradients_are_the_reference(interpreted, name):
    expected = truth(name)
    assert float(expected["points"].abs().max()) > 0
    is_double = SCENES[name].drawing.points.dtype == torch.float64
    assert interpreted[name]["picture"].dtype == SCENES[name].drawing.points.dtype
    assert_agrees(interpreted[name], expected, 1e-9 if is_double else 1e-4)


def test_the_same_input_gives_the_same_bits(interpreted):
    assert all(torch.equal(each, interpreted["again"][name]) for name, each in interpreted["batch"].items())


def test_a_batch_is_its_canvases_one_by_one(interpreted):
    alone = [interpreted[f"canvas {index}"] for index in range(3)]
    for name, together in interpreted["batch"].items():
        assert torch.equal(together, torch.cat([each[name] for each in alone])), name


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.__name__)
def test_kernels_compile_for_a_gpu(kernel, tmp_path, monkeypatch):
    """The interpreter is more lenient than the compiler, and this needs no GPU."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    constants = {
        name: {"side": TILE, "keep": True}[name] for name in kernel.arg_names if name in ("side", "keep")
    }
    signature = {name: ARGUMENTS[name] for name in kernel.arg_names}
    source = ASTSource(kernel, signature, constexprs=constants)
    compiled = triton.compile(source, target=GPUTarget("cuda", 90, 32), options=_ONE_WARP)
    assert kernel.__name__ in compiled.asm["ptx"]
    assert "atom" not in compiled.asm["ptx"]


def test_a_long_slanted_line_is_looked_at_by_few_tiles():
    points = torch.tensor([[[0.0, 0.0], [80.0, 82.0], [160.0, 164.0], [256.0, 256.0]]])
    drawing = Drawing.from_strokes(points, torch.ones(1), torch.ones(1, 4), (256.0, 256.0))
    structure = structure_of(drawing)
    outlines = outlines_of(drawing, structure, torch.ones(2), torch.float32)
    tiles = bin_edges(outlines, structure, torch.full((1,), 0.5), Raster(1, 256, 256, 1.0))
    assert 16 <= tiles.pair_tile.shape[0] <= 64
    assert int(tiles.tile_pairs[-1]) == tiles.pair_tile.shape[0]
    assert torch.equal(
        tiles.entry_rank.sort().values, torch.arange(tiles.entry_edge.shape[0], dtype=torch.int32)
    )


def test_a_drawing_on_the_cpu_is_refused():
    with pytest.raises(ValueError, match="backend triton runs on a GPU; the drawing is on cpu"):
        rasterize(SCENES["mixed"].drawing, backend="triton")


def test_auto_is_triton_on_an_accelerator():
    assert (
        resolve_backend("auto", SimpleNamespace(points=SimpleNamespace(device=torch.device("xpu"))))
        == "triton"
    )


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("name", SCENES)
def test_a_gpu_finds_the_reference_twice(name):
    device = torch.accelerator.current_accelerator()
    expected = truth(name)
    is_double = SCENES[name].drawing.points.dtype == torch.float64
    found = result_of(SCENES[name], "triton", device)
    assert_agrees(found, expected, 1e-9 if is_double else 1e-4)
    again = result_of(SCENES[name], "triton", device)
    assert all(torch.equal(each, again[key]) for key, each in found.items())
