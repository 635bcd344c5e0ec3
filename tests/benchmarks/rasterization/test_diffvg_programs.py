"""Programs written for diffvg in processes of their own: endings, pictures, and what is said of both."""

from __future__ import annotations

import pytest
import torch

from benchmarks.diffvg_programs.__main__ import Result, compare, difference, programs, run, table

SCRIPT = """
import ttools.modules, pydiffvg, torch
loss = ttools.modules.LPIPS()
circle = pydiffvg.Circle(radius=torch.tensor(5.0), center=torch.tensor([16.0, 16.0]))
for shade in (0.0, 1.0):
    color = torch.tensor([shade, 0.0, 0.0, 1.0])
    group = pydiffvg.ShapeGroup(shape_ids=torch.tensor([0]), fill_color=color)
    scene = pydiffvg.RenderFunction.serialize_scene(32, 32, [circle], [group])
    render = pydiffvg.RenderFunction.apply
    assert float(loss(render(32, 32, 2, 2, 0, None, *scene), torch.zeros(32, 32, 4))) > 0
raise SystemExit(ENDING)
"""


@pytest.fixture
def checkout(tmp_path):
    """A clone of diffvg with one program, which ends as it is told to."""

    def make(ending: str):
        (tmp_path / "apps").mkdir()
        (tmp_path / "apps" / "single_circle.py").write_text(SCRIPT.replace("ENDING", ending))
        return tmp_path

    return make


def test_a_program_runs_unchanged_and_its_first_and_last_picture_are_kept(checkout):
    folder = checkout("0")
    found = programs(folder)
    assert list(found) == ["single_circle.py"]
    result = run(folder, found["single_circle.py"], "ours")
    assert (result.ending, result.pictures["number"]) == ("runs", 2)
    first, last = result.pictures["first"], result.pictures["last"]
    assert first.shape == last.shape == (32, 32, 4)
    assert float(first[16, 16, 0]) == 0.0
    assert float(last[16, 16, 0]) == 1.0
    area = float(last[..., 3].sum())
    assert area == pytest.approx(torch.pi * 25, rel=1e-3)


def test_the_last_words_of_a_program_that_fails_are_its_ending(checkout):
    folder = checkout("'no such weights'")
    result = run(folder, programs(folder)["single_circle.py"], "ours")
    assert (result.ending, result.pictures["number"]) == ("no such weights", 2)
    assert "first" not in compare(result, result)


def test_a_renderer_is_known_by_its_files(tmp_path):
    assert programs(tmp_path) == {}
    (tmp_path / "LIVE").mkdir()
    (tmp_path / "LIVE" / "xing_loss.py").write_text("")
    assert programs(tmp_path) == {"live": ["live:", str(tmp_path / "LIVE")]}


def test_pictures_are_compared_over_white():
    clear = torch.zeros(4, 4, 4)
    white, black = torch.ones(4, 4, 3), torch.zeros(4, 4, 3)
    assert difference(clear, torch.ones(4, 4, 4)) == 0.0
    assert difference(white, black) == 1.0
    assert difference(torch.cat([black, torch.full((4, 4, 1), 0.25)], 2), clear) == pytest.approx(0.25)
    assert difference(clear, white) is None


def test_the_table_has_a_row_for_each_program():
    pictures = {"number": 1, "first": torch.zeros(2, 2, 3), "last": torch.ones(2, 2, 3)}
    ours, theirs = (
        Result("runs", 4.0, pictures),
        Result("runs", 60.0, {**pictures, "last": torch.zeros(2, 2, 3)}),
    )
    said = {
        "clone": {
            "both": compare(ours, theirs),
            "alone": compare(Result("ValueError", 1.0, {"number": 0}), None),
        }
    }
    rows = table(said).splitlines()[2:]
    assert rows[0] == "| clone | both | runs | 4 | runs | 60 | 1 | 0.0e+00 | 1.0e+00 |"
    assert rows[1] == "| clone | alone | ValueError | 1 |  |  | 0 |  |  |"
