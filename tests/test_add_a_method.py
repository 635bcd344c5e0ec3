"""The method that docs/add_a_method.md adds is a whole one: it draws, grows, resumes."""

from __future__ import annotations

import json
import re
import sys

import numpy as np
import pytest
from PIL import Image

from inkwright.vector_graphics import read_svg
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "add_a_method.md").read_text()


@pytest.fixture
def method(tmp_path, monkeypatch):
    """The two files of the page where Hydra and Python find them; returns what the command line needs."""
    code, recipe = (re.search(rf"```{kind}\n(.*?)```", TEXT, re.S).group(1) for kind in ("python", "yaml"))
    (tmp_path / "page" / "experiment").mkdir(parents=True)
    (tmp_path / "page" / "residual_paths.py").write_text(code)
    recipe = recipe.replace("lightning_modules.residual_paths", "residual_paths")
    (tmp_path / "page" / "experiment" / "residual_paths.yaml").write_text(recipe)
    monkeypatch.syspath_prepend(str(tmp_path / "page"))
    yield (f"hydra.searchpath=[file://{tmp_path / 'page'}]", "experiment=residual_paths", "image_size=64")
    sys.modules.pop("residual_paths", None)


def test_it_is_short():
    code = re.search(r"```python\n(.*?)```", TEXT, re.S).group(1)
    assert len(code.splitlines()) <= 70
    assert len([line for line in code.splitlines() if line.strip()]) <= 60


def test_every_round_brings_the_drawing_nearer(run_train, method, tmp_path):
    finished = run_train(*method, "image=cat", "steps=60", f"hydra.run.dir={tmp_path / 'run'}")
    assert finished.status == 0, finished.err
    drawing = read_svg(tmp_path / "run" / "drawing.svg")
    assert drawing.num_shapes == 48
    assert drawing.filled.all()
    target = np.asarray(Image.open(tmp_path / "run" / "target.jpg").convert("RGB"), dtype=float) / 255
    errors = []
    for k in (1, 2, 3):
        picture = Image.open(tmp_path / "run" / "drawings" / f"round-{k}.png").convert("RGB")
        small = np.asarray(picture.resize(target.shape[1::-1], Image.Resampling.BOX), dtype=float) / 255
        errors.append(float(np.square(small - target).mean()))
    assert errors[2] < errors[1] < errors[0] < np.square(1 - target).mean()
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["steps"] == 60


@pytest.mark.parametrize("step", [11, 20, 25])
def test_it_resumes_in_and_between_rounds(run_train, method, tmp_path, step):
    common = (*method, "image=cat", "steps=60", "+callbacks.last_checkpoint.every_n_steps=5")
    stops = (f"+callbacks.stops.step={step}", "+callbacks.stops._target_=tests.dying.FailsAt")
    assert run_train(*common, f"hydra.run.dir={tmp_path / 'whole'}").status == 0
    with pytest.raises(ZeroDivisionError):
        run_train(*common, *stops, f"hydra.run.dir={tmp_path / 'broken'}")
    finished = run_train(*common, "resume=auto", f"hydra.run.dir={tmp_path / 'broken'}")
    assert finished.status == 0, finished.err
    drawings = [(tmp_path / name / "drawing.svg").read_bytes() for name in ("whole", "broken")]
    assert drawings[0] == drawings[1]
