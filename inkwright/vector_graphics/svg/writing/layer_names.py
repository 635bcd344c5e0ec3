"""Names of layers in SVG text, in place of their numbers."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

_GROUP = re.compile(r"<g [^>]*>")
_LAYER = re.compile(r'"layer-(\d+)((?:-\d+)?)"')


def named_layers(text: str, names: Mapping[int, str]) -> str:
    """What ``svg_text`` has written, with some groups called by names rather than ``layer-<n>``."""

    def named(found: re.Match[str]) -> str:
        name = names.get(int(found[1]))
        return found[0] if name is None else f'"{escape(name, {chr(34): "&quot;"})}{found[2]}"'

    return _GROUP.sub(lambda group: _LAYER.sub(named, group[0]), text) if names else text
