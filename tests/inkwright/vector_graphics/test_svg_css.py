"""Style sheets, colours and transforms of SVG files are read as browsers read them, or refused by name."""

from __future__ import annotations

import math

import pytest
import torch

from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.reading.values.color import parse_color

RED, BLUE = [1, 0, 0, 1], [0, 0, 1, 1]
PATH = '<path class="a" d="M0 0h5v5"/>'


def read(body, **options):
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{body}</svg>'
    return parse_svg(text, dtype=torch.float64, **options)


@pytest.mark.parametrize(
    "sheet",
    [
        'text{content:"}"}path{fill:red}',
        "text{content:'{'}path{fill:red}",
        r'text{content:"\"}"}path{fill:red}',
        'a[title="}"]:hover{}path{fill:red}',
        "@font-face{src:url(data:font/woff2;base64,d09GMg==)}path{fill:red}",
        "@page{@top-left{margin:1px}}path{fill:red}",
        "@charset 'utf-8';path{fill:red}",
        "@namespace svg url(http://www.w3.org/2000/svg);path{fill:red}",
        "/* } path{ */path{fill:red}",
        "path{fill:/* blue; */red}",
        "path{fill:red;stroke}",
        "path{fill:red;:blue;stroke:}",
        "path{fill:red",
        "PATH{fill:blue}path{fill:red}",
        ".b{fill:blue}.a{fill:red}path{fill:blue}",
        "path{fill:red!important}.a{fill:blue}",
        ".a{background:url('a;b}c');fill:red}",
        "&lt;!-- path{fill:red} -->",
    ],
)
def test_no_rule_is_lost(sheet):
    assert read(f"<style>{sheet}</style>{PATH}").fill.tolist() == [RED]


@pytest.mark.parametrize(
    ("style", "fill"),
    [
        ("fill:red;content:';fill:blue'", RED),
        ("/* fill:blue; */fill:red", RED),
        ("fill:red !important;fill:blue", RED),
        ("fill:rgb(255,0,0);stroke:none", RED),
        ("fill:url(#none;) red", RED),
        ("FILL:RED", RED),
        ("fill:red;fill:", RED),
    ],
)
def test_style_attributes_are_css(style, fill):
    assert read(f'<path style="{style}" d="M0 0h5v5"/>').fill.tolist() == [fill]


@pytest.mark.parametrize(
    ("sheet", "match"),
    [
        (r"@im\70ort url(x.css);", "@import; external references are refused"),
        ("path{} @import 'x.css';", "@import; external references are refused"),
        ("@media (width > 9px){path{fill:red}}", "uses '@media"),
        ("@supports (fill:red){path{fill:red}}", "uses '@supports"),
        ("g{path{fill:red}}", "a rule among its declarations"),
        ("g{@media print{fill:red}}", "a rule among its declarations"),
        ("path:not(.a){fill:red}", "the selector"),
        ("path::before{fill:red}", "the selector"),
        ("path,{fill:red}", "the selector ''"),
        (".1a{fill:red}", "the selector"),
        ("}path{fill:blue}", "the selector"),
        ("path{fill:" + "(" * 5000 + "}", "nests brackets too deeply"),
        ("path{fill:" + "1" * 5000 + "}", "digits"),
        ("a " * 500_001, "more than 500,000 words and signs"),
        ("a{}" * 5001, "more than 5,000 rules"),
        (",".join(["a"] * 5001) + "{}", "more than 5,000 rules"),
        ("a{}" * 3000 + "</style><style>" + "a{}" * 3000, "more than 5,000 rules"),
    ],
)
def test_sheets_that_are_not_understood_are_refused(sheet, match):
    with pytest.raises(ValueError, match=match) as caught:
        read(f"<style>{sheet}</style>{PATH}")
    assert len(str(caught.value)) < 500


def test_fonts_in_sheets_do_not_count():
    font = "d09GMg" * 100_000
    assert read(f"<style>@font-face{{src:url(data:{font})}}path{{fill:red}}</style>{PATH}").fill[0, 0] == 1


