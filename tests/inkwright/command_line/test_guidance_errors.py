"""Whatever is wrong with networks and masks is one line, status 2, before any work."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.conftest import ROOT


@pytest.fixture
def small_mask(tmp_path):
    Image.new("L", (20, 10), 255).save(tmp_path / "small.png")
    return tmp_path / "small.png"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["guidance.clip.network=clip-rn110"], "'clip-rn110' is no known network; did you mean clip-rn101?"),
        (["guidance.clip.layers={layer7:1}"], "layers names 'layer7'; did you mean layer4?"),
        (["guidance.clip.layers=[0,0,1]"], "a list of 3 weights; this network has 5 layers"),
        (["guidance.clip.weights_path=/no/such"], "weights_path is '/no/such', where there is nothing"),
        (["guidance.clip.views.fil=1"], "did you mean guidance.clip.views.fill?"),
        (["guidance.clip.weights_path={root}/README.md"], "README.md can't be loaded as clip-rn101"),
        (["lightning_module.start.temperature=0"], "temperature is 0; it must be > 0"),
        (["lightning_module.strokes.trained=[colour]"], "it must name one or more of points"),
        (["mask=/no/such.png"], "mask=/no/such.png is not there"),
        (["datamodule.subject.find.network=unet"], "network is 'unet'; it must be u2net or u2netp"),
    ],
)
def test_clipasso_refuses(run_train, tmp_path, monkeypatch, tiny_weights, arguments, message):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    arguments = [each.replace("{root}", str(ROOT)) for each in arguments]
    finished = run_train(
        "experiment=clipasso", "debug=few_steps", f"hydra.run.dir={tmp_path / 'run'}", *arguments
    )
    assert finished.status == 2
    assert message in finished.err
    assert finished.err.count("\n") == 1
    assert not (tmp_path / "run" / "drawing.svg").exists()


def test_missing_weights_are_named(run_train, tmp_path, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", str(tmp_path))
    finished = run_train("experiment=clipasso", f"hydra.run.dir={tmp_path / 'run'}")
    assert finished.status == 2
    assert "guidance.clip: the weights of clip-rn101 (about 479 MB) are missing" in finished.err
    assert "python -m inkwright.frozen_networks.weights fetch clip-rn101" in finished.err


def test_masks_that_do_not_fit_are_refused(run_train, tmp_path, small_mask):
    finished = run_train("image=cat", f"mask={small_mask}", f"hydra.run.dir={tmp_path / 'run'}")
    assert (finished.status, finished.err) == (
        2,
        f"error: mask={small_mask} is 20 x 10 pixels; it must be 451 x 300, as the picture\n",
    )


def test_nothing_to_mask_is_an_error(run_train, tmp_path):
    Image.new("RGB", (60, 60), "white").save(tmp_path / "white.png")
    finished = run_train(
        f"image={tmp_path / 'white.png'}", "mask_object=true", f"hydra.run.dir={tmp_path / 'run'}"
    )
    assert finished.status == 2
    assert finished.err.splitlines()[-1].startswith(
        "error: no subject was found in white.png; give mask=FILE"
    )


def test_a_mask_is_refused_where_there_is_no_picture(run_train, tmp_path, monkeypatch, tiny_weights):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    arguments = ("experiment=clipdraw", "prompt=a cat", "mask_object=true")
    finished = run_train(*arguments, f"hydra.run.dir={tmp_path / 'run'}")
    assert finished.status == 2
    assert "mask_object: nothing in this experiment uses it" in finished.err


def test_clipdraw_needs_a_prompt(run_train, tmp_path, monkeypatch, tiny_weights):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    finished = run_train("experiment=clipdraw", f"hydra.run.dir={tmp_path / 'run'}")
    assert finished.status == 2
    assert 'prompt is empty; say what to draw, for example prompt="a cat"' in finished.err
