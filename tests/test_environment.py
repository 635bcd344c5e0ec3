"""Dependencies are named once, and both doors lead to that list."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import yaml

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# Import names that differ from the names of their packages.
PACKAGE_OF = {
    "PIL": "pillow",
    "hydra": "hydra-core",
    "skimage": "scikit-image",
    "potrace": "potracer",
    "pytorch_lightning": "pytorch-lightning",
    "yaml": "pyyaml",
    "resvg_py": "resvg-py",
    "imageio_ffmpeg": "imageio-ffmpeg",
    "cv2": "opencv-python-headless",
    "open_clip": "open_clip_torch",
    "huggingface_hub": "huggingface-hub",
    "pillow_heif": "pillow-heif",
    "segment_anything": "segment-anything",
    "google": "protobuf",
}
COMES_WITH_TORCH = {"triton"}


def test_conda_installs_what_pyproject_names():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, from_pip = environment["dependencies"]
    assert environment["name"] == PROJECT["name"]
    assert python.startswith(f"python{PROJECT['requires-python']}")
    assert pip == "pip"
    assert from_pip == {"pip": ["--editable .[dev]"]}


def test_a_sketch_installs_less_than_the_tests():
    sets = re.findall(r"\$\(PIP\) --editable '\.\[(\w+)\]'", (ROOT / "Makefile").read_text())
    assert sets == ["train", "dev"]
    sketch = {_name(each) for each in (*PROJECT["dependencies"], *EXTRAS["train"])}
    assert not sketch & {"transformers", "diffusers", "open_clip_torch", "torchvision", "pytest", "mypy"}
    assert "inkwright[train," in " ".join(EXTRAS["dev"])


def test_torch_and_torchvision_are_pinned_together():
    pins = {each for group in (PROJECT["dependencies"], *EXTRAS.values()) for each in group}
    assert len({each for each in pins if re.match(r"torch(vision)?==", each)}) == 2
    assert not any(re.match(r"torch(vision)?[<>~]", each) for each in pins)


def test_everything_imported_is_named():
    named = {_name(each) for group in (PROJECT["dependencies"], *EXTRAS.values()) for each in group}
    ours = {path.stem for path in ROOT.iterdir()}
    for path in _sources():
        for module in _imported(path):
            if module in sys.stdlib_module_names | ours | COMES_WITH_TORCH:
                continue
            assert PACKAGE_OF.get(module, module) in named, f"{path.name} imports {module}"


def _sources() -> list[Path]:
    tops = [path.parent for path in ROOT.glob("*/__init__.py")]
    return [
        ROOT / "train.py",
        *(path for top in tops for path in top.rglob("*.py")),
        *ROOT.glob("tests/**/*.py"),
    ]


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def _name(requirement: str) -> str:
    return re.split(r"[<>=!\[ ;]", requirement)[0].lower()
