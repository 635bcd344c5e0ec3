from __future__ import annotations

import math
import warnings

import pytest
import torch
from torch.testing import assert_close

from inkwright.vector_graphics import Drawing, read_svg, write_svg
from inkwright.vector_graphics.curves.bezier import evaluate
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.writing.writer import svg_text


def svg(body, attributes='viewBox="0 0 100 100"'):
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {namespaces} {attributes}>{body}</svg>"


def read(body, attributes='viewBox="0 0 100 100"', **options):
    return parse_svg(svg(body, attributes), dtype=torch.float64, **options)


def evaluate_cubic(cubics, t):
    return evaluate(cubics[:, None], t)


def ends(drawing):
    """The points where segments of a drawing of one open or closed path begin."""
    return drawing.points[::3].tolist()


class TestRoundTrip:
    def mixed(self, canvas=(224.0, 160.0)):
        generator = torch.Generator().manual_seed(3)

        def random(*shape):
            return torch.rand(*shape, generator=generator)

        size = torch.tensor(canvas)
        strokes = Drawing.from_strokes(random(5, 7, 2) * size, random(5) * 4, random(5, 4), canvas, layer=2)
        fills = Drawing.from_fills(random(3, 9, 2) * size, random(3, 4), canvas, "evenodd", layer=-1)
        fills = fills.replace(stroked=torch.tensor([True, False, True]), stroke=random(3, 4), width=random(3))
        pair = fills.select(torch.tensor([0, 1])).replace()
        ring = Drawing.from_fills(random(1, 3, 2), random(1, 4), canvas).replace(
            points=pair.points,
            path_offsets=pair.path_offsets,
            closed=torch.tensor([True, True]),
            shape_offsets=torch.tensor([0, 2]),
        )
        return Drawing.concat(strokes, fills, ring, strokes)

    def test_values_structure_and_order(self, tmp_path):
        drawing = self.mixed()
        write_svg(drawing, tmp_path / "drawing.svg")
        again = read_svg(tmp_path / "drawing.svg")
        assert_close(again.points, drawing.points, atol=0.00501, rtol=0)
        assert_close(again.width[drawing.stroked], drawing.width[drawing.stroked], atol=0.000501, rtol=0)
        painted = {"stroke": drawing.stroked, "fill": drawing.filled}
        for name, mask in painted.items():
            assert_close(
                getattr(again, name)[mask], getattr(drawing, name)[mask], atol=0.5 / 255 + 1e-6, rtol=0
            )
        for name in ("path_offsets", "shape_offsets", "closed", "stroked", "filled", "layer"):
            assert torch.equal(getattr(again, name), getattr(drawing, name)), name
        assert torch.equal(again.fill_rule[drawing.filled], drawing.fill_rule[drawing.filled])
        assert torch.equal(again.order, torch.arange(drawing.num_shapes))
        assert again.canvas == drawing.canvas

    def test_opacity_survives_finer_than_eight_bits(self):
        drawing = self.mixed()
        again = parse_svg(svg_text(drawing))
        assert_close(again.stroke[:5, 3], drawing.stroke[:5, 3], atol=5.01e-5, rtol=0)

    @pytest.mark.parametrize("canvas", [(224.0, 160.0), (1.0, 0.3), (20_000.0, 7.0), (33.3, 77.123)])
    def test_a_second_round_changes_nothing(self, canvas):
        text = svg_text(self.mixed(canvas))
        again = parse_svg(text, dtype=torch.float64)
        assert again.canvas == pytest.approx(canvas, rel=1e-9)
        assert svg_text(again) == text

    def test_no_warning(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parse_svg(svg_text(self.mixed()))

    def test_empty(self):
        assert parse_svg(svg_text(Drawing.empty((30, 20)))).num_shapes == 0


class TestShapes:
    def test_line_is_never_filled(self):
        drawing = read('<line x1="10" y1="20" x2="40" y2="50" stroke="red" fill="blue"/>')
        assert_close(drawing.points, torch.tensor([[10, 20], [20, 30], [30, 40], [40, 50]]).double())
        assert drawing.stroked.tolist() == [True]
        assert drawing.filled.tolist() == [False]
        assert drawing.stroke.tolist() == [[1, 0, 0, 1]]
        assert drawing.width.tolist() == [1]

    def test_polyline_is_open_polygon_is_closed(self):
        polyline = read('<polyline points="0,0 10,0 10,10"/>')
        polygon = read('<polygon points="0 0,10 0,10 10"/>')
        assert (polyline.closed.tolist(), polygon.closed.tolist()) == ([False], [True])
        assert ends(polyline) == ends(polygon) == [[0, 0], [10, 0], [10, 10]]
        assert len(polygon.cubics()) == 3

    def test_rectangle(self):
        drawing = read('<rect x="1" y="2" width="30" height="20"/>')
        assert ends(drawing) == [[1, 2], [31, 2], [31, 22], [1, 22]]
        assert drawing.closed.tolist() == [True]

    def test_rounded_rectangle_has_the_missing_radius_of_the_other_and_is_clamped(self):
        drawing = read('<rect width="40" height="20" rx="50"/>')
        assert_close(
            torch.tensor(ends(drawing)).double(),
            torch.tensor([[20, 0], [40, 10], [20, 20], [0, 10]]).double(),
        )

    @pytest.mark.parametrize(
        "element", ['<circle cx="50" cy="40" r="30"/>', '<path d="M80 40a30 30 0 1 1-60 0 30 30 0 1160 0z"/>']
    )
    def test_circle_by_four_cubics(self, element):
        drawing = read(element)
        assert len(drawing.cubics()) == 4
        cubics = torch.cat([drawing.points, drawing.points[:1]]).unfold(0, 4, 3).transpose(1, 2)
        radius = (evaluate_cubic(cubics, torch.linspace(0, 1, 33).double()) - torch.tensor([50, 40])).norm(
            dim=-1
        )
        assert_close(radius, torch.full_like(radius, 30), atol=30 * 3e-4, rtol=0)

    def test_ellipse(self):
        drawing = read('<ellipse cx="50" cy="50" rx="40" ry="10"/>')
        assert drawing.points.amin(0).tolist() == pytest.approx([10, 40])
        assert drawing.points.amax(0).tolist() == pytest.approx([90, 60])

    def test_turned_arc_lies_on_its_ellipse(self):
        drawing = read('<path d="M20 50A30 10 30 0 1 60 60"/>')
        cubics = drawing.points.unfold(0, 4, 3).transpose(1, 2)
        points = evaluate_cubic(cubics, torch.linspace(0, 1, 9).double()).reshape(-1, 2)
        turn = math.radians(30)
        rotation = torch.tensor(
            [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
        ).double()
        circle = points @ rotation / torch.tensor([30, 10]).double()
        a, b, c = circle[0], circle[len(circle) // 2], circle[-1]
        system = 2 * torch.stack([b - a, c - a])
        center = torch.linalg.solve(system, torch.stack([(b * b - a * a).sum(), (c * c - a * a).sum()]))
        assert_close((circle - center).norm(dim=1), torch.ones(len(circle)).double(), atol=1e-3, rtol=0)

    def test_quadratic_is_raised_exactly(self):
        drawing = read('<path d="M0 0Q30 60 60 0"/>')
        t = torch.linspace(0, 1, 11).double()
        quadratic = torch.stack([60 * t, 120 * t * (1 - t)], dim=-1)
        assert_close(evaluate_cubic(drawing.points[None], t).reshape(-1, 2), quadratic)

    def test_every_path_command(self):
        drawing = read(
            '<path d="m10,10 l10 0 h5 V20 H10 v-1 c1 1 2 2 3 0 s2-2 3 0 q1 1 2 0 t2 0 a1 1 0 0 1 1 1 z"/>'
        )
        assert ends(drawing) == [
            [10, 10], [20, 10], [25, 10], [25, 20], [10, 20], [10, 19],
            [13, 19], [16, 19], [18, 19], [20, 19], [21, 20],
        ]  # fmt: skip

    def test_numbers_as_editors_write_them(self):
        drawing = read('<path d="M1.5.5-3-4e1+2.,3."/>')
        assert ends(drawing) == [[1.5, 0.5], [-3, -40], [2, 3]]

    def test_sub_paths_stay_one_shape(self):
        drawing = read('<path fill-rule="evenodd" d="M0 0H9V9H0zM3 3H6V6H3zl1 1M50 50"/>')
        assert drawing.num_shapes == 1
        assert drawing.closed.tolist() == [True, True, False]
        assert drawing.fill_rule.tolist() == [1]
        assert drawing.points[-4].tolist() == [3, 3]

    @pytest.mark.parametrize(
        "element",
        [
            '<rect width="0" height="5"/>',
            '<circle r="0"/>',
            '<path d=""/>',
            '<path d="M5 5"/>',
            '<polygon points="5,5"/>',
            "<path/>",
            '<path d="M0 0h5" fill="none"/>',
            '<path d="M0 0h5" display="none"/>',
            '<g style="display:none"><text>no</text></g>',
            '<path d="M0 0h5" visibility="hidden"/>',
            '<defs><path d="M0 0h5"/></defs>',
            "<title>t</title><desc>d</desc><metadata><a/></metadata>",
            '<x:y xmlns:x="urn:editor"><path d="M0 0h5"/></x:y>',
            '<g transform="scale(0)"><path d="M0 0h5v5z"/></g>',
            '<symbol id="s"><path d="M0 0h5v5z"/></symbol>',
        ],
    )
    def test_what_paints_nothing_is_left_out(self, element):
        assert read(element).num_shapes == 0

    def test_a_hidden_group_may_show_a_child(self):
        assert read('<g visibility="hidden"><path d="M0 0h5v5" visibility="visible"/></g>').num_shapes == 1


class TestTransforms:
    def test_order_is_outer_first(self):
        drawing = read('<g transform="translate(10 20)"><path transform="scale(2)" d="M1 1L4 1"/></g>')
        assert ends(drawing) == [[12, 22], [18, 22]]

    def test_rotation_about_a_point(self):
        drawing = read('<path transform="rotate(90, 5 5)" d="M5 0L10 5"/>')
        assert_close(torch.tensor(ends(drawing)), torch.tensor([[10.0, 5], [5, 10]]))

    def test_matrix_and_skew(self):
        drawing = read('<path transform="matrix(1 2 3 4 5 6) skewX(45)" d="M1 1L0 1"/>')
        assert_close(torch.tensor(ends(drawing)), torch.tensor([[10.0, 14], [9, 12]]))

    def test_width_grows_with_the_root_of_the_area(self):
        drawing = read('<path transform="matrix(0 3 -3 0 0 0)" d="M1 1L0 1" stroke="red" stroke-width="2"/>')
        assert drawing.width.tolist() == pytest.approx([6])

    def test_an_uneven_stroke_is_a_fill_of_its_outline(self):
        body = '<path id="p" transform="scale(2 1)" d="M0 0h5v5z" {}/>'
        assert ends(read(body.format(""))) == [[0, 0], [10, 0], [10, 5]]
        drawing = read('<path transform="scale(4 1)" d="M5 10v20" stroke="red" stroke-width="2"/>')
        assert drawing.stroked.tolist() == [False, False]
        outlined = drawing.points[drawing.path_offsets[drawing.shape_offsets[1]] :]
        assert outlined.amin(0).tolist() == [16, 10]
        assert outlined.amax(0).tolist() == [24, 30]


class TestCanvas:
    @pytest.mark.parametrize(
        ("attributes", "canvas", "corner"),
        [
            ('viewBox="10 20 100 50"', (100, 50), (-10, -20)),
            ('viewBox="10 20 100 50" width="400" height="200"', (100, 50), (-10, -20)),
            ('viewBox="0 0 100 50" width="100%" height="100%"', (100, 50), (0, 0)),
            ('viewBox="0 0 100 50" width="2in"', (100, 50), (0, 0)),
            ('width="120px" height="1in"', (120, 96), (0, 0)),
            ('width="25.4mm" height="72pt"', (96, 96), (0, 0)),
            ('viewBox="0 0 100 50" width="100" height="100"', (100, 100), (0, 25)),
            (
                'viewBox="0 0 100 50" width="100" height="100" preserveAspectRatio="xMinYMin"',
                (100, 100),
                (0, 0),
            ),
            (
                'viewBox="0 0 100 50" width="100" height="100" preserveAspectRatio="xMaxYMax slice"',
                (50, 50),
                (-50, 0),
            ),
            ('viewBox="0 0 100 50" width="100" height="100" preserveAspectRatio="none"', (100, 100), (0, 0)),
        ],
    )
    def test_canvas_is_what_a_viewer_shows(self, attributes, canvas, corner):
        drawing = read('<path d="M0 0h10v10z"/>', attributes)
        assert drawing.canvas == pytest.approx(canvas)
        assert drawing.points[0].tolist() == pytest.approx(corner)

    @pytest.mark.parametrize(
        ("attributes", "match"),
        [
            ("", "no viewBox and no width and height"),
            ('viewBox="0 0 0 5"', "viewBox is '0 0 0 5'"),
            ('viewBox="0 0 5"', "viewBox is '0 0 5'"),
            ('viewBox="0 0 x 5"', "viewBox holds 'x'"),
            ('width="0" height="5"', "width of <svg> is '0'"),
            ('width="-5" height="5"', "no viewBox and no width and height"),
            ('width="5 apples" height="5"', "no viewBox and no width and height"),
        ],
    )
    def test_a_canvas_without_a_size_is_refused(self, attributes, match):
        with pytest.raises(ValueError, match=match):
            read("", attributes)

    def test_percentages_and_units_of_shapes(self):
        drawing = read('<rect x="10%" y="10%" width="1in" height="50%" fill="red"/>', 'viewBox="0 0 200 100"')
        assert ends(drawing)[0] == [20, 10]
        assert ends(drawing)[2] == [116, 60]


class TestLayers:
    def test_groups_of_the_outermost_level(self):
        drawing = read(
            '<path d="M0 0h5"/><path d="M0 0h5"/><g id="a"><g><path d="M0 0h5"/></g><path d="M0 0h5"/></g>'
            '<title>t</title><path d="M0 0h5"/><g><path d="M0 0h5"/></g>'
        )
        assert drawing.layer.tolist() == [0, 0, 1, 1, 2, 3]

    def test_one_group_is_one_layer(self):
        assert read('<g><path d="M0 0h5"/><g><path d="M0 0h5"/></g></g>').layer.tolist() == [0, 0]


class TestReuse:
    def test_use_moves_and_styles_what_it_repeats(self):
        drawing = read(
            '<defs><g id="g"><path d="M0 0h6"/></g></defs>'
            '<use href="#g" x="5" y="7" fill="none" stroke="red"/>'
            '<use xlink:href="#g" fill="blue" transform="scale(2)"/>'
        )
        assert drawing.points[[0, 4, 7]].tolist() == [[5, 7], [0, 0], [12, 0]]
        assert drawing.stroked.tolist() == [True, False]
        assert drawing.fill[1].tolist() == [0, 0, 1, 1]

    def test_symbol_has_a_viewport(self):
        drawing = read(
            '<symbol id="s" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></symbol>'
            '<use href="#s" x="20" y="30" width="50" height="50"/>'
        )
        assert ends(drawing) == [[20, 30], [70, 30], [70, 80]]

    def test_nested_svg_clips_to_its_viewport(self):
        body = '<svg id="n" x="10" y="10" width="20" height="20"><path d="M0 0h{0}v{0}z"/></svg>'
        assert ends(read(body.format(20))) == [[10, 10], [30, 10], [30, 30]]
        cut = read(body.format(21))
        assert (cut.points.amin(0).tolist(), cut.points.amax(0).tolist()) == ([10, 10], [30, 30])

    def test_a_clip_rectangle_around_everything_is_harmless(self):
        body = (
            '<clipPath id="c"><rect width="{}" height="100" fill="white"/></clipPath>'
            '<g clip-path="url(#c)"><path d="M-5 0h300v30z"/></g>'
        )
        assert read(body.format(100)).num_shapes == 1
        cut = read(body.format(90))
        assert cut.points.amin(0).tolist() == [0, 0]
        assert float(cut.points[:, 0].max()) == 90

    def test_switch_shows_the_first_that_needs_nothing(self):
        drawing = read(
            '<switch><foreignObject requiredExtensions="urn:x"/>'
            '<g><path d="M1 0h5"/></g><path d="M2 0h5"/></switch>'
        )
        assert drawing.points[0].tolist() == [1, 0]
        assert drawing.num_shapes == 1
