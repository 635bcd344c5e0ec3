"""Drawings as files: the best at the end, the last few on the way, candidates if asked for."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from callbacks.svg_export import SvgExport
from inkwright.vector_graphics import rasterize, read_svg
from tests.callbacks.drawing_run import DrawingStub, strokes, trainer_at


def test_final_files_show_the_best_drawing(tmp_path):
    SvgExport(str(tmp_path), png_side=80).on_fit_end(trainer_at(9), DrawingStub())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drawing.png", "drawing.svg"]
    drawing = read_svg(tmp_path / "drawing.svg")
    assert (drawing.points - strokes().points).abs().max() < 0.01
    assert "stub &amp; co" in (tmp_path / "drawing.svg").read_text()
    png = np.asarray(Image.open(tmp_path / "drawing.png"))
    expected = (rasterize(strokes(), 60, 80)[0].permute(1, 2, 0) * 255).round().numpy()
    assert np.abs(png - expected).max() <= 1


def test_every_n_steps_keeps_the_last_k(tmp_path):
    export, module = SvgExport(str(tmp_path), every_n_steps=5, keep_last=3), DrawingStub()
    for step in range(1, 111):
        export.on_train_batch_end(trainer_at(step), module, None, None, 0)
    kept = sorted((path.name for path in (tmp_path / "steps").iterdir()), key=lambda name: int(name[5:-4]))
    assert kept == ["step-100.svg", "step-105.svg", "step-110.svg"]


def test_nothing_is_written_on_the_way_unless_asked_for(tmp_path):
    SvgExport(str(tmp_path)).on_train_batch_end(trainer_at(5), DrawingStub(), None, None, 0)
    assert not list(tmp_path.iterdir())


def test_named_drawings_are_written_beside_the_best(tmp_path):
    module = DrawingStub()
    module.named = {"round-1": strokes(1.0), "round-2": strokes(2.0)}
    SvgExport(str(tmp_path)).on_fit_end(trainer_at(9), module)
    for k in (1, 2):
        drawing = read_svg(tmp_path / "drawings" / f"round-{k}.svg")
        assert (drawing.points - strokes(float(k)).points).abs().max() < 0.01
        assert (tmp_path / "drawings" / f"round-{k}.png").is_file()


def test_candidates_are_written_if_asked_for(tmp_path):
    SvgExport(str(tmp_path), candidates=True).on_fit_end(trainer_at(9), DrawingStub(sketches=3))
    for k in range(3):
        drawing = read_svg(tmp_path / "candidates" / f"candidate-{k}.svg")
        assert (drawing.points - strokes(float(k)).points).abs().max() < 0.01


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every_n_steps": -1}, "every_n_steps is -1; it must be >= 0"),
        ({"keep_last": 0}, "keep_last is 0; it must be >= 1"),
        ({"png_side": 0}, "png_side is 0; it must be >= 1"),
    ],
)
def test_numbers_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        SvgExport("x", **options)


def test_module_that_draws_nothing_is_refused(tmp_path):
    import pytorch_lightning as pl

    with pytest.raises(TypeError, match=r"LightningModule has no named_drawings\(\)"):
        SvgExport(str(tmp_path)).on_fit_end(trainer_at(1), pl.LightningModule())


@pytest.mark.parametrize("opacity", [0.0, 0.005, 0.5])
def test_an_empty_drawing_is_said_to_be_empty(tmp_path, caplog, opacity):
    drawing = strokes()
    faint = drawing.stroke.clone()
    faint[:, 3] = opacity
    stub = DrawingStub()
    stub.run.best_drawing = lambda: drawing.replace(stroke=faint)
    SvgExport(str(tmp_path), png_side=80).on_fit_end(trainer_at(9), stub)
    assert ("the drawing is empty" in caplog.text) == (opacity < 0.1)
