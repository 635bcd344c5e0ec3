from __future__ import annotations

from pathlib import Path

import pytest

from tests.inkwright.frozen_networks import tiny_networks as tiny


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny.tiny_clip(tmp_path_factory.mktemp("clip")))


@pytest.fixture(scope="session")
def vit_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny.tiny_clip(tmp_path_factory.mktemp("vit"), tiny.TRANSFORMER))


@pytest.fixture(scope="session")
def vgg_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Paths of a tiny VGG16, and of heads of LPIPS and DISTS that fit it."""
    folder = tmp_path_factory.mktemp("vgg")
    return {
        "vgg": str(tiny.tiny_vgg(folder / "vgg.pth")),
        "lpips": str(tiny.tiny_lpips_heads(folder / "lpips.pth")),
        "dists": str(tiny.tiny_dists_heads(folder / "dists.pth")),
    }


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No weights anywhere on this machine; returns the empty folder INKWRIGHT_WEIGHTS."""
    from huggingface_hub import constants

    folder = tmp_path / "weights"
    folder.mkdir()
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", str(folder))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    return folder