@pytest.mark.parametrize(
    ("attributes", "applies"),
    [
        ("", True),
        ('type="text/css"', True),
        ('type=" TEXT/CSS "', True),
        ('type="text/x"', False),
        ('type="text/less" media="print"', False),
        ('media="all"', True),
        ('media=" Screen "', True),
        ('media="print"', False),
        ('media="speech"', False),
    ],
)
def test_sheets_of_other_kinds_and_media_do_not_apply(attributes, applies):
    fill = read(f"<style {attributes}>path{{fill:red}}</style>{PATH}").fill.tolist()
    assert fill == [RED if applies else [0, 0, 0, 1]]


def test_sheets_for_some_windows_are_refused():
    with pytest.raises(ValueError, match="media '.min-width: 3px.'"):
        read(f'<style media="(min-width: 3px)">path{{fill:red}}</style>{PATH}')


# As Chromium paints them.
COLORS = {
    "aliceblue": (240, 248, 255),
    "RebeccaPurple": (102, 51, 153),
    "rgb(300 -5 0)": (255, 0, 0),
    "rgb(120%,-3%,50%)": (255, 0, 127.5),
    "rgb(1e999,0,0)": (255, 0, 0),
    "rgb(none 1 2)": (0, 1, 2),
    "hsl(120,100%,25%)": (0, 127.5, 0),
    "hsl(120 100 25)": (0, 127.5, 0),
    "hsl(120deg 100% 25%)": (0, 127.5, 0),
    "hsl(.5turn,100%,25%)": (0, 127.5, 127.5),
    "hsl(120,150%,25%)": (0, 127.5, 0),
    "hsl(-120,-50%,50%)": (127.5, 127.5, 127.5),
    "HSLA(480 , 100% , 25% , 1)": (0, 127.5, 0),
    "hwb(120 10% 20%)": (25.5, 204, 25.5),
    "/**/ red ": (255, 0, 0),
}


@pytest.mark.parametrize("text", COLORS)
def test_colours_are_those_of_browsers(text):
    assert parse_color("fill", text) == pytest.approx([*(value / 255 for value in COLORS[text]), 1], abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "rgb(300,-5,120%)",  # browsers ignore numbers and percentages in one list
        "hsl(120, 100, 25)",
        "hsl(120, 100%, 25)",
        "hwb(120, 10%, 20%)",
        "rgb(1２,0,0)",
        "hsl(１20,100%,25%)",
        "#１23",
        "rgb(1,2,3,)",
        "rgb(1 2 3 .5)",
        "lab(50% 40 20)",
        "color(display-p3 1 0 0)",
        "color()",
        "red blue",
        "currentcolorr",
        "inherit",
    ],
)
def test_what_browsers_ignore_is_refused(text):
    with pytest.raises(ValueError, match="no colour that can be read"):
        parse_color("fill", text)


@pytest.mark.parametrize(
    "body",
    [
        '<rect width="1２" height="5"/>',
        '<rect width="5" height="5" fill-opacity="０"/>',
        '<path d="M0 0h5" transform="scale(２)"/>',
        '<rect width="5\u00a0" height="5"/>',
    ],
)
def test_digits_and_spaces_that_are_not_ascii_are_none(body):
    with pytest.warns(UserWarning, match="[２０５\\\\]"):
        read(body)


@pytest.mark.parametrize(
    ("body", "fill"),
    [
        ('<g color="red"><g color="currentColor"><path fill="currentColor" d="M0 0h5"/></g></g>', RED),
        ('<g color="red"><path style="color:CurrentColor;fill:currentcolor" d="M0 0h5"/></g>', RED),
        ('<path color="currentColor" fill="currentColor" d="M0 0h5"/>', [0, 0, 0, 1]),
        ('<path fill="RED" d="M0 0h5"/>', RED),
        ('<path fill="url(#zz) red" d="M0 0h5"/>', RED),
        ('<path fill="url(#zz)blue" d="M0 0h5"/>', BLUE),
        ('<path color="red" fill="url(#zz) currentColor" fill-opacity="1" d="M0 0h5"/>', RED),
        ('<path style="fill:url(\'#zz\') blue" d="M0 0h5"/>', BLUE),
        ('<path fill="url(#zz) red" fill-opacity=".5" d="M0 0h5"/>', [1, 0, 0, 0.5]),
    ],
)
def test_paints_cascade(body, fill):
    assert read(body).fill.tolist() == [fill]


