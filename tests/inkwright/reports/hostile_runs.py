"""Runs whose every text and file tries to run code or to call out, or is damaged in a way of its own."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.inkwright.reports.made_runs import write_run

ATTACK = (
    '<img src=http://call.out/x onerror="alert(1)"><svg onload="document.title=\'hacked\'">'
    "</script><script>alert(2)</script>"
)
NAMED = ATTACK.replace("/", "\u2215")
SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" viewBox="5 0 10 10" onload="alert(3)">
<script>alert(4)</script><script href="http://call.out/s.js"/>
<style>@import "http://call.out/a.css"; rect { fill: url(http://call.out/b.svg#c) }</style>
<foreignObject width="10" height="10"><body xmlns="http://www.w3.org/1999/xhtml"><img src="http://call.out/d"/>
<iframe src="javascript:alert(5)"></iframe></body></foreignObject>
<image xlink:href="http://call.out/e.png" width="9" height="9"/><use href="http://call.out/f.svg#g"/>
<a href="javascript:alert(6)"><rect width="10" height="10"/></a>
<defs><linearGradient id="g" href="http://call.out/h.svg#i"><stop stop-color="red"/></linearGradient></defs>
<g id="layer-0" inkscape:groupmode="layer" inkscape:label="one" onclick="alert(7)">
<rect x="5" width="10" height="10" fill="url(#g)" style="stroke: url(http://call.out/j#k); stroke-width: 1">
<set attributeName="href" onbegin="alert(8)"/>
<animate attributeName="x" onbegin="alert(9)" dur="1s"/></rect></g>
<g id="layer-1" inkscape:groupmode="layer" inkscape:label="two"><path d="M6 1L9 9" stroke="#000"
 filter="url(http://call.out/l.svg#m)" cursor="url(http://call.out/n)"/></g></svg>
"""


def write_hostile(folder: Path) -> Path:
    """Five runs: of three that are done every text is code, one failed, and one is as it should be."""
    for count in range(3):
        run = folder / f"{NAMED}{count}"
        write_run(run, "cat", 8 + count, 0, quality=0.3 + count / 10, svg=SVG)
        config = {"image": f"{ATTACK}{count}.png", ATTACK: ATTACK, "num_strokes": 8 + count, "seed": 0}
        config |= {f"{ATTACK}{count}": f"{ATTACK}{count}", "constructor": "x", "__proto__": "y"}
        (run / "config" / "config.yaml").write_text(json.dumps(config))
        (run / "config" / "overrides.yaml").write_text(
            json.dumps([f"{ATTACK}={ATTACK}", f"a.{NAMED}={count}"])
        )
        (run / "run.json").write_text(json.dumps({"experiment": f"{ATTACK}{count}"}))
        metrics = {
            "image": ATTACK + str(count),
            "shapes": 3,
            "losses": {ATTACK: 1.0 + count, "constructor": 1},
        }
        metrics["metrics"] = {f"f1{ATTACK}": 0.3 + count / 10, "__proto__": 2.0 * count, "edge_f1": count}
        (run / "metrics.json").write_text(json.dumps(metrics))
        name = '"' + ATTACK.replace('"', '""') + '"'
        (run / "metrics.csv").write_text(f"step,{name},constructor\n1,{count + 1},1\n2,{count + 2},2\n")
    (folder / "failed").mkdir()
    note = {"error": ATTACK, "traceback": ATTACK, "overrides": [f"image={ATTACK}", f"seed={ATTACK}"]}
    (folder / "failed" / "failure.json").write_text(json.dumps(note))
    write_run(folder / "good", "cat", 16, 0)
    return folder


