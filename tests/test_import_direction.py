"""Arrows between the folders point one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

FRAME = ("lightning_modules", "datamodules", "callbacks")
# What each room of the library may import of ours, besides itself; none imports the frame.
MAY_IMPORT = {
    "compiled_kernels": set(),
    "vector_graphics": {"compiled_kernels"},
    "guidance": {"frozen_networks"},
    "frozen_networks": set(),
    "pictures": set(),
    "pydiffvg": {"vector_graphics"},
    "image_analysis": {"compiled_kernels", "frozen_networks", "vector_graphics"},
    "metrics": {"frozen_networks", "guidance", "image_analysis", "pictures", "vector_graphics"},
    "initialization": {
        "compiled_kernels",
        "image_analysis",
        "optimization",
        "pictures",
        "vector_graphics",
        "vectorization",
    },
    "optimization": {"vector_graphics", "guidance", "metrics"},
    "stroke_networks": {"optimization", "vector_graphics"},
    "scene_matrix": {
        "guidance",
        "image_analysis",
        "initialization",
        "optimization",
        "pictures",
        "stroke_networks",
        "vector_graphics",
    },
    "vectorization": {"guidance", "optimization", "vector_graphics"},
    "simplification": {"pictures", "run_folder", "vector_graphics", "vectorization"},
    "synthetic_drawings": {"pictures", "vector_graphics"},
    "toy_world": {"vector_graphics"},
    "run_folder": set(),
    "loggers": {"run_folder"},
    "keys": set(),
    "reports": {"keys", "run_folder", "vector_graphics"},
    "command_line": {"keys", "run_folder", "loggers", "reports", "pictures"},
}
LIBRARY = ROOT / "inkwright"
ROOMS = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}


def test_every_room_is_named():
    assert set(MAY_IMPORT) == ROOMS


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_room_imports_only_what_it_may(room):
    allowed = MAY_IMPORT[room] | {room}
    for path in (LIBRARY / room).rglob("*.py"):
        for name, _ in _imports(path):
            top, _, rest = name.partition(".")
            assert top not in FRAME, f"{path.relative_to(ROOT)} imports {name}"
            inside = rest.partition(".")[0] if top == "inkwright" else ""
            assert inside in allowed or inside not in ROOMS, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_files_of_a_room_import_each_other_one_way(room):
    """Imports within functions count; those for a type checker don't."""
    files = {_module(path): path for path in (LIBRARY / room).rglob("*.py") if path.name != "__init__.py"}
    graph = {
        name: {each for each, only_for_types in _imports(path) if each in files and not only_for_types}
        for name, path in files.items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(files)


@pytest.mark.parametrize("folder", FRAME)
def test_frame_imports_the_library_and_itself(folder):
    for path in (ROOT / folder).rglob("*.py"):
        for name, only_for_types in _imports(path):
            allowed = {folder, *(("datamodules",) if only_for_types else ())}
            top = name.partition(".")[0]
            assert top in allowed or top not in FRAME, f"{path.relative_to(ROOT)} imports {name}"


def test_train_imports_only_the_command_line():
    ours = {name.split(".")[1] for name, _ in _imports(ROOT / "train.py") if name.startswith("inkwright.")}
    assert ours == {"command_line"}


def test_the_library_starts_quickly_and_without_torch():
    code = (
        "import time; start = time.perf_counter(); import inkwright; "
        "seconds = time.perf_counter() - start; import sys; "
        "assert seconds < 0.3, seconds; assert 'torch' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _imports(path: Path) -> list[tuple[str, bool]]:
    """Modules that a file imports, and whether only a type checker would."""
    tree = ast.parse(path.read_text())
    typed = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.unparse(branch.test)
        for node in ast.walk(branch)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in typed) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, id(node) in typed))
    return found
