"""Moving pictures of a run, in every format."""

from __future__ import annotations

from importlib.util import find_spec
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import torch
from PIL import Image

from callbacks.process_video import ProcessVideo
from inkwright.vector_graphics import Drawing, rasterize, read_svg
from inkwright.vector_graphics.svg.writing.stroke_animation import animated_svg
from tests.callbacks.drawing_run import DrawingStub, strokes, trainer_at


def record(video: ProcessVideo, steps: int = 20) -> None:
    module = DrawingStub(1)
    video.on_train_start(trainer_at(0), module)
    for step in range(1, steps + 1):
        module.run.drawing = strokes(step / 4)
        video.on_train_batch_end(trainer_at(step), module, None, None, 0)
    video.on_fit_end(trainer_at(steps), module)


def test_gif_shows_the_start_and_every_n_steps(tmp_path):
    record(ProcessVideo(str(tmp_path), every_n_steps=5, side=80, seconds=2.0))
    with Image.open(tmp_path / "process.gif") as movie:
        assert movie.n_frames == 5
        assert movie.size == (80, 60)
        movie.seek(4)
        last = np.asarray(movie.convert("L"), dtype=float)
    expected = rasterize(strokes(5.0), 60, 80)[0].mean(0).numpy() * 255
    assert np.abs(last - expected).mean() < 2


def test_gif_shows_the_winner_in_its_colors_as_it_was_then(tmp_path):
    video, module = ProcessVideo(str(tmp_path), side=80), DrawingStub(2)
    red = strokes(8.0)
    red.stroke.data = red.stroke.clone()
    red.stroke[:, 0] = 1
    module.run.drawing = Drawing.batch([strokes(), red])
    video.on_train_start(trainer_at(0), module)
    module.run.drawing.points.zero_()  # as the optimizer does: in place
    video.on_fit_end(trainer_at(0), module)
    with Image.open(tmp_path / "process.gif") as movie:
        shown = np.asarray(movie.convert("RGB"), dtype=float)
    expected = rasterize(red, 60, 80)[0].permute(1, 2, 0).numpy() * 255
    assert np.abs(shown - expected).mean() < 2


@pytest.mark.parametrize("installed", [True, False])
def test_mp4_is_written_or_refused_at_once(tmp_path, monkeypatch, installed):
    if not installed or find_spec("imageio_ffmpeg") is None:
        monkeypatch.setattr("callbacks.process_video.find_spec", lambda name: None)
        with pytest.raises(
            ValueError, match=r"format=mp4 needs the extra video: pip install -e '\.\[video\]'"
        ):
            ProcessVideo(str(tmp_path), format="mp4")
        return
    record(ProcessVideo(str(tmp_path), format="mp4", every_n_steps=2, side=64))
    assert (tmp_path / "process.mp4").read_bytes()[4:8] == b"ftyp"


def test_svg_draws_the_long_strokes_first_and_stays_a_drawing(tmp_path):
    record(ProcessVideo(str(tmp_path), format="svg", seconds=4.0))
    root = ET.fromstring((tmp_path / "process.svg").read_text())
    paths = root.findall(".//{http://www.w3.org/2000/svg}path")
    begins = [
        [each.get("begin") for each in path if each.get("attributeName") == "stroke-dashoffset"]
        for path in paths
    ]
    assert begins == [["0.000s"], ["2.000s"]]
    assert "25" in paths[0].get("d")


def test_animated_svg_draws_each_stroke_along_its_path():
    text = animated_svg(strokes(), 1.0)
    assert text.count('pathLength="1"') == 2
    assert text.count("stroke-dashoffset") == 2
    assert text.startswith("<svg")


def test_animated_svg_calls_layers_by_their_names():
    drawing = strokes().replace(layer=torch.tensor([2, 4]))
    text = animated_svg(drawing, 1.0, {2: "regions 1/region 1", 4: "regions 1/region 2"})
    assert [text.count(f'<g id="regions 1{name}"') for name in ("", " region 1", " region 2")] == [1, 1, 1]
    assert "layer-" not in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "avi"}, "format is 'avi'; it must be one of gif, mp4, svg"),
        ({"every_n_steps": 0}, "every_n_steps is 0"),
        ({"side": 2}, "side is 2; it must be >= 16"),
        ({"seconds": 0}, "seconds is 0; it must be above 0"),
    ],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ProcessVideo("x", **options)


def test_read_back_is_still_possible_for_the_final_drawing(tmp_path):
    """The animation is an extra; the run's own file has none."""
    from callbacks.svg_export import write_drawing

    write_drawing(strokes(), tmp_path / "drawing.svg")
    assert "animate" not in (tmp_path / "drawing.svg").read_text()
    assert read_svg(tmp_path / "drawing.svg").num_shapes == 2
