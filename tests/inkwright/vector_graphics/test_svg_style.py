from __future__ import annotations

import pytest
import torch

from inkwright.vector_graphics.svg.reading import style
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from inkwright.vector_graphics.svg.reading.values.color import parse_color


def read(body, **options):
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{body}</svg>'
    return parse_svg(text, dtype=torch.float64, **options)


def fill_of(body, **options):
    return read(body, **options).fill[0].tolist()


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("red", (1, 0, 0, 1)),
        ("Black", (0, 0, 0, 1)),
        ("transparent", (0, 0, 0, 0)),
        ("cornflowerblue", (100 / 255, 149 / 255, 237 / 255, 1)),
        ("#0f0", (0, 1, 0, 1)),
        ("#0F08", (0, 1, 0, 136 / 255)),
        ("#102030", (16 / 255, 32 / 255, 48 / 255, 1)),
        ("#10203040", (16 / 255, 32 / 255, 48 / 255, 64 / 255)),
        ("rgb(255, 127.5, 0)", (1, 0.5, 0, 1)),
        ("rgb(100%,50%,0%)", (1, 0.5, 0, 1)),
        ("rgba(255,0,0,0.3)", (1, 0, 0, 0.3)),
        ("rgb(255 0 0 / 30%)", (1, 0, 0, 0.3)),
        ("hsl(120, 100%, 25%)", (0, 0.5, 0, 1)),
        ("rgb(300,-5,0)", (1, 0, 0, 1)),
    ],
)
def test_colours(text, color):
    assert parse_color("fill", text) == pytest.approx(color)


@pytest.mark.parametrize(
    "text", ["reddish", "#12", "#gggggg", "rgb(1,2)", "rgb(nan,0,0)", "var(--x)", "", "0", "hsl(a,1%,1%)"]
)
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValueError, match="fill is .*no colour"):
        parse_color("fill", text)


@pytest.mark.parametrize(
    ("body", "color"),
    [
        ('<path d="M0 0h5"/>', (0, 0, 0, 1)),
        ('<g fill="red"><g><path d="M0 0h5"/></g></g>', (1, 0, 0, 1)),
        ('<g fill="red"><path d="M0 0h5" fill="blue"/></g>', (0, 0, 1, 1)),
        ('<path d="M0 0h5" fill="blue" style="fill: red; stroke: none"/>', (1, 0, 0, 1)),
        ('<style>path{fill:red}</style><path d="M0 0h5" fill="blue"/>', (1, 0, 0, 1)),
        (
            '<style>.a{fill:red} #i{fill:lime} path{fill:blue}</style><path id="i" class="a" d="M0 0h5"/>',
            (0, 1, 0, 1),
        ),
        ("<style>.a,.b{fill:red}/* .b{fill:blue} */</style><path class='x b' d='M0 0h5'/>", (1, 0, 0, 1)),
        ("<style>rect.a{fill:blue} path.a.b{fill:red}</style><path class='a b' d='M0 0h5'/>", (1, 0, 0, 1)),
        ("<style><![CDATA[*{fill:red}]]></style><path d='M0 0h5'/>", (1, 0, 0, 1)),
        (
            "<style>.a{fill:red !important}</style><path class='a' style='fill:blue' d='M0 0h5'/>",
            (1, 0, 0, 1),
        ),
        (
            "<style>.a{fill:red} .a:hover{fill:blue} @font-face{src:url(x)}</style>"
            "<path class='a' d='M0 0h5'/>",
            (1, 0, 0, 1),
        ),
        ('<g color="red"><path d="M0 0h5" fill="currentColor"/></g>', (1, 0, 0, 1)),
        ('<g fill="currentColor" color="blue"><path d="M0 0h5" color="red"/></g>', (1, 0, 0, 1)),
        ('<g fill="red"><path d="M0 0h5" fill="inherit"/></g>', (1, 0, 0, 1)),
        ('<path d="M0 0h5" fill="red" fill-opacity="50%" opacity=".5"/>', (1, 0, 0, 0.25)),
        ('<path d="M0 0h5" fill="rgba(255,0,0,.5)" fill-opacity=".5"/>', (1, 0, 0, 0.25)),
        ('<g opacity=".5"><g opacity=".5"><path d="M0 0h5" fill="red"/></g></g>', (1, 0, 0, 0.25)),
        ('<g opacity="0"><rect width="9" height="9"/><rect width="9" height="9"/></g>', (0, 0, 0, 0)),
    ],
)
def test_fill_is_what_css_says(body, color):
    assert fill_of(body) == pytest.approx(color)


