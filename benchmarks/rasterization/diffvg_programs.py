"""Programs written for diffvg, run unchanged on ours: which run, and what stops the others.

    python -m benchmarks.rasterization.diffvg_programs CHECKOUT [CHECKOUT ...]

A checkout is a clone of one of the repositories below. Nothing of theirs is kept: programs run in a temporary
folder. Packages that are not installed and have no part in rendering (a perceptual loss, a maker of videos)
are stood in for.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.record import ROOT, markdown

LIMIT = 300  # seconds for a program
_PAINT = ["imgs/kitty.jpg", "--num_paths", "64", "--num_iter", "4"]
# Programs of diffvg's folder apps, and what they are given.
APPS: dict[str, list[str]] = {
    **{f"single_{name}.py": [] for name in (
        "circle", "circle_outline", "circle_sdf", "curve", "curve_outline", "curve_sdf", "curve_sdf_trans",
        "ellipse", "ellipse_transform", "gradient", "open_curve", "open_curve_thickness", "path",
        "path_sdf", "polygon", "rect",
        "stroke",
    )},
    "painterly_rendering.py": _PAINT,
    "painterly_rendering.py --use_blob": [*_PAINT, "--use_blob"],
    "refine_svg.py": ["imgs/flower.svg", "imgs/flower.jpg", "--num_iter", "3"],
    "render_svg.py": ["imgs/tiger.svg", "tiger.png"],
    "optimize_pixel_filter.py": [],
    "quadratic_distance_approx.py": [],
    "shared_edge_compare.py": ["imgs/shared_edge.svg"],
    "simple_transform_svg.py": [],
    "curve_subdivision.py": [],
    "test_eval_positions.py": [],
}  # fmt: skip
# Renderers of programs that need networks to run whole: what is called of them, in their own folder.
RENDERERS = {
    "models/painter_params.py": """
from models.painter_params import Painter
options = Options(width=1.5, control_points_per_seg=4, augemntations='', path_svg='none', num_stages=1)
Painter.define_attention_input = lambda self, target: None
painter = Painter(options, 16, 1, 224, torch.device('cpu'))
painter.init_image(stage=0), painter.parameters(), painter.set_color_parameters()
painter.get_image().mean().backward()
assert all(each.grad.isfinite().all() and each.grad.abs().sum() > 0 for each in painter.points_vars)
painter.save_svg('.', 'sketch'), pydiffvg.svg_to_scene('sketch.svg')
""",
    "methods/painter/diffsketcher/painter_params.py": """
sys.modules['libs.modules.edge_map.DoG'] = types.SimpleNamespace(XDoG=None)
file = 'methods/painter/diffsketcher/painter_params.py'
painter_params = importlib.util.spec_from_file_location('painter_params', f'{checkout}/{file}')
module = importlib.util.module_from_spec(painter_params)
painter_params.loader.exec_module(module)
options = Options(width=1.5, max_width=4.0, optim_width=True, control_points_per_seg=4)
options.path_svg, options.num_stages = 'none', 1
painter = module.Painter(options, 16, 1, 224, torch.device('cpu'))
painter.init_image(stage=0), painter.set_points_parameters(), painter.set_width_parameters()
painter.get_image().mean().backward()
assert all(each.grad.isfinite().all() for each in painter.points_vars + painter.stroke_width_vars)
painter.save_svg('.', 'sketch'), painter.load_svg('sketch.svg')
""",
    "LIVE/main.py": """
