"""Draws docs/img/architecture.svg: the rooms of inkwright/, their purpose and imports, read from the code."""

import ast
import re
import textwrap
from graphlib import TopologicalSorter
from html import escape
from itertools import pairwise
from pathlib import Path
from statistics import fmean

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "img" / "architecture.svg"
ROOMS = sorted(path.parent.name for path in (ROOT / "inkwright").glob("*/__init__.py"))
FRAME = ("lightning_modules", "datamodules", "callbacks")
SAID = {"the commands": "train.py, sweep.py, simplify.py", "conf": "Settings, and classes of a run"}
WIDTH, TOP, ROW, BOX, SLOT = 1240, 240, 132, (168, 78), 26
INKS = re.findall("#......", "#1b6ca8#c2552d#3b8250#8a4f9e#9a7400#b03060#2a8c8c#5a5fb0#7a8c1e#c9466f#46555f")
START = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}">
<style>
text {{ font: 12px Helvetica, Arial, "DejaVu Sans", sans-serif; fill: #26323a; text-anchor: middle }}
.name, .head {{ font-size: 15px; font-weight: bold }}
.said, .head {{ text-anchor: start }} .said {{ font-size: 13px }}
</style>"""
RECTANGLE = '<rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" rx="9" fill="{}"/>'
WORDS = '<text x="{:.1f}" y="{:g}" class="{}">{}</text>'
Point = tuple[float, float]
Chains = list[list[str]]  # each arrow: a room, the slots through which it passes the rows between, a room


def picture() -> str:
    """The SVG."""
    rows, chains = layered(imports())
    places = placed(rows, chains)
    height = TOP + ROW * (len(rows) - 1) + BOX[1] // 2 + 40
    tops = {name: (WIDTH * (k + 0.5) / 5, 88.0) for k, name in enumerate([*SAID, *FRAME])}
    edge = tops[FRAME[0]][0] - BOX[0] / 2 - 14  # where the three folders begin
    parts = [RECTANGLE.format(0, 0, WIDTH, height, "#fbfaf7")]
    parts.append(RECTANGLE.format(16, 170, WIDTH - 32, height - 186, "#e3ecf2"))
    parts.append(RECTANGLE.format(edge, 40, 2 * WIDTH / 5 + BOX[0] + 28, 96, "#f0e9df"))
    for (x, y), end in zip(tops.values(), (tops["conf"][0] - BOX[0] / 2, edge), strict=False):
        parts.append(arrow([(x + BOX[0] / 2, y), (end - 8, y)], "#8a6d4b"))
    parts.append(arrow([(edge + 320, 136), (edge + 320, 162)], "#8a6d4b"))
    for chain in chains:
        slots = [(x, y + BOX[1] * half) for x, y in map(places.get, chain[1:-1]) for half in (-0.5, 0.5)]
        points = [port(places, chains, chain, 0), *slots, port(places, chains, chain, -1)]
        parts.append(arrow(points, INKS[ROOMS.index(chain[0]) % len(INKS)]))
    parts.append(WORDS.format(30, 26, "head", "The frame"))
    parts.append(WORDS.format(edge + 14, 26, "said", "made for each run, as conf says"))
    parts.append(WORDS.format(edge + 334, 156, "said", "imports what it needs, never the other way round"))
    parts.append(WORDS.format(30, 194, "head", "inkwright/, the library: arrows point at what is imported"))
    for name, (x, y) in {**tops, **{room: places[room] for room in ROOMS}}.items():
        fill = "#f6dfc6" if name in tops else "#ffffff"
        parts.append(RECTANGLE.format(x - BOX[0] / 2, y - BOX[1] / 2, *BOX, fill))
        said = SAID.get(name) or purpose(ROOT / ("inkwright" if name in places else "") / name)
        said = textwrap.wrap(said, 25, max_lines=3, placeholder=" ...")
        parts.append(WORDS.format(x, y - 7.5 * len(said) + 3, "name", name))
        parts += [
            WORDS.format(x, y - 7.5 * len(said) + 19 + 15 * k, "", escape(row)) for k, row in enumerate(said)
        ]
    return "\n".join([START.format(WIDTH, height), *parts, "</svg>\n"])


def purpose(folder: Path) -> str:
    """The beginning of the docstring of its ``__init__.py``."""
    return re.match('"""(.{15,}?)[:;.]', (folder / "__init__.py").read_text(encoding="utf-8"))[1]


def imports() -> dict[str, list[str]]:
    """The rooms that each room imports, without those that it reaches through another one anyway."""
    known, beyond = {}, {}
    for room in ROOMS:
        texts = [path.read_text(encoding="utf-8") for path in (ROOT / "inkwright" / room).rglob("*.py")]
        nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
        names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
        known[room] = {name.split(".")[1] for name in names if name.startswith("inkwright.")} - {room}
        known[room] &= {*ROOMS}
    for room in TopologicalSorter(known).static_order():
        beyond[room] = known[room].union(*(beyond[other] for other in known[room]))
    return {a: sorted(b for b in known[a] if not any(b in beyond[c] for c in known[a])) for a in ROOMS}


def layered(known: dict[str, list[str]]) -> tuple[list[list[str]], Chains]:
    """Rows from the lowest up, each room as near as may be to those that import it; and the arrows."""
    order, level = list(TopologicalSorter(known).static_order()), dict.fromkeys(ROOMS, 0)
    for room in order:
        level[room] = max((level[other] + 1 for other in known[room]), default=0)
    for room in reversed(order):
        level[room] = min((level[other] - 1 for other in ROOMS if room in known[other]), default=level[room])
    rows = [[room for room in ROOMS if level[room] == k] for k in range(max(level.values()) + 1)]
    chains = []
    for a, b in ((room, other) for room, near in known.items() for other in near):
        slots = {k: f"{a} {b} {k}" for k in range(level[a] - 1, level[b], -1)}
        chains.append([a, *slots.values(), b])
        for k, slot in slots.items():
            rows[k].append(slot)
    return rows, chains


def placed(rows: list[list[str]], chains: Chains) -> dict[str, Point]:
    """Centers of rooms and slots, moved again and again towards the mean of their neighbors."""
    links = [pair for chain in chains for pair in pairwise(chain)]
    x = {name: WIDTH * (k + 0.5) / len(row) for row in rows for k, name in enumerate(row)}
    for row in rows * 30:
        near = {name: [x[b if a == name else a] for a, b in links if name in (a, b)] for name in row}
        row.sort(key=lambda name, near=near: fmean(near[name] or [x[name]]))
        sizes = [SLOT if " " in name else BOX[0] for name in row]
        gap = (WIDTH - 40 - sum(sizes)) / len(row)
        for k, name in enumerate(row):
            x[name] = 20 + sum(sizes[:k]) + sizes[k] / 2 + gap * (k + 0.5)
    return {name: (x[name], TOP + ROW * (len(rows) - 1 - k)) for k, row in enumerate(rows) for name in row}


def port(places: dict[str, Point], chains: Chains, chain: list[str], end: int) -> Point:
    """Where an arrow touches the box at its end 0 or -1; those of a side lie beside each other."""
    beside = sorted((places[each[-2 if end else 1]], each) for each in chains if each[end] == chain[end])
    share = ([each for _, each in beside].index(chain) + 1) / (len(beside) + 1) - 0.5
    x, y = places[chain[end]]
    return x + share * BOX[0], y - BOX[1] / 2 - 8 if end else y + BOX[1] / 2


def arrow(points: list[Point], ink: str) -> str:
    """A smooth curve down through the points, or a straight one to the right; its head is 8 beyond."""
    path, (x, y) = f"M{points[0][0]:.1f} {points[0][1]:g}", points[-1]
    for (x0, y0), (x1, y1) in pairwise(points):
        path += f" C{x0:.1f} {(y0 + y1) / 2:g} {x1:.1f} {(y0 + y1) / 2:g} {x1:.1f} {y1:g}"
    tip = f"M{x:.1f} {y - 4.5:g}l8 4.5-8 4.5z" if y == points[0][1] else f"M{x - 4.5:.1f} {y:g}l4.5 8 4.5-8z"
    return f'<path d="{path}" fill="none" stroke="{ink}" stroke-width="1.8"/><path d="{tip}" fill="{ink}"/>'


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
