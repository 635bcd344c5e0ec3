from __future__ import annotations

import hashlib

import pytest
import torch

from inkwright.frozen_networks.weights.__main__ import main
from inkwright.frozen_networks.weights.catalog import WEIGHTS
from inkwright.frozen_networks.weights.fetching import fetch
from inkwright.frozen_networks.weights.sources import WebFile, Weights

CONTENT = b"weights"


def _weights(digest: str) -> Weights:
    source = WebFile("https://example.org/net.pth", digest)
    return Weights("net", "net.pth", source, 1, "MIT", "torch.load(FILE)", "tests")


@pytest.fixture
def download(monkeypatch):
    monkeypatch.setattr(
        torch.hub,
        "download_url_to_file",
        lambda url, path, progress: open(path, "wb").write(CONTENT),  # noqa: SIM115
    )


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_a_file_arrives_checked_in_the_folder(nowhere, download, kind):
    digest = f"{kind}:{hashlib.new(kind, CONTENT).hexdigest()[:8]}"
    assert fetch(_weights(digest)) == nowhere / "net.pth"
    assert [path.name for path in nowhere.iterdir()] == ["net.pth"]
    assert (nowhere / "net.pth").read_bytes() == CONTENT


def test_a_damaged_file_is_refused_and_leaves_nothing(nowhere, download):
    with pytest.raises(OSError, match="net can't be fetched: net.pth is damaged: its sha256 is"):
        fetch(_weights("sha256:00000000"))
    assert list(nowhere.iterdir()) == []


def test_what_is_there_is_not_downloaded_again(nowhere):
    (nowhere / "net.pth").write_bytes(b"mine")
    assert fetch(_weights("sha256:00")).read_bytes() == b"mine"


def test_hub_files_get_our_name(nowhere, monkeypatch):
    def arrive(repository, file, local_dir):
        path = f"{local_dir}/{file}"
        open(path, "wb").write(repository.encode())  # noqa: SIM115
        return path

    monkeypatch.setattr("huggingface_hub.hf_hub_download", arrive)
    path = fetch(WEIGHTS["clip-rn50"])
    assert path == nowhere / "clip-rn50.safetensors"
    assert path.read_bytes() == b"timm/resnet50_clip.openai"


def test_hub_folders_arrive_whole(nowhere, monkeypatch):
    def arrive(repository, allow_patterns, local_dir):
        local_dir.mkdir()
        (local_dir / "model_index.json").write_text(repository)

    monkeypatch.setattr("huggingface_hub.snapshot_download", arrive)
    assert (fetch(WEIGHTS["sd14"]) / "model_index.json").read_text() == "CompVis/stable-diffusion-v1-4"
    assert [path.name for path in nowhere.iterdir()] == ["sd14"]


def test_list_says_what_is_there_and_what_is_missing(nowhere, capsys):
    (nowhere / "u2net.onnx").write_bytes(b"")
    assert main(["list"]) == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert rows["u2net"].endswith(str(nowhere / "u2net.onnx"))
    assert rows["clip-rn101"].endswith("missing")
    assert rows.keys() >= WEIGHTS.keys()


def test_list_of_a_name_tells_all(nowhere, capsys):
    assert main(["list", "clip-vit-b-32"]) == 0
    text = capsys.readouterr().out
    for part in ("open_clip.create_model('ViT-B-32-quickgelu'", "605 MB", "MIT", "missing", str(nowhere)):
        assert part in text


def test_mistakes_are_one_line_and_status_2(nowhere, capsys, monkeypatch):
    assert main(["fetch", "clip-rn11"]) == 2
    assert capsys.readouterr().err.count("\n") == 1

    def offline(url, path, progress):
        raise OSError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    assert main(["fetch", "vgg16"]) == 2
    assert capsys.readouterr().err == "error: vgg16 can't be fetched: no route to host\n"