sys.path.insert(0, f'{checkout}/LIVE')
import main as live
live.gt = torch.rand(1, 3, 64, 64)
init = Options(type='circle', radius=5)
shapes, groups, points, colors = live.init_shapes(8, 4, (64, 64), init, 0)
arguments = pydiffvg.RenderFunction.serialize_scene(64, 64, shapes, groups)
picture = pydiffvg.RenderFunction.apply(64, 64, 2, 2, 0, None, *arguments)
assert picture.shape == (64, 64, 4)
(picture.square().mean() + live.xing_loss(points)).backward()
assert all(each.grad.isfinite().all() for each in points + colors)
pydiffvg.save_svg('live.svg', 64, 64, shapes, groups)
""",
}  # fmt: skip
# What stands in for packages that are missing: they have no part in rendering.
STAND_INS = """
import importlib, importlib.machinery, importlib.util, sys, types
import torch
class Loss(torch.nn.Module):
    def __init__(self, *a, **k): super().__init__()
    def forward(self, a, b): return (a - b).square().mean()
class Options(types.SimpleNamespace):
    def __getattr__(self, name):
        if name.startswith('__'): raise AttributeError(name)
        return 0
class Anything:
    def __init__(self, *a, **k): pass
    def __call__(self, *a, **k): return self
    def __getattr__(self, name): return part(name)()
def part(name):
    if name.startswith('__'): raise AttributeError(name)
    return Loss if name == 'LPIPS' else Anything
for name in [name for name in NAMES if importlib.util.find_spec(name.split('.')[0]) is None]:
    module = types.ModuleType(name)
    module.__spec__ = importlib.machinery.ModuleSpec(name, None)
    module.__path__, module.__getattr__ = [], part
    sys.modules[name] = module
    if '.' in name: setattr(sys.modules[name.split('.')[0]], name.split('.')[1], module)
from inkwright.pydiffvg.__main__ import main, take_name
"""
# Of the programs above: for losses, options, attention maps and notebooks.
OTHERS = (
    "ttools", "ttools.modules", "easydict", "ftfy", "regex", "wandb", "CLIP_", "CLIP_.clip",
    "skfmm",
    "pandas", "visdom",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """How a program ended."""

    program: str
    ending: str
    seconds: float


def run(checkout: Path, program: str, command: list[str]) -> Result:
    """Run Python in a temporary folder that has the pictures of a checkout."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in ("imgs", "data", "figures"):
            for source in (checkout / "apps" / name, checkout / name):
                if source.is_dir() and not (folder / name).exists():
                    (folder / name).symlink_to(source)
        maker = folder / "ffmpeg"
        maker.write_text("#!/bin/sh\nexit 0\n")
        maker.chmod(0o755)
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        variables = {**os.environ, "PYTHONPATH": path, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
        start = time.perf_counter()
        try:
            done = subprocess.run(
                [sys.executable, "-c", *command], cwd=folder, env=variables, capture_output=True, text=True,
                check=False, timeout=LIMIT,
            )  # fmt: skip
            ending = "runs" if done.returncode == 0 else done.stderr.strip().splitlines()[-1]
        except subprocess.TimeoutExpired:
            ending = f"not done after {LIMIT} s"
        return Result(program, ending, time.perf_counter() - start)


def programs(checkout: Path) -> list[Result]:
    """Run every program that a checkout has."""
    prelude, found = STAND_INS.replace("NAMES", repr(OTHERS)), []
    for name, arguments in APPS.items():
        script = checkout / "apps" / name.split()[0]
        if script.is_file():
            code = f"{prelude}\nmain(sys.argv[1:])"
            found.append(run(checkout, name, [code, str(script), *arguments]))
    for name, calls in RENDERERS.items():
        if (checkout / name).is_file():
            place = f"checkout = {str(checkout)!r}\nsys.path.insert(0, checkout)"
            code = f"{prelude}\ntake_name()\nimport pydiffvg\n{place}\n{calls}"
            found.append(run(checkout, name, [code]))
    return found


def main() -> None:
    """Run all, print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("checkouts", nargs="+", type=Path)
    rows = []
    for checkout in parser.parse_args().checkouts:
        for result in programs(checkout.resolve()):
            rows.append([checkout.name, result.program, result.ending[:120], f"{result.seconds:.1f}"])
            print(*rows[-1], sep=" | ", file=sys.stderr)
    print(markdown("checkout | program | result | seconds", rows))


if __name__ == "__main__":
    main()
