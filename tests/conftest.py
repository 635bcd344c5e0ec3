"""What all tests share: one thread, clean Hydra, and train.py as a function."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
RANDOM_SKETCH = (
    "lightning_module._target_=tests.random_sketch.RandomSketch",
    "guidance.structure._target_=tests.random_sketch.PixelDistance",
)


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> Iterator[None]:
    environment = dict(os.environ)
    with warnings.catch_warnings():
        yield
    os.environ.clear()
    os.environ.update(environment)


@dataclass
class Finished:
    """What a command left: exit status, standard output, standard error."""

    status: int
    out: str
    err: str


@pytest.fixture
def run_train(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Finished]:
    """train.py in this process, on the arguments given."""
    from hydra._internal.hydra import Hydra
    from hydra.core.global_hydra import GlobalHydra

    import train

    # Hydra composes all once more to see whether `hydra.mode` is set, which no test does.
    monkeypatch.setattr(Hydra, "get_mode", lambda *_, **__: None)

    def run(*arguments: object) -> Finished:
        GlobalHydra.instance().clear()
        monkeypatch.setattr(sys, "argv", ["train.py", *map(str, arguments)])
        capsys.readouterr()
        status = train.main()
        captured = capsys.readouterr()
        return Finished(status, captured.out, captured.err)

    return run


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder INKWRIGHT_WEIGHTS with tiny random networks under the names of the real ones."""
    from tests.inkwright.frozen_networks.tiny_diffusion import save_tiny_diffusion
    from tests.inkwright.frozen_networks.tiny_networks import (
        TRANSFORMER,
        tiny_clip,
        tiny_dino,
        tiny_hed,
        tiny_lpips_heads,
        tiny_mtcnn,
        tiny_squeezenet,
        tiny_stlpips,
        tiny_u2net,
        tiny_vgg,
    )

    folder = tmp_path_factory.mktemp("weights")
    tiny_clip(folder / "clip-rn101")
    tiny_clip(folder / "clip-vit-b-32", TRANSFORMER)
    tiny_vgg(folder / "vgg16-397923af.pth")
    tiny_lpips_heads(folder / "vgg.pth")
    tiny_vgg(folder / "vgg16-oxford.safetensors")
    tiny_squeezenet(folder / "squeezenet.safetensors")
    tiny_dino(folder / "dinov2-importance.safetensors")
    tiny_hed(folder / "hed.safetensors")
    tiny_mtcnn(folder / "mtcnn.safetensors")
    tiny_stlpips(folder / "stlpips-alex.safetensors")
    tiny_u2net(folder / "u2netp.onnx")
    save_tiny_diffusion(folder / "sd15")
    return str(folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium; skips where there is none."""
    from benchmarks.rasterization.svg_renderers import chromium_binary

    binary = chromium_binary()
    if binary is None:
        pytest.skip("needs Chromium (apt-get install chromium)")
    with pytest.importorskip("playwright.sync_api").sync_playwright() as started:
        launched = started.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small picture: a dark disc on a light ramp, wider than high."""
    rows, columns = np.mgrid[0:48, 0:64]
    grey = 160 + columns
    grey[(rows - 24) ** 2 + (columns - 30) ** 2 < 200] = 30
    path = tmp_path / "disc.png"
    Image.fromarray(np.stack([grey, grey, 255 - grey // 2], -1).astype(np.uint8)).save(path)
    return path
