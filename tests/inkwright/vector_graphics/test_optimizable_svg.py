"""An SVG whose shapes, colors and transforms are fitted by diffvg's own words."""

from __future__ import annotations

import io

import pytest
import torch

import inkwright.pydiffvg as pydiffvg

SQUARE = '<rect x="{x}" y="10" width="12" height="12" fill="{fill}"/>'
RAMP = (
    '<defs><linearGradient id="g"><stop offset="0.1" stop-color="#222"/>'
    '<stop offset="0.9" stop-color="#ddd"/></linearGradient></defs>'
    '<circle cx="16" cy="16" r="10" fill="url(#g)"/>'
)


def document(tmp_path, body, name="drawing.svg"):
    path = tmp_path / name
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32">{body}</svg>')
    return path


def only(*paths):
    """Settings in which nothing moves but this."""
    settings = pydiffvg.SvgOptimizationSettings()
    for path in (
        ["optimize_color"], ["transforms", "optimize_transforms"], ["paths", "optimize_points"],
        *(["gradients", f"optimize_{each}"] for each in ("stops", "color", "location")),
    ):  # fmt: skip
        settings.global_override(path, path in [list(each) for each in paths])
    return settings


def fit(svg, target, steps):
    losses = []
    for _ in range(steps):
        svg.zero_grad()
        loss = (svg.render() - target).square().mean()
        loss.backward()
        losses.append(float(loss.detach()))
        svg.step()
    return losses


def test_a_transform_alone_brings_a_square_to_its_place(tmp_path):
    target = pydiffvg.OptimizableSvg(document(tmp_path, SQUARE.format(x=12, fill="#444"))).render().detach()
    settings = only(["transforms", "optimize_transforms"])
    settings.global_override(["transforms", "transform_lr"], 0.2)
    settings.global_override(["transforms", "translation_mult"], 1.0)
    settings.global_override(["transforms", "transform_mode"], "move")
    svg = pydiffvg.OptimizableSvg(document(tmp_path, SQUARE.format(x=9, fill="#444")), settings)
    before = [shape.points.clone() for shape in svg.shapes]
    losses = fit(svg, target, 60)
    assert losses[-1] < 0.05 * losses[0]
    assert all(torch.equal(shape.points, old) for shape, old in zip(svg.shapes, before, strict=True))
    again = pydiffvg.OptimizableSvg(document_of(tmp_path, svg.write_xml()))
    assert float((again.render() - svg.render()).detach().abs().max()) < 0.02


def document_of(tmp_path, text):
    path = tmp_path / "again.svg"
    path.write_text(text)
    return path


def test_colors_move_alone_and_alpha_stays(tmp_path):
    body = SQUARE.format(x=9, fill="#000") + f'<g opacity="0.5">{SQUARE.format(x=14, fill="#0a0")}</g>'
    settings = only(["optimize_color"])
    settings.global_override(["color_lr"], 0.05)
    svg = pydiffvg.OptimizableSvg(document(tmp_path, body), settings)

    def fills():
        return torch.stack([group.fill_color.detach() for group in svg.build_scene()[3]])

    alphas = fills()[:, 3]
    target = svg.render().detach().clone()
    target[..., 0] = 1.0
    fit(svg, target, 60)
    assert torch.equal(fills()[:, 3], alphas)
    assert (fills()[:, 0] > 0.9).all()
    assert float(fills().max()) <= 1


def test_alpha_has_a_step_size_of_its_own(tmp_path):
    settings = only(["optimize_color"])
    settings.global_override(["optimize_alpha"], True)
    settings.global_override(["color_lr"], 0.001)
    settings.global_override(["alpha_lr"], 0.3)
    body = f'<g opacity="0.5">{SQUARE.format(x=10, fill="#0a0")}</g>'
    svg = pydiffvg.OptimizableSvg(document(tmp_path, body), settings)
    before = svg.build_scene()[3][0].fill_color.detach()
    fit(svg, torch.zeros(32, 32, 4), 1)
    moved = (svg.build_scene()[3][0].fill_color.detach() - before).abs()
    assert float(moved[3]) == pytest.approx(0.3, rel=0.01)
    assert float(moved[:3].max()) < 0.002


@pytest.mark.parametrize(
    ("path", "name"),
    [(["gradients", "optimize_color"], "stop_colors"), (["gradients", "optimize_location"], "begin"),
     (["gradients", "optimize_stops"], "offsets"), (["paths", "optimize_points"], None)],
)  # fmt: skip
def test_each_setting_moves_its_own_numbers(tmp_path, path, name):
    svg = pydiffvg.OptimizableSvg(document(tmp_path, RAMP), only(path))

    def numbers():
        paint = svg.build_scene()[3][0].fill_color
        known = {each: getattr(paint, each) for each in ("stop_colors", "begin", "end", "offsets")}
        known[None] = svg.shapes[0].points
        return {key: value.detach().clone() for key, value in known.items()}

    before = numbers()
    fit(svg, torch.rand(32, 32, 4), 2)
    moved = {key for key, value in numbers().items() if not torch.equal(value, before[key])}
    assert name in moved
    assert moved <= {name} | ({"end"} if name == "begin" else set())


def test_settings_are_kept_and_mistakes_named(tmp_path):
    settings = pydiffvg.SvgOptimizationSettings()
    settings.undefault("leaf")["optimize_color"] = False
    assert settings.retrieve("leaf") == (settings.store["leaf"], True)
    assert settings.retrieve("root") == (settings.store["default"], False)
    file = io.StringIO()
    settings.save(file)
    file.seek(0)
    assert pydiffvg.SvgOptimizationSettings(file).store == settings.store
    path = document(tmp_path, RAMP)
    with pytest.warns(UserWarning, match="settings of leaf have no effect"):
        pydiffvg.OptimizableSvg(path, settings)
    settings.reset_to_defaults("leaf")
    with pytest.raises(ValueError, match=r"\['paths', 'shape_rate'\]; there is no such setting"):
        settings.global_override(["paths", "shape_rate"], 1)
    for text in ("[]", "{}", '{"default": {}}', "not JSON"):
        with pytest.raises(ValueError, match="the file holds no settings|Expecting value"):
            pydiffvg.SvgOptimizationSettings(io.StringIO(text))
    with pytest.raises(ValueError, match=r"\['transforms'\]; there is no such setting"):
        settings.global_override(["transforms"], 3)
    settings.global_override(["circles", "optimize_center"], False)
    with pytest.warns(UserWarning, match="settings of circles have no effect"):
        pydiffvg.OptimizableSvg(path, settings)
    settings.override_optimizer("LBFGS")
    with pytest.raises(ValueError, match="optimizer is 'LBFGS'; it must be one of Adam, SGD, ASGD"):
        pydiffvg.OptimizableSvg(path, settings)
    with pytest.raises(ValueError, match="optimize_background is True"):
        pydiffvg.OptimizableSvg(path, optimize_background=True)
    assert pydiffvg.OptimizableSvg(document(tmp_path, "", "empty.svg")).render().shape == (32, 32, 4)


def test_a_focal_gradient_is_read_without_its_focus(tmp_path):
    body = RAMP.replace("linearGradient", "radialGradient").replace('id="g"', 'id="g" fx="0.3"')
    with pytest.warns(UserWarning, match="has a focal point; diffvg has none"):
        svg = pydiffvg.OptimizableSvg(document(tmp_path, body))
    assert isinstance(svg.build_scene()[3][0].fill_color, pydiffvg.RadialGradient)
