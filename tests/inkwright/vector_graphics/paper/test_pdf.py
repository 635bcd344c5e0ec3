"""A drawing as PDF: a page of its size; what it can't hold is refused."""

from __future__ import annotations

import pytest

from inkwright.vector_graphics import Drawing
from inkwright.vector_graphics.paper.pdf import pdf_bytes
from inkwright.vector_graphics.svg.reading.reader import parse_svg

pytest.importorskip("matplotlib")
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 192 96">'


def test_the_page_is_as_large_as_asked_for_and_always_the_same():
    drawing = parse_svg(
        f'{HEAD}<path d="M5 5h9v9z" stroke="red" fill-opacity=".5"/>'
        '<circle r="9" fill="none" stroke="blue"/></svg>'
    )
    assert b"/MediaBox [ 0 0 144 72 ]" in pdf_bytes(drawing)
    assert b"/MediaBox [ 0 0 72 36 ]" in pdf_bytes(drawing, 25.4)
    assert pdf_bytes(drawing) == pdf_bytes(drawing)
    assert pdf_bytes(drawing, note="of whom").endswith(b"%%EOF\n% of whom\n")
    assert pdf_bytes(Drawing.empty((9.0, 9.0))).startswith(b"%PDF")


@pytest.mark.parametrize(
    "body",
    [
        '<linearGradient id="g"><stop/><stop offset="1"/></linearGradient><circle r="9" fill="url(#g)"/>',
        '<path fill-rule="evenodd" d="M0 0h9v9zM2 2h5v5z"/>',
    ],
)
def test_what_a_pdf_is_not_written_with_is_said(body):
    with pytest.raises(ValueError, match="without gradients, pictures and even-odd fills"):
        pdf_bytes(parse_svg(f"{HEAD}{body}</svg>"))
    with pytest.raises(ValueError, match="width_mm is 0"):
        pdf_bytes(Drawing.empty((9.0, 9.0)), 0.0)
