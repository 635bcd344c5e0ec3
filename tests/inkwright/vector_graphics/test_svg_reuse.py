"""Patterns, markers, masks, clips and embedded documents become shapes that look as a renderer shows them."""

import base64
import gzip
import io
import time

import numpy as np
import pytest
from PIL import Image

from inkwright.vector_graphics import rasterize
from inkwright.vector_graphics.svg.reading.reader import parse_svg

SIZE = 96
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
TILE = '<rect width="4" height="4" fill="teal"/><circle cx="6" cy="6" r="2" fill="orange"/>'
ARROW = '<path d="M0 0L8 4L0 8z" fill="crimson"/>'
BIG = '<rect x="4" y="6" width="40" height="36" rx="9"'
WAVE = '<path d="M6 30L18 12L30 30Q38 12 44 30" fill="none" stroke="navy"'
INNER = f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">{TILE}</svg>'
EMBEDDED = "data:image/svg+xml;base64," + base64.b64encode(INNER.encode()).decode()
PACKED = "data:image/svg+xml;base64," + base64.b64encode(gzip.compress(INNER.encode())).decode()
FADE = '<linearGradient id="f"><stop stop-color="#fff"/><stop offset="1"/></linearGradient>'
DOCUMENTS = {
    "pattern": f'<pattern id="p" width="8" height="8" patternUnits="userSpaceOnUse">{TILE}</pattern>'
    f'{BIG} fill="url(#p)" stroke="#333"/>',
    "pattern of a share of the box, by href": '<pattern id="q" width=".25" height=".5" viewBox="0 0 8 8">'
    f'{TILE}</pattern><pattern id="p" href="#q" patternTransform="rotate(30)"/>{BIG} fill="url(#p)"/>',
    "pattern on a stroke": f'<pattern id="p" width="8" height="8" patternUnits="userSpaceOnUse">{TILE}'
    f'</pattern>{BIG} fill="none" stroke="url(#p)" stroke-width="7"/>',
    "pattern without a size": f'<pattern id="p" width="0" height="8">{TILE}</pattern>'
    f'{BIG} fill="url(#p)" stroke="red"/>',
    "markers": '<marker id="m" markerWidth="8" markerHeight="8" refX="4" refY="4" orient="auto" '
    f'markerUnits="userSpaceOnUse">{ARROW}</marker>{WAVE} marker-start="url(#m)" marker-mid="url(#m)" '
    'marker-end="url(#m)"/>',
    "markers with a viewBox": '<marker id="m" viewBox="0 0 8 8" markerWidth="4" markerHeight="3" refX="8" '
    f'refY="4" orient="auto-start-reverse">{ARROW}</marker>{WAVE} stroke-width="2" '
    'marker-start="url(#m)" marker-end="url(#m)"/>',
    "marker turned and cut": '<marker id="m" markerWidth="5" markerHeight="5" orient="40" refX="2" '
    f'markerUnits="userSpaceOnUse">{ARROW}</marker><polygon points="9,9 38,9 24,38" fill="#cdf" '
    'marker-mid="url(#m)"/>',
    "marker of its context": '<marker id="m" markerWidth="8" markerHeight="8" refX="4" refY="4">'
    f'<rect width="6" height="6" fill="context-stroke" stroke="context-fill"/></marker>{WAVE} '
    'style="fill:gold;marker-end:url(#m)"/>',
    "markers beneath": '<marker id="m" markerWidth="8" markerHeight="8" refX="4" refY="4">'
    f'{ARROW}</marker><path d="M10 10H38V38H10Z" fill="lime" stroke="navy" stroke-width="3" '
    'paint-order="markers stroke" marker-start="url(#m)"/>',
    "mask": f'<mask id="m"><rect x="9" y="9" width="30" height="20" fill="#fff"/><circle cx="24" cy="24" '
    f'r="9" fill="#888"/></mask>{BIG} fill="teal" mask="url(#m)"/>',
    "mask of alpha": '<mask id="m" mask-type="alpha" maskContentUnits="objectBoundingBox">'
    f'<circle cx=".5" cy=".5" r=".4" fill-opacity=".6"/></mask>{BIG} fill="teal" mask="url(#m)"/>',
    "mask that fades": f'{FADE}<mask id="m"><rect width="48" height="48" fill="url(#f)"/></mask>'
    f'{BIG} fill="teal" stroke="red" stroke-width="0" mask="url(#m)"/>',
    "mask in a mask": f'<mask id="n"><rect width="24" height="48" fill="#fff"/></mask><mask id="m" '
    f'mask="url(#n)"><circle cx="24" cy="24" r="14" fill="#fff"/></mask>{BIG} mask="url(#m)"/>',
    "mask on a group": '<mask id="m" x="0" y="0" width=".5" height="1"><rect width="99" height="99" '
    f'fill="#fff"/></mask><g mask="url(#m)" transform="rotate(9)">{BIG}/></g>',
    "clip in a clip": '<clipPath id="o"><rect width="24" height="48"/></clipPath><clipPath id="c">'
    f'<circle cx="24" cy="24" r="16" clip-path="url(#o)"/></clipPath>{BIG} clip-path="url(#c)"/>',
    "clip of a group's box": '<clipPath id="c" clipPathUnits="objectBoundingBox"><circle cx=".5" cy=".5" '
    f'r=".5"/></clipPath><g clip-path="url(#c)">{BIG} fill="teal"/><rect width="9" height="9"/></g>',
    "opacity of what overlaps": f'<g opacity=".5">{BIG} fill="teal" stroke="red" stroke-width="6"/>'
    '<circle cx="30" cy="30" r="12" fill="gold" fill-opacity=".5"/></g>',
    "origins": '<rect x="9" y="9" width="20" height="20" transform="rotate(45)" '
    'style="transform-origin:center"/><rect x="2" y="2" width="8" height="8" fill="red" '
    'transform="scale(2)" transform-origin="right 25%"/>',
    "context of a use": '<defs><path id="a" d="M9 9h30v30z" fill="context-stroke"/></defs>'
    '<use href="#a" stroke="orange"/>',
    "embedded": f'<image href="{EMBEDDED}" x="4" y="4" width="40" height="30"/>',
    "embedded and packed": f'<image href="{PACKED}" x="4" y="4" height="30" width="30" '
    'preserveAspectRatio="xMinYMax slice"/>',
    "attributes as selectors": '<style>[x="4"]{fill:teal} rect[rx]{stroke:red}</style>' + BIG + "/>",
    "gradients in a ring": '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"><stop '
    f'stop-color="red"/><stop offset="1"/></linearGradient>{BIG} fill="url(#a)"/>',
    "a focal point": '<radialGradient id="g" cx=".4" fx=".6" fy=".3" fr=".1" gradientTransform="rotate(9)">'
    f'<stop stop-color="gold"/><stop offset="1" stop-color="navy"/></radialGradient>{BIG} fill="url(#g)"/>',
    "first stops that coincide": '<linearGradient id="g" x1=".3"><stop/><stop stop-color="gold"/><stop '
    f'offset="1" stop-color="navy"/></linearGradient>{BIG} fill="url(#g)"/>',
    "sizes below nothing": '<rect width="-5" height="9"/><circle r="-4"/><ellipse cx="20" cy="20" rx="-3" '
    'ry="9"/><rect x="30" y="30" width="12" height="12" rx="-2"/>',
    "elements that nobody knows": '<sparkle><rect width="9" height="9"/></sparkle><rect x="9" width="9" '
    'height="9"/><tspan/>',
}


