"""The style of an SVG element: attributes, style sheets and inheritance, as far as a drawing needs them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.numbers import shortened

Style = Mapping[str, str]

INHERITED = frozenset(
    {"color", "visibility", "paint-order", "marker-start", "marker-mid", "marker-end"}
    | {"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity"}
    | {"stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray"}
)
_MAX_RULES = 5_000
_MAX_MATCHES = 2_000_000
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_COMPOUND = re.compile(r"(\*|[A-Za-z][\w-]*)?((?:[.#][\w-]+)*)")
_INTERACTIVE = re.compile(r":(?:hover|focus|active|visited|link|focus-within|focus-visible)$")
_HARMLESS_BLOCKS = ("@font-face", "@charset", "@namespace", "@page")


@dataclass(frozen=True)
class _Rule:
    tag: str | None
    names: frozenset[str]  # ".class" and "#id"
    declarations: tuple[tuple[str, str], ...]
    important: tuple[tuple[str, str], ...]
    specificity: tuple[int, int, int, int]

    def matches(self, tag: str, names: set[str]) -> bool:
        return self.tag in (None, tag) and self.names <= names


class StyleSheet:
    """The rules of all <style> elements of a document; selectors are tags, classes, ids, combined.

    Args:
        texts: the contents of the <style> elements, in document order.

    Raises:
        ValueError: a rule imports something, or cannot be represented; it is named.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_key: dict[str, list[_Rule]] = {}
        self._count = 0
        self._matches = 0
        for text in texts:
            self._read(_COMMENT.sub(" ", text))

    def cascade(self, element: Element, parent: Style) -> dict[str, str]:
        """What holds for an element: its attributes, under the style sheet, under its own style attribute.

        Args:
            element: the element.
            parent: the inherited properties of its parent.

        Returns:
            Inherited properties and all own attributes and properties by name, names of CSS in lower case.

        Raises:
            ValueError: the style sheet matches too often to be meant seriously.
        """
        normal, important = parse_declarations(element.attrib.get("style", ""))
        rules = self._matching(element)
        style = {name: parent[name] for name in INHERITED if name in parent}
        declared = {name: value for name, value in element.attrib.items() if name[0] != "{"}
        for rule in rules:
            declared.update(rule.declarations)
        declared.update(normal)
        for rule in rules:
            declared.update(rule.important)
        declared.update(important)
        for name, value in declared.items():
            _declare(style, name, value, parent)
        return style

    def _matching(self, element: Element) -> list[_Rule]:
        if not self._by_key:
            return []
        tag = local_name(element) or ""
        names = {f".{name}" for name in element.attrib.get("class", "").split()}
        if "id" in element.attrib:
            names.add("#" + element.attrib["id"])
        found = []
        for key in ("*", tag, *sorted(names)):
            candidates = self._by_key.get(key, [])
            self._matches += len(candidates)
            if self._matches > _MAX_MATCHES:
                raise ValueError(
                    f"the style sheet was matched more than {_MAX_MATCHES:,} times; this is refused"
                )
            found += [rule for rule in candidates if rule.matches(tag, names)]
        return sorted(found, key=lambda rule: rule.specificity)

    def _read(self, text: str) -> None:
        if "@import" in text:
            raise ValueError("a <style> uses @import; external references are refused")
        position = 0
        while match := re.compile(r"\s*([^{};]*)(;|\{)").match(text, position):
            position = match.end()
            if match[2] == ";":
                continue
            end = text.find("}", position)
            end = len(text) if end < 0 else end
            self._add_block(match[1].strip(), text[position:end])
            position = end + 1

    def _add_block(self, prelude: str, body: str) -> None:
        if prelude.startswith("@"):
            if not prelude.startswith(_HARMLESS_BLOCKS):
                raise ValueError(f"a <style> uses {shortened(prelude)}, which a drawing cannot represent")
            return
        normal, important = parse_declarations(body)
        for selector in prelude.split(","):
            if not _INTERACTIVE.search(selector.strip()):
                self._add_rule(selector.strip(), normal, important)

    def _add_rule(self, selector: str, normal: dict[str, str], important: dict[str, str]) -> None:
        match = _COMPOUND.fullmatch(selector)
        if match is None or not selector:
            raise ValueError(
                f"a <style> uses the selector {shortened(selector)}; only tags, classes and ids are read"
            )
        self._count += 1
        if self._count > _MAX_RULES:
            raise ValueError(f"the <style> elements have more than {_MAX_RULES:,} rules")
        tag = match[1] if match[1] != "*" else None
        names = frozenset(re.findall(r"[.#][\w-]+", match[2]))
        ids = sum(name[0] == "#" for name in names)
        specificity = (ids, len(names) - ids, int(tag is not None), self._count)
        rule = _Rule(tag, names, tuple(normal.items()), tuple(important.items()), specificity)
        key = max(names, key=lambda name: (name[0] == "#", name), default=tag or "*")
        self._by_key.setdefault(key, []).append(rule)


def parse_declarations(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The normal and the important declarations of CSS text such as "fill: red; stroke: none !important"."""
    normal: dict[str, str] = {}
    important: dict[str, str] = {}
    for declaration in _COMMENT.sub(" ", text).split(";"):
        name, colon, value = declaration.partition(":")
        if not colon:
            continue
        value, bang, _ = value.partition("!")
        (important if bang else normal)[name.strip().lower()] = value.strip()
    return normal, important


def _declare(style: dict[str, str], name: str, value: str, parent: Style) -> None:
    if name == "marker":
        for part in ("marker-start", "marker-mid", "marker-end"):
            style[part] = value
    keyword = value.strip().lower()
    if keyword == "initial" or (keyword == "unset" and name not in INHERITED):
        style.pop(name, None)
    elif keyword in ("inherit", "unset"):
        style.pop(name, None)
        if name in parent:
            style[name] = parent[name]
    else:
        style[name] = value.strip()
