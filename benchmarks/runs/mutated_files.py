"""Files that a person hands over, damaged in every way: how many end in a line, how soon, in how much memory.

    python -m benchmarks.runs.mutated_files --kinds svg --count 10000

Each kind of file has a reader; number n of a kind is made by ``Random("<reader> n")``. Files are read in
processes of ``--chunk`` files each, one after another; after each, the row of the kind is kept in place of
its earlier one. The exit status is 1 if a file ends in a traceback, takes more than 5 seconds of processor
time, or has the process grow by more than 2 GB. Linux only.
"""

import io
import json
import multiprocessing
import re
import resource
import signal
import struct
import tempfile
import time
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save

from benchmarks.record import RESULTS, keep, machine, markdown, options_parser
from inkwright.frozen_networks.weights.safe_loading import load_tensors
from inkwright.pictures.picture_file import read_picture
from inkwright.run_folder.checkpoint import steps_done
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import load_weights, save_weights
from inkwright.vector_graphics import rasterize
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.reading.reader import parse_svg

MOST_SECONDS, MOST_BYTES = 5.0, 2 * 2**30
_LONGEST = 60  # seconds after which a file is a hang
NUMBERS = (
    "0",
    "-1",
    "1e9",
    "1e-40",
    "1e400",
    "nan",
    "65536",
    "4294967295",
    "0.5",
    "1e38",
    "",
    "inf",
    "100000",
)

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 32 32" width="32" height="32"><style>.a{fill:red;stroke:#00f} #b{opacity:.5}</style><defs>
<linearGradient id="g" x1="0" x2="1" gradientTransform="rotate(30 .5 .5)">
<stop offset="0" stop-color="red"/>
<stop offset="1" stop-color="rgb(0%,10%,20%)"/>
</linearGradient><radialGradient id="r" href="#g" r="40%"/>
<clipPath id="c"><rect width="20" height="20"/></clipPath></defs>
<g transform="translate(1 2) scale(.9)" opacity=".9"><path class="a" d="M2 2c4 0 8 4 8 8s-4 8-8 8z
m3 3q3 3 6 0t2 2"/>
<path fill="url(#g)" d="M10 10A5 3 20 1 1 20 20L4 9H8V3Z" stroke="black"
 stroke-width="2" stroke-linejoin="miter" stroke-linecap="square" stroke-dasharray="3,2"/></g>
<circle id="b" cx="50%" cy="16" r="5"
 fill="url(#r) blue"/>
