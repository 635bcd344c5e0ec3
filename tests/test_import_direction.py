"""Arrows between the folders point one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
# What each folder may import of ours, besides itself.
MAY_IMPORT = {
    "vector_graphics": set(),
    "guidance": set(),
    "image_analysis": {"vector_graphics"},
    "metrics": {"image_analysis"},
    "datamodules": {"vector_graphics"},
    "callbacks": {"vector_graphics", "metrics", "simplification"},
    "lightning_modules": {"guidance", "image_analysis", "vector_graphics", "simplification"},
    "simplification": {"vector_graphics", "vectorization"},
    "vectorization": {"image_analysis", "vector_graphics"},
    "command_line": {"callbacks", "datamodules", "lightning_modules", "reports"},
    "reports": {"callbacks"},
}


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_folder_imports_only_what_it_may(package):
    for path in (ROOT / package).rglob("*.py"):
        for name, only_for_types in _imports(path):
            allowed = MAY_IMPORT[package] | {package}
            if only_for_types and package == "lightning_modules":
                allowed |= {"datamodules"}
            assert name not in PACKAGES - allowed, f"{path.relative_to(ROOT)} imports {name}"


def test_train_imports_only_the_command_line():
    ours = {name for name, _ in _imports(ROOT / "train.py")} & PACKAGES
    assert ours == {"command_line"}


def test_vector_graphics_stands_alone_and_starts_quickly():
    code = (
        "import time; start = time.perf_counter(); import vector_graphics; "
        "seconds = time.perf_counter() - start; import sys; "
        "assert seconds < 1, seconds; assert 'torch' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0


def _imports(path: Path) -> list[tuple[str, bool]]:
    """Top-level names that a file imports, and whether only a type checker would."""
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
            found += [(alias.name.split(".")[0], id(node) in typed) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module.split(".")[0], id(node) in typed))
    return found
