from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from callbacks.sheets.start_overlay import start_sheet


def test_every_stroke_has_a_dot_on_every_panel_in_its_candidates_colour():
    panels = [np.full((50, 100, 3), grey) for grey in (0.2, 0.5, 0.8)]
    places = np.array([[[10.0, 10], [90, 40]], [[50.0, 25], [20, 40]]], dtype=np.float32)
    sheet = np.asarray(start_sheet(panels, places))
    assert sheet.shape == (224, 3 * 448 + 2 * 8, 3)
    red, green = (0xE6, 0x19, 0x4B), (0x3C, 0xB4, 0x4B)
    for panel in range(3):
        for candidate, color in zip(places, (red, green), strict=True):
            for x, y in (candidate * 4.48).round().astype(int):
                assert tuple(sheet[y, x + panel * 456]) == color
        assert tuple(sheet[5, panel * 456 + 5]) == (round(255 * (0.2, 0.5, 0.8)[panel]),) * 3


@pytest.mark.parametrize(("experiment", "written"), [("clipasso", True), ("sketch", False)])
def test_it_is_written_where_strokes_start_at_random(
    run_train, tmp_path, monkeypatch, tiny_weights, experiment, written
):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    finished = run_train(
        f"experiment={experiment}",
        "callbacks=[default,start_overlay]",
        "debug=few_steps",
        "image=cat",
        f"hydra.run.dir={tmp_path}",
    )
    assert finished.status == 0, finished.err
    assert (tmp_path / "start.png").is_file() == written
    if written:
        with Image.open(tmp_path / "start.png") as sheet:
            assert sheet.width > 3 * 440
