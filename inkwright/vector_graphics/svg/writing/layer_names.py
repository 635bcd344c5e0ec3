"""Names of layers in SVG text, in place of their numbers, and groups of layers."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

_GROUP = re.compile(r'<g id="layer-(\d+)((?:-\d+)?)"')
_LABEL = re.compile(r' inkscape:label="[^"]*"')
_OWN = "shape"  # what a layer is called in a group of its own name


def named_layers(text: str, names: Mapping[int, str]) -> str:
    """What ``svg_text`` has written, with some groups called by names rather than ``layer-<n>``.

    A name may be a path, as ``regions 1/region 4``: neighbors with the same first names stand in a group that
    is called so. A layer whose name others go on from stands in their group, as ``shape``.
    """
    if not names:
        return text
    used = [names[layer] for layer in {int(found[1]) for found in _GROUP.finditer(text)} if layer in names]
    lines, parents = list[str](), list[str]()
    inside = False  # of a layer
    for line in text.split("\n"):
        found = None if inside else _GROUP.match(line)
        if not inside:
            path = names.get(int(found[1])) if found else None
            parts = [] if path is None else path.split("/")
            if any(other.startswith(f"{path}/") for other in used):
                parts.append(_OWN)
            layered = "inkscape:" in line
            lines += _moved(parents, parts[:-1], layered)
            parents = parts[:-1]
            if found and parts:
                line = _start(parts, found[2], layered) + _LABEL.sub("", line[found.end() :]).replace(
                    ' inkscape:groupmode="layer"', ""
                )
        inside = bool(found) or (inside and line != "</g>")
        lines.append(line)
    return "\n".join(lines)


def _moved(old: list[str], new: list[str], layered: bool) -> list[str]:
    """Ends of groups that are left, and starts of those that are entered."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    starts = [_start(new[:depth], "", layered) + ">" for depth in range(same + 1, len(new) + 1)]
    return ["</g>"] * (len(old) - same) + starts


def _start(parts: list[str], suffix: str, layered: bool) -> str:
    """A group's tag without its end; a layer of editors if it is one."""
    name, label = (escape(text + suffix, {'"': "&quot;"}) for text in (" ".join(parts), parts[-1]))
    editors = f' inkscape:groupmode="layer" inkscape:label="{label}"'
    return f'<g id="{name}"{editors * layered}'