def shown(text):
    resvg = pytest.importorskip("resvg_py")
    png = resvg.svg_to_bytes(svg_string=text, width=SIZE, height=SIZE, background="#ffffff", dpi=96)
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGB"), dtype=np.float64) / 255


def ours(text, **options):
    return rasterize(parse_svg(text, **options), SIZE, SIZE)[0].permute(1, 2, 0).double().numpy()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_looks_as_a_renderer_shows_it(name):
    text = HEAD + DOCUMENTS[name] + "</svg>"
    off = np.abs(ours(text) - shown(text)).max(-1)
    assert off.mean() < 0.015
    assert (off > 0.25).mean() < 0.006


@pytest.mark.parametrize(
    "body",
    [
        '<use id="u" href="#u"/><path d="M0 0h5v5"/>',
        '<g id="g"><path d="M0 0h5v5"/><use href="#g"/></g>',
        '<defs><g id="a"><use href="#b"/><path d="M0 0h5v5"/></g><g id="b"><use href="#a"/></g></defs>'
        '<use href="#a"/>',
        '<pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse"><path d="M0 0h5v5" '
        'fill="url(#p)"/></pattern><rect width="9" height="9" fill="url(#p)" stroke="red"/>',
        '<mask id="m"><rect width="99" height="99" fill="#fff" mask="url(#m)"/></mask>'
        '<path d="M0 0h5v5" mask="url(#m)"/>',
    ],
)
def test_what_contains_itself_paints_nothing_there(body):
    assert parse_svg(HEAD + body + "</svg>").num_shapes == 1