def test_style_of_the_outermost_element_is_inherited():
    text = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M0 0h5"/></svg>'
    )
    drawing = parse_svg(text)
    assert drawing.filled.tolist() == [False]
    assert drawing.stroke.tolist() == [[0, 0, 0, 1]]
    assert drawing.width.tolist() == [2]


def test_group_opacity_is_exact_where_shapes_are_apart():
    drawing = read('<g opacity=".5"><rect width="9" height="9"/><rect x="20" width="9" height="9"/></g>')
    assert drawing.fill[:, 3].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    "body",
    [
        '<g id="x" opacity=".5"><rect width="9" height="9"/><rect x="5" width="9" height="9"/></g>',
        '<rect id="x" opacity=".5" width="9" height="9" stroke="red"/>',
    ],
)
def test_opacity_over_overlapping_paints_is_that_of_what_they_show(body):
    assert (read(body).fill[:, 3] == 0.5).all()
    gradient = '<linearGradient id="g"><stop/><stop offset="1" stop-color="red"/></linearGradient>'
    body = gradient + body.replace('width="9"', 'width="9" fill="url(#g)"')
    with pytest.raises(ValueError, match='id="x".* needs opacity 0.5 of paints that lie over each other'):
        read(body)
    with pytest.warns(UserWarning, match="opacity 0.5"):
        assert read(body, lenient=True).fill[0, 3] == 0.5


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("<text>hello</text>", "<text> needs text"),
        ('<image href="data:image/png;base64,AAAA"/>', "an image that is not read"),
        ("<foreignObject><p/></foreignObject>", "foreign content"),
        ("<script>alert(1)</script>", "a script"),
        ('<path d="M0 0h5"><animate/></path><animate/>', "an animation"),
        ("<video/>", "<video>"),
        ('<path d="M0 0h5" fill="url(a.svg#p)"/>', "fill 'url.a.svg#p.' of another file"),
        ('<rect width="5" height="5"><set/></rect>', "an animation .<set>."),
        ('<use href="#p"><animate/></use>', "an animation"),
        ('<text><tref href="#t"/></text>', "<text> needs text"),
        ('<path d="M0 0h5" filter="url(#g)"/>', "filter 'url"),
        ('<g mask="url(a.svg#g)"><path d="M0 0h5"/></g>', "mask 'url"),
        ('<g clip-path="circle(5px)"><path d="M0 0h5"/></g>', "clip-path 'circle.5px.'"),
        ('<path id="g" clip-path="url(#g)" d="M0 0h5"/>', "clip-path 'url"),
        ('<path d="M0 0h5" marker-end="url(a.svg#g)"/>', "marker-end 'url"),
        ('<path d="M0 0h5" stroke="red" vector-effect="non-scaling-stroke"/>', "vector-effect"),
        ('<path d="M0 0h5" style="mix-blend-mode:plus-lighter"/>', "mix-blend-mode 'plus-lighter'"),
        (
            '<g transform="scale(2)" style="transform-origin:center;transform-box:fill-box"/>',
            "transform-box 'fill-box'",
        ),
    ],
)
def test_what_a_drawing_cannot_hold_is_refused_by_name(body, what):
    with pytest.raises(ValueError, match=f"{what}.*which a Drawing cannot represent"):
        read(body)
    with pytest.warns(UserWarning, match=what.removeprefix("<text> needs ")):
        read(body, lenient=True)


