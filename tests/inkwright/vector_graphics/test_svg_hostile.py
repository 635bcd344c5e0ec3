from __future__ import annotations

import gzip
import time
from random import Random

import pytest

from inkwright.vector_graphics import read_svg
from inkwright.vector_graphics.svg.reading.reader import parse_svg

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
HEAD = f'<svg {NAMESPACES} viewBox="0 0 100 100">'


def svg(body):
    return f"{HEAD}{body}</svg>"


def laughs(levels=10):
    contents = ["ha", *(f"&l{level};" * 10 for level in range(levels - 1))]
    entities = "".join(f'<!ENTITY l{level} "{content}">' for level, content in enumerate(contents))
    return f"<!DOCTYPE svg [{entities}]>" + svg(f'<path id="&l{levels - 1};"/>')


def doubling_use(levels=40):
    groups = "".join(
        f'<g id="g{level}"><use href="#g{level - 1}"/><use href="#g{level - 1}"/></g>'
        for level in range(1, levels)
    )
    return svg(f'<defs><path id="g0" d="M0 0h5v5"/>{groups}</defs><use href="#g{levels - 1}"/>')


HOSTILE = {
    "billion laughs": (laughs(), "XML entity 'l1'"),
    "external entity": (
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("&x;"),
        "XML entity 'x'",
    ),
    "parameter entity": ('<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://e/x">%x;]>' + svg(""), "XML entity 'x'"),
    "own doctype": ('<!DOCTYPE svg SYSTEM "http://evil/x.dtd">' + svg(""), "DTD of its own"),
    "internal doctype": ("<!DOCTYPE svg [<!ELEMENT svg ANY>]>" + svg(""), "DTD of its own"),
    "style sheet": ('<?xml-stylesheet href="http://e/x.css"?>' + svg(""), "external references are refused"),
    "use of a file": (svg('<use href="file:///etc/passwd#x"/>'), "external references are refused"),
    "use of the web": (svg('<use xlink:href="http://evil/x.svg#y"/>'), "external references are refused"),
    "use that doubles": (doubling_use(), "repeats more than 20,000"),
    "long chain of use": (
        svg("".join(f'<g id="g{i}"><use href="#g{i + 1}"/></g>' for i in range(90)) + '<g id="g90"/>'),
        "more than 100 deep",
    ),
    "huge number": (svg('<path d="M0 0L1e10 5"/>'), "number 1e.10"),
    "overflow": (svg('<path d="M0 0L1e999 5"/>'), "number inf"),
    "long number": (svg(f'<path d="M0 0L{"9" * 400} 5"/>'), "number inf"),
    "huge radius": (svg('<circle r="1e30"/>'), "r is '1e30'"),
    "huge transform": (svg('<g transform="scale(1e99)"><path d="M0 0h5"/></g>'), "scale holds the number"),
    "transforms multiply": (
        svg('<g transform="scale(1e6)">' * 4 + '<path d="M0 0h5"/>' + "</g>" * 4),
        "multiply to numbers above",
    ),
    "huge result": (svg('<path transform="scale(1e6)" d="M0 0h1e6v5"/>'), "coordinates on the canvas"),
    "huge width": (svg('<path d="M0 0h5" stroke="red" stroke-width="1e300"/>'), "stroke-width is"),
    "nan viewBox": ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 5"/>', "viewBox holds"),
    "canvas of no width": (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e-40 32"><path d="M0 0h5"/></svg>',
        "sides of at least 1e-20",
    ),
    "infinite canvas": (
        '<svg xmlns="http://www.w3.org/2000/svg" width="inf" height="5"/>',
        "no viewBox and no width",
    ),
    "deep": (svg("<g>" * 5000 + "</g>" * 5000), "more than 100 deep"),
    "many elements": (svg("<g/>" * 500_001), "more than 500,000 elements"),
    "many points": (svg(f'<path d="M0 0L{"1 " * 1_000_002}"/>'), "at most 1,000,000"),
    "long transform": (svg(f'<path d="M0 0h5" transform="{"scale(1) " * 100_000}"/>'), "transform is"),
    "empty": ("", "is empty"),
    "white space": (" \n ", "is empty"),
    "no XML": ("hello", "not well-formed XML"),
    "cut off": (HEAD, "not well-formed XML"),
    "binary": (bytes(range(256)) * 10, "not well-formed XML"),
    "zero bytes": (b"\0" * 100, "not well-formed XML"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><svg/>', "not well-formed XML"),
    "compressed": (gzip.compress(svg("").encode()), "svgz"),
    "another document": ("<html><body/></html>", "root <html>"),
    "another namespace": ('<svg xmlns="urn:not-svg"/>', "an SVG starts with <svg>"),
}


LARGE = ("many points", "many elements", "use that doubles")
# What is ignored, as browsers do.
UNREADABLE = {
    "nan width": (svg('<path d="M0 0h5" stroke="red" stroke-width="nan"/>'), "stroke-width is 'nan'"),
    "nan transform": (svg('<path transform="scale(nan)" d="M0 0h5"/>'), "transform is"),
    "negative stroke": (svg('<path d="M0 0h5" stroke="red" stroke-width="-1"/>'), "must not be negative"),
    "unknown transform": (svg('<path transform="explode(3)" d="M0 0h5"/>'), "transform is 'explode"),
    "transform without numbers": (svg('<path transform="matrix(1 2)" d="M0 0h5"/>'), "transform is 'matrix"),
    "long colour": (svg(f'<path d="M0 0h5" fill="rgb({"1" * 100_000}"/>'), "no colour"),
}
TAILS = {
    "M0 0L nan 5": "where numbers are expected",
    "L5 5": "must begin with M",
    "M0 0C1 2 3": "command C has 3 numbers",
    "M0 0L5 5 junk": "where numbers are expected",
    "M0 0A5 5 0 7 7 5 5": "cannot be read",
}


@pytest.mark.parametrize(
    ("name", "lenient"),
    [*((name, False) for name in HOSTILE), *((name, True) for name in HOSTILE if name not in LARGE)],
)
@pytest.mark.filterwarnings("ignore:SVG read approximately")
def test_hostile_documents_are_refused_by_one_clear_error(name, lenient):
    text, match = HOSTILE[name]
    start = time.process_time()
    with pytest.raises(ValueError, match=match) as caught:
        parse_svg(text, lenient=lenient)
    assert type(caught.value).__module__ != "xml"
    assert len(str(caught.value)) < 500
    assert time.process_time() - start < 30


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_ignored_as_browsers_do(name):
    text, match = UNREADABLE[name]
    with pytest.warns(UserWarning, match=f"{match}.*(left out|ignored)"):
        drawing = parse_svg(text)
    assert drawing.num_shapes == 1
    assert drawing.points[-1].tolist() == [5, 0]


@pytest.mark.parametrize("data", TAILS)
@pytest.mark.parametrize("lenient", [False, True])
def test_a_path_is_drawn_up_to_what_cannot_be_read(data, lenient):
    with pytest.warns(UserWarning, match=TAILS[data]):
        assert parse_svg(svg(f'<path d="{data}"/>'), lenient=lenient).num_shapes <= 1
    with pytest.warns(UserWarning, match="where numbers are expected"):
        drawing = parse_svg(svg('<path d="M0 0L5 5 7 1 3 junk"/>'))
    assert drawing.points[::3].tolist() == [[0, 0], [5, 5], [7, 1]]


@pytest.mark.parametrize(
    ("entities", "match"),
    [
        ('<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY shown "M0 0h5v5">', None),
        ('<!ENTITY a "x"><!ENTITY shown "&a;">', "XML entity 'shown'"),
        ('<!ENTITY shown "<path/>">', "XML entity 'shown'"),
        (f'<!ENTITY shown "{"x" * 201}">', "XML entity 'shown'"),
        ("".join(f'<!ENTITY e{i} "x">' for i in range(101)), "XML entity 'e100'"),
        ('<!ENTITY shown SYSTEM "file:///etc/passwd">', "XML entity 'shown'"),
        ('<!ATTLIST path d CDATA "M0 0h5v5">', "DTD of its own"),
    ],
)
def test_entities_are_short_words_or_refused(entities, match):
    text = f"<!DOCTYPE svg [{entities}]>" + svg('<path d="&shown;"/>')
    if match is None:
        assert parse_svg(text).num_shapes == 1
        return
    for lenient in (False, True):
        with pytest.raises(ValueError, match=match):
            parse_svg(text, lenient=lenient)


def test_entities_cannot_make_a_document_grow():
    text = f'<!DOCTYPE svg [<!ENTITY a "{"x" * 200}">]>' + svg(f'<path id="{"&a;" * 400_000}"/>')
    with pytest.raises(ValueError, match="XML entity 'a'"):
        parse_svg(text)


EXPENSIVE = {
    "many dashes": '<path d="M0 0h1e6" stroke="red" stroke-dasharray=".001"/>',
    "many strokes of many dashes": "".join(
        f'<path d="M0 {i}H999" stroke="red" stroke-dasharray=".4" transform="scale(1 2)"/>'
        for i in range(250)
    ),
    "cut by many parts": '<clipPath id="c">'
    + "".join(f'<path d="M0 {i}h100l-50 .5z"/>' for i in range(190))
    + "</clipPath>"
    + '<path clip-path="url(#c)" d="M0 0h90v190h-90z"/>' * 60,
    "a clip of many edges": f'<clipPath id="c"><path d="M0 0{"l1 5 1-5" * 2500}"/></clipPath>'
    '<path clip-path="url(#c)" d="M0 0h90v90"/>',
    "dashes in a group": '<g opacity=".5"><path d="M0 0h65536z" stroke="red" stroke-dasharray="3"/></g>',
    "dashes that a clip cuts": '<clipPath id="c"><path d="M0 0h9v9z"/></clipPath>'
    '<path clip-path="url(#c)" d="M0 0h65536" stroke="red" stroke-dasharray="3"/>',
    "a fine spread": '<linearGradient id="g" x2=".0001" spreadMethod="repeat"><stop/><stop offset="1"/>'
    '</linearGradient><path d="M0 0h90v90" fill="url(#g)"/>',
}


@pytest.mark.parametrize("name", EXPENSIVE)
def test_what_would_take_long_is_refused_soon(name):
    start = time.process_time()
    with pytest.raises(ValueError, match="refused|cannot represent"):
        parse_svg(svg(EXPENSIVE[name]))
    assert time.process_time() - start < 10


def test_images_of_files_are_never_opened():
    document = svg('<image href="/etc/passwd"/><path d="M0 0h5"/>')
    with pytest.raises(ValueError, match="only data and files beside the SVG are read"):
        parse_svg(document)
    with pytest.warns(UserWarning, match="only data and files beside the SVG are read"):
        assert parse_svg(document, lenient=True).num_shapes == 1


def test_the_doctype_of_old_editors_is_read():
    doctype = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    head = '<?xml version="1.0" encoding="utf-8"?><!-- Generator: an editor -->'
    assert parse_svg(head + doctype + svg('<path d="M0 0h5"/>')).num_shapes == 1
    assert parse_svg("<!DOCTYPE svg>" + svg('<path d="M0 0h5"/>')).num_shapes == 1


def test_other_encodings_and_byte_order_marks_are_read():
    for encoding in ("utf-8-sig", "utf-16", "latin-1"):
        head = '<?xml version="1.0" encoding="latin-1"?>' if encoding == "latin-1" else ""
        assert parse_svg((head + svg('<path id="é" d="M0 0h5"/>')).encode(encoding)).num_shapes == 1


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (None, "there is nothing"),
        ("folder", "there is a folder"),
        (b"", "is empty"),
        (b"<svg", "not well-formed"),
    ],
)
def test_files_are_named_in_errors(tmp_path, content, match):
    path = tmp_path / "drawing.svg"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"drawing\.svg.*{match}"):
        read_svg(path)


