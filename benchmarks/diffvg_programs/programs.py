"""Which programs are run: scripts as they stand, and the renderers of programs that have networks besides."""

import importlib
import importlib.machinery
import importlib.util
import random
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

_PAINT = ["imgs/kitty.jpg", "--num_paths", "64", "--num_iter", "4"]
# Programs of diffvg's folder apps, and what they are given.
SCRIPTS: dict[str, list[str]] = {
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
# Packages with no part in rendering, which are stood in for where they are missing: losses, options,
# attention maps, notebooks.
OTHERS = (
    "ttools", "ttools.modules", "easydict", "ftfy", "regex", "wandb", "CLIP_", "CLIP_.clip",
    "skfmm", "pandas", "visdom", "dlib", "svgpathtools",
)  # fmt: skip
SIDE, STEPS, REGIONS = 224, 3, 8


class _Loss(torch.nn.Module):
    """What stands in for a perceptual loss."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def forward(self, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        """The mean squared difference."""
        return (one - other).square().mean()


class _Anything:
    """What stands in for everything else of a package: it can be called, and has any attribute."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        return _part(name)()


class Options(types.SimpleNamespace):
    """Options of a program: 0 where nothing is said."""

    def __getattr__(self, name: str) -> int:
        if name.startswith("__"):
            raise AttributeError(name)
        return 0


def _part(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Loss if name == "LPIPS" else _Anything


def stand_in() -> None:
    """Let programs import packages that are not installed."""
    missing = [name for name in OTHERS if importlib.util.find_spec(name.partition(".")[0]) is None]
    for name in missing:
        module: Any = types.ModuleType(name)
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)
        module.__path__, module.__getattr__ = [], _part
        sys.modules[name] = module
        parent, _, child = name.partition(".")
        if child:
            setattr(sys.modules[parent], child, module)


def clipasso() -> None:
    """CLIPasso: a few steps of its painter towards white."""
    _draw(_painter())


def mross() -> None:
    """MROSS: the same of its painter, which saves what earlier rounds have drawn."""
    painter = _painter()
    painter.shapes_record, painter.shape_groups_record = painter.shapes, painter.shape_groups
    _draw(painter)


def _painter() -> Any:
    """CLIPasso's painter, or one made of it, without its network."""
    painter_params = importlib.import_module("models.painter_params")
    painter_params.Painter.define_attention_input = lambda self, target: None
    device = torch.device("cpu")
    options = Options(
        width=1.5, control_points_per_seg=4, augemntations="", path_svg="none", num_stages=1, device=device
    )
    return painter_params.Painter(options, 16, 1, SIDE, device)


def _draw(painter: Any) -> None:
    painter.init_image(stage=0)
    _step(painter.get_image, [*painter.parameters(), *painter.set_color_parameters()])
    painter.save_svg(".", "sketch")
    _pydiffvg().svg_to_scene("sketch.svg")


def clipascene() -> None:
    """CLIPascene (SceneSketch): its painter with both networks, points and widths, for a few steps."""
    importlib.import_module("sketch_utils")  # before the painter, which imports it and is imported by it
    painter_params = importlib.import_module("models.painter_params")
    painter_params.Painter.define_attention_input = lambda self, target: None
    options = Options(
        width=1.5, control_points_per_seg=4, augemntations="", loss_mask="none", path_svg="none",
        num_stages=1, num_iter=STEPS, mlp_train=1, width_optim=1, optimize_points=1, gumbel_temp=0.2, lr=1e-3,
        width_lr=1e-3, mlp_points_weights_path="none", mlp_width_weights_path="none",
    )  # fmt: skip
    painter = painter_params.Painter(options, 16, 1, SIDE, torch.device("cpu"))
    painter.init_image(stage=0)
    painter.get_image("init")
    optimizer = painter_params.PainterOptimizer(options, painter)
    optimizer.init_optimizers()
    for _ in range(STEPS):
        optimizer.zero_grad_()
        (1 - painter.get_image()).mean().backward()
        _check([*painter.get_mlp().parameters(), *painter.get_width_mlp().parameters()])
        optimizer.step_()
    painter.save_svg(".", "sketch")


def diffsketcher() -> None:
    """DiffSketcher: a few steps of its painter, of points and widths, and an SVG written and read."""
    names = "libs.modules.edge_map.DoG"
    sys.modules[names] = types.ModuleType(names)
    sys.modules[names].XDoG = None  # type: ignore[attr-defined]
    file = Path(sys.path[0], "methods/painter/diffsketcher/painter_params.py")
    spec = importlib.util.spec_from_file_location("painter_params", file)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    options = Options(width=1.5, max_width=4.0, optim_width=True, control_points_per_seg=4)
    options.path_svg, options.num_stages = "none", 1
    painter = module.Painter(options, 16, 1, SIDE, torch.device("cpu"))
    painter.init_image(stage=0)
    painter.set_points_parameters(), painter.set_width_parameters()
    _step(painter.get_image, painter.points_vars + painter.stroke_width_vars)
    painter.save_svg(".", "sketch")
    painter.load_svg("sketch.svg")


def live() -> None:
    """LIVE: its first shapes, a few steps, and its loss of self-crossing."""
    main: Any = importlib.import_module("main")
    pydiffvg = _pydiffvg()
    main.gt = torch.rand(1, 3, 64, 64)
    start = Options(type="circle", radius=5)
    shapes, groups, points, colors = main.init_shapes(8, 4, (64, 64), start, 0)

    def paint() -> Any:
        scene = pydiffvg.RenderFunction.serialize_scene(64, 64, shapes, groups)
        picture = pydiffvg.RenderFunction.apply(64, 64, 2, 2, 0, None, *scene)
        return picture.square() + main.xing_loss(points)

    _step(paint, points + colors)
    pydiffvg.save_svg("live.svg", 64, 64, shapes, groups)


def layered_vectorization() -> None:
    """Layered Image Vectorization: all of it but its networks, of the picture it comes with, in few steps.

    Levels of gray stand in for the simplified pictures, and their regions for what a network would segment.
    """
    from PIL import Image
    from skimage import measure

    simplification: Any = types.ModuleType("sds_image_simplicity")
    picture = np.asarray(Image.open(next(Path(sys.path[0], "target_imgs").glob("*.png"))).convert("RGB"))
    simplification.sds_based_simplification = lambda *_: [picture]
    sys.modules["sds_image_simplicity"] = simplification
    main: Any = importlib.import_module("main")
    levels = np.asarray(Image.fromarray(picture).convert("L")) // 64
    regions = measure.label(levels, background=-1)
    largest = sorted(measure.regionprops(regions), key=lambda each: -each.area)[:REGIONS]
    masks = [np.full(levels.shape, 255, np.uint8)]
    masks += [np.where(regions == each.label, 255, 0).astype(np.uint8) for each in largest]
    main.sam_img_seq = lambda *_: masks
    options = main.load_config(str(Path(sys.path[0], "config/base_config.yaml")), Options())
    options.train = {**options.train, "struct_opt_num_iters": STEPS, "visual_opt_num_iters": STEPS}
    options.file_save_name, options.add_visual_path_num_iters, options.max_path_num_limit = "picture", 1, 24
    device = torch.device("cpu")
    main.init_diffvg(device=device, use_gpu=False)
    main.layered_vectorization(options, device)


# What is called, a folder of the checkout and a file there by which one knows the program.
RENDERERS: tuple[tuple[Callable[[], None], str, str], ...] = (
    (clipasso, "", "run_object_sketching.py"),
    (mross, "", "painterly_rendering_scene.py"),
    (clipascene, "", "scripts/combine_matrix.py"),
    (diffsketcher, "", "methods/painter/diffsketcher/painter_params.py"),
    (live, "LIVE", "xing_loss.py"),
    (layered_vectorization, "LayeredVectorization", "sds_image_simplicity.py"),
)


def seed() -> None:
    """Let programs that draw lots draw the same ones."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    torch.manual_seed(0)


def _pydiffvg() -> Any:
    """Whatever has the name."""
    return importlib.import_module("pydiffvg")


def _step(paint: Callable[[], Any], trained: list[Any]) -> None:
    """A few steps that make a picture's mean larger."""
    adam = torch.optim.Adam(trained, lr=0.1)
    for _ in range(STEPS):
        adam.zero_grad()
        (-paint().mean()).backward()
        _check(trained)
        adam.step()


def _check(trained: list[Any]) -> None:
    """Every tensor has a finite gradient, and one of them at least some."""
    gradients = [each.grad for each in trained]
    assert all(each is not None and each.isfinite().all() for each in gradients), "a gradient is not finite"
    assert any(each.abs().sum() > 0 for each in gradients), "there is no gradient"
