"""The style of an SVG element: attributes, style sheets and inheritance, as far as a drawing needs them."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.values.numbers import shortened

Style = Mapping[str, str]
Declarations = tuple[dict[str, str], dict[str, str]]  # normal and important ones, values by name

INHERITED = frozenset(
    {"color", "visibility", "paint-order", "marker-start", "marker-mid", "marker-end"}
    | {"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity"}
    | {"stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray"}
)
_MAX_RULES = 5_000
_MAX_MATCHES = 2_000_000
_MAX_TOKENS = 500_000
_SPACE = " \t\r\n\f"
_TOKEN = re.compile(r"[\w-]+|[^\w\s-]")
_EMBEDDED = re.compile(r"url\([^()]*\)")
_PLAIN = re.compile(r"[^\"'\\/(){}\[\]@!<]*")
_COMPOUND = re.compile(r"(\*|[A-Za-z][\w-]*)?((?:[.#]-*[^\W\d][\w-]*)*)")
_INTERACTIVE = re.compile(r":(?:hover|focus|active|visited|link|focus-within|focus-visible)$")
_HARMLESS_RULES = ("font-face", "charset", "namespace", "page")
_MEDIA = {"": True, "all": True, "screen": True, "print": False, "speech": False}


class _Rule(NamedTuple):
    specificity: tuple[int, int, int, int]  # ids, classes, tags, place in the document
    needs: frozenset[str]  # a tag, ".class" and "#id"
    declarations: Declarations


class StyleSheet:
    """The rules of all <style> elements under a root; selectors are tags, classes, ids, combined.

    Raises:
        ValueError: a rule imports something, or cannot be represented; it is named.
    """

    def __init__(self, root: Element) -> None:
        self._root = root
        self._by_key: dict[str, list[_Rule]] = {}
        self._attributes: dict[str, Declarations] = {}
        self._count = self._matches = self._tokens = 0
        for element in root.iter():
            if local_name(element) == "style" and _applies(element):
                self._read(element.text or "")

    def cascade(self, element: Element, parent: Style) -> dict[str, str]:
        """What holds for an element in a parent: its attributes, under style sheet, under style attribute.

        Values are by name, those that it inherits among them; names of CSS and keywords are in lower case.

        Raises:
            ValueError: a style is too long, or matches too often, to be meant seriously.
        """
        attribute = self._parse_attribute(element.attrib.get("style", ""))
        layers = [*(rule.declarations for rule in self._matching(element)), attribute]
        declared = {name: value for name, value in element.attrib.items() if name[0] != "{"}
        for important in (False, True):
            for layer in layers:
                declared.update(layer[important])
        style = {name: parent[name] for name in INHERITED if name in parent}
        for name, value in declared.items():
            _declare(style, name, value.strip(_SPACE), parent)
        return style

    def cascade_where_it_stands(self, element: Element) -> dict[str, str]:
        """``cascade`` through all elements around one, for what is referred to from elsewhere."""
        around = self._parents.get(element)
        return self.cascade(element, {} if around is None else self.cascade_where_it_stands(around))

    @cached_property
    def _parents(self) -> dict[Element, Element]:
        return {child: parent for parent in self._root.iter() for child in parent}

    def _matching(self, element: Element) -> list[_Rule]:
        if not self._by_key:
            return []
        names = {local_name(element) or "", "#" + element.attrib.get("id", "")}
        names.update(f".{name}" for name in element.attrib.get("class", "").split())
        candidates = [rule for name in ("*", *names) for rule in self._by_key.get(name, ())]
        self._matches += len(candidates)
        if self._matches > _MAX_MATCHES:
            raise ValueError(f"the style sheet was matched more than {_MAX_MATCHES:,} times; this is refused")
        return sorted(rule for rule in candidates if rule.needs <= names)

    def _parse_attribute(self, text: str) -> Declarations:
        if text not in self._attributes:
            pairs = (declaration.partition(":") for declaration in text.split(";"))
            found: Declarations = (
                {name.strip().lower(): value for name, _, value in pairs if value.strip()},
                {},
            )
            if not _PLAIN.fullmatch(text):  # most are plain, and a parser takes 30 times as long
                self._count_tokens(text)
                found = _parse_declarations(text)
            self._attributes[text] = found
        return self._attributes[text]

    def _count_tokens(self, text: str) -> None:
        self._tokens += len(_TOKEN.findall(_EMBEDDED.sub("", text)))
        if self._tokens > _MAX_TOKENS:
            raise ValueError(f"its styles have more than {_MAX_TOKENS:,} words and signs; this is refused")

    def _count_rules(self, count: int) -> None:
        if count > _MAX_RULES:
            raise ValueError(f"the <style> elements have more than {_MAX_RULES:,} rules")

    def _read(self, text: str) -> None:
        import tinycss2

        self._count_tokens(text)
        self._count_rules(text.count("{"))
        for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
            if rule.type == "at-rule" and rule.lower_at_keyword == "import":
                raise ValueError("a <style> uses @import; external references are refused")
            if rule.type == "at-rule" and rule.lower_at_keyword not in _HARMLESS_RULES:
                name = shortened(f"@{rule.at_keyword} {_css_text(rule.prelude)}".strip())
                raise ValueError(f"a <style> uses {name}, which a drawing cannot represent")
            if rule.type == "qualified-rule":
                declarations = _parse_declarations(rule.content)
                for selector in map(str.strip, _css_text(rule.prelude).split(",")):
                    self._add_rule(selector, declarations)

    def _add_rule(self, selector: str, declarations: Declarations) -> None:
        if _INTERACTIVE.search(selector):
            return
        match = _COMPOUND.fullmatch(selector)
        if match is None or not selector:
            raise ValueError(
                f"a <style> uses the selector {shortened(selector)}; only tags, classes and ids are read"
            )
        self._count += 1
        self._count_rules(self._count)
        tags = [match[1]] if match[1] not in (None, "*") else []
        needs = [*re.findall(r"#[\w-]+", match[2]), *re.findall(r"\.[\w-]+", match[2]), *tags]
        ids = sum(name[0] == "#" for name in needs)
        specificity = (ids, len(needs) - ids - len(tags), len(tags), self._count)
        rule = _Rule(specificity, frozenset(needs), declarations)
        self._by_key.setdefault((needs or "*")[0], []).append(rule)


def _applies(style: Element) -> bool:
    """Whether a <style> is CSS for a screen; a ValueError says that this depends on the window."""
    media = style.get("media", "").strip().lower()
    if media not in _MEDIA:
        raise ValueError(f"a <style> is for the media {shortened(media)}; known are all, screen and print")
    return _MEDIA[media] and style.get("type", "").strip().lower() in ("", "text/css")


def _parse_declarations(block: str | Sequence[Any]) -> Declarations:
    """The declarations of a block, given as text or as tokens; what CSS ignores is not among them."""
    import tinycss2

    found: Declarations = {}, {}
    for node in tinycss2.parse_blocks_contents(block, skip_comments=True, skip_whitespace=True):
        if node.type in ("at-rule", "qualified-rule"):
            raise ValueError("a style has a rule among its declarations, which a drawing cannot represent")
        if node.type == "declaration" and (value := _css_text(node.value)):
            found[node.important][node.lower_name] = value
    return found


def _css_text(tokens: Sequence[Any]) -> str:
    import tinycss2

    try:
        return str(tinycss2.serialize(token for token in tokens if token.type != "comment")).strip()
    except RecursionError:
        raise ValueError("a style nests brackets too deeply") from None


def _declare(style: dict[str, str], name: str, value: str, parent: Style) -> None:
    if name == "marker":
        style.update(dict.fromkeys(("marker-start", "marker-mid", "marker-end"), value))
    keyword = value.lower()
    if keyword == "initial" or (keyword == "unset" and name not in INHERITED):
        style.pop(name, None)
    elif keyword in ("inherit", "unset") or (name, keyword) == ("color", "currentcolor"):
        style.pop(name, None)
        style.update({name: parent[name]} if name in parent else {})
    else:  # names and keywords of attributes that are no properties of CSS are in mixed case
        style[name] = keyword if name.islower() and value.isalpha() else value
