"""The style of an SVG element: attributes, style sheets and inheritance, as far as a drawing needs them."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from inkwright.vector_graphics.svg.reading.document import local_name
from inkwright.vector_graphics.svg.reading.values.illegal import fault
from inkwright.vector_graphics.svg.reading.values.numbers import parse_length, parse_numbers, shortened
from inkwright.vector_graphics.svg.reading.values.units import FONT_UNITS, Units

Style = Mapping[str, str]
Declarations = tuple[dict[str, str], dict[str, str]]  # normal and important ones, values by name

INHERITED = frozenset(
    {"color", "visibility", "paint-order", "marker-start", "marker-mid", "marker-end"}
    | {"fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity"}
    | {"stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset"}
    | {"clip-rule", "color-interpolation", "font-size", "line-height", "shape-rendering"}
    | {"rem", "root-line-height", "window"}
)
# What the reader itself adds to a style; no document can say it.
_OWN = frozenset({"rem", "root-line-height", "window"})
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAX_RULES = 5_000
_MAX_MATCHES = 2_000_000
_MAX_TOKENS = 500_000
_SPACE = " \t\r\n\f"
_TOKEN = re.compile(r"[\w-]+|[^\w\s-]")
_EMBEDDED = re.compile(r"url\([^()]*\)")
_PLAIN = re.compile(r"[^\"'\\/(){}\[\]@!<]*")
_LONGEST_NAME = 100  # of a value that a selector may ask for
_NAME = r"-*[^\W\d][\w-]*"
_ATTRIBUTE = re.compile(rf"""\[({_NAME})(?:=(?:"([^"\s,>]{{,99}})"|'([^'\s,>]{{,99}})'|({_NAME})))?\]""")
_COMPOUND = re.compile(rf"(\*|[A-Za-z][\w-]*)?((?:[.#]{_NAME})*)")
_INTERACTIVE = re.compile(r":(?:hover|focus|active|visited|link|focus-within|focus-visible)$")
# Key frames move nothing unless an animation uses them, which is refused where it does.
_HARMLESS_RULES = ("font-face", "charset", "namespace", "page", "keyframes", "-webkit-keyframes")
_FONT_SIZES = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0}
_FONT_SIZES |= {"x-large": 24.0, "xx-large": 32.0}
_SIZE_OF_FONT = re.compile(r"(?:^|\s)([0-9.]+(?:px|pt|pc|mm|cm|in|r?em|ex|%))(?=/|\s)", re.IGNORECASE)
_COMBINATOR = re.compile(r"\s*(>)\s*|\s+")
_NOT_INHERITABLE = frozenset({"x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "d", "points"})
# Shorthands, and what is a property of CSS alone.
_NO_ATTRIBUTES = frozenset({"marker", "font", "mix-blend-mode", "isolation", "line-height"}) | _OWN
_LISTS = ("text", "tspan", "tref", "textPath")  # whose x and y are lists
_OF_FONT = re.compile(rf"[0-9.](?:{'|'.join(FONT_UNITS)})(?![\w-])", re.IGNORECASE)
_MAY_HAVE_LENGTHS = frozenset(
    {"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr"}
)
_MAY_HAVE_LENGTHS |= {"width", "height", "stroke-width", "stroke-dashoffset", "stroke-dasharray"}
_MAY_HAVE_LENGTHS |= {"transform", "font-size", "refX", "refY", "markerWidth", "markerHeight"}
_WORD = re.compile(r"[A-Za-z-]+")
Refuse = Callable[[Element, str], None]
_MEDIA = {"": True, "all": True, "screen": True, "print": False, "speech": False}


class _Rule(NamedTuple):
    specificity: tuple[int, int, int, int]  # ids, classes, tags, place in the document
    needs: frozenset[str]  # a tag, ".class" and "#id"
    declarations: Declarations
    around: tuple[tuple[bool, frozenset[str]], ...]  # what parents, or any ancestors, need; inside out


class StyleSheet:
    """The rules of all <style> elements under a root; selectors are names and attributes, also nested.

    A rule that cannot be represented is told to ``refuse``, with its element; what CSS ignores, and what is
    approximated, to ``note``.

    Raises:
        ValueError: a rule imports something, or there are too many.
    """

    def __init__(self, root: Element, refuse: Refuse, note: Refuse) -> None:
        self._root, self._refuse, self._note = root, refuse, note
        self._by_key: dict[str, list[_Rule]] = {}
        self._attributes: dict[str, Declarations] = {}
        self._count = self._matches = self._tokens = 0
        for element in root.iter():
            if local_name(element) == "style" and self._applies(element):
                self._read(element, element.text or "")

    def cascade(self, element: Element, parent: Style) -> dict[str, str]:
        """What holds for an element in a parent: its attributes, under style sheet, under style attribute.

        Values are by name, those that it inherits among them; names of CSS and keywords are in lower case.

        Raises:
            ValueError: a style is too long, or matches too often, to be meant seriously.
        """
        attribute = self._parse_attribute(element.attrib.get("style", ""))
        layers = [*(rule.declarations for rule in self._matching(element)), attribute]
        # What is empty is no value, and ignored.
        declared = {
            name: value.strip(_SPACE)
            for name, value in element.attrib.items()
            if name[0] != "{" and value.strip() and name not in _NO_ATTRIBUTES
        }
        declared = self._legal(element, declared, is_attribute=True)
        for important in (False, True):
            for layer in layers:
                declared.update(self._legal(element, layer[important], is_attribute=False))
        style = {name: parent[name] for name in INHERITED if name in parent}
        for name, value in declared.items():
            _declare(style, name, value, parent)
        if {"font-size", "font"} & declared.keys():
            style["font-size"] = _font_size(declared, parent)
        if "line-height" in declared:
            style["line-height"] = _line_height(declared["line-height"], style)
        if not parent:
            style["rem"], style["root-line-height"] = style.get("font-size", "16"), "normal"
            style["root-line-height"] = style.get("line-height", "normal")
            style["window"] = _window(style)
        return style

    def _legal(self, element: Element, declared: dict[str, str], *, is_attribute: bool) -> dict[str, str]:
        """The declarations that CSS does not ignore."""
        kept = {}
        for name, value in declared.items():
            if name in ("x", "y") and local_name(element) in _LISTS:
                continue
            wrong = fault(name, value, is_attribute=is_attribute)
            if wrong is not None:
                self._note(element, f"{wrong}; it is ignored, as CSS says")
                continue
            kept[name] = value
            if name in _MAY_HAVE_LENGTHS and _OF_FONT.search(value):
                self._note(element, f"{name} {shortened(value)} is that of a usual font; none is read")
        return kept

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
        names = _names(element, self._root)
        candidates = [rule for name in ("*", *names) for rule in self._by_key.get(name, ())]
        self._count_matches(len(candidates))
        return sorted(
            rule for rule in candidates if rule.needs <= names and self._stands(element, rule.around)
        )

    def _stands(self, element: Element, around: Sequence[tuple[bool, frozenset[str]]]) -> bool:
        """Whether an element has the parents and ancestors that a rule asks for, from the inside out."""
        if not around:
            return True
        (is_parent, needs), *rest = around
        at = self._parents.get(element)
        while at is not None:
            self._count_matches(1)
            if needs <= _names(at, self._root) and self._stands(at, rest):
                return True
            at = None if is_parent else self._parents.get(at)
        return False

    def _count_matches(self, count: int) -> None:
        self._matches += count
        if self._matches > _MAX_MATCHES:
            raise ValueError(f"the style sheet was matched more than {_MAX_MATCHES:,} times; this is refused")

    def _parse_attribute(self, text: str) -> Declarations:
        if text not in self._attributes:
            parts = (declaration.partition(":") for declaration in text.split(";"))
            pairs = ((name.strip().lower(), value.strip(_SPACE)) for name, _, value in parts)
            found: Declarations = {n: value for n, value in pairs if value and n not in _OWN}, {}
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

    def _read(self, element: Element, text: str) -> None:
        import tinycss2

        self._count_tokens(text)
        self._count_rules(text.count("{"))
        self._add_rules(element, tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))

    def _add_rules(self, element: Element, rules: Sequence[Any]) -> None:
        for rule in rules:
            if rule.type == "at-rule":
                self._add_at_rule(element, rule)
            if rule.type == "qualified-rule":
                declarations = self._declarations(element, rule)
                for selector in map(str.strip, _css_text(rule.prelude).split(",")):
                    self._add_rule(element, selector, declarations)

    def _declarations(self, element: Element, rule: Any) -> Declarations:
        try:
            return _parse_declarations(rule.content)
        except _NestedRuleError as error:
            self._refuse(element, str(error))
            return {}, {}

    def _add_at_rule(self, element: Element, rule: Any) -> None:
        import tinycss2

        if rule.lower_at_keyword == "import":
            raise ValueError("a <style> uses @import; external references are refused")
        media = _css_text(rule.prelude).lower()
        if rule.lower_at_keyword == "media" and rule.content is not None and media in _MEDIA:
            if _MEDIA[media]:
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                self._add_rules(element, inner)
        elif rule.lower_at_keyword not in _HARMLESS_RULES:
            name = shortened(f"@{rule.at_keyword} {_css_text(rule.prelude)}".strip())
            self._refuse(element, f"a <style> uses {name}, which a drawing cannot represent")

    def _add_rule(self, element: Element, selector: str, declarations: Declarations) -> None:
        if _INTERACTIVE.search(selector):
            return
        words = _COMBINATOR.split(selector)
        parts = [_needs(word) for word in words[::2]]
        if not selector or any(part is None for part in parts):
            allowed = "only tags, classes, ids and attributes are read"
            self._refuse(element, f"a <style> uses the selector {shortened(selector)}; {allowed}")
            return
        self._count += len(parts)
        self._count_rules(self._count)
        known = [part for part in parts if part is not None]
        every = [name for part in known for name in part]
        ids, tags = (sum(name[0] in first for name in every) for first in ("#", _LETTERS))
        specificity = (ids, len(every) - ids - tags, tags, self._count)
        nearer = [sign == ">" for sign in words[1::2]]
        around = tuple(zip(nearer[::-1], map(frozenset, known[-2::-1]), strict=True))
        rule = _Rule(specificity, frozenset(known[-1]), declarations, around)
        self._by_key.setdefault((known[-1] or "*")[0], []).append(rule)

    def _applies(self, style: Element) -> bool:
        """Whether a <style> is CSS for a screen; what depends on the window is refused."""
        media = style.get("media", "").strip().lower()
        if media not in _MEDIA:
            message = f"a <style> is for the media {shortened(media)}; known are all, screen and print"
            self._refuse(style, message)
        return _MEDIA.get(media, False) and style.get("type", "").strip().lower() in ("", "text/css")


class _NestedRuleError(ValueError):
    """A rule stands among declarations."""


def _needs(selector: str) -> list[str] | None:
    """What a selector without combinators asks for, as ``_names`` gives it; None for one that is not read."""
    attributes = [
        f"[{name}={double or single or bare}" if double or single or bare else f"[{name}"
        for name, double, single, bare in _ATTRIBUTE.findall(selector)
    ]
    selector = _ATTRIBUTE.sub("", selector) or "*" * bool(attributes)
    root = selector.endswith(":root")
    match = _COMPOUND.fullmatch(selector.removesuffix(":root") if root else selector)
    if match is None or not selector:
        return None
    tags = [match[1]] if match[1] not in (None, "*") else []
    kept = [*re.findall(r"#[\w-]+", match[2]), *re.findall(r"\.[\w-]+", match[2]), *attributes, *tags]
    return [":root", *kept] if root else kept


def _names(element: Element, root: Element) -> set[str]:
    """All that selectors may ask of an element."""
    names = {local_name(element) or "", "#" + element.attrib.get("id", "")}
    names.update(f".{name}" for name in element.attrib.get("class", "").split())
    for name, value in element.attrib.items():
        names |= {f"[{name}", f"[{name}={value[:_LONGEST_NAME]}"}
    return names | {":root"} if element is root else names


def _font_size(declared: Mapping[str, str], parent: Style) -> str:
    """The font size of an element in user units, as text; that of its parent where it can't be read."""
    shorthand = _SIZE_OF_FONT.search(declared.get("font", ""))
    text = declared.get("font-size", shorthand[1] if shorthand else "").strip().lower()
    own = float(parent.get("font-size", "16"))
    steps = {**_FONT_SIZES, "larger": own * 1.2, "smaller": own / 1.2}
    try:
        size = steps.get(text) or parse_length("font-size", text, own, Units.of(parent))
    except ValueError:
        size = own
    return repr(size if size >= 0 else own)


def _line_height(text: str, style: Style) -> str:
    """The height of a line as ``Units`` reads it; that of the parent where it can't be read."""
    own = style.get("line-height", "normal")
    try:
        if text[-1].isdigit():
            return repr(max(parse_length("line-height", text, 0.0), 0.0))
        font = float(style.get("font-size", "16"))
        return f"{max(parse_length('line-height', text, font, Units.of(style)), 0.0)!r}px"
    except ValueError:
        return "normal" if text.lower() == "normal" else own


def _window(root: Style) -> str:
    """Width and height of the window that shows a document at its own size."""
    sides = [300.0, 150.0]
    try:
        sides = parse_numbers("viewBox", root.get("viewBox", ""))[2:4] or sides
        for number, name in enumerate(("width", "height")):
            text = root.get(name, "auto")
            if text != "auto" and "%" not in text and "v" not in text.lower():
                sides[number] = parse_length(name, text, 0.0)
    except (ValueError, IndexError):
        pass  # it is told where the canvas is read
    return " ".join(map(repr, sides))


def _parse_declarations(block: str | Sequence[Any]) -> Declarations:
    """The declarations of a block, given as text or as tokens; what CSS ignores is not among them."""
    import tinycss2

    found: Declarations = {}, {}
    for node in tinycss2.parse_blocks_contents(block, skip_comments=True, skip_whitespace=True):
        if node.type in ("at-rule", "qualified-rule"):
            raise _NestedRuleError(
                "a style has a rule among its declarations, which a drawing cannot represent"
            )
        if node.type == "declaration" and node.lower_name not in _OWN and (value := _css_text(node.value)):
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
    if keyword == "initial" or (keyword in ("unset", "revert") and name not in INHERITED):
        style.pop(name, None)
    elif keyword in ("inherit", "unset", "revert") or (name, keyword) == ("color", "currentcolor"):
        style.pop(name, None)
        style.update({name: parent[name]} if name in parent and name not in _NOT_INHERITABLE else {})
        if name == "overflow":  # what is hidden without a word are viewports, markers and patterns alone
            style.setdefault(name, "visible")
    else:  # names and keywords of attributes that are no properties of CSS are in mixed case
        style[name] = keyword if name.islower() and _WORD.fullmatch(value) else value
