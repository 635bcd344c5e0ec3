"""The written file, rendered by an independent renderer at 4x and box-averaged, is our raster."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text

resvg_py = pytest.importorskip("resvg_py")


def render(text, height, width, factor=4):
    """[3, H, W] of the SVG on white, by resvg at ``factor`` times the size."""
    png = resvg_py.svg_to_bytes(
        svg_string=text, width=width * factor, height=height * factor, background="#ffffff", dpi=96
    )
    pixels = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGB"), dtype=np.float64) / 255
    means = pixels.reshape(height, factor, width, factor, 3).mean((1, 3))
    return torch.from_numpy(means).permute(2, 0, 1)


def error(drawing, text, height, width):
    """(mean, 99.9th percentile) of the absolute difference, of 255."""
    ours = rasterize(drawing, height, width, backend="numba")[0].double()
    off = (ours - render(text, height, width)).abs() * 255
    return float(off.mean()), float(off.flatten().kthvalue(int(off.numel() * 0.999)).values)


def random_strokes(count, segments, canvas, width, seed=0, alpha=None):
    generator = torch.Generator().manual_seed(seed)
    steps = torch.randn(count, 3 * segments + 1, 2, generator=generator) * 0.12
    start = torch.rand(count, 1, 2, generator=generator)
    points = (start + steps.cumsum(1)) * torch.tensor(canvas)
    color = torch.rand(count, 4, generator=generator)
    if alpha is not None:
        color = torch.tensor([0.0, 0.0, 0.0, alpha]).expand(count, 4)
    widths = width * (0.5 + torch.rand(count, generator=generator))
    return Drawing.from_strokes(points, widths, color, canvas)


SCENES = {
    "sketch": random_strokes(64, 1, (224.0, 224.0), 1.5, alpha=1.0),
    "translucent": random_strokes(64, 1, (224.0, 112.0), 3.0, alpha=0.5),
    "colour": random_strokes(40, 3, (224.0, 336.0), 6.0),
    "hairlines": random_strokes(64, 2, (224.0, 224.0), 0.3, alpha=0.9),
    "small canvas": random_strokes(20, 2, (1.0, 1.0), 0.01),
    "dots": random_strokes(30, 1, (224.0, 224.0), 8.0).replace(
        points=(torch.rand(30, 1, 2, generator=torch.Generator().manual_seed(1)) * 224)
        .expand(30, 4, 2)
        .reshape(-1, 2)
    ),
}


@pytest.mark.parametrize(("name", "size"), [*((name, 224) for name in SCENES), ("sketch", 640)])
def test_written_strokes_are_our_raster(name, size):
    drawing, width = SCENES[name], size
    height = round(size * drawing.canvas[1] / drawing.canvas[0])
    mean, tail = error(drawing, svg_text(drawing), height, width)
    assert mean < 1
    assert tail <= 30


def test_written_fills_are_our_raster():
    generator = torch.Generator().manual_seed(0)
    angle = torch.linspace(0, 2 * torch.pi, 13)[:12]
    radius = 20 + 15 * torch.rand(12, 12, 1, generator=generator)
    center = 40 + 144 * torch.rand(12, 1, 2, generator=generator)
    points = center + radius * torch.stack([angle.cos(), angle.sin()], dim=-1)
    color = torch.rand(12, 4, generator=generator)
    drawing = Drawing.from_fills(points, color, (224, 224), "evenodd")
    both = drawing.replace(
        stroked=torch.arange(12) % 2 == 0, stroke=color.flip(0), width=torch.full((12,), 4.0)
    )
    mean, tail = error(both, svg_text(both), 224, 224)
    assert mean < 1
    assert tail <= 30


FOREIGN = """
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -20 120 140" width="240" height="280"
 stroke-linecap="round" stroke-linejoin="round">
<style>.thick { stroke-width: 5; fill: none } #dot { fill: #c33 }</style>
<defs><g id="leaf"><path d="M0 0q10-15 20 0t20 0a20 12 15 0 1-40 0z"/></g></defs>
<rect x="-5" y="-15" width="110" height="130" rx="12" fill="#eef"/>
<g transform="translate(20 20) rotate(20)" fill="green" fill-opacity="70%">
  <use href="#leaf"/><use href="#leaf" x="5" y="30" fill="rgb(100, 50, 200)" opacity=".5"/>
</g>
<circle id="dot" cx="70" cy="30" r="14"/>
<ellipse cx="70" cy="80" rx="25" ry="9" transform="rotate(-30 70 80)"
 style="fill:none;stroke:navy;stroke-width:1.5mm"/>
<polyline class="thick" stroke="hsl(30,90%,50%)" points="0,60 10,90 30,70 45,100"/>
<polygon points="60,100 90,100 75,118" fill="none" stroke="currentColor" color="purple" stroke-width="2"/>
<path fill-rule="evenodd" d="M5 95h30v20H5zm5 5v10h20v-10z" fill="teal"/>
<line x1="0" y1="0" x2="100%" y2="10%" stroke="black" stroke-width="0.7"/>
<path d="M10 10c5-5 10 5 15 0s10 5 15 0S50 5 55 10T70 0" fill="none" stroke="#000"
 stroke-opacity=".4" stroke-width="3"/>
