"""The method that docs/add_a_method.md adds is a whole one: it draws, grows, resumes."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import sys

import numpy as np
import pytest
from PIL import Image

from inkwright.command_line.keys.composition import register
from inkwright.keys import Key, declared_keys
from inkwright.keys.declarations import CONF
from inkwright.vector_graphics import read_svg
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "add_a_method.md").read_text()
YAMLS = re.findall(r"```yaml\n(.*?)```", TEXT, re.S)  # the recipe, the declaration of its keys, their use


@pytest.fixture
def method(tmp_path, monkeypatch):
    """The two files of the page where Hydra and Python find them; returns what the command line needs."""
    code, recipe = re.search(r"```python\n(.*?)```", TEXT, re.S).group(1), YAMLS[0]
    (tmp_path / "page" / "experiment").mkdir(parents=True)
    (tmp_path / "page" / "residual_paths.py").write_text(code)
    recipe = recipe.replace("lightning_modules.residual_paths", "residual_paths")
    (tmp_path / "page" / "experiment" / "residual_paths.yaml").write_text(recipe)
    monkeypatch.syspath_prepend(str(tmp_path / "page"))
    yield (f"hydra.searchpath=[file://{tmp_path / 'page'}]", "experiment=residual_paths", "image_size=64")
    sys.modules.pop("residual_paths", None)


@pytest.fixture
def keys(method, tmp_path, monkeypatch):
    """The keys of the page declared, and used by its recipe."""
    shutil.copytree(CONF / "keys", tmp_path / "conf" / "keys")
    (tmp_path / "conf" / "keys" / "residual_paths.yaml").write_text(YAMLS[1])
    with (tmp_path / "page" / "experiment" / "residual_paths.yaml").open("a") as recipe:
        recipe.write(YAMLS[2])
    with monkeypatch.context() as patch:
        patch.setattr("inkwright.keys.declarations.CONF", tmp_path / "conf")
        declared_keys.cache_clear()
        register()
        yield
    declared_keys.cache_clear()
    register()


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


def test_its_keys_are_set_and_checked(run_train, method, keys, tmp_path):
    common = (*method, "image=cat", "steps=4", f"hydra.run.dir={tmp_path / 'run'}")
    finished = run_train(*common, "num_blobs=12", "rounds=2")
    assert finished.status == 0, finished.err
    drawing = read_svg(tmp_path / "run" / "drawing.svg")
    assert (drawing.num_shapes, len(drawing.layer.unique())) == (12, 2)
    finished = run_train(*common, "rounds=21")
    assert (finished.status, finished.err.count("\n")) == (2, 1)
    assert finished.err.startswith("error: rounds=21: it must be a whole number in [1, 20] (rounds in which")


def test_every_fact_of_a_key_is_told():
    told = TEXT.split("Of a key can be said")[1]
    facts = [field.name for field in dataclasses.fields(Key) if field.name not in ("name", "owner")]
    assert [name for name in facts if f"`{name}`" not in told] == []


@pytest.mark.parametrize(
    "step", [pytest.param(11, marks=pytest.mark.slow), 20, pytest.param(25, marks=pytest.mark.slow)]
)
def test_it_resumes_in_and_between_rounds(run_train, method, tmp_path, step):
    common = (*method, "image=cat", "steps=60", "callbacks.last_checkpoint.every_n_steps=5")
    stops = (f"+callbacks.stops.step={step}", "+callbacks.stops._target_=tests.dying.FailsAt")
    assert run_train(*common, f"hydra.run.dir={tmp_path / 'whole'}").status == 0
    with pytest.raises(ZeroDivisionError):
        run_train(*common, *stops, f"hydra.run.dir={tmp_path / 'broken'}")
    finished = run_train(*common, "resume=auto", f"hydra.run.dir={tmp_path / 'broken'}")
    assert finished.status == 0, finished.err
    drawings = [(tmp_path / name / "drawing.svg").read_bytes() for name in ("whole", "broken")]
    assert drawings[0] == drawings[1]