<use xlink:href="#b" x="3" y="-4"/><polygon points="1,1 5,1 3,5" clip-path="url(#c)" fill="hsl(120,50%,50%)"/>
<rect x="4" y="20" rx="2" width="9" height="5" style="fill:none;stroke:currentColor;stroke-width:.5em"/>
<switch>
<g systemLanguage="en"><ellipse rx="3" ry="2"/></g><line x1="1" x2="9" y2="4" stroke="teal"/></switch>
<svg x="5" y="5" width="10" height="10" viewBox="0 0 5 5" preserveAspectRatio="xMinYMax slice">
<path d="M0 0h9v9"/>
</svg></svg>"""
# What the first has not: masks, patterns, markers, blending, contexts, pictures, lists of units.
RICH_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"
 width="40mm" height="30mm" font-size="4">
<style>@media screen{rect.b{mix-blend-mode:multiply}} g &gt; path{paint-order:stroke markers fill}</style>
<defs><pattern id="p" width="4" height="3" patternUnits="userSpaceOnUse" patternTransform="skewX(20)">
<path d="M0 0h2v2z" fill="teal"/></pattern>
<mask id="m" maskContentUnits="objectBoundingBox" mask-type="alpha"><circle cx=".5" cy=".5" r=".4"/></mask>
<marker id="k" viewBox="0 0 4 4" refX="center" refY="2" markerWidth="3" orient="auto-start-reverse">
<path d="M0 0l4 2-4 2z" fill="context-stroke" stroke="context-fill"/></marker>
<radialGradient id="f" fx=".3" fy=".3" fr=".1" spreadMethod="pad"><stop stop-color="navy"/>
<stop offset=".5" stop-color="#fa0c" stop-opacity=".7"/></radialGradient>
<linearGradient id="l" spreadMethod="reflect" x2=".3"><stop/>
<stop offset="1" stop-color="red"/></linearGradient>
<symbol id="s" viewBox="0 0 9 9"><rect x="1" y="1" width="7" height="7" fill="context-fill"/></symbol></defs>
<rect width="18" height="9" fill="url(#p)" stroke="black" stroke-dasharray="1ch 2%"/>
<g mask="url(#m)" transform="rotate(10 9 9)"><ellipse cx="9" cy="14" rx="8" ry="4" fill="url(#f)"/></g>
<g style="isolation:isolate"><rect class="b" x="20" width="2em" height="10" fill="#f80"/>
<rect class="b" x="22" y="2" width="5rem" height="9" fill="#08f" fill-opacity="60%"/></g>
<g><path d="M2 20L9 28 16 20" fill="none" stroke="url(#l)" stroke-width="1.5" marker-start="url(#k)"
 marker-mid="url(#k)" marker-end="url(#k)" stroke-miterlimit="9"/></g>
<use href="#s" x="20" y="15" width="9" height="9" fill="url(#f)"/>
<image x="30" y="15" width="8" height="9" preserveAspectRatio="xMaxYMin slice" opacity=".8"
 href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP4z8DA0MDA
wMDw/9cJBgAZ+wRBM6YGVAAAAABJRU5ErkJggg=="/>
<image x="30" y="2" width="8" height="9" image-rendering="pixelated"
 href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E
%3Cpath d='M0 0h5v5'/%3E%3C/svg%3E"/>
</svg>"""


def damaged(content: bytes, random: Random) -> bytes:
    """A file with bytes turned, cut, doubled, moved, and numbers in its texts replaced."""
    data = bytearray(content)
    for _ in range(random.randint(1, 4)):
        at, length = random.randrange(len(data)), random.randint(1, 40)
        kind = random.randrange(7)
        if kind == 0:
            for _ in range(random.randint(1, 8)):
                data[random.randrange(len(data))] = random.randrange(256)
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            del data[at : at + length]
        elif kind == 3:
            data[at:at] = data[at : at + length] * random.randint(1, 50)
        elif kind == 4:
            data[at : at + length] = random.randbytes(length)
        elif kind == 5 and len(data) > 8:
            data[at : at + 4] = struct.pack("<I", random.choice((0, 1, 2**31 - 1, 2**32 - 1, 70_000)))
        else:
            data[:] = with_other_number(bytes(data), random)
        if not data:
            break
    return bytes(data)


def with_other_number(content: bytes, random: Random) -> bytes:
    """A text with one of its numbers replaced."""
    places = [found.span() for found in re.finditer(rb"-?[0-9.]+", content[:100_000])]
    if not places:
        return content
    start, end = random.choice(places)
    return content[:start] + random.choice(NUMBERS).encode() + content[end:]


def other_svg(source: bytes, random: Random) -> bytes:
    """Another document of the same words: numbers, values and elements replaced by others."""
    text = source.decode()
    for _ in range(random.randint(1, 4)):
        kind = random.randrange(4)
        if kind == 0:
            text = with_other_number(text.encode(), random).decode()
            continue
        pattern = (r'"[^"]*"', r"<[^!?>]*/>", r' [a-z][\w:-]*="')[kind - 1]
        places = list(re.finditer(pattern, text))
        one, other = random.choice(places), random.choice(places)
        text = text[: one.start()] + other[0] + text[one.end() :]
    return text.encode()


