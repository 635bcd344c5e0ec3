"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
from statistics import median

import pytest

from tests.conftest import ROOT

TOPS = [ROOT / name for name in ("inkwright", "lightning_modules", "datamodules", "callbacks")]
SOURCES = [ROOT / "train.py", *(path for top in TOPS for path in top.rglob("*.py"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_is_short_and_knows_no_device(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    assert '"cuda"' not in text
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, ast.Assert), f"assert in line {node.lineno}"
        if isinstance(node, ast.FunctionDef):
            docstring = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
            body = node.body[docstring:]
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 60, f"{node.name} has {length} lines"


def test_files_are_short_on_the_whole():
    assert median(len(path.read_text().splitlines()) for path in SOURCES) <= 150


MOST_METHODS = 12
# The one data type, which many ask.
LARGE_CLASSES = {"Drawing": 19}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_classes_have_few_public_methods(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            public = [
                each.name
                for each in node.body
                if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")
            ]
            assert len(public) <= LARGE_CLASSES.get(node.name, MOST_METHODS), f"{node.name}: {public}"


CONSTRUCTORS = {"__init__", "__new__"}
MOST_ARGUMENTS = 7


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_have_few_arguments(path):
    """What must be named at the call of a constructor is a setting, and doesn't count."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [each.arg for each in node.args.posonlyargs + node.args.args]
            names = names[1:] if names[:1] in (["self"], ["cls"], ["ctx"]) else names
            count = len(names) + (0 if node.name in CONSTRUCTORS else len(node.args.kwonlyargs))
            assert count <= MOST_ARGUMENTS, f"{node.name} in line {node.lineno} has {count} arguments"


CALLED_BY_PYTHON = {"compiled", "compiled_maker", "compiled_exactly", "compiled_maker_exactly"}
PLAIN = {"None", "int", "float", "bool", "Float32", "tuple"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_kernels_that_python_calls_return_no_arrays(path):
    """An interrupt while Numba hands arrays back is an error within Numba, or a crash."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and CALLED_BY_PYTHON & _names(node.decorator_list):
            assert _names([node.returns or ast.Name("nothing said")]) <= PLAIN, node.name


def _names(nodes: list[ast.expr]) -> set[str]:
    found = {each for node in nodes for each in ast.walk(node)}
    constants = {str(each.value) for each in found if isinstance(each, ast.Constant)}
    return constants | {each.id for each in found if isinstance(each, ast.Name)}
