"""A sheet puts every drawing where it belongs."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from inkwright.reports.matrix_sheet import arrange, sheet_svg, write_sheet
from inkwright.reports.run_folder import find_runs
from tests.inkwright.reports.hostile_runs import SVG
from tests.inkwright.reports.made_runs import write_run, write_sweep

BLACK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect id="r" width="10" height="10"/></svg>'
)


def test_rows_and_columns_in_their_order(tmp_path):
    sheet = arrange(find_runs([write_sweep(tmp_path, strokes=(100, 16))]))
    assert sheet.rows == ["cat", "dog"]
    assert sheet.columns == ["num_strokes 16", "num_strokes 100"]
    assert [[run.name for run in line] for line in sheet.cells] == [
        ["cat,num_strokes=16", "cat,num_strokes=100"],
        ["dog,num_strokes=16", "dog,num_strokes=100"],
    ]


def test_missing_place_stays_empty(tmp_path):
    write_sweep(tmp_path)
    (tmp_path / "dog,num_strokes=16" / "drawing.svg").unlink()
    assert arrange(find_runs([tmp_path])).cells[1][1] is None


def test_chosen_rows_and_columns(tmp_path):
    sheet = arrange(find_runs([write_sweep(tmp_path)]), rows="num_strokes", columns="image")
    assert (sheet.rows, sheet.columns) == (["8", "16"], ["image cat", "image dog"])


def test_svg_paints_the_drawings_in_their_cells(tmp_path):
    from resvg_py import svg_to_bytes

    write_sweep(tmp_path)
    run = tmp_path / "dog,num_strokes=16"
    (run / "drawing.svg").write_text(BLACK)
    text = sheet_svg(arrange(find_runs([tmp_path])))
    assert 'id="r1c1-r"' in text
    (tmp_path / "sheet.png").write_bytes(bytes(svg_to_bytes(svg_string=text)))
    dark = np.asarray(Image.open(tmp_path / "sheet.png").convert("L")) < 10
    rows, columns = np.nonzero(dark[282:, 522:])
    assert rows.size == pytest.approx(220 * 220, rel=0.01)


def test_png_and_svg_are_of_one_shape(tmp_path):
    png, svg = write_sheet(find_runs([write_sweep(tmp_path / "s")]), tmp_path / "sheet")
    size = Image.open(png).size
    assert f'viewBox="0 0 {size[0] // 2} {size[1] // 2}"' in svg.read_text()


def test_refusals(tmp_path):
    runs = find_runs([write_sweep(tmp_path)])
    with pytest.raises(ValueError, match=r"colour: no run has such a setting; there is .*image"):
        arrange(runs, rows="colour")
    with pytest.raises(ValueError, match=r"the ending must be \.png or \.svg"):
        write_sheet(runs, tmp_path / "sheet.pdf")
    write_run(tmp_path / "x" / "run", "cat", 8, 0)
    (tmp_path / "x" / "run" / "drawing.svg").unlink()
    with pytest.raises(ValueError, match="no run has a drawing"):
        arrange(find_runs([tmp_path / "x"]))


def test_drawings_of_several_layers_and_hostile_ones_are_one_document(tmp_path):
    layers = '<g id="layer-{0}" inkscape:groupmode="layer"><path d="M1 1L9 9" stroke="#000"/></g>'
    head = BLACK.partition("viewBox")[0] + 'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
    text = head + 'viewBox="0 0 10 10">' + layers.format(0) + layers.format(1) + "</svg>"
    for name, strokes, svg in (("a", 8, text), ("b", 16, SVG)):
        write_run(tmp_path / name, "cat", strokes, 0, svg=svg)
    sheet = sheet_svg(arrange(find_runs([tmp_path])))
    assert len(ElementTree.fromstring(sheet).findall(".//{*}path")) == 3
    assert "alert" not in sheet
    assert "call.out" not in sheet


def test_a_drawing_is_placed_by_its_own_view_box(tmp_path):
    from resvg_py import svg_to_bytes

    svg = BLACK.replace("0 0 10 10", "-5 -5 10 10").replace('id="r"', 'x="-5" y="-5"')
    write_run(tmp_path / "a", "cat", 8, 0, svg=svg)
    (tmp_path / "a" / "target.jpg").unlink()
    picture = Image.open(
        io.BytesIO(bytes(svg_to_bytes(svg_string=sheet_svg(arrange(find_runs([tmp_path]))))))
    )
    assert (np.asarray(picture.convert("L"))[48:268, 54:274] < 10).mean() > 0.99


def test_labels_of_any_text_are_one_line(tmp_path):
    write_run(tmp_path / "a", "cat", 8, 0)
    (tmp_path / "a" / "config" / "config.yaml").write_text('prompt: "<b>two\\nlines</b> & \\x01"\nseed: 1\n')
    runs = find_runs([tmp_path])
    assert arrange(runs, rows="prompt").rows == ["<b>two lines</b> & \\x01"]
    write_sheet(runs, tmp_path / "sheet", rows="prompt")
    ElementTree.parse(tmp_path / "sheet.svg")


def test_runs_of_the_same_name_in_two_folders_keep_their_places(tmp_path):
    for place, strokes in (("one", 8), ("two", 16)):
        write_run(tmp_path / place / "sweep" / "run", "cat", strokes, 0)
    sheet = arrange(find_runs([tmp_path / "one" / "sweep", tmp_path / "two" / "sweep"]))
    assert [run.settings["num_strokes"] for run in sheet.cells[0]] == [8, 16]