def _picture_of_claimed_size(path: Path, side: int) -> None:
    """A PNG that says it is larger than it is."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))))


def _config(text: str) -> Callable[[Path], object]:
    return lambda run: (run / "config" / "config.yaml").write_text(text)


def _file(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda run: (run / name).write_bytes(content)


def _pipe(name: str) -> Callable[[Path], object]:
    def make(run: Path) -> None:
        (run / name).unlink()
        os.mkfifo(run / name)

    return make


def _folder(name: str) -> Callable[[Path], object]:
    def make(run: Path) -> None:
        (run / name).unlink()
        (run / name).mkdir()

    return make


def _odd_pictures(run: Path) -> None:
    (run / "drawing.svg").unlink()
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 65536, (7, 5)).astype(np.uint16)).save(run / "drawing.png")
    (run / "target.jpg").write_bytes((run / "target.jpg").read_bytes()[:300])


_BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)

# What is done to a run, by a name for it.
DAMAGES: dict[str, Callable[[Path], object]] = {
    "seed of 400 digits": _config(f"seed: {'9' * 400}\nother: -{'9' * 400}\n"),
    "seed of 5,000 digits": _config(f"seed: {'9' * 5000}\n"),
    "seed of 20,000 hexadecimal digits": _config(f"seed: 0x{'f' * 20_000}\n"),
    "seed is not a number": _config("seed: .nan\nlr: .inf\nrate: -.inf\n"),
    "odd YAML tags": _config("seed: !!bool maybe\nother: !!timestamp x\n"),
    "bad date": _config("seed: 2024-13-45\n"),
    "YAML bomb": _config(_BOMB),
    "YAML of itself": _config("a: &a [*a]\n"),
    "deep YAML": _config("a: " + "[" * 900 + "]" * 900),
    "deeper YAML": _config("\n".join(" " * level + "a:" for level in range(2000))),
    "YAML of Python": _config("seed: !!python/object/apply:os.system [exit]\n"),
    "YAML of many keys": _config("".join(f"key{index}: {index}\n" for index in range(5_000))),
    "texts that are no characters": _config('seed: "\\uD800 \\0 \\x1b"\n'),
    "overrides of all kinds": _file(
        "config/overrides.yaml", b"- [[1]]\n- {a: b}\n- a=[[[[\n- b=!!bool c\n- '\xc3\xa9'\n"
    ),
    "deep JSON": _file("metrics.json", b'{"losses": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "deep JSON as a loss": _file("metrics.json", b'{"losses": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}"),
    "huge numbers in JSON": _file(
        "metrics.json", b'{"losses": {"a": 1' + b"0" * 400 + b', "b": 1e308, "c": 1e308, "d": NaN}}'
    ),
    "lone surrogate": _file(
        "metrics.json", b'{"losses": {"\\ud800": 1}, "image": "\\udfff", "metrics": {"\\u0000": 1}}'
    ),
    "failure of all kinds": _file(
        "failure.json", b'{"error": {"a": []}, "overrides": {"b": 1}, "traceback": 3}'
    ),
    "no UTF-8": _file("failure.json", b'{"error": "\xff\xfe"}'),
    "picture of 60,000 x 60,000": lambda run: [
        _picture_of_claimed_size(run / name, 60_000) for name in ("drawing.png", "target.jpg")
    ],
    "picture of 11,000 x 11,000": lambda run: _picture_of_claimed_size(run / "target.jpg", 11_000),
    "odd pictures": _odd_pictures,
    "PostScript as a picture": _file(
        "target.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n"
    ),
    "pipe as metrics": _pipe("metrics.json"),
    "pipe as drawing": _pipe("drawing.svg"),
    "pipe as input": _pipe("target.jpg"),
    "pipe as curves": _pipe("metrics.csv"),
    "folder as metrics": _folder("metrics.json"),
    "folder as drawing": _folder("drawing.svg"),
    "half a drawing": _file("drawing.svg", b"</svg>"),
    "drawing that is no XML": _file("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><path d=</svg>'),
    "drawing of entities": _file("drawing.svg", b'<!DOCTYPE s [<!ENTITY a "b">]><svg>&a;</svg>'),
    "deep drawing": _file("drawing.svg", b"<svg>" + b"<g>" * 5000 + b"</g>" * 5000 + b"</svg>"),
    "curves of zeros": _file("metrics.csv", b"step,a\n1,\0\n\0\0"),
    "curves of one long field": _file("metrics.csv", b"step,a\n1," + b"1" * 200_000 + b"\n"),
    "curves beyond all numbers": _file(
        "metrics.csv", b"step,a\n1,1e999\n1e999,1\n2,1.79769313e308,5,6\n3,nan\n"
    ),
}
ODD_NAMES = (
    b"\xc2\xb2",
    b"\xff\xfe",
    b"a\xffb",
    b"=1+1",
    b"9" * 250,
    b"new\nline",
    "\u0663".encode(),
    b"\x01",
)