def test_a_pattern_in_units_of_the_box():
    pattern = '<pattern id="p" width=".5" height=".5" patternContentUnits="objectBoundingBox">'
    body = pattern + '<rect width=".2" height=".1"/></pattern>' + BIG + ' fill="url(#p)" fill-opacity=".5"/>'
    drawing = parse_svg((HEAD + body + "</svg>").replace('rx="9"', ""))
    corners = [drawing.points[12 * shape].tolist() for shape in range(4)]
    assert np.allclose(corners, [[4, 6], [24, 6], [4, 24], [24, 24]])
    assert drawing.points[:12].amax(0).tolist() == pytest.approx([12, 9.6])
    assert drawing.fill[:, 3].tolist() == [0.5] * 4


def test_an_arc_is_one_segment_between_markers():
    marker = '<marker id="m" markerWidth="9" markerHeight="9"><path d="M0 0h1v1"/></marker>'
    arc = '<path fill="none" d="M9 9A20 20 0 1 1 30 30L9 40" style="marker:url(#m)"/>'
    assert parse_svg(HEAD + marker + arc + "</svg>").num_shapes == 3


def test_markers_where_a_path_turns_back_point_as_in_browsers():
    marker = '<marker id="m" markerWidth="9" markerHeight="9" orient="auto"><path d="M0 0h4v1"/></marker>'
    line = '<path fill="none" d="M9 9H30Z" style="marker-start:url(#m);marker-mid:url(#m)"/>'
    drawing = parse_svg(HEAD + marker + line + "</svg>")
    points = drawing.points.reshape(2, -1, 2)
    assert np.allclose(
        points[:, 3] - points[:, 0], [[0, 4], [0, -4]], atol=1e-4
    )  # down at the start, up at the turn


@pytest.mark.parametrize("text", ['fill="teal"', "fill='url(#none) teal'"])
def test_a_background_is_painted_first(text):
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" style="background:gold">{BIG} {text}/>'
    )
    drawing = parse_svg(document + "</svg>")
    assert drawing.fill[0].tolist() == pytest.approx([1, 215 / 255, 0, 1])
    assert drawing.num_shapes == 2


@pytest.mark.parametrize(
    ("body", "match"),
    [
        (f'{FADE}{BIG} id="b" fill="url(#f)"/><mask id="m"><use href="#b"/></mask><rect width="9" height="9" '
         'fill="url(#f)" mask="url(#m)"/>', "a gradient over a gradient"),
        ('<mask id="m"><rect width="9" height="9" fill="gray"/></mask><g mask="url(#m)"><rect width="9" '
         'height="9"/><circle r="9"/></g>', "half-tones over paints"),
        ('<marker id="m"><text>a</text></marker><path d="M0 0h9" marker-end="url(#m)"/>', "text"),
        ('<rect width="9" height="9" fill="url(other.svg#p)"/>', "of another file"),
        ('<image width="9" height="9" href="data:image/png;base64,AAAA"/>', "an image that is not read"),
        ('<image width="9" height="9" href="data:image/svg+xml,a"/>', "carries an SVG that is refused"),
    ],
)  # fmt: skip
def test_what_cannot_be_held_is_refused_by_name(body, match):
    with pytest.raises(ValueError, match=match):
        parse_svg(HEAD + body + "</svg>")


