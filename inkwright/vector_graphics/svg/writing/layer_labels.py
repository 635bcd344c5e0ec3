"""Names of layers, as editors show them, in the text of an SVG that ``svg_text`` wrote."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

_LABEL = re.compile(r'inkscape:label="layer-(-?\d+)((?:-\d+)?)"')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def label_layers(svg: str, names: Mapping[int, str]) -> str:
    """The same text, in which the layers of these numbers are called by these names; ids stay as they are.

    A further group of the same layer has its number behind the name.
    """

    def named(label: re.Match[str]) -> str:
        name = names.get(int(label[1]))
        if name is None:
            return label[0]
        text = escape(_NOT_XML.sub("", name), {'"': "&quot;"})
        return f'inkscape:label="{text}{label[2].replace("-", " ")}"'

    return _LABEL.sub(named, svg)