def test_paints_of_nothing_paint_nothing():
    assert read('<path fill="NONE" stroke="None" d="M0 0h5"/>').num_shapes == 0
    assert read('<path fill="url(#zz) none" d="M0 0h5"/>').num_shapes == 0
    drawing = read('<path fill="none" stroke="url(#zz) red" d="M0 0h5"/>')
    assert drawing.stroke.tolist() == [RED]


def test_a_fallback_does_not_hide_what_is_there():
    tile = '<pattern id="p" width="1" height="1"><rect width="5" height="5" fill="blue"/></pattern>'
    assert read(tile + '<path fill="url(#p) red" d="M0 0h5v5"/>').fill.tolist() == [BLUE]
    body = '<linearGradient id="g"><stop stop-color="blue"/></linearGradient>'
    assert read(body + '<path fill="url(#g) red" d="M0 0h5v5"/>').fill.tolist() == [BLUE]


@pytest.mark.parametrize(
    "definition",
    [
        '<g color="red"><linearGradient id="g"><stop stop-color="currentColor"/></linearGradient></g>',
        '<linearGradient id="g" color="red"><stop stop-color="currentColor"/></linearGradient>',
        '<defs style="color:red"><linearGradient id="g"><stop style="stop-color:CURRENTCOLOR"/>'
        "</linearGradient></defs>",
        '<style>.r{color:red}</style><g class="r"><linearGradient id="h"><stop stop-color="currentColor"/>'
        '</linearGradient></g><linearGradient color="blue" id="g" href="#h"/>',
        '<g color="red"><linearGradient id="g" color="inherit"><stop color="currentColor" '
        'stop-color="currentColor"/></linearGradient></g>',
    ],
)
def test_stops_take_the_colour_of_where_they_stand(definition):
    body = f'{definition}<g color="lime"><path fill="url(#g)" d="M0 0h5v5"/></g>'
    assert read(body).fill.tolist() == [RED]


@pytest.mark.parametrize(
    "transform",
    [
        "rotate(30deg)",
        "translate(5px,3)",
        "translate(5)rotate(30deg)",
        "matrix(1,0,0,1,5px,0)",
        "translateX(5)",
        "SCALE(2)",
        "rotate(1 2)",
        "scale(2) foo",
        "scale(1 2 3)",
        "scale()",
        "skewX(1 2)",
    ],
)
def test_transforms_that_browsers_ignore_are_ignored(transform):
    with pytest.warns(UserWarning, match="transform is .* without units are understood"):
        drawing = read(f'<path transform="{transform}" d="M0 0h5"/>')
    assert drawing.points[-1].tolist() == [5, 0]


@pytest.mark.parametrize(
    ("transform", "end"),
    [
        ("rotate(90deg)", (0, 5)),
        ("rotate(0.25turn)", (0, 5)),
        ("rotate(100grad)", (0, 5)),
        ("ROTATE(1.5707963267948966rad)", (0, 5)),
        ("translate(3px, 4pt)", (8, 16 / 3)),
        ("translate(3px)", (8, 0)),
        ("translateX(3px) translateY(-2px)", (8, -2)),
        ("scale(2)", (10, 0)),
        ("scaleX(2) scaleY(9)", (10, 0)),
        ("matrix(0, 1, 1, 0, 3, 4)", (3, 9)),
        ("skewY(45deg)", (5, 5)),
        ("rotate(0)", (5, 0)),
        ("none", (5, 0)),
    ],
)
def test_transforms_as_properties_have_units(transform, end):
    drawing = read(f'<path style="transform:{transform}" d="M0 0h5"/>')
    assert drawing.points[-1].tolist() == pytest.approx(end, abs=1e-9)
    assert drawing.points[0].tolist() == pytest.approx(
        [value - step for value, step in zip(end, step_of(transform), strict=True)], abs=1e-9
    )


