"""SVG from strangers: bytes to an XML tree, with everything refused that could hurt."""

import os
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException, DTDForbidden, EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
MAX_BYTES = 64 * 2**20
MAX_ELEMENTS = 500_000
MAX_DEPTH = 100

_CHUNK = 2**16
_GZIP = b"\x1f\x8b"
_MAX_ENTITIES, _LONGEST_ENTITY = 100, 200


def load_document(path: str | os.PathLike[str]) -> Element:
    """The root element of an SVG file.

    Raises:
        ValueError: the file is missing, unreadable, larger than 64 MiB, or refused by ``parse_document``.
    """
    source = Path(path)
    if not source.is_file():
        found = "a folder" if source.is_dir() else "something else" if source.exists() else "nothing"
        raise ValueError(f"{source} is not a file that can be read as SVG: there is {found}")
    try:
        _check_size(source.stat().st_size)
        return parse_document(source.read_bytes())
    except OSError as error:
        raise ValueError(f"{source} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from error


def parse_document(text: str | bytes) -> Element:
    """The root element of an SVG document.

    Raises:
        ValueError: the document is empty, no XML, no SVG, too large, too deep, has a DTD or entities other
            than short words without markup, as Illustrator writes them, or asks for an external style sheet.
    """
    data = text.encode() if isinstance(text, str) else text
    _check_size(len(data))
    if not data.strip():
        raise ValueError("the document is empty; an SVG is expected")
    if data.startswith(_GZIP):
        raise ValueError("the document is compressed (svgz); unpack it with gunzip first")
    root = _parse(data)
    if root.tag not in ("svg", f"{{{SVG_NAMESPACE}}}svg"):
        raise ValueError(f"the document is XML with the root <{local_name(root)}>; an SVG starts with <svg>")
    return root


def local_name(element: Element) -> str | None:
    """The tag of an SVG element without its namespace; None for elements that are not SVG's."""
    namespace, brace, tag = element.tag.rpartition("}")
    return tag if namespace == "{" + SVG_NAMESPACE or not brace else None


def element_label(element: Element) -> str:
    """How messages call an element: its tag and its id, or the beginning of its first attribute."""
    tag = element.tag.rsplit("}", 1)[-1]
    name = "id" if "id" in element.attrib else next(iter(element.attrib), None)
    if name is None:
        return f"<{tag}>"
    value = element.attrib[name]
    return f'<{tag} {name.rsplit("}", 1)[-1]}="{value if len(value) <= 40 else value[:40] + "…"}">'


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise ValueError(f"the document has {size:,} bytes; an SVG may have at most {MAX_BYTES:,}")


def _parse(data: bytes) -> Element:
    parser = _StrictParser(target=_BoundedTree(), forbid_dtd=True)
    parser.longest = MAX_BYTES // max(data.count(b"&"), 1)
    try:
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
        root: Element = parser.close()
    except EntitiesForbidden as error:
        message = f"the document defines the XML entity {error.name!r}; only short words are allowed as such"
        raise ValueError(message) from error
    except DefusedXmlException as error:
        message = "the document has a DTD of its own; only W3C's public SVG doctype is allowed"
        raise ValueError(message) from error
    except (ParseError, LookupError) as error:
        raise ValueError(f"the document is not well-formed XML: {error}") from error
    return root


class _StrictParser(DefusedXMLParser):
    """External references and DTDs are refused; the plain doctype that old editors write is not.

    Entities are words that stand for a namespace in files of Illustrator: short, and without markup.
    """

    longest = 0
    _entities = 0

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: int
    ) -> None:
        if has_internal_subset:  # only entities may stand in it; what else does is refused at its end
            for handler in ("ElementDeclHandler", "AttlistDeclHandler", "NotationDeclHandler"):
                setattr(self.parser, handler, lambda *_: self._refuse_dtd(name, sysid, pubid))
        if (sysid or pubid) and not (pubid or "").startswith("-//W3C//DTD SVG"):
            self._refuse_dtd(name, sysid, pubid)

    def defused_entity_decl(
        self,
        name: str,
        is_parameter_entity: int,
        value: str | None,
        base: str | None,
        sysid: str | None,
        pubid: str | None,
        notation_name: str | None,
    ) -> None:
        self._entities += 1
        short = value is not None and len(value) <= min(_LONGEST_ENTITY, self.longest)
        if (
            is_parameter_entity
            or not short
            or set("<&%") & set(value or "")
            or self._entities > _MAX_ENTITIES
        ):
            raise EntitiesForbidden(name, value, base, sysid, pubid, notation_name)

    def _refuse_dtd(self, name: str, sysid: str | None, pubid: str | None) -> None:
        raise DTDForbidden(name, sysid, pubid)


class _BoundedTree(TreeBuilder):
    """A tree that stops growing at a given depth and number of elements."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise ValueError(f"the document nests elements more than {MAX_DEPTH} deep")
        if self._count > MAX_ELEMENTS:
            raise ValueError(f"the document has more than {MAX_ELEMENTS:,} elements")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)

    def pi(self, target: str, data: str | None = None) -> None:  # type: ignore[override]
        if target == "xml-stylesheet":
            raise ValueError("the document asks for an xml-stylesheet; external references are refused")
