"""DiffSketcher from prompt to drawing, with tiny random networks, and without any."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from inkwright.vector_graphics.svg.reading.reader import read_svg
from lightning_modules.diffsketcher import at_size
from tests.inkwright.frozen_networks.tiny_diffusion import save_tiny_diffusion

FEW = ("steps=3", "num_strokes=10", "image_size=48", "lightning_module.optimization.score_every=2")


@pytest.fixture(scope="module")
def diffusion(tmp_path_factory):
    return save_tiny_diffusion(tmp_path_factory.mktemp("diffusion") / "sd15")


def sketch(run_train, folder, *arguments):
    finished = run_train("experiment=diffsketcher", *FEW, *arguments, f"hydra.run.dir={folder}")
    assert finished.status == 0, finished.err
    return finished


def painted_by(diffusion):
    return (
        "prompt=a photo of Sydney opera house",
        "guidance=structure",
        f"datamodule.painter.weights_path={diffusion}",
        "datamodule.painter.steps=2",
    )


def test_prompt_becomes_a_drawing_of_the_painted_guide(run_train, diffusion, tmp_path):
    sketch(run_train, tmp_path, *painted_by(diffusion), "token=opera")
    assert Image.open(tmp_path / "guide.png").size == (32, 32)
    assert np.load(tmp_path / "attention.npy").shape == (32, 32)
    assert read_svg(tmp_path / "drawing.svg").num_shapes == 10
    record = json.loads((tmp_path / "metrics.json").read_text())
    assert record["image"] == "a-photo-of-Sydney-opera-house"


def test_guide_and_map_given_are_as_good_as_painted(run_train, diffusion, tmp_path):
    painted, given = tmp_path / "painted", tmp_path / "given"
    sketch(run_train, painted, *painted_by(diffusion), "token=5")
    guide = (f"guide_image={painted / 'guide.png'}", f"attention_map={painted / 'attention.npy'}")
    sketch(run_train, given, *guide, "guidance=structure")
    first, second = ((run / "drawing.svg").read_text() for run in (painted, given))
    assert first.replace("a-photo-of-Sydney-opera-house", "guide") == second


def test_resumed_run_keeps_its_guide(run_train, diffusion, tmp_path):
    sketch(run_train, tmp_path, *painted_by(diffusion))
    before = (tmp_path / "guide.png").stat().st_mtime_ns, (tmp_path / "drawing.svg").read_bytes()
    finished = sketch(run_train, tmp_path, *painted_by(diffusion), "resume=auto")
    assert "painting" not in finished.out
    assert ((tmp_path / "guide.png").stat().st_mtime_ns, (tmp_path / "drawing.svg").read_bytes()) == before


def test_strokes_start_where_the_map_says(run_train, picture, tmp_path):
    attention = np.zeros((30, 40), np.float32)
    attention[20:, 30:] = 1.0
    np.save(tmp_path / "map.npy", attention)
    still = ("lightning_module.optimization.lr_points=0", "lightning_module.start.edges=false")
    sketch(
        run_train,
        tmp_path / "run",
        f"guide_image={picture}",
        f"attention_map={tmp_path / 'map.npy'}",
        "guidance=structure",
        *still,
    )
    drawing = read_svg(tmp_path / "run" / "drawing.svg")
    starts = drawing.points.reshape(-1, 4, 2)[:, 0]
    assert (starts[:, 0] >= 0.7 * 48).all()
    assert (starts[:, 1] >= 0.6 * 36).all()


def test_same_seed_gives_the_same_sketch_in_a_batch_and_alone(run_train, picture, tmp_path):
    batch = ("num_sketches=3", "callbacks.svg_export.candidates=true", "seed=4")
    guide = (f"guide_image={picture}", "guidance=structure")
    sketch(run_train, tmp_path / "batch", *guide, *batch)
    sketch(run_train, tmp_path / "alone", *guide, "seed=6", "callbacks.svg_export.candidates=true")
    together = read_svg(tmp_path / "batch" / "candidates" / "candidate-2.svg")
    alone = read_svg(tmp_path / "alone" / "candidates" / "candidate-0.svg")
    np.testing.assert_allclose(together.points.numpy(), alone.points.numpy(), atol=0.02)


def test_score_distillation_alone_moves_strokes(run_train, diffusion, tmp_path):
    sds = (
        "experiment=diffsketcher_sds",
        f"guidance.score_distillation.denoiser.weights_path={diffusion}",
        *painted_by(diffusion)[:1],
        *painted_by(diffusion)[2:],
    )
    first = run_train(*sds, *FEW, f"hydra.run.dir={tmp_path}")
    assert first.status == 0, first.err
    losses = json.loads((tmp_path / "metrics.json").read_text())["losses"]
    assert list(losses) == ["score_distillation/distillation"]
    assert losses["score_distillation/distillation"] > 0


def test_maps_are_brought_to_size():
    values = np.array([[0.2, 0.2], [0.2, 0.6]], np.float32)
    scaled = at_size(values, (8, 6))
    assert scaled.shape == (8, 6)
    assert (scaled.min(), scaled.max()) == (0.0, 1.0)
    assert scaled[-1, -1] == 1.0
    assert (at_size(np.full((3, 3), 0.5, np.float32), (4, 4)) == 1).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "prompt is empty; say what to draw"),
        (("attention_map=map.npy", "prompt=a cat"), "attention_map=map.npy belongs to a picture"),
        (("guide_image=cat", "attention_map=nowhere.npy"), "attention_map=nowhere.npy can't be read"),
        (("guide_image=nowhere.png",), "nowhere.png"),
        (("guide_image=cat", "prompt=a cat", "token=cat"), "token=cat has no meaning on guide_image=cat"),
        (("prompt=a cat", "token=dog"), "token=dog: the prompt has no such word"),
        (("prompt=a cat", "token=9"), r"token=9: it must be in [1, 2]; the tokens are 1 a, 2 cat"),
        (("experiment=sketch", "token=cat"), "token: nothing in this experiment uses it"),
    ],
)
def test_mistakes_are_one_line(run_train, diffusion, tmp_path, arguments, message):
    needs = (f"datamodule.painter.weights_path={diffusion}", "guidance=structure")
    more = () if "experiment=sketch" in arguments else ("experiment=diffsketcher", *needs)
    finished = run_train(*more, *arguments, f"hydra.run.dir={tmp_path / 'run'}")
    assert finished.status == 2
    assert message in finished.err
    assert len(finished.err.strip().splitlines()) == 1