def test_giant_files_are_refused_unread(tmp_path):
    path = tmp_path / "giant.svg"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(ValueError, match="an SVG may have at most"):
        read_svg(path)


BENIGN = svg(
    '<style>.a{fill:none;stroke:#123}</style><defs><g id="g"><circle r="5" cx="5"/></g></defs>'
    '<g transform="rotate(30) scale(2)" opacity=".5"><path class="a" stroke-width="2mm"'
    ' stroke-linecap="round" stroke-linejoin="round"'
    ' d="M1 2c3,4 5-6 7.5.5S9 9 8 7Q1 1 2 3t4 4A5 6 30 0 1 9 9z"/></g>'
    '<use href="#g" x="3"/><rect width="50%" height="4" rx="1"/><polygon points="1,2 3,4 5,6"/>'
)


@pytest.mark.filterwarnings("ignore:SVG read approximately")
@pytest.mark.parametrize(
    "seed", [1, 2, 3, *(pytest.param(each, marks=pytest.mark.slow) for each in (0, *range(4, 12)))]
)
def test_damaged_documents_are_read_or_refused_but_never_crash(seed):
    random = Random(seed)
    fragments = [
        "",
        "-",
        "e9",
        ".",
        "nan",
        '"',
        "<",
        ">",
        "/",
        "0",
        "#",
        "999999999",
        "url(#g)",
        "%",
        "A",
        "z",
        " ",
    ]
    outcomes = set()
    for _ in range(60):
        text = BENIGN
        for _ in range(random.randint(1, 3)):
            start = random.randrange(len(HEAD), len(text))
            text = text[:start] + random.choice(fragments) + text[start + random.randint(0, 3) :]
        try:
            drawing = parse_svg(text, lenient=random.random() < 0.5)
        except ValueError:
            outcomes.add("refused")
        else:
            outcomes.add("read")
            assert drawing.points.isfinite().all()
    assert outcomes == {"read", "refused"}
