"""The point about which a transform turns and scales."""

from inkwright.vector_graphics.svg.reading.style import Style
from inkwright.vector_graphics.svg.reading.values.numbers import Lengths, Size, UnreadableError, shortened
from inkwright.vector_graphics.svg.reading.values.transform import Matrix, affine

_ACROSS = {"left": "0%", "center": "50%", "right": "100%"}
_DOWN = {"top": "0%", "center": "50%", "bottom": "100%"}


def about_origin(matrix: Matrix, style: Style, size: Size, corner: Size = (0.0, 0.0)) -> Matrix:
    """A transform about the ``transform-origin`` of its style, in a box of this size at this corner.

    Raises:
        UnreadableError: it is no point of the plane.
    """
    text = style.get("transform-origin", "0 0")
    if text == "0 0":
        return matrix
    across, down = _words(text)
    lengths = Lengths({**style, "width": across, "height": down}, size)
    try:
        x, y = corner[0] + lengths.get("width"), corner[1] + lengths.get("height")
    except UnreadableError:
        raise _unreadable(text) from None
    return affine(1, 0, 0, 1, x, y) @ matrix @ affine(1, 0, 0, 1, -x, -y)


def _words(text: str) -> tuple[str, str]:
    words = text.lower().replace(",", " ").split()
    if len(words) == 3 and words[2] in ("0", "0px"):
        words.pop()
    if len(words) == 1:
        words = ["center", *words] if words[0] in ("top", "bottom") else [*words, "center"]
    if len(words) != 2:
        raise _unreadable(text)
    if words[0] in ("top", "bottom") or words[1] in ("left", "right"):
        words.reverse()
    return _ACROSS.get(words[0], words[0]), _DOWN.get(words[1], words[1])


def _unreadable(text: str) -> UnreadableError:
    message = (
        f"transform-origin is {shortened(text)}; two lengths, percentages or words such as center are read"
    )
    return UnreadableError("transform-origin", message)
