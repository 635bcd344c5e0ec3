"""A sheet puts every drawing where it belongs."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inkwright.reports.matrix_sheet import arrange, sheet_svg, write_sheet
from inkwright.reports.run_folder import find_runs
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
