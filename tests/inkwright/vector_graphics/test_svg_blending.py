"""Elements blended with what is beneath them look as an independent renderer paints them, or are refused."""

from __future__ import annotations

import pytest

from inkwright.vector_graphics.svg.reading.clipping import blending
from inkwright.vector_graphics.svg.reading.clipping.blending import BLENDS
from inkwright.vector_graphics.svg.reading.reader import parse_svg
from tests.inkwright.vector_graphics.test_svg_against_resvg import error

BENEATH = (
    '<defs><linearGradient id="g"><stop stop-color="#fd8" stop-opacity=".2"/>'
    '<stop offset="1" stop-color="#16c"/></linearGradient></defs>'
    '<rect x="4" y="8" width="40" height="40" fill="#3a7"/>'
    '<path d="M38 22l18 18-18 18-18-18z" fill="#c42" fill-opacity=".7" stroke="#225" stroke-width="4"/>'
)


def svg(body, style=""):
    """In a group of its own: the other renderer would blend with its white paper, too."""
    whole = f'<g style="isolation:isolate">{BENEATH}{body}</g>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" style="{style}">{whole}</svg>'


def blended(what, mode="multiply", style=""):
    return f'<g style="mix-blend-mode:{mode};{style}">{what}</g>'


RECT = '<rect x="20" y="20" width="36" height="30" fill="#d55"/>'  # no two modes look alike with it
GRADED = RECT.replace("#d55", "url(#g)")
OPAQUE = '<linearGradient id="o"><stop stop-color="#fd8"/><stop offset="1"/></linearGradient>'
FLAG = '<path d="M12 12h40v20z" fill="#fa3"/>'
CLIP = '<clipPath id="c"><path d="M0 0h40v64h-40z"/></clipPath>'
SCENES = {mode: svg(blended(RECT, mode)) for mode in BLENDS} | {
    "a gradient": svg(blended(GRADED, "overlay")),
    "over a gradient": svg(GRADED + blended(FLAG, "hard-light")),
    "a group": svg(blended(RECT + FLAG.replace("/>", ' fill-opacity=".5"/>'))),
    "an opacity": svg(blended(RECT, "difference", "opacity:.4")),
    "in a group": svg(f'<g transform="translate(-8 -4)">{blended(RECT)}</g>'),
    "in a group of its own": svg(f'<g style="isolation:isolate">{blended(RECT)}</g>'),
    "in a faded group": svg(f'<g opacity=".5">{FLAG}{blended(RECT)}</g>'),
    "in a clip": svg(f'{CLIP}<g clip-path="url(#c)">{blended(RECT)}</g>'),
    "twice": svg(blended(RECT) + blended(FLAG, "screen")),
    "no property of an attribute": svg(RECT.replace("/>", ' mix-blend-mode="multiply"/>')),
}


@pytest.mark.parametrize("name", SCENES)
def test_looks_as_the_other_renderer_paints_it(name):
    mean, worst = error(parse_svg(SCENES[name]), SCENES[name], 64, 64)
    assert mean < 1.3
    assert worst < 64  # an edge between two parts, where what lies beneath shines through


def test_one_color_over_one_stays_a_curve():
    drawing = parse_svg(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#880"/>'
        '<circle cx="4" cy="4" r="3" fill="#0f8" style="mix-blend-mode:multiply"/></svg>'
    )
    assert len(drawing.points) == 24
    assert drawing.fill[1].tolist() == pytest.approx([0, 136 / 255, 0, 1])


def test_a_stack_over_a_gradient_keeps_few_stops():
    stack = blended('<rect x="30" y="30" width="9" height="9" fill="#fd9"/>') * 12
    drawing = parse_svg(svg(OPAQUE + RECT.replace("#d55", "url(#o)") + stack))
    assert drawing.gradients.stop_offsets.diff().max() == 65


ON_PINK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" style="background:#f08">'
    '<clipPath id="c"><rect width="9" height="9"/></clipPath>'
    '<mask id="m"><rect width="9" height="9" fill="#fff"/></mask>'
)
LIME = blended('<rect width="9" height="9" fill="#0f0"/>')


def test_work_on_many_blends_ends_soon(monkeypatch):
    """What is left over for later blends is refused at once; parts of one color are one shape."""
    stack = "".join(
        blended(f'<rect x="{2 + n}" y="{2 + n}" width="40" height="40" fill="#dee"/>') for n in range(6)
    )
    drawing = parse_svg(svg(stack).replace(BENEATH, '<rect width="64" height="64"/>'))
    assert len(drawing.fill) == 7
    monkeypatch.setattr(blending, "_MOST_WORK", 5e3)
    with pytest.raises(ValueError, match="too many parts"):
        parse_svg(svg(stack))


@pytest.mark.parametrize("style", ["", "opacity:1.0", "opacity:100%", "opacity:2"])
def test_the_ground_of_the_document_is_beneath(style):
    fill = parse_svg(f'{ON_PINK}<g style="{style}">{LIME}</g></svg>').fill.tolist()
    assert fill == [pytest.approx([1, 0, 8 / 15, 1]), [0, 0, 0, 1]]


@pytest.mark.parametrize("style", ["isolation:isolate", "opacity:.5", "clip-path:url(#c)", "mask:url(#m)"])
def test_the_ground_is_not_beneath_in_a_group_of_its_own(style):
    """Nor in a group within that, though nothing was painted before it."""
    drawing = parse_svg(f'{ON_PINK}<g style="{style}"><g>{LIME}</g></g></svg>')
    assert drawing.fill[1, :3].tolist() == [0, 1, 0]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (GRADED + blended(GRADED), "mix-blend-mode 'multiply' of gradients over each other"),
        (blended(RECT, "plus-lighter"), "mix-blend-mode 'plus-lighter'"),
        (
            f'<pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse">{blended(RECT)}</pattern>'
            '<rect width="9" height="9" fill="url(#p)"/>',
            "mix-blend-mode 'multiply'",
        ),
        (
            f"<linearGradient id='m'>{'<stop/>' * 1001}</linearGradient>"
            + GRADED.replace("#g", "#m")
            + blended(FLAG),
            "more than 1,000 stops",
        ),
        (blended(f'<path d="M9 9{"l9 7 2-9" * 2000}"/>'), "too many edges"),
    ],
)
def test_what_cannot_be_blended_is_refused_by_name(body, what):
    with pytest.raises(ValueError, match=f"{what}.*which a Drawing cannot represent"):
        parse_svg(svg(body))
    with pytest.warns(UserWarning, match=what):
        parse_svg(svg(body), lenient=True)