<g transform="matrix(.5 0 0 1.5 40 0)"><path d="M40 40A30 8 45 1 1 60 50L50 60Z" fill="#0a58"/></g>
<symbol id="s" viewBox="0 0 10 10"><path d="M1 1h8v8z"/></symbol>
<use href="#s" x="80" y="50" width="20" height="20"/>
</svg>
"""


def test_a_foreign_file_is_read_as_it_is_rendered():
    drawing = parse_svg(FOREIGN)
    mean, tail = error(drawing, FOREIGN, 280, 240)
    assert mean < 1
    assert tail <= 30


def test_a_foreign_file_written_again_looks_the_same():
    again = svg_text(parse_svg(FOREIGN))
    difference = (render(FOREIGN, 280, 240) - render(again, 280, 240)).abs() * 255
    assert float(difference.mean()) < 0.2


STAR = "M50 5L75 90 5 35h90L25 90z"
BLOB = "M10 50C10 0 90 0 90 50S60 60 50 90 10 80 10 50z"
READ = {
    "dashes": f'<path d="{BLOB}" fill="none" stroke="teal" stroke-width="5" stroke-dasharray="9 4 2"/>',
    "dashes on a fill": '<circle cx="50" cy="50" r="30" fill="#fd8" stroke="#a06" stroke-width="6"'
    ' stroke-dasharray="12,5" stroke-dashoffset="7" stroke-linecap="round"/>',
    "dots": '<path d="M10 50h80" stroke="red" stroke-width="9" stroke-linecap="round"'
    ' stroke-dasharray="0 16"/>',
    "gradient on a stroke": f'<path d="{BLOB}" fill="none" stroke="url(#g)" stroke-width="9"/>',
    "gradient on dashes": '<path d="M10 20L90 80" stroke="url(#g)" stroke-width="9" stroke-dasharray="9"/>',
    "reflected": '<rect width="100" height="100" fill="url(#m)"/>',
    "rings": '<rect width="100" height="100" fill="url(#r)"/>',
    "uneven": '<path transform="scale(3 1) rotate(20)" d="M10 10h15v40" fill="none"'
    ' stroke="#258" stroke-width="6"/>',
    "stroke first": f'<path d="{STAR}" fill="gold" stroke="navy" stroke-width="9" paint-order="stroke"/>',
    "clip by a star": f'<clipPath id="c"><path d="{STAR}" clip-rule="evenodd"/></clipPath>'
    '<g clip-path="url(#c)"><rect width="100" height="50" fill="red"/><path d="M0 70h100" stroke="blue"'
    ' stroke-width="20"/></g>',
    "clip by a turned star": f'<clipPath id="c"><path d="{STAR}" transform="rotate(15 50 50)"/></clipPath>'
    f'<path d="{BLOB}" clip-path="url(#c)" fill="url(#g)"/>',
    "clip by circles": '<clipPath id="c"><circle cx="35" cy="40" r="30"/><circle cx="65" cy="60" r="30"/>'
    "</clipPath>"
    f'<path d="{STAR}" fill-rule="evenodd" clip-path="url(#c)" stroke="red" stroke-width="4"/>',
    "clip of a box": '<clipPath id="c" clipPathUnits="objectBoundingBox">'
    '<ellipse cx=".5" cy=".5" rx=".5" ry=".3"/></clipPath>'
    '<rect x="10" y="5" width="70" height="80" fill="green" clip-path="url(#c)"/>',
    "clip of a clip": f'<clipPath id="c" clip-path="url(#d)"><path d="{STAR}"/></clipPath>'
    '<clipPath id="d"><rect x="20" y="20" width="60" height="50"/></clipPath>'
    '<rect width="100" height="100" clip-path="url(#c)"/>',
    "a round turn back": '<path d="M20 50H80H40" fill="none" stroke="red" stroke-width="14"'
    ' stroke-linejoin="round"/>',
    "a round cusp": '<path d="M20 50C90 50 90 50 30 50" fill="none" stroke="red" stroke-width="14"'
    ' stroke-linejoin="round"/>',
    "viewport": '<svg x="20" y="20" width="50" height="60"><circle r="45"/>'
    '<path d="M0 50h90" stroke="red"/></svg>',
}
DEFINED = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><defs>
<linearGradient id="g" x2="1" y2=".5"><stop stop-color="red"/><stop offset="1" stop-color="blue"/>
</linearGradient><linearGradient id="m" href="#g" x2=".23" spreadMethod="reflect"/>
<radialGradient id="r" href="#g" r=".2" spreadMethod="reflect"/></defs>"""


@pytest.mark.parametrize("name", READ)
def test_what_is_read_is_what_others_show(name):
    text = f"{DEFINED}{READ[name]}</svg>"
    # Where edges of one outline coincide, the pixels that they cut are too dark; here they cut none.
    side = 100 if name.startswith("a round") else 120
    mean, tail = error(parse_svg(text), text, side, side)
    assert mean < 1, mean
    assert tail <= 60, tail