@cache
def picture_files() -> dict[str, bytes]:
    """A small picture by kinds of files."""
    pixels = Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 24, 3), dtype=np.uint8))
    files = {}
    for kind in (
        "png",
        "jpeg",
        "webp",
        "gif",
        "tiff",
        "bmp",
        "avif",
        "dds",
        "spider",
        "ppm",
        "jpeg2000",
        "ico",
    ):
        into = io.BytesIO()
        (pixels.convert("F") if kind == "spider" else pixels).save(into, kind)
        files[kind] = into.getvalue()
    for kind, values in (("deep.tiff", np.float32), ("deep16.tiff", np.uint16)):
        import tifffile

        into = io.BytesIO()
        tifffile.imwrite(into, np.ones((8, 9, 3), values), planarconfig="separate", compression="zlib")
        files[kind] = into.getvalue()
    return files


@cache
def checkpoint_file() -> bytes:
    """What a run leaves."""
    into = io.BytesIO()
    tensors = {"a": torch.rand(3, 4), "b": torch.arange(5)}
    state = {"state_dict": tensors, "loops": {"fit_loop": {"n": 3}}, "callbacks": {}, "global_step": 7}
    torch.save(state | {"optimizer_states": [tensors], "lr_schedulers": []}, into)
    return into.getvalue()


@cache
def weights_file(folder: Path) -> bytes:
    """A simplifier's weights."""
    network = SimplifierNetwork("compact", channels=[4, 6], encoder_blocks=[1, 1], decoder_blocks=[1])
    save_weights(network, folder / "whole.safetensors")
    return (folder / "whole.safetensors").read_bytes()


def with_other_header(content: bytes, random: Random) -> bytes:
    """A safetensors file whose header says something else, and is as long as it says."""
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    key = random.choice(list(header))
    text = json.dumps(header[key])
    header[key] = random.choice(
        (text.encode(), with_other_number(text.encode(), random), b"[]", b"{}", b"null")
    )
    body = ",".join(
        f"{json.dumps(name)}:{value.decode() if name == key else json.dumps(value)}"
        for name, value in header.items()
    ).encode()
    return struct.pack("<Q", len(body) + 2) + b"{" + body + b"}" + content[8 + size :]


def read_svg_files(folder: Path, random: Random) -> None:
    """An SVG, read and painted."""
    lenient = random.random() < 0.5
    source = random.choice((SVG, RICH_SVG))
    content = other_svg(source, random) if random.random() < 0.8 else damaged(source, random)
    drawing = parse_svg(content, lenient=lenient)
    if not bool(torch.isfinite(rasterize(drawing, *small_size(drawing))).all()):
        raise ArithmeticError("a picture that is not finite")


def small_size(drawing: Drawing) -> tuple[int, int]:
    """(height, width) of at most 16 pixels."""
    width, height = drawing.canvas
    scale = 16 / max(width, height)
    return max(round(height * scale), 1), max(round(width * scale), 1)


def read_pictures(folder: Path, random: Random) -> None:
    """A picture of one of many kinds, by ``read_picture``."""
    files = picture_files()
    name = random.choice(list(files))
    path = folder / f"picture.{name.rpartition('.')[2]}"
    path.write_bytes(damaged(files[name], random))
    picture, _ = read_picture(path, 64)
    if not (np.isfinite(picture).all() and 0 <= picture.min() <= picture.max() <= 1):
        raise ArithmeticError("a picture that is not in [0, 1]")


def read_checkpoints(folder: Path, random: Random) -> None:
    """A checkpoint, as a run that goes on looks at it."""
    (folder / "last.ckpt").write_bytes(damaged(checkpoint_file(), random))
    steps_done(folder / "last.ckpt")


def read_weights(folder: Path, random: Random) -> None:
    """A simplifier's weights, and what the network makes of a page."""
    whole = weights_file(folder)
    path = folder / "weights.safetensors"
    path.write_bytes((with_other_header if random.random() < 0.7 else damaged)(whole, random))
    network = load_weights(path)
    with torch.no_grad():
        network(torch.rand(1, 1, 8, 8))


def read_frozen_weights(folder: Path, random: Random) -> None:
    """Tensors of others, in both formats."""
    tensors = {"a": torch.rand(3, 4), "b": torch.arange(5)}
    if random.random() < 0.5:
        path, file = folder / "net.safetensors", save(tensors)
    else:
        into = io.BytesIO()
        torch.save(tensors, into)
        path, file = folder / "net.pt", into.getvalue()
    path.write_bytes(damaged(file, random))
    load_tensors(path, "clip")