@pytest.mark.parametrize(
    "body",
    [
        '<path d="M0 0h5" filter="none" mask="none" style="mix-blend-mode:normal"/>',
        '<path d="M0 0h5" stroke="red" stroke-dasharray="none" marker-end="none"/>',
        '<path d="M0 0h5" stroke-dasharray="3" vector-effect="non-scaling-stroke"/>',
        '<g filter="url(#none)"></g><path d="M0 0h5"/>',
        "<text> </text><path d='M0 0h5'/>",
        '<defs><filter id="f"/><linearGradient/><text>t</text></defs><path d="M0 0h5"/>',
    ],
)
def test_harmless_values_are_read(body):
    assert read(body).num_shapes == 1


@pytest.mark.parametrize(
    ("style", "match"),
    [
        ("@import url(http://x/y.css);", "@import; external references are refused"),
        ("@media (color){path{fill:red}}", "uses '@media .color.'"),
        ("g + path{fill:red}", "the selector 'g . path'"),
        ("path[d^=M]{fill:red}", "the selector"),
        ("".join(f".a{i}{{fill:red}}" for i in range(5001)), "more than 5,000 rules"),
    ],
)
def test_style_sheets_that_are_not_understood_are_refused(style, match):
    with pytest.raises(ValueError, match=match):
        read(f"<style>{style}</style>")


@pytest.mark.parametrize(
    ("sheet", "red"),
    [
        ("g path{fill:red}", True),
        ("#outer path{fill:red}", True),
        ("#outer > path{fill:red}", False),
        ("g>g>path{fill:red}", True),
        (":root path{fill:red}", True),
        (":root > path{fill:red}", False),
        ("svg:root > g path{fill:red}", True),
        (".a .b > path{fill:red}", True),
        (".b .a path{fill:red}", False),
        ("rect path{fill:red}", False),
        ("g path{fill:red} path{fill:blue}", True),  # the more specific one
        ("@media screen{path{fill:red}}", True),
        ("@media print{path{fill:red}}", False),
        ("@keyframes a{from{fill:blue}}path{fill:red}", True),
        ('text{content:"}"}path{fill:red}', True),
    ],
)
def test_selectors_are_nested(sheet, red):
    body = '<g id="outer" class="a"><g class="b"><path d="M0 0h5v5"/></g></g>'
    assert read(f"<style>{sheet}</style>{body}").fill[0].tolist() == [float(red), 0, 0, 1]


def test_what_a_lenient_reader_leaves_out_is_said():
    sheet = "path::before{fill:red} @supports (x:y){path{fill:red}} g{path{fill:red}} path{fill:blue}"
    with pytest.warns(UserWarning, match=r"selector.*@supports.*a rule among"):
        drawing = read(f"<style>{sheet}</style><path d='M0 0h5v5'/>", lenient=True)
    assert drawing.fill[0].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("language", ["en", "en-GB", "fr, en-US", None])
@pytest.mark.parametrize("around", ["{}", "<switch>{}</switch>", "<g>{}</g>"])
def test_conditions_are_those_of_an_english_reader(language, around):
    other = '<path d="M0 0h5v5" systemLanguage="ru-RU, fr"/><path d="M0 0h5v5" requiredExtensions="x"/>'
    own = f'<path d="M1 1h5v5" systemLanguage="{language}"/>' if language else '<path d="M1 1h5v5"/>'
    drawing = read(around.format(other + own))
    assert drawing.num_shapes == 1
    assert drawing.points[0].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("attributes", "width"),
    [
        ('font-size="4"', 8),
        ('style="font:bold 6px/2 serif"', 12),
        ('font-size="50%"', 16),
        ('font-size="2em"', 64),
        ('font-size="small"', 26),
        ('font-size="larger"', 38.4),
        ("", 32),
    ],
)
def test_an_em_is_the_size_of_the_font(attributes, width):
    drawing = read(f'<g {attributes}><rect width="2em" height="1ex"/><rect width="2rem" height="1"/></g>')
    assert drawing.points[:4, 0].max().item() == pytest.approx(width)
    assert drawing.points[4 * 3 :, 0].max().item() == pytest.approx(32)


