"""Files that a person hands over, damaged in every way: a line that says so, soon, and nothing is run."""

from __future__ import annotations

import io
import json
import re
import resource
import struct
import sys
import time
import warnings
from functools import cache
from random import Random

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save

from inkwright.frozen_networks.weights.safe_loading import load_tensors
from inkwright.pictures.picture_file import read_picture
from inkwright.run_folder.checkpoint import steps_done
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import load_weights, save_weights
from inkwright.vector_graphics import rasterize
from inkwright.vector_graphics.svg.reading.reader import parse_svg

FEW, MANY = 60, 2_000
MOST_SECONDS, MOST_BYTES = 5.0, 2 * 2**30
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
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect")
started: list[str] = []
watching = False


def _watch(event, arguments):
    if watching and event.startswith(STARTS):
        started.append(event)


sys.addaudithook(_watch)

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
    places = [found.span() for found in re.finditer(rb"-?[0-9.]+", content[:100_000])]
    if not places:
        return content
    start, end = random.choice(places)
    return content[:start] + random.choice(NUMBERS).encode() + content[end:]


def other_svg(random: Random) -> bytes:
    """Another document of the same words: numbers, values and elements replaced by others."""
    text = SVG.decode()
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


def picture_files() -> dict[str, bytes]:
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


def checkpoint_file() -> bytes:
    into = io.BytesIO()
    tensors = {"a": torch.rand(3, 4), "b": torch.arange(5)}
    state = {"state_dict": tensors, "loops": {"fit_loop": {"n": 3}}, "callbacks": {}, "global_step": 7}
    torch.save(state | {"optimizer_states": [tensors], "lr_schedulers": []}, into)
    return into.getvalue()


@cache
def weights_file(folder) -> bytes:
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


def read_svg_files(folder, random):
    lenient = random.random() < 0.5
    content = other_svg(random) if random.random() < 0.8 else damaged(SVG, random)
    drawing = parse_svg(content, lenient=lenient)
    assert bool(torch.isfinite(rasterize(drawing, *small_size(drawing))).all())


def small_size(drawing):
    width, height = drawing.canvas
    scale = 16 / max(width, height)
    return max(round(height * scale), 1), max(round(width * scale), 1)


def read_pictures(folder, random, files=picture_files()):  # noqa: B008
    name = random.choice(list(files))
    path = folder / f"picture.{name.rpartition('.')[2]}"
    path.write_bytes(damaged(files[name], random))
    picture, _ = read_picture(path, 64)
    assert np.isfinite(picture).all()
    assert 0 <= picture.min() <= picture.max() <= 1


def read_checkpoints(folder, random, file=checkpoint_file()):  # noqa: B008
    (folder / "last.ckpt").write_bytes(damaged(file, random))
    steps_done(folder / "last.ckpt")


def read_weights(folder, random):
    whole = weights_file(folder)
    path = folder / "weights.safetensors"
    path.write_bytes((with_other_header if random.random() < 0.7 else damaged)(whole, random))
    network = load_weights(path)
    with torch.no_grad():
        network(torch.rand(1, 1, 8, 8))


def read_frozen_weights(folder, random):
    tensors = {"a": torch.rand(3, 4), "b": torch.arange(5)}
    if random.random() < 0.5:
        path, file = folder / "net.safetensors", save(tensors)
    else:
        into = io.BytesIO()
        torch.save(tensors, into)
        path, file = folder / "net.pt", into.getvalue()
    path.write_bytes(damaged(file, random))
    load_tensors(path, "clip")


READERS = (read_svg_files, read_pictures, read_checkpoints, read_weights, read_frozen_weights)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@pytest.mark.parametrize(
    "count", [FEW, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(1200)])]
)
def test_damage_is_told_in_a_line(tmp_path, read, count):
    global watching
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = slowest = 0
    watching = True
    try:
        for number in range(count):
            start = time.process_time()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    read(tmp_path, Random(f"{read.__name__} {number}"))
                except ValueError as error:
                    told += bool(str(error).strip())
                except (Exception, SystemExit) as error:
                    pytest.fail(f"{read.__name__} {number}: {type(error).__name__}: {error}")
            slowest = max(slowest, time.process_time() - start)
    finally:
        watching = False
    assert started == []
    assert told > count / 10
    assert slowest < MOST_SECONDS
    assert 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < MOST_BYTES
