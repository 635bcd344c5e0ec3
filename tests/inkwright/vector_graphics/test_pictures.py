"""Pixel pictures in an SVG: what they show, how they are held and written, and what is refused of them."""

from __future__ import annotations

import base64
import dataclasses
import io
import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from inkwright.optimization.shape_sources.drawing_source import StepSizes
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.vector_graphics import Drawing, rasterize, read_svg, write_svg
from inkwright.vector_graphics.drawing_tensors import from_tensors, to_tensors
from inkwright.vector_graphics.paper.pdf import pdf_bytes
from inkwright.vector_graphics.picture_fills import PictureFills
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text

SIZE = 96
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'


def smooth_pixels(height=12, width=16):
    y, x = np.mgrid[:height, :width]
    channels = (255 * x / width, 255 * y / height, 128 + 60 * np.sin(x / 3), 255 - 90 * (x > y))
    return np.stack(channels, axis=-1).astype(np.uint8)


def encoded(pixels, kind="png", **options):
    into = io.BytesIO()
    Image.fromarray(pixels).save(into, kind, **options)
    return into.getvalue()


def address(content, kind="image/png"):
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


PICTURE = address(encoded(smooth_pixels()))
SQUARES = address(encoded(np.kron(np.eye(2), np.ones((1, 1)))[..., None].repeat(3, 2).astype(np.uint8) * 255))


def read(body, **options):
    return parse_svg(f"{HEAD}{body}</svg>", **options)


def painted(text, **options):
    return rasterize(parse_svg(text), SIZE, SIZE, **options)[0].permute(1, 2, 0).double().numpy()


def by_resvg(text):
    resvg = pytest.importorskip("resvg_py")
    png = resvg.svg_to_bytes(svg_string=text, width=SIZE, height=SIZE, background="#ffffff")
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGB"), dtype=np.float64) / 255


IMAGES = {
    "in a square": f'<image x="4" y="4" width="40" height="40" href="{PICTURE}"/>',
    "of its own size": f'<image x="4" y="4" href="{PICTURE}"/>',
    "of a width": f'<image x="4" width="40" href="{PICTURE}"/>',
    "stretched": f'<image width="20" height="48" preserveAspectRatio="none" href="{PICTURE}"/>',
    "cut to its box": f'<image x="4" y="4" width="20" height="40" preserveAspectRatio="xMaxYMid slice" '
    f'href="{PICTURE}"/>',
    "turned and faded": f'<image width="30" height="30" opacity=".5" transform="rotate(20) translate(9 2)" '
    f'href="{PICTURE}"/>',
    "clipped": f'<clipPath id="c"><circle cx="24" cy="24" r="14"/></clipPath>'
    f'<image width="48" height="48" clip-path="url(#c)" href="{PICTURE}"/>',
    "hidden and shown": f'<image width="9" height="9" visibility="hidden" href="{PICTURE}"/>'
    '<g visibility="hidden"><image x="20" width="20" height="20" visibility="visible" '
    f'href="{PICTURE}"/></g>',
    "in a pattern": '<pattern id="p" width="16" height="12" patternUnits="userSpaceOnUse">'
    f'<image width="16" height="12" href="{PICTURE}"/></pattern>'
    '<rect width="48" height="48" fill="url(#p)"/>',
    "used": f'<defs><image id="i" width="16" height="12" href="{PICTURE}"/></defs>'
    '<use href="#i" x="3" y="3"/><use href="#i" transform="translate(20 20) scale(1.5)"/>',
    "in a document": '<image width="48" height="40" href="data:image/svg+xml;utf8,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 12'%3E"
    f"%3Cimage href='{PICTURE}'/%3E%3C/svg%3E\"/>",
    "masked": f'<mask id="m"><rect width="24" height="48" fill="#888"/></mask>'
    f'<image width="48" height="48" mask="url(#m)" href="{PICTURE}"/>',
    "in its box's mask": f'<mask id="m" x="0" y="0" width=".5" height="1"><rect width="99" height="99" '
    f'fill="#fff"/></mask><g mask="url(#m)"><image x="8" width="32" height="24" href="{PICTURE}"/></g>',
}


@pytest.mark.parametrize("name", IMAGES)
def test_a_picture_looks_as_a_renderer_shows_it(name):
    text = f"{HEAD}{IMAGES[name]}</svg>"
    off = np.abs(painted(text) - by_resvg(text)).max(-1)
    assert off.mean() < 0.012
    assert (off > 0.25).mean() < 0.01