@pytest.mark.parametrize(
    ("paint", "shapes"),
    [
        ("url(#none)", 0),
        ("url(#none) red", 1),
        ("url( '#none' ) red", 1),
        ("url(#bare) red", 1),
        ("url(#bare)", 0),
    ],
)
@pytest.mark.parametrize("kind", ["fill", "stroke"])
def test_a_paint_that_is_not_there_is_its_fallback(paint, shapes, kind):
    other = "stroke" if kind == "fill" else "fill"
    body = f'<linearGradient id="bare"/><path {other}="none" {kind}="{paint}" d="M0 0h5v5"/>'
    assert read(body).num_shapes == shapes


@pytest.mark.parametrize("ground", ["background:url(a.png)", "background-image:url(#a)"])
def test_a_ground_that_a_browser_would_paint_is_refused_by_name(ground):
    with pytest.raises(ValueError, match="<svg .*needs background"):
        parse_svg(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" style="{ground}"/>')


def test_dashes_follow_the_length_that_a_path_tells():
    drawing = read('<path d="M5 50h90" fill="none" stroke="red" pathLength="10" stroke-dasharray="1 2"/>')
    ends = drawing.points.reshape(-1, 4, 2)[:, ::3, 0]
    assert ends.flatten().tolist() == pytest.approx([5, 14, 32, 41, 59, 68, 86, 95])


def test_selectors_that_match_in_endless_ways_are_refused(monkeypatch):
    monkeypatch.setattr(style, "_MAX_MATCHES", 50_000)
    sheet = f"{'g ' * 12}rect{{fill:red}}"
    with pytest.raises(ValueError, match="matched more than"):
        read(f"<style>rect {sheet}</style>{'<g>' * 60}<rect width='5' height='5'/>{'</g>' * 60}")


def test_a_hint_that_is_not_followed_is_said_once():
    hinted = '<g shape-rendering="crispEdges"><path d="M0 0h9v9z"/><path d="M9 0h9v9z"/></g>'
    with pytest.warns(UserWarning, match="crispedges; its edges are drawn smooth") as told:
        read(hinted)
    assert str(told[0].message).count("crispedges") == 1


ILLEGAL = {
    "fill": (
        "reddish",
        "#12",
        "url(#a) reddish",
        "red icc-color(a, 1)",
        "rgba(0, 50%, 0, 0.5)",
        "5",
        "red blue",
    ),
    "stroke": ("#qqq", "rgb(1,2)", "none none"),
    "color": ("none", "currentcolorr"),
    "opacity": ("much", "0.1mm", ".5 .5"),
    "fill-opacity": ("half",),
    "fill-rule": ("oddly", "even-odd"),
    "stroke-width": ("-3", "thick", "3 4", "1mmx"),
    "stroke-dasharray": ("1 -2", "1/2", "dotted"),
    "stroke-dashoffset": ("far",),
    "visibility": ("invisible", "0"),
    "shape-rendering": ("fast",),
    "vector-effect": ("non-scaling", "fixed-position"),
    "mask": ("mask1", "#m"),
    "clip-path": ("none none", "rectangle", "#c"),
    "marker-end": ("#m", "arrow"),
    "filter": ("blurred", "blur"),
}
STYLED = '<g id="around" color="lime">{}</g>'


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in ILLEGAL for value in ILLEGAL[name]])
@pytest.mark.parametrize("form", ['{0}="{1}"', 'style="{0}:{1}"', 'style="{0}:{1}!important"'])
def test_a_value_that_a_property_cannot_have_changes_nothing(name, value, form):
    shape = '<rect width="9" height="9" fill="currentColor" stroke="blue" {}/>'
    shape = shape.replace(f'{name}="currentColor"', "").replace(f'{name}="blue"', "")
    with pytest.warns(UserWarning, match=f"{name} .*ignored, as CSS says"):
        found = read(STYLED.format(shape.format(form.format(name, value))))
    expected = read(STYLED.format(shape.format("")))
    for each in ("points", "fill", "stroke", "width", "filled", "stroked", "fill_rule"):
        assert torch.equal(getattr(found, each), getattr(expected, each))