def chain_of_clips(levels=60):
    clips = "".join(
        f'<clipPath id="c{n}"><rect width="9" height="9" clip-path="url(#c{n + 1})"/><circle r="5" '
        f'clip-path="url(#c{n + 1})"/></clipPath>'
        for n in range(levels)
    )
    return clips + f'<clipPath id="c{levels}"><rect width="9" height="9"/></clipPath>' + (
        '<rect width="9" height="9" clip-path="url(#c0)"/>'
    )  # fmt: skip


def patterns_of_patterns(levels=20):
    nested = "".join(
        f'<pattern id="p{n}" width=".1" height=".1"><rect width="4" height="4" fill="url(#p{n + 1})"/>'
        "</pattern>"
        for n in range(levels)
    )
    return nested + f'<pattern id="p{levels}" width=".1" height=".1"><path d="M0 0h1v1"/></pattern>' + (
        '<rect width="48" height="48" fill="url(#p0)"/>'
    )  # fmt: skip


HOSTILE = {
    "clips of clips": chain_of_clips(),
    "tiny tiles": '<pattern id="p" width=".01" height=".01" patternUnits="userSpaceOnUse">'
    '<path d="M0 0h1v1"/></pattern><rect width="48" height="48" fill="url(#p)"/>',
    "markers of markers": "".join(
        f'<marker id="m{n}"><path d="M0 0{"h1" * 9}" style="marker:url(#m{n + 1})"/></marker>'
        for n in range(20)
    )
    + '<path d="M0 0h9" style="marker:url(#m0)"/>',
    "many images": f'<image width="9" height="9" href="{EMBEDDED}"/>' * 21,
    "opacity of many edges": '<g opacity=".5">'
    + "".join(f'<circle r="{n}" cx="{n % 7}"/>' for n in range(1, 90))
    + "</g>",
}


def test_patterns_in_patterns_end():
    start = time.process_time()
    parse_svg(HEAD + patterns_of_patterns() + "</svg>")
    assert time.process_time() - start < 5


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_never_end_is_refused_soon(name):
    start = time.process_time()
    with pytest.raises(ValueError, match="refused|more than|cannot represent"):
        parse_svg(HEAD + HOSTILE[name] + "</svg>")
    assert time.process_time() - start < 5


BROKEN = {
    '<rect width="9" height="9" transform="scale(2)" transform-origin="1deg"/>': 1,
    '<rect width="9wide" height="9"/>': 0,
    '<rect width="9" height="9" fill="reddish"/>': 1,
    '<g fill="red"><rect width="9" height="9" fill="rgb(a)"/></g>': 1,
    '<rect width="9" height="9" stroke="red" stroke-width="-1" stroke-linecap="miter"/>': 1,
    '<rect width="9" height="9" opacity="most" transform="explode(3)"/>': 1,
    '<linearGradient id="g"><stop stop-color="reddish" offset="5mm"/><stop offset="1"/></linearGradient>'
    '<rect width="9" height="9" fill="url(#g)"/>': 1,
    '<radialGradient id="g" r="-1"><stop stop-color="red"/><stop offset="1"/></radialGradient>'
    '<rect width="9" height="9" fill="url(#g)"/>': 1,
    '<marker id="m" orient="north"><path d="M0 0h1v1"/></marker><path d="M0 0h9" marker-end="url(#m)"/>': 2,
    '<pattern id="p" width="x" height="9"/><rect width="9" height="9" fill="url(#p)" stroke="red"/>': 1,
}