def test_pixels_are_squares_where_it_is_asked_for():
    for word in ("pixelated", "optimizeSpeed", "crisp-edges"):
        drawing = read(f'<image width="48" height="48" image-rendering="{word}" href="{SQUARES}"/>')
        image = rasterize(drawing, 8, 8)[0, 0]
        expected = torch.eye(2).repeat_interleave(4, 0).repeat_interleave(4, 1)
        assert torch.equal(image, expected)
    mixed = rasterize(read(f'<image width="48" height="48" href="{SQUARES}"/>'), 8, 8)[0, 0]
    assert 0.2 < mixed[3, 4] < 0.8


def test_pixels_that_fall_together_are_averaged():
    board = np.indices((64, 64)).sum(0) % 2
    content = encoded((board[..., None].repeat(3, 2) * 255).astype(np.uint8))
    image = rasterize(read(f'<image width="48" height="48" href="{address(content)}"/>'), 8, 8)[0]
    assert (image - 0.5).abs().max() < 0.02


def test_color_of_what_is_transparent_does_not_leak():
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[:, 0] = (255, 0, 0, 255)
    pixels[:, 1] = (0, 255, 0, 0)
    image = rasterize(read(f'<image width="48" height="48" href="{address(encoded(pixels))}"/>'), 8, 8)[0]
    assert (image[0] > 0.99).all()
    assert (image[1] - image[2]).abs().max() < 1e-5


@pytest.mark.parametrize("backend", ["torch", "draft"])
@pytest.mark.parametrize("name", ["turned and faded", "clipped", "cut to its box"])
def test_backends_agree(backend, name):
    drawing = read(IMAGES[name])
    assert (rasterize(drawing, 24, 24, backend) - rasterize(drawing, 24, 24)).abs().max() < 0.02


def test_gradients_and_pictures_fill_shapes_of_one_drawing():
    gradient = '<linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient>'
    graded = '<rect x="{}" width="20" height="20" fill="url(#g)"/>'
    image = f'<image x="{{}}" y="20" width="20" height="20" href="{PICTURE}"/>'
    text = HEAD + gradient + "".join(
        each.format(x) for each, x in ((image, 0), (graded, 0), (image, 25), (graded, 25))
    ) + "</svg>"  # fmt: skip
    assert np.abs(painted(text) - by_resvg(text)).mean() < 0.012
    assert np.abs(painted(text) - painted(text, backend="torch")).max() < 0.02


@pytest.mark.parametrize("name", IMAGES)
def test_pictures_are_written_and_read_again(name, tmp_path):
    drawing = read(IMAGES[name])
    write_svg(drawing, tmp_path / "again.svg")
    again = read_svg(tmp_path / "again.svg")
    assert (rasterize(again, SIZE, SIZE) - rasterize(drawing, SIZE, SIZE)).abs().mean() < 2e-3
    assert torch.equal(again.pictures.one(0), drawing.pictures.one(0))
    text = (tmp_path / "again.svg").read_text()
    assert text.count("base64") == 1
    off = np.abs(by_resvg(text) - painted(text)).max(-1)
    assert off.mean() < 0.012


def test_a_drawing_keeps_its_pictures(tmp_path):
    drawing = read(f'<rect width="9" height="9"/>{IMAGES["turned and faded"]}{IMAGES["stretched"]}')
    shown = rasterize(drawing, 24, 24)
    for same in (from_tensors(to_tensors(drawing)), drawing.detach(), drawing.select(torch.arange(3))):
        assert torch.equal(rasterize(same, 24, 24), shown)
    assert drawing.select(torch.tensor([2, 1])).pictures.shape.tolist() == [0, 1]
    assert drawing.select(torch.tensor([0])).pictures is None
    twice = Drawing.batch([drawing, drawing])
    assert torch.equal(rasterize(twice, 24, 24), torch.cat([shown, shown]))
    assert torch.equal(rasterize(Drawing.concat(Drawing.empty((48, 48)), drawing), 24, 24), shown)
    assert (rasterize(drawing.scaled(2), 24, 24) - shown).abs().max() < 1e-5
    assert (rasterize(drawing.to(dtype=torch.float64), 24, 24) - shown).abs().max() < 1e-4
    with pytest.raises(ValueError, match="without gradients, pictures"):
        pdf_bytes(drawing, 100.0)