def test_the_declaration_before_an_illegal_one_holds():
    style = "<style>path{fill:lime} .a{fill:reddish}</style>"
    with pytest.warns(UserWarning, match="fill is 'reddish'.*ignored"):
        assert fill_of(f'{style}<path class="a" fill="blue" d="M0 0h5"/>') == [0, 1, 0, 1]


@pytest.mark.parametrize(
    "value",
    ["var(--x)", "var(--x, red)", "color-mix(in srgb, red, blue)", "color(display-p3 1 0 0)", "ButtonText"]
    + ["oklch(from red l c h)", "rgb(from red r g b)", "light-dark(red, blue)", "rgb(calc(1 + 2) 0 0)"],
)
def test_what_browsers_may_know_is_refused_and_not_ignored(value):
    for form in (f'fill="{value}"', f'style="fill:{value}"'):
        with pytest.raises(ValueError, match="fill is .*no colour"):
            read(f'<path {form} d="M0 0h5"/>')
    with pytest.warns(UserWarning, match="fill is .* it is left out"):
        read(f'<path fill="{value}" d="M0 0h5"/>', lenient=True)


def test_a_length_that_is_calculated_is_refused():
    for name in ("x", "width", "stroke-width"):
        with pytest.raises(ValueError, match=f"{name} is 'calc"):
            read(f'<rect height="9" stroke="red" style="width:9px;{name}:calc(1px + 2px)"/>')


@pytest.mark.parametrize(
    ("attributes", "length", "expected"),
    [
        ("", "1em", 20), ("", "1rem", 10), ("", "1ex", 10), ("", "1ch", 10), ("", "1ic", 20),
        ("", "1cap", 14), ("", "1rex", 5), ("", "1rch", 5), ("", "1ric", 10), ("", "1rcap", 7),
        ("", "1lh", 24), ("", "1rlh", 12), ("", "1Q", 96 / 101.6), ("", "1vw", 2), ("", "1vh", 1),
        ("", "1vi", 2), ("", "1VB", 1), ("", "1dvw", 2), ("", "1svh", 1), ("", "1lvmin", 1),
        ("", "1vmax", 2), ("width='400' height='200'", "1vw", 4), ("width='100%' height='100vh'", "1vh", 1),
        ("width='1in'", "1vw", 0.96), ("style='line-height:3'", "1lh", 60),
        ("style='line-height:30px'", "1lh", 30), ("style='line-height:200%'", "1rlh", 20),
        ("line-height='3'", "1lh", 24),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:SVG read approximately")
def test_units_of_fonts_and_windows(attributes, length, expected):
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" font-size="10" {attributes}>'
        f'<g style="font-size:20px"><rect width="{length}" height="9"/></g></svg>'
    )
    drawing = parse_svg(text, dtype=torch.float64)
    scale = drawing.canvas[0] / 200 if drawing.canvas[1] == 100 else 1.0
    width = drawing.points[:, 0].amax() - drawing.points[:, 0].amin()
    assert float(width) * 1 / (scale if attributes == "width='1in'" else 1) == pytest.approx(expected)


def test_units_of_a_font_that_is_not_read_are_noted():
    with pytest.warns(UserWarning, match="width '2ch' is that of a usual font"):
        read('<rect width="2ch" height="9"/>')


@pytest.mark.parametrize("name", ["rem", "window", "root-line-height", "context-fill"])
def test_what_the_reader_keeps_for_itself_cannot_be_said(name):
    body = f'<rect {name}="x" style="{name}:y;fill:red" width="1rem" height="9vw"/>'
    assert read(body).points.amax(0).tolist() == [16, 9]
