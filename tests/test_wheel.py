"""The installed package: one import name, and everything the library promises, without a clone around it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import ROOT

# What the extra train installs, and what other extras do: the library proper needs none of it.
ABSENT = (
    "pytorch_lightning", "lightning_fabric", "hydra", "omegaconf", "wandb", "tqdm", "jinja2", "yaml",
    "pyarrow", "matplotlib", "torchvision", "open_clip", "transformers", "diffusers",
)  # fmt: skip

START = """
import sys, time
site, *absent = sys.argv[1:]
sys.path.insert(0, site)
sys.modules.update(dict.fromkeys(absent))
begin = time.perf_counter()
import inkwright
assert time.perf_counter() - begin < 0.3
assert "torch" not in sys.modules and inkwright.__file__.startswith(site)
from inkwright import Drawing, rasterize, read_svg, write_svg
import numpy as np, torch
"""

DRAW = """
points = torch.tensor([[[10.0, 50.0], [40.0, 0.0], [60.0, 99.0], [90.0, 50.0]]], requires_grad=True)
width, color = torch.tensor([4.0]), torch.tensor([[0.0, 0.0, 0.0, 1.0]])
target = rasterize(Drawing.from_strokes(points.detach() + 5, width, color, canvas=(100, 100)))
assert 0 < (target < 0.5).float().mean() < 0.2
optimizer = torch.optim.Adam([points], lr=0.5)
losses = []
for _ in range(150):
    loss = (rasterize(Drawing.from_strokes(points, width, color, canvas=(100, 100))) - target).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < 0.1 * losses[0]
write_svg(Drawing.from_strokes(points.detach(), width, color, canvas=(100, 100)), "stroke.svg")
assert torch.allclose(rasterize(read_svg("stroke.svg")), target, atol=0.5)
"""

TRACE = """
from PIL import Image
from inkwright.vectorization.centerline_tracing import trace_centerlines
grey = np.ones((96, 128), np.float32)
grey[40:44, 20:108] = 0
traced = trace_centerlines(grey)
assert 1 <= traced.num_shapes <= 2
from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch
from inkwright.simplification.weights_file import load_weights
rough = np.asarray(Image.open("rough.png").convert("L"), np.float32) / 255
cleaned = clean_sketch(rough, load_weights(), CleaningSettings())
assert cleaned.drawing.num_shapes >= 3
write_svg(cleaned.drawing, "clean.svg")
from inkwright.pictures.bundled_examples import example_names, find_picture
assert example_names() == []
try:
    find_picture("astronaut")
except ValueError as error:
    assert "they come with a clone of the repository" in str(error)
else:
    raise AssertionError
from inkwright.synthetic_drawings.picture_outlines import photo_contours
assert photo_contours(np.random.default_rng(0), 256.0)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel installs, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=lambda path, names: [each for each in names if _stays(path, each)])
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir"]
    subprocess.run([sys.executable, "-m", "pip", *build, str(folder), str(source)], check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _stays(path: str, name: str) -> bool:
    """Whether a file or folder of the clone is kept out of the copy: what git ignores, and big folders."""
    top = Path(path) == ROOT
    return name.startswith((".", "__pycache__")) or (
        top and name in {"outputs", "build", "dist", "docs", "assets"}
    )


def run_installed(site: Path, code: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", START + code, str(site), *ABSENT],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_no_generic_name_is_installed(site):
    assert {each.name.partition("-")[0] for each in site.iterdir()} == {"inkwright"}
    assert (site / "inkwright/simplification/shipped/simplifier.safetensors").is_file()
    for name in ("clip_resnet", "clip_vit"):
        assert (site / f"inkwright/toy_world/shipped/{name}/open_clip_model.safetensors").is_file()
    assert any((site / "inkwright/reports/page").iterdir())


def test_strokes_are_drawn_fitted_written_and_read_from_an_empty_folder(site, tmp_path):
    run_installed(site, DRAW, tmp_path)
    assert "<path" in (tmp_path / "stroke.svg").read_text()


@pytest.mark.slow
def test_rasters_are_traced_and_rough_sketches_cleaned_from_an_empty_folder(site, tmp_path):
    rough = np.asarray(Image.open(ROOT / "assets/sketches/teapot.png").convert("L"))
    Image.fromarray(rough).resize((256, 256 * rough.shape[0] // rough.shape[1])).save(tmp_path / "rough.png")
    run_installed(site, TRACE, tmp_path)
    assert "<path" in (tmp_path / "clean.svg").read_text()