def test_a_picture_stays_where_it_is_while_shapes_are_trained():
    drawing = read(IMAGES["in a square"])
    source = ShapeParameters(drawing)
    adam = torch.optim.Adam(source.parameter_groups(StepSizes()))
    rasterize(source.drawing(), 24, 24).sum().backward()
    adam.step()
    after = source.drawing()
    assert not torch.equal(after.points, drawing.points)
    assert torch.equal(after.pictures.frame, drawing.pictures.frame)
    assert torch.equal(after.pictures.pixels, drawing.pictures.pixels)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"pixels": torch.zeros(191, 4, dtype=torch.uint8)}, "picture pixels has shape"),
        ({"pixels": torch.zeros(192, 4)}, "they must be torch.uint8"),
        ({"picture": torch.tensor([1])}, r"it must be in \[0, 1\)"),
        ({"size": torch.tensor([[0, 12]])}, "picture pixels has shape|sides must be above 0"),
        ({"frame": torch.zeros(1, 3, 2)}, "parallel or infinite axes"),
        ({"shape": torch.tensor([3])}, r"picture shape is \[3\]; it must be in \[0, 1\)"),
    ],
)
def test_pictures_that_do_not_fit_are_refused(change, match):
    drawing = read(IMAGES["in a square"])
    with pytest.raises(ValueError, match=match):
        dataclasses.replace(drawing, pictures=PictureFills(**{**vars(drawing.pictures), **change}), cache={})


def test_a_gradient_and_a_picture_cannot_fill_one_shape():
    gradient = '<linearGradient id="g"><stop/><stop offset="1" stop-color="red"/></linearGradient>'
    graded = read(f'{gradient}<rect width="9" height="9" fill="url(#g)"/>').gradients
    with pytest.raises(ValueError, match="has a gradient, too"):
        dataclasses.replace(read(IMAGES["in a square"]), gradients=graded, cache={})


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("png", "RGB"),
        ("png", "RGBA"),
        ("png", "P"),
        ("png", "L"),
        ("png", "LA"),
        ("png", "1"),
        ("png", "I;16"),
    ]
    + [("jpeg", "RGB"), ("jpeg", "L"), ("jpeg", "CMYK"), ("webp", "RGBA"), ("gif", "P")],
)
def test_kinds_of_pictures(kind, mode):
    gray = Image.fromarray(np.full((8, 8), 51, np.uint8))
    image = (
        Image.fromarray(np.full((8, 8), 51 * 257, np.uint16))
        if mode == "I;16"
        else gray.convert(mode, dither=0)
    )
    into = io.BytesIO()
    image.save(into, kind)
    shown = read(f'<image width="48" height="48" href="{address(into.getvalue(), "x/y")}"/>').pictures.one(0)
    expected = 0 if mode == "1" else 51
    assert (shown[..., :3].int() - expected).abs().max() <= 2
    assert (shown[..., 3] == 255).all()


def test_a_picture_is_upright():
    pixels = np.zeros((4, 8, 3), np.uint8)
    pixels[:, :4] = 255
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encoded(pixels, "jpeg", exif=exif, quality=95)
    shown = read(f'<image width="48" height="48" href="{address(content)}"/>').pictures.one(0)
    assert shown.shape[:2] == (8, 4)
    assert (shown[:3, :, 0] > 200).all()