READERS = {
    "svg": read_svg_files,
    "pictures": read_pictures,
    "checkpoints": read_checkpoints,
    "weights": read_weights,
    "frozen_weights": read_frozen_weights,
}


def read_many(kind: str, folder: Path, numbers: range) -> dict[str, Any]:
    """What comes of the files of a kind: refusals, the slowest file, what ended in something else."""
    read, found = READERS[kind], {"files": len(numbers), "refused": 0, "slowest_s": 0.0, "slowest": 0}
    failed: list[str] = []
    torch.manual_seed(0)
    for number in numbers:
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                read(folder, Random(f"{read.__name__} {number}"))
            except ValueError as error:
                said = str(error)
                found["refused"] += 1
                if not said.strip() or len(said) > 2_000:
                    failed.append(f"{number}: says {said[:80]!r}")
            except (Exception, SystemExit) as error:
                failed.append(f"{number}: {type(error).__name__}: {error}"[:300])
        seconds = time.process_time() - start
        if seconds > found["slowest_s"]:
            found |= {"slowest_s": seconds, "slowest": number}
        if seconds > MOST_SECONDS:
            failed.append(f"{number}: {seconds:.1f} s")
    return {**found, "failed": failed}


def _in_a_process(kind: str, numbers: range) -> dict[str, Any]:
    """``read_many`` in a process of its own, with what its memory grew by."""
    signal.signal(signal.SIGALRM, _hang)
    signal.alarm(_LONGEST * len(numbers))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        found = read_many(kind, Path(folder), numbers)
    grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    if grown > MOST_BYTES:
        found["failed"].append(f"{numbers[0]} to {numbers[-1]}: {grown / 2**30:.1f} GB")
    return {**found, "grown_mb": round(grown / 2**20)}


def _hang(*_: object) -> None:
    raise SystemExit("it does not end")


def measure(kind: str, numbers: range, chunk: int) -> Iterator[dict[str, Any]]:
    """What has come of the files of a kind with these numbers, after each chunk of them."""
    found: dict[str, Any] = {"files": 0, "refused": 0, "slowest_s": 0.0, "slowest": 0, "grown_mb": 0}
    found["failed"] = []
    for first in range(0, len(numbers), chunk):
        with multiprocessing.get_context("fork").Pool(1) as pool:
            part = pool.apply(_in_a_process, (kind, numbers[first : first + chunk]))
        for name in ("files", "refused", "failed"):
            found[name] += part[name]
        if part["slowest_s"] > found["slowest_s"]:
            found |= {"slowest_s": round(part["slowest_s"], 2), "slowest": part["slowest"]}
        found["grown_mb"] = max(found["grown_mb"], part["grown_mb"])
        yield found


def main() -> None:
    """The command line."""
    parser = options_parser(__doc__, RESULTS / "mutated_files.json")
    parser.add_argument("--kinds", nargs="+", choices=tuple(READERS), default=tuple(READERS))
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--chunk", type=int, default=500)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for whole in (SVG, RICH_SVG):  # compiles what is no file's own time
            drawing = parse_svg(whole, lenient=True)
            rasterize(drawing, *small_size(drawing))
    rows = json.loads(asked.output.read_text())["kinds"] if asked.output.is_file() else {}
    for kind in asked.kinds:
        for found in measure(kind, range(asked.first, asked.first + asked.count), asked.chunk):
            rows[kind] = {"first": asked.first, **found, **machine()}
            keep(asked.output, {"kinds": rows})
            print(f"{kind}: {found['files']} files, {len(found['failed'])} failed", flush=True)
    columns = ("files", "refused", "slowest_s", "grown_mb")
    table = [(kind, *(row[each] for each in columns), len(row["failed"])) for kind, row in rows.items()]
    print(markdown(f"kind | {' | '.join(columns)} | failed", table))
    failed = [f"{kind} {each}" for kind in asked.kinds for each in rows[kind]["failed"]]
    print("\n".join(failed[:50]))
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