@pytest.mark.parametrize("body", BROKEN)
@pytest.mark.parametrize("lenient", [False, True])
def test_values_that_are_none_are_ignored_as_browsers_do(body, lenient):
    with pytest.warns(UserWarning, match="it is (left out|ignored)"):
        drawing = parse_svg(HEAD + body + "</svg>", lenient=lenient)
    assert drawing.num_shapes == BROKEN[body]
    if body.startswith("<g"):
        assert drawing.fill[0].tolist() == [1, 0, 0, 1]  # as the group says


@pytest.mark.parametrize("points", ["1 2 9 2 9 9 4", "1 2 9 2 9 9 oops 4"])
def test_points_are_drawn_up_to_what_is_none(points):
    with pytest.warns(UserWarning, match="drawn up to there"):
        drawing = parse_svg(f'{HEAD}<polygon points="{points}"/></svg>')
    assert drawing.points[::3].tolist() == [[1, 2], [9, 2], [9, 9]]


CONTEXT = (
    '<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>'
    '<pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse"><rect width="4" height="9"/>'
    "</pattern>"
    '<marker id="m" markerWidth="9" markerHeight="9" refX="4" refY="4" markerUnits="userSpaceOnUse">'
    '<rect width="8" height="8" fill="context-stroke"/></marker>'
    '<g id="two"><rect width="10" height="10" fill="context-fill" stroke="none"/>'
    '<rect x="10" width="10" height="10" fill="context-stroke" stroke="none"/></g>'
)


@pytest.mark.parametrize(
    ("body", "same"),
    [
        # The gradient goes once over both, in the coordinates of the <use>.
        (
            '<use href="#two" fill="url(#g)" stroke="url(#g)" transform="scale(2)" x="1"/>',
            '<g transform="scale(2)"><rect x="1" width="20" height="10" fill="url(#g)"/></g>',
        ),
        (
            '<use href="#two" fill="url(#p)" stroke="url(#p)" x="3"/>',
            '<rect x="3" width="20" height="10" fill="url(#p)"/>',
        ),
        # A marker takes part of the gradient of its line.
        (
            '<path d="M8 20h20v1" stroke="url(#g)" fill="none" marker-start="url(#m)"/>',
            '<linearGradient id="h" href="#g" gradientUnits="userSpaceOnUse" x1="8" x2="28"/>'
            '<path d="M8 20h20v1" stroke="url(#h)" fill="none"/>'
            '<rect x="4" y="16" width="8" height="8" fill="url(#h)"/>',
        ),
        # What the context itself has from its context.
        (
            '<g id="n"><use href="#two" fill="context-fill" stroke="context-fill"/></g>'
            '<use href="#n" fill="url(#g)" x="20" y="20"/>',
            '<rect x="20" y="20" width="20" height="10" fill="url(#g)"/>',
        ),
        ('<rect width="9" height="9" fill="context-fill"/>', ""),
        ('<use href="#two" fill="url(#none) lime"/>', '<rect width="10" height="10" fill="lime"/>'),
    ],
)
def test_what_paints_a_context_paints_in_its_coordinates(body, same):
    found, expected = (
        rasterize(
            parse_svg(
                HEAD + CONTEXT.replace('<g id="two">', '<defs><g id="two">') + "</defs>" + each + "</svg>"
            )
        )
        for each in (body, same)
    )
    assert (found - expected).abs().max() < 0.02


def test_the_box_of_a_group_is_around_the_boxes_in_it():
    gradient = '<linearGradient id="g"><stop/><stop offset="1" stop-color="red"/></linearGradient>'
    star = '<g id="s" transform="rotate(45)"><path d="M0 10L10 0L20 10L10 20Z" fill="context-fill"/></g>'
    drawing = parse_svg(HEAD + f'{gradient}<defs>{star}</defs><use href="#s" fill="url(#g)"/></svg>')
    start, end = drawing.gradients.frame[0, :2, 0].tolist()
    assert end - start == pytest.approx(40 * 0.5**0.5, abs=1e-4)  # of the square around it, turned
