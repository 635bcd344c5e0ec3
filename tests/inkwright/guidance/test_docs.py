"""What docs/guidance.md says is so."""

from __future__ import annotations

import re
import sys
from types import ModuleType

import torch

from inkwright.frozen_networks.weights import WEIGHTS
from inkwright.guidance.targets import Targets
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "guidance.md").read_text()


def test_the_example_of_a_term_runs(run_train, tmp_path, monkeypatch):
    code = next(
        block for block in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "GuidanceTerm" in block
    )
    assert len([line for line in code.splitlines() if line.strip()]) <= 20
    module = ModuleType("my_terms")
    exec(compile(code, "docs/guidance.md", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "my_terms", module)
    (command,) = re.findall(r"^python train.py (.*my_terms.*) image=photo.jpg$", TEXT, re.MULTILINE)
    finished = run_train(*command.split(), "debug=few_steps", f"hydra.run.dir={tmp_path}")
    assert finished.status == 0, finished.err
    assert "budget/budget" in (tmp_path / "metrics.csv").read_text().splitlines()[0]
    term = module.InkBudget(weight=2)
    term.prepare(Targets(torch.full((1, 3, 8, 8), 0.75)))
    torch.testing.assert_close(term(torch.full((1, 3, 8, 8), 0.5), 0.1)["budget"], torch.tensor([0.0625]))


def test_every_choice_of_guidance_is_in_the_table():
    choices = {path.stem for path in (ROOT / "conf" / "guidance").glob("*.yaml")}
    known = {"structure", "clip", "clip_text", "lpips", "dists", "vgg_features", "ms_ssim", "pixel"}
    known |= {"sketch_vgg", "squeezenet", "dino"}
    assert known <= choices
    for name in known:
        assert re.search(rf"^\| `{name}` \|", TEXT, re.MULTILINE)


def test_networks_that_are_named_exist():
    for name in re.findall(r"`((?:clip-|sam-|sd\d|u2net|vgg16)[-\w]*)`", TEXT):
        assert name in WEIGHTS, name
