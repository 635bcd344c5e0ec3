"""Any picture file becomes a target, or is refused in one line."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

from datamodules.target_image import TargetImageData
from inkwright.pictures.bundled_examples import example_names
from inkwright.pictures.picture_file import read_picture
from inkwright.pictures.target_image import load_target
from tests.conftest import ROOT
from tests.inkwright.pictures.picture_zoo import grey, scene, write_grey_zoo, write_zoo


def expected(values: np.ndarray) -> torch.Tensor:
    """The picture at half its size, as [3, H, W]."""
    blocks = values.reshape(40, 2, 60, 2, -1).astype(np.float32).mean((1, 3)) / 255
    return torch.from_numpy(blocks).permute(2, 0, 1).expand(3, -1, -1)


def test_every_colour_file_shows_the_same_picture(tmp_path):
    zoo = write_zoo(tmp_path)
    assert len(zoo) >= 20
    for name, path in zoo.items():
        target = load_target(path, 60)
        assert target.original_size == (120, 80), name
        assert target.mask is None, name
        error = (target.image - expected(scene())).abs().mean().item()
        assert error < (0.02 if "palette" in name or "gif" in name else 0.01), f"{name}: {error}"


def test_every_grey_file_shows_the_same_picture(tmp_path):
    for name, path in write_grey_zoo(tmp_path).items():
        target = load_target(path, 60)
        error = (target.image - expected(grey(scene())[..., None])).abs().max().item()
        assert error < 0.006, f"{name}: {error}"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_are_white_and_masked(tmp_path, mode):
    rgba = np.dstack([np.full((40, 60, 3), 40, np.uint8), np.full((40, 60), 255, np.uint8)])
    rgba[:, 30:, 3] = 0
    image = Image.fromarray(rgba)
    if mode == "P":
        indexed = Image.fromarray(np.where(rgba[..., 3] > 0, 0, 1).astype(np.uint8), "P")
        indexed.putpalette([40, 40, 40, 200, 0, 0])
        indexed.save(tmp_path / "half.png", transparency=1)
    else:
        image.convert(mode).save(tmp_path / "half.png")
    target = load_target(tmp_path / "half.png", 60)
    assert target.mask is not None
    torch.testing.assert_close(target.mask[:, :30], torch.ones(40, 30))
    torch.testing.assert_close(target.mask[:, 30:], torch.zeros(40, 30))
    torch.testing.assert_close(target.image[:, :, 30:], torch.ones(3, 40, 30))
    torch.testing.assert_close(target.image[:, :, :30], torch.full((3, 40, 30), 40 / 255))


def test_hidden_colours_do_not_bleed_through_edges(tmp_path):
    rgba = np.zeros((64, 64, 4), np.uint8)
    rgba[:, 32:] = (0, 0, 255, 255)
    rgba[:, :32] = (255, 0, 0, 0)
    Image.fromarray(rgba).save(tmp_path / "edge.png")
    target = load_target(tmp_path / "edge.png", 33)
    assert (target.image[1] <= target.image[0] + 1e-6).all()
    assert (target.image[2] >= 1 - 1e-6).all()


def test_single_pixel_is_enlarged(tmp_path):
    Image.new("RGB", (1, 1), (255, 0, 0)).save(tmp_path / "one.png")
    target = load_target(tmp_path / "one.png", 64)
    torch.testing.assert_close(target.image, torch.tensor([1.0, 0, 0])[:, None, None].expand(3, 64, 64))
    assert target.original_size == (1, 1)


def damaged(tmp_path):
    whole = tmp_path / "whole.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(whole)
    Image.open(whole).save(tmp_path / "whole.jpg")
    data = whole.read_bytes()
    (tmp_path / "truncated.png").write_bytes(data[: len(data) // 2])
    (tmp_path / "truncated.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:1500])
    (tmp_path / "overwritten.png").write_bytes(data[:200] + bytes(400) + data[600:])
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "zeros.jpg").write_bytes(bytes(1000))
    (tmp_path / "folder").mkdir()
    Image.new("RGBA", (20, 20)).save(tmp_path / "invisible.png")
    Image.new("RGB", (100, 2)).save(tmp_path / "narrow.png")


REFUSED = [
    ("truncated.png", "is damaged and can't be read"),
    ("truncated.jpg", "is damaged and can't be read"),
    ("overwritten.png", "is damaged and can't be read"),
    ("empty.png", "is empty (0 bytes)"),
    ("text.png", "is not a picture in a known format"),
    ("zeros.jpg", "is not a picture in a known format"),
    ("folder", "is a folder"),
    ("invisible.png", "is fully transparent"),
    ("narrow.png", "is 100 x 2; one side may be at most 16 times the other"),
    ("whloe.png", "is not there; did you mean"),
    ("xyz", "is not there; give a picture file, or an example: astronaut"),
]


@pytest.mark.parametrize(("name", "message"), REFUSED)
def test_unusable_file_is_refused_in_one_line(tmp_path, name, message):
    damaged(tmp_path)
    with pytest.raises(ValueError, match=re.escape(message)) as refusal:
        load_target(tmp_path / name, 64)
    assert "\n" not in str(refusal.value)


def test_what_a_decoder_says_in_lines_is_told_in_one(tmp_path, monkeypatch):
    def stumble(*_):
        raise RuntimeError("a limit:\n  too many tiles\n" + "!" * 900)

    monkeypatch.setattr("inkwright.pictures.picture_file._read", stumble)
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    with pytest.raises(
        ValueError, match=r"is damaged and can't be read \(a limit: too many tiles !"
    ) as refusal:
        load_target(tmp_path / "a.png", 64)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 500


def test_nearest_file_and_nearest_example_are_offered(tmp_path):
    damaged(tmp_path)
    with pytest.raises(ValueError, match=r"did you mean .*whole\.png\?"):
        load_target(tmp_path / "whloe.png")
    with pytest.raises(ValueError, match=r"did you mean the example astronaut\?"):
        load_target("astronout")


def test_more_megapixels_than_memory_are_refused_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("inkwright.pictures.picture_file.MAX_MEGAPIXELS", 0.001)
    Image.new("RGB", (40, 40)).save(tmp_path / "big.png")
    with pytest.raises(ValueError, match=r"big\.png is 40 x 40, 0 megapixels; at most 0\.001 are read"):
        load_target(tmp_path / "big.png")


@pytest.mark.parametrize("side", [40, 1000])
def test_what_pillow_warns_of_is_read_and_what_it_refuses_is_one_line(tmp_path, monkeypatch, recwarn, side):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    path = tmp_path / "big.png"
    Image.new("RGB", (side, 40)).save(path)
    if side == 40:
        assert load_target(path).original_size == (40, 40)
    else:
        with pytest.raises(ValueError, match=r"big\.png has more than 175 megapixels: scale it down first"):
            load_target(path)
    assert not recwarn.list


@pytest.mark.parametrize("mode", ["RGB", pytest.param("I;16", marks=pytest.mark.slow)])
def test_a_hundred_megapixels_fit_into_bounded_memory(tmp_path, mode):
    Image.new(mode, (12_500, 8_000), 200).save(tmp_path / "big.png", compress_level=1)
    code = (
        "import sys; from inkwright.pictures.target_image import load_target; "
        "from inkwright.run_folder.peak_memory import peak_memory_mb; "
        f"size = load_target({str(tmp_path / 'big.png')!r}).image.shape; "
        "fits = tuple(size) == (3, 143, 224) and peak_memory_mb() < 1500; "
        "sys.exit(0 if fits else f'{size} {peak_memory_mb()}')"
    )
    finished = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr


def test_thinning_a_large_picture_changes_little(tmp_path):
    rows, columns = np.mgrid[0:1500, 0:2000]
    waves = (127 + 120 * np.sin(rows / 90) * np.cos(columns / 70)).astype(np.uint8)
    Image.fromarray(waves).save(tmp_path / "waves.png")
    small = load_target(tmp_path / "waves.png", 100).image[0]
    exact = waves.reshape(75, 20, 100, 20).mean((1, 3)) / 255
    assert (small - torch.from_numpy(exact).float()).abs().max() < 0.02


def test_bundled_examples_are_all_readable():
    names = example_names()
    assert len(names) >= 6
    for name in names:
        target = load_target(name)
        assert max(target.image.shape[1:]) == 224
        assert target.name == name


def test_data_reads_its_picture_once(picture):
    data = TargetImageData(str(picture), image_size=64)
    assert data.target is data.target
    assert data.target.canvas == (64, 48)


def test_data_refuses_numbers_out_of_range(picture):
    with pytest.raises(ValueError, match="image_size is 8"):
        _ = TargetImageData(str(picture), image_size=8).target


@pytest.mark.parametrize("gray", [0, 128, 255])
def test_a_picture_with_nothing_in_it_is_said_to_be_one(tmp_path, caplog, gray, picture):
    Image.new("L", (40, 50), gray).save(tmp_path / "flat.png")
    load_target(picture, 64)
    assert caplog.text == ""
    load_target(tmp_path / "flat.png", 64)
    assert "is one flat color" in caplog.text


@pytest.mark.parametrize(
    ("highest", "kind"), [(1, "f4"), (255, "f4"), (255, "f8"), (65535, "f4"), (65535, "u2")]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_the_range_of_a_tiff_is_that_of_its_numbers(tmp_path, highest, kind, channels):
    ramp = np.linspace(0, highest, 64).astype(kind)
    values = np.broadcast_to(ramp, (48, 64)) if channels == 1 else np.broadcast_to(ramp[:, None], (48, 64, 3))
    tifffile.imwrite(tmp_path / "ramp.tif", values, photometric="rgb" if channels == 3 else "minisblack")
    picture, _ = read_picture(tmp_path / "ramp.tif", 64)
    assert np.abs(picture[0, :, 0] - np.linspace(0, 1, 64)).max() < 0.01


@pytest.mark.parametrize("values", [(-3e38, 3e38), (np.nan, np.inf), (np.nan, np.nan), (-1e300, 1e300)])
def test_a_tiff_of_extreme_numbers_is_a_picture_of_numbers(tmp_path, values):
    pixels = np.resize(np.array(values), (8, 8))
    tifffile.imwrite(tmp_path / "odd.tif", pixels.astype(np.float64 if abs(values[1]) > 1e39 else np.float32))
    picture, _ = read_picture(tmp_path / "odd.tif", 64)
    assert np.isfinite(picture).all()
    assert 0 <= picture.min() <= picture.max() <= 1


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_a_tiff_is_measured_before_it_is_decoded(tmp_path, planar):
    path = tmp_path / "huge.tif"
    shape = (3, 40, 40) if planar == "separate" else (40, 40, 3)
    tifffile.imwrite(path, np.zeros(shape, np.float32), planarconfig=planar, photometric="rgb")
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        places = [file.pages.first.tags[tag].valueoffset for tag in (256, 257)]
    for place in places:
        content[place : place + 4] = (60_000).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(ValueError, match="60000 x 60000, 3600 megapixels"):
        read_picture(path, 64)


def test_no_program_is_started_to_read_a_picture(tmp_path, monkeypatch):
    program = tmp_path / "gs"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    for name in ("page.eps", "page.png"):
        (tmp_path / name).write_bytes(
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 40 40\n%%EndComments\n%%EOF\n"
        )
        with pytest.raises(ValueError, match="not a picture in a known format"):
            read_picture(tmp_path / name, 64)
    assert not (tmp_path / "started").exists()