@pytest.fixture
def folders(tmp_path):
    """A folder with an SVG's pictures, and one beside it that is none of its business."""
    for name in ("own/parts", "other"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a b.png").write_bytes(encoded(smooth_pixels()))
    (tmp_path / "own" / "link.png").symlink_to(tmp_path / "other" / "a b.png")
    (tmp_path / "own" / "text.png").write_text("hello")
    (tmp_path / "own" / "inner.svg").write_text(
        f'{HEAD}<image href="parts/a b.png"/><path d="M0 0h5v5"/></svg>'
    )

    def written(reference):
        path = tmp_path / "own" / "drawing.svg"
        path.write_text(f'{HEAD}<image width="48" height="48" href="{reference}"/></svg>')
        return path

    return written


@pytest.mark.parametrize("reference", ["parts/a b.png", "parts/a%20b.png", "./parts/../parts/a%20b.png#x"])
def test_files_beside_the_svg_are_read(folders, reference):
    assert read_svg(folders(reference)).pictures.size.tolist() == [[16, 12]]


OUTSIDE = ("../other/a b.png", "%2e%2e/other/a b.png", "link.png", "parts/../../other/a b.png")


@pytest.mark.parametrize(
    ("reference", "match"),
    [(each, "outside of the SVG's folder") for each in OUTSIDE]
    + [
        (each, "only data and files beside")
        for each in ("file:///etc/passwd", "/etc/passwd", "http://e/x.png")
    ]
    + [
        (each, "only data and files beside")
        for each in ("//e/x.png", "\\\\e\\x.png", "C:\\x.png", "ftp://e/x")
    ]
    + [("none.png", "no such file"), ("parts", "no such file"), ("text.png", "no PNG, JPEG, WebP or GIF")]
    + [("x" * 5000, "cannot be read|no such file"), ("a%00b", "cannot be read|no such file")],
)
def test_nothing_else_is_read(folders, reference, match):
    path = folders(reference)
    with pytest.raises(ValueError, match=match) as caught:
        read_svg(path)
    assert "\n" not in str(caught.value)
    with pytest.warns(UserWarning, match=match):
        assert read_svg(path, lenient=True).num_shapes == 0


def test_a_wider_folder_can_be_named(folders, tmp_path):
    assert read_svg(folders("../other/a b.png"), within=tmp_path).num_shapes == 1
    with pytest.raises(ValueError, match="outside of the SVG's folder"):
        read_svg(folders("parts/a b.png"), within=tmp_path / "other")


def test_a_document_in_a_document_shows_what_is_in_it_alone(folders):
    with pytest.warns(UserWarning, match="nothing is shown that is not in it"):
        drawing = read_svg(folders("inner.svg"))
    assert drawing.num_shapes == 1
    assert drawing.pictures is None


def test_a_text_has_no_folder():
    with pytest.raises(ValueError, match="only data and files beside the SVG are read"):
        read('<image width="9" height="9" href="a.png"/>')


def bomb(width, height):
    """A PNG of few bytes that says it is large."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("body", "match"),
    [
        (
            f'<image width="9" height="9" href="{address(bomb(30_000, 30_000))}"/>',
            "more than 25,000,000 pixels",
        ),
        (f'<image width="9" height="9" href="{address(bomb(2**31 - 1, 2**31 - 1))}"/>', "pixels|damaged"),
        ('<image width="9" height="9" href="data:image/png;base64,AAAA"/>', "no PNG, JPEG, WebP or GIF"),
        ('<image width="9" height="9" href="data:image/png;base64,A*A"/>', "no base64"),
        ('<image width="9" height="9" href="data:image/png"/>', "no data"),
        (f'<image width="9" height="9" href="{address(encoded(smooth_pixels())[:90])}"/>', "damaged|no PNG"),
        (f'<image width="9" height="9" href="{address(encoded(smooth_pixels(), "tiff"))}"/>', "no PNG"),
        (
            f'<rect width="30" height="9"/><image width="48" height="48" style="mix-blend-mode:multiply" '
            f'href="{PICTURE}"/>',
            "mix-blend-mode 'multiply' of a pixel image",
        ),
        (
            '<g opacity=".5"><rect width="30" height="9"/>'
            f'<image width="48" height="48" href="{PICTURE}"/></g>',
            "opacity 0.5 of paints that lie over each other",
        ),
    ],
)
def test_what_is_no_picture_or_too_much_is_refused_in_a_line(body, match):
    with pytest.raises(ValueError, match=match) as caught:
        read(body)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    with pytest.warns(UserWarning, match="approximately"):
        read(body, lenient=True)


def test_a_picture_used_often_is_held_once():
    body = f'<defs><image id="i" width="16" height="12" href="{PICTURE}"/></defs>'
    drawing = read(body + "".join(f'<use href="#i" x="{n}"/>' for n in range(20)))
    assert drawing.pictures.size.tolist() == [[16, 12]]
    assert svg_text(drawing).count("base64") == 1


def test_pictures_of_a_document_are_counted_together(monkeypatch):
    monkeypatch.setattr("inkwright.vector_graphics.svg.reading.reuse.pictures._MOST_PIXELS", 1_000)
    bodies = [
        f'<image href="{address(encoded(smooth_pixels() + np.uint8(n)))}"/>' for n in range(5)
    ]  # of 192 pixels each
    assert read("".join(bodies) + bodies[0] * 9).num_shapes == 14
    inner = base64.b64encode(f"{HEAD}{address_of_one_more()}</svg>".encode()).decode()
    with pytest.raises(ValueError, match="more than 1,000 pixels in all"):
        read("".join(bodies) + f'<image href="data:image/svg+xml;base64,{inner}"/>')


def address_of_one_more():
    return f'<image href="{address(encoded(smooth_pixels() + np.uint8(99)))}"/>'
