"""simplify.py from outside: what it leaves, what it says, what it takes."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib

import numpy as np
import pytest
import tifffile
import torch
from PIL import Image

import simplify
from inkwright.command_line.keys.simplify_keys import SimplifyKeys
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import save_weights
from inkwright.vector_graphics import read_svg
from tests.conftest import ROOT


@pytest.fixture
def weights(tmp_path):
    """Weights under which the network passes its input on: ink stays ink, paper stays paper."""
    network = SimplifierNetwork(channels=[4], encoder_blocks=[0], decoder_blocks=[])
    with torch.no_grad():
        stem, head = network.body.stem[1], network.body.head[0]
        for layer, gain in ((stem, 1.0), (head, 8.0)):
            layer.weight.zero_()
            layer.bias.zero_()
            for channel in range(4):
                layer.weight[channel, channel, 1, 1] = gain
        head.bias.fill_(16.0)
    path = tmp_path / "weights.safetensors"
    save_weights(network, path)
    return path


@pytest.fixture
def run(weights, monkeypatch, capsys):
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["simplify.py", *map(str, arguments), f"weights={weights}"])
        capsys.readouterr()
        status = simplify.main()
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def _sketch(path, mode: str = "L"):
    page = np.full((90, 120), 255, np.uint8)
    page[40:43, 10:110] = 0
    image = Image.fromarray(page).convert(mode)
    image.save(path)
    return path


def test_a_sketch_becomes_png_svg_and_preview(run, tmp_path):
    path = _sketch(tmp_path / "scan.png")
    status, out, _ = run(f"input={path}")
    assert status == 0
    assert out == f"Clean: {tmp_path / 'scan_clean.svg'}, 1 strokes\n"
    assert Image.open(tmp_path / "scan_clean.png").size == (120, 90)
    assert Image.open(tmp_path / "scan_preview.png").size == (360, 90)
    drawing = read_svg(tmp_path / "scan_clean.svg")
    assert drawing.canvas == (120, 90)
    assert abs(float(drawing.points[:, 1].mean()) - 41.5) < 0.5
    assert float(drawing.width[0]) == pytest.approx(3, rel=0.2)


def test_output_names_files_or_a_folder(run, tmp_path):
    path = _sketch(tmp_path / "scan.png")
    run(f"input={path}", f"output={tmp_path / 'new' / 'lines.svg'}", "preview=false", "line_width=1.5")
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == ["lines.png", "lines.svg"]
    assert float(read_svg(tmp_path / "new" / "lines.svg").width[0]) == pytest.approx(1.5)
    run(f"input={path}", f"output={tmp_path / 'folder'}", "vector=none", "preview=false")
    assert [each.name for each in (tmp_path / "folder").iterdir()] == ["scan_clean.png"]


def test_a_folder_is_cleaned_whole_and_bad_files_are_named(run, tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("a.png", "b.jpg"):
        _sketch(folder / name)
    (folder / "broken.png").write_bytes(b"no picture")
    status, out, _ = run(f"input={folder}")
    assert status == 0
    assert (folder / "a_clean.svg").is_file()
    assert (folder / "b_clean.svg").is_file()
    assert "left out: " in out
    assert "broken.png" in out
    status, again, _ = run(f"input={folder}")
    assert again.count("Clean:") == 2  # results of the first run are not cleaned again


def test_a_scan_is_never_overwritten(run, tmp_path, monkeypatch):
    path = _sketch(tmp_path / "scan.png")
    before = path.read_bytes()
    monkeypatch.setattr(
        "inkwright.simplification.weights_file.load_weights", lambda _: pytest.fail("refused after work")
    )
    for output in (tmp_path / "scan.svg", path, f"{tmp_path}/other/../scan.svg"):
        status, _, err = run(f"input={path}", f"output={output}")
        assert status == 2
        assert "is a sketch, and would be overwritten; choose another output" in err
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".safetensors"] == ["scan.png"]
    assert path.read_bytes() == before


def test_every_sketch_of_a_folder_has_a_result_of_its_own(run, tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in ("page.png", "page.jpg", "Page.bmp", "other.png"):
        _sketch(folder / name)
    status, out, _ = run(f"input={folder}", f"output={tmp_path / 'clean'}", "vector=none", "preview=false")
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "clean").iterdir()) == [
        "Page.bmp_clean.png",
        "other_clean.png",
        "page.jpg_clean.png",
        "page.png_clean.png",
    ]
    assert out.count("Clean: ") == 4


def test_a_second_folder_does_not_take_the_results_of_the_first(run, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        _sketch(tmp_path / name / "page.png", "L" if name == "one" else "RGB")
    output = f"output={tmp_path / 'clean'}"
    assert run(f"input={tmp_path / 'one'}", output)[0] == 0
    status, _, err = run(f"input={tmp_path / 'two'}", output)
    assert status == 2
    assert "page_clean.png is the result of another sketch; move it, or choose another output" in err
    assert run(f"input={tmp_path / 'one'}", output)[0] == 0


def test_results_of_any_name_are_not_cleaned_again(run, tmp_path):
    path = _sketch(tmp_path / "scan.png")
    run(f"input={path}", f"output={tmp_path / 'lines.svg'}")
    assert run(f"input={tmp_path}")[1].count("Clean:") == 1


def test_a_full_disk_is_told_with_the_key_that_helps(run, tmp_path, monkeypatch):
    path = _sketch(tmp_path / "scan.png")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    status, _, err = run(f"input={path}")
    assert status == 2
    assert err == (
        f"error: {tmp_path / 'scan_clean.png'} can't be written (No space left on device); "
        "make room, or choose another output\n"
    )
    assert [each.name for each in tmp_path.iterdir() if each.suffix != ".safetensors"] == ["scan.png"]


@pytest.mark.parametrize(
    "kind", ["white", "black", "one pixel", "colour", "transparent", "sixteen bits", "wide"]
)
def test_every_kind_of_picture_gives_a_result(run, tmp_path, kind):
    path = tmp_path / "picture.png"
    rng = np.random.default_rng(0)
    if kind == "sixteen bits":
        path = tmp_path / "picture.tif"
        tifffile.imwrite(path, rng.integers(0, 65536, (40, 50)).astype(np.uint16))
    elif kind == "transparent":
        Image.fromarray(np.zeros((40, 50, 4), np.uint8)).save(path)
    else:
        size = {"one pixel": (1, 1, 3), "wide": (40, 500, 3)}.get(kind, (40, 50, 3))
        fill = {"white": 255, "one pixel": 255, "black": 0}
        pixels = np.full(size, fill[kind]) if kind in fill else rng.integers(0, 256, size)
        Image.fromarray(pixels.astype(np.uint8)).save(path)
    status, out, err = run(f"input={path}", "preview=true")
    assert status == 0, err
    assert out.startswith("Clean: ")
    assert ("no lines found" in out) == (kind in ("white", "one pixel", "transparent"))


def test_specks_that_are_no_strokes_are_said_to_be_nothing(run, tmp_path):
    path = tmp_path / "speck.png"
    Image.new("L", (1, 9)).save(path)
    assert "0 strokes (no lines found" in run(f"input={path}")[1]


@pytest.mark.parametrize(("key", "scale"), [("scale=0.5", "0.5"), ("size=60", "1")])
def test_lines_are_cleaned_small_and_the_results_are_as_large_as_the_picture(run, tmp_path, key, scale):
    path = _sketch(tmp_path / "scan.png")
    out = run(f"input={path}", key, "full_size=false")[1]
    assert out.endswith(", 1 strokes\n")
    for name in ("clean.png", "clean.svg", "preview.png"):
        assert b" at scale " + scale.encode() in (tmp_path / f"scan_{name}").read_bytes()
    assert Image.open(tmp_path / "scan_clean.png").size == (60, 45)
    small = read_svg(tmp_path / "scan_clean.svg")
    assert small.canvas == (60, 45)
    run(f"input={path}", key)
    assert Image.open(tmp_path / "scan_clean.png").size == (120, 90)
    large = read_svg(tmp_path / "scan_clean.svg")
    assert large.canvas == (120, 90)
    torch.testing.assert_close(large.points, 2 * small.points, atol=0.02, rtol=0)
    assert float(large.width[0]) == pytest.approx(2 * float(small.width[0]), rel=0.02)


def test_a_scan_that_was_thinned_out_while_it_was_read_comes_back_at_its_own_size(run, tmp_path):
    page = np.full((1800, 2400), 255, np.uint8)
    page[800:860, 200:2200] = 0
    Image.fromarray(page).save(tmp_path / "large.png")
    run(f"input={tmp_path / 'large.png'}", "size=120")
    assert Image.open(tmp_path / "large_clean.png").size == (2400, 1800)
    drawing = read_svg(tmp_path / "large_clean.svg")
    assert drawing.canvas == (2400, 1800)
    assert abs(float(drawing.points[:, 1].mean()) - 830) < 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "input is missing"),
        (("input=none.png",), "input=none.png: there is no such file or folder"),
        (("inptu=a.png",), "inptu: there is no such key; did you mean input?"),
        (("input=a.png", "scale=2"), r"scale=2: it must be "),
        (("input=a.png", "scale=auto"), "scale=auto: it must be "),
        (("input=a.png", "scale=nan"), "scale=nan: it must be "),
        (("input=a.png", "refine_steps=-1"), "refine_steps=-1: it must be "),
        (("input=a.png", "refine_steps=1.5"), "refine_steps=1.5: it must be "),
        (("input=a.png", "consolidate=yes"), "consolidate=yes: it must be auto or always or never"),
        (("input=a.png", "vector=lines"), "vector=lines: it must be centerline or outline or "),
        (("input=a.png", "preview=maybe"), "preview=maybe: it must be true or false"),
        (("sketch.png",), "sketch.png: there is no such key"),
    ],
)
def test_mistakes_are_one_line(run, arguments, message):
    import re

    status, _, err = run(*arguments)
    assert status == 2
    assert re.match(f"error: .*{message}", err)
    assert err.count("\n") == 1


def test_damaged_picture_is_one_line(run, tmp_path):
    path = tmp_path / "scan.png"
    path.write_bytes(b"")
    assert run(f"input={path}")[::2] == (2, f"error: {path} is empty (0 bytes); give a picture file\n")


def test_empty_folder_is_one_line(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "there is no picture in this folder" in run(f"input={tmp_path / 'empty'}")[2]


def test_help_names_every_key_and_needs_no_heavy_import():
    code = (
        "import sys, simplify; sys.argv[1:] = ['--help']; simplify.main(); sys.exit('torch' in sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0
    for key in SimplifyKeys.__dataclass_fields__:
        assert f"\n  {key} " in finished.stdout


@pytest.mark.parametrize(("text", "steps"), [("0", 0), ("25", 25)])
def test_steps_that_refine_are_handed_on(run, tmp_path, monkeypatch, text, steps):
    seen = []
    monkeypatch.setattr(
        "inkwright.simplification.sketch_file.clean_file", lambda *given: seen.append(given) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        run(f"input={_sketch(tmp_path / 'scan.png')}", f"refine_steps={text}")
    assert seen[0][2].refine_steps == steps


def test_lines_have_the_color_that_was_asked_for_and_no_paper(run, tmp_path):
    path = _sketch(tmp_path / "scan.png")
    status, _, err = run(f"input={path}", "line_color=#2040c0", "transparent=true")
    assert status == 0, err
    png = Image.open(tmp_path / "scan_clean.png")
    assert png.mode == "RGBA"
    pixels = np.asarray(png)
    assert pixels[5, 5, 3] == 0
    assert pixels[41, 60].tolist()[:3] == [0x20, 0x40, 0xC0]
    assert pixels[41, 60, 3] > 200
    drawing = read_svg(tmp_path / "scan_clean.svg")
    assert (drawing.stroke[:, :3] * 255).round().tolist() == [[0x20, 0x40, 0xC0]] * drawing.num_shapes
    status, _, err = run(f"input={path}", "line_color=bluish")
    assert (status, "line_color is 'bluish'" in err) == (2, True)


@pytest.mark.parametrize(
    ("asked", "width"),
    [("width_mm=60", "60mm"), ("dpi=300", "10.16mm"), ("dpi=scan", "20.32mm"), ("dpi=", "120")],
)
def test_the_drawing_is_as_large_on_paper_as_asked_for(run, tmp_path, asked, width):
    path = _sketch(tmp_path / "scan.png")
    Image.open(path).save(path, dpi=(150, 150))
    assert run(f"input={path}", asked)[0] == 0
    assert f' width="{width}"' in (tmp_path / "scan_clean.svg").read_text()


@pytest.mark.parametrize(
    ("asked", "message"), [("dpi=many", "dpi=many: it must be"), ("dpi=scan", "doesn't say")]
)
def test_a_resolution_that_nobody_knows_is_told(run, tmp_path, asked, message):
    status, _, err = run(f"input={_sketch(tmp_path / 'scan.png')}", asked)
    assert (status, err.count("\n")) == (2, 1)
    assert message in err


def test_a_plotter_gets_lines_of_one_width(run, tmp_path):
    path = _sketch(tmp_path / "scan.png")
    assert run(f"input={path}", "export=plotter")[0] == 0
    drawing = read_svg(tmp_path / "scan_clean.svg")
    assert drawing.num_shapes >= 1
    assert set(drawing.stroke[:, 3].tolist()) == {1}
    assert len(set(drawing.width.tolist())) == 1


def test_pictures_that_are_not_read_are_named(run, tmp_path):
    (tmp_path / "in").mkdir()
    _sketch(tmp_path / "in" / "scan.png")
    Image.open(tmp_path / "in" / "scan.png").save(tmp_path / "in" / "new.avif")
    (tmp_path / "in" / "raw.NEF").touch()
    (tmp_path / "in" / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    status, out, _ = run(f"input={tmp_path / 'in'}", f"output={tmp_path / 'out'}")
    assert status == 0
    assert "left out, as no picture that is read: raw.NEF" in out
    assert "phone.heic" in out
    assert {each.name for each in (tmp_path / "out").glob("*.svg")} == {"scan_clean.svg", "new_clean.svg"}


@pytest.mark.parametrize("asked", [("output=lines.pdf",), ("output=lines.svg", "pdf=true")])
def test_a_pdf_has_the_strokes_on_a_page_of_their_size(run, tmp_path, monkeypatch, asked):
    monkeypatch.chdir(tmp_path)
    path = _sketch(tmp_path / "scan.png")
    status, _, err = run(f"input={path}", "width_mm=50.8", *asked)
    assert status == 0, err
    content = (tmp_path / "lines.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert b" at scale 1" in content
    assert b"/MediaBox [ 0 0 144 108 ]" in content
    streams = [
        zlib.decompress(each) for each in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    ]
    assert any(re.search(rb" c\s", each) and re.search(rb"\bS\b", each) for each in streams)
    assert run(f"input={path}", "width_mm=50.8", *asked)[0] == 0  # it knows its own result
    assert (tmp_path / "lines.pdf").read_bytes() == content
    assert (tmp_path / "lines.svg").is_file()