def step_of(transform):
    """Where (5, 0) goes from where (0, 0) goes."""
    if "otate" in transform.lower() and "(0)" not in transform:
        return (0, 5)
    return {
        "scale(2)": (10, 0),
        "scaleX(2) scaleY(9)": (10, 0),
        "matrix(0, 1, 1, 0, 3, 4)": (0, 5),
        "skewY(45deg)": (5, 5),
    }.get(transform, (5, 0))


@pytest.mark.parametrize("transform", ["rotate(30)", "translate(3)", "scale(2px)"])
def test_properties_that_browsers_ignore_are_ignored(transform):
    with pytest.warns(UserWarning, match="with CSS units are understood; it is ignored, as CSS says"):
        drawing = read(f'<path transform="translate(2)" style="transform:{transform}" d="M0 0h5"/>')
    assert drawing.points[-1].tolist() == [7, 0]  # as the attribute says


def test_percentages_of_a_transform_are_refused():
    with pytest.raises(ValueError, match="translate is '50%'"):
        read('<path style="transform:translate(50%)" d="M0 0h5"/>')


def test_a_property_stands_before_the_attribute():
    drawing = read('<path transform="explode(1)" style="transform:scale(2)" d="M0 0h5"/>')
    assert drawing.points[-1].tolist() == [10, 0]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('<path fill="none" marker-mid="url(a.svg#m)" d="M0 0L5 5 9 9"/>', "marker-mid"),
        ('<g style="marker:url(a.svg#m)"><line x2="5"/></g>', "marker-start"),
        ('<rect fill="none" width="5" height="5" marker-mid="url(a.svg#m)"/>', "marker-mid"),
        ('<filter id="f"/><g filter="url(#f)"></g>', "filter"),
        ('<filter id="f"/><g filter="url(#f)"><path fill="none" d="M0 0h5"/></g>', "filter"),
        ('<filter id="f"/><path fill="none" filter="url(#f)" d="M0 0h5"/>', "filter"),
        ('<filter id="f"/><use style="filter:url(#f)"/>', "filter"),
    ],
)
def test_what_paints_nothing_by_itself_may_need_something_unsupported(body, what):
    with pytest.raises(ValueError, match=f"needs {what} .*which a Drawing cannot represent"):
        read(body)
    with pytest.warns(UserWarning, match=what):
        assert read(body, lenient=True).num_shapes == 0


@pytest.mark.parametrize(
    "body",
    [
        '<g visibility="hidden"><path marker-mid="url(#m)" d="M0 0h5"/></g>',
        '<g display="none" filter="url(#f)"><path d="M0 0h5"/></g><filter id="f"/>',
        '<path marker-mid="url(#m)" d=""/>',
        '<g filter="url(#nothing)" mask="url(#nothing)"/>',
    ],
)
def test_unsupported_things_that_change_nothing_are_harmless(body):
    assert read(body).num_shapes == 0


@pytest.mark.parametrize("hidden", ['display="none"', 'visibility="hidden"'])
def test_a_clip_whose_rectangle_is_hidden_lets_nothing_through(hidden):
    clip = f'<clipPath id="c"><rect width="100" height="100" {hidden}/></clipPath>'
    assert read(f'{clip}<path clip-path="url(#c)" d="M0 0h5v5"/>').num_shapes == 0


def test_units_are_read_in_any_case():
    drawing = read('<rect width="1IN" height="4q"/>')
    assert drawing.points[6].tolist() == pytest.approx([96, 4 * 96 / 101.6])
    assert math.isclose(float(drawing.points[3, 0]), 96)


def test_style_attributes_are_parsed_once_and_not_without_end():
    one = "fill:rgb(255,0,0);stroke:none"
    again = read(f'<path style="{one}" d="M0 0h5"/>' * 5_000)
    assert again.fill[4_999].tolist() == RED
    many = "".join(f'<path style="{one};--x:{"(1)" * 5_000};--y:{i}" d="M0 0h5"/>' for i in range(50))
    with pytest.raises(ValueError, match="styles have more than 500,000 words and signs"):
        read(many)
