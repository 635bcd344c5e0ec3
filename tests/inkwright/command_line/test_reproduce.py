"""A run that is run again is compared with what it was."""

from __future__ import annotations

import json

from inkwright.command_line.reproduce import changed_versions, compare, main, told
from tests.conftest import RANDOM_SKETCH


def test_same_and_not_the_same(run_train, picture, tmp_path, capsys):
    folder = tmp_path / "run"
    run_train(
        *RANDOM_SKETCH,
        "num_strokes=4",
        "image_size=48",
        "steps=3",
        f"image={picture}",
        f"hydra.run.dir={folder}",
    )
    assert main([str(folder)]) == 0
    assert "The same, to the byte." in capsys.readouterr().out
    drawing = folder / "drawing.svg"
    drawing.write_text(drawing.read_text().replace("stroke-width", "stroke-Width", 1))
    record = json.loads((folder / "metrics.json").read_text())
    (folder / "metrics.json").write_text(json.dumps({**record, "shapes": 5}))
    run = json.loads((folder / "run.json").read_text())
    run["versions"]["torch"] = "1.0"
    (folder / "run.json").write_text(json.dumps(run))
    again = folder / "reproduced"
    assert compare(folder, again) == ["drawing.svg differs", "shapes: 5 -> 4"]
    assert [line.split(" -> ")[0] for line in changed_versions(folder, again)] == ["versions torch: 1.0"]
    assert "What has changed since:\n  versions torch" in told(["x"], changed_versions(folder, again))


def test_folder_that_is_none_is_said(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "there is no readable run.json" in capsys.readouterr().err
