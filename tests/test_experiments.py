"""Every recipe in conf/experiment runs, in a few steps."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT

PATCHES = (
    *("datamodule.patch_size=64", "datamodule.batch_size=2"),
    *("datamodule.test_pages=1", "datamodule.test_side=128"),
)
SMALL_SCENE = ("levels=1", "rows=0,1", "num_strokes=8", "lightning_module.networks.hidden=16")
SMALL_MATRIX = (*SMALL_SCENE, "regions=one")
# What a recipe needs besides its name, to be drawn in seconds.
EXTRA = {
    "simplifier": PATCHES,
    "simplifier_plain": (*PATCHES, "lightning_module.network.width=0.05"),
    "simplifier_adversarial": PATCHES,
    "simplifier_continued": PATCHES,
    "simplifier_ablation": PATCHES,
    "diffsketcher_style": ("prompt=a cat", f"style_image={ROOT / 'assets' / 'examples' / 'dahlia.jpg'}"),
    "clipascene": SMALL_SCENE,
    "clipascene_squeezenet": SMALL_MATRIX,
    "clipascene_vgg": SMALL_MATRIX,
    "mross_squeezenet": ("num_strokes=8", "region_round=2", "image_size=64"),
    "clipasso_squeezenet": (),
    "clipasso_vgg": (),
    "clipascene_clip": ("levels=1", "rows=0,1", "layers=[0,1]", "guidance.clip.also=2"),
    "mross_published": ("num_sketches=2",),
    "diffsketcher_directional": ("prompt=a cat", "style_prompt=a cat by a child"),
}
TOYS = ("datamodule.num_pictures=16", "datamodule.test_pictures=8", "datamodule.batch_size=4")
EXTRA |= {f"toy_{name}": TOYS for name in ("autoencoder", "clip", "clip_vit", "decoder", "diffusion")}
EXTRA |= {f"toy_{name}": ("prompt=a red fish",) for name in ("clipasso", "clipdraw")}
EXTRA["toy_text_sketch"] = ("prompt=a cat", "datamodule.painter.steps=2")
EXTRA["toy_directional"] = (*EXTRA["toy_text_sketch"], "style_prompt=a drawing of a cat")
EXTRA["toy_distillation"] = ("prompt=a cat",)
EXTRA["toy_clipascene"] = SMALL_MATRIX
RECIPES = sorted(path.stem for path in (ROOT / "conf" / "experiment").glob("*.yaml"))
RESULTS = (
    *("drawing.svg", "weights.safetensors", "network/open_clip_model.safetensors"),
    *("network/vae/config.json", "network/unet/config.json"),
)


def test_there_are_recipes():
    assert "sketch" in RECIPES


def extra(name: str) -> tuple[str, ...]:
    given = EXTRA.get(name, ("prompt=a cat",) if name.startswith(("clip", "diffsketcher")) else ())
    return (*given, "datamodule.painter.steps=2") if name.startswith("diffsketcher") else given


# Those of VGG16 differ from their twins with SqueezeNet in the names of layers alone; those of the small
# world have tests of their own.
RARELY = [
    name
    for name in RECIPES
    if name in ("clipascene_vgg", "clipasso_vgg", "mross_vgg") or name.startswith("toy_")
]


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.slow) if each in RARELY else each for each in RECIPES]
)
def test_recipe_draws(run_train, tmp_path, name, tiny_weights, monkeypatch):
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    finished = run_train(f"experiment={name}", *extra(name), "debug=few_steps", f"hydra.run.dir={tmp_path}")
    assert finished.status == 0, finished.err
    results = [tmp_path / name for name in RESULTS]
    assert any(path.is_file() and path.stat().st_size > 200 for path in results)


@pytest.mark.parametrize("name", RECIPES)
def test_first_lines_say_how_to_run_it(name):
    text = (ROOT / "conf" / "experiment" / f"{name}.yaml").read_text()
    assert text.startswith("# @package _global_\n# python train.py")
