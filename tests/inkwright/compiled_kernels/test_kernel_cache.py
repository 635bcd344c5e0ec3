"""Kernels are compiled once for all clones, and anew when anything they are made of changes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inkwright.compiled_kernels.compilation import compiled, compiled_part
from inkwright.compiled_kernels.kernel_cache import _Overloads, cache_directory, is_private
from tests.conftest import ROOT

RECORD = "STEP = 1.0\n"
KERNEL = """
from inkwright.compiled_kernels.compilation import compiled
from inkwright.record import STEP

@compiled
def advance(value):
    return value + STEP
"""
USE = """
import json, os, sys
from inkwright.compiled_kernels.kernel_cache import cache_directory, is_compiled
from inkwright.kernel import advance
before = is_compiled()
results = [advance(1.0), advance(1)] if len(sys.argv) > 1 else [advance(1.0)]
hits, misses = (sum(each.values()) for each in (advance.stats.cache_hits, advance.stats.cache_misses))
folder = cache_directory()
print(json.dumps([results, hits, misses, before, str(folder), oct(os.stat(folder).st_mode)[-3:]]))
"""

SUM_KERNEL = """
import numpy as np
from inkwright.compiled_kernels.compilation import compiled, compiled_part

@compiled_part
def add(values, sums):
    for c in range(3):
        part, total = values[c:], values.dtype.type(0)
        for x in range(part.shape[0]):
            total += part[x]
            part[x] = 1.0000001 * part[x]
        sums[c] += total

@compiled
def sum_up(values, sums):
    for k in range(0, 900, 7):
        add(values[k : k + 99], sums)

def advance(_):
    values, sums = (np.sin(np.arange(999)) * 1e3).astype(np.float32), np.zeros(3, np.float32)
    sum_up(values, sums)
    return sums.tolist()

advance.stats = sum_up.stats
"""


def clone(folder: Path, kernel: str = KERNEL, record: str = RECORD) -> Path:
    """A package like ours with one kernel."""
    package = folder / "inkwright"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copytree(ROOT / "inkwright/compiled_kernels", package / "compiled_kernels")
    (package / "kernel.py").write_text(kernel)
    (package / "record.py").write_text(record)
    return folder


def start(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    return subprocess.Popen(
        [sys.executable, "-c", USE, *arguments],
        cwd=folder, env=environment | variables, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> list:
    out, _ = process.communicate()
    assert process.returncode == 0
    return json.loads(out)


def use(folder: Path, cache: Path) -> list:
    return finish(start(folder, XDG_CACHE_HOME=str(cache)))


def test_another_clone_finds_what_the_first_has_compiled(tmp_path):
    first = use(clone(tmp_path / "one"), tmp_path / "cache")
    assert first[:4] == [[2.0], 0, 1, False]
    second = clone(tmp_path / "elsewhere/two")
    os.utime(second / "inkwright/kernel.py", (1, 1))
    assert use(second, tmp_path / "cache")[:5] == [[2.0], 1, 0, True, first[4]]
    assert Path(first[4]).parent == tmp_path / "cache/inkwright"


@pytest.mark.parametrize("changed", ["kernel", "record"])
def test_a_change_of_what_kernels_are_made_of_is_seen(tmp_path, changed):
    first = use(clone(tmp_path / "one"), tmp_path / "cache")
    source = {"kernel": KERNEL.replace("+ STEP", "- STEP"), "record": RECORD.replace("1", "-1")}[changed]
    second = use(clone(tmp_path / "two", **{changed: source}), tmp_path / "cache")
    assert second[:3] == [[0.0], 0, 1]
    assert second[4] != first[4]


def test_the_process_that_compiles_gets_the_same_bits_as_all_later_ones(tmp_path):
    """Sums may be reordered, so a part must not have two machine codes, one of them in files alone."""
    folder = clone(tmp_path / "one", SUM_KERNEL)
    first, later = (use(folder, tmp_path / "cache") for _ in range(2))
    assert (first[1], later[2]) == (0, 0)
    assert first[0] == later[0]


def test_several_processes_may_compile_at_once(tmp_path):
    folder = clone(tmp_path / "one")
    processes = [start(folder, "both", NUMBA_CACHE_DIR=str(tmp_path / "cache")) for _ in range(3)]
    assert all(finish(each)[0] == [2.0, 2.0] for each in processes)
    again = finish(start(folder, "both", NUMBA_CACHE_DIR=str(tmp_path / "cache")))
    assert again[:3] == [[2.0, 2.0], 2, 0]
    assert len(list(Path(again[4]).iterdir())) == 2


def test_signatures_cannot_take_each_others_place(tmp_path):
    keys = [(f"({kind},)", ("cpu",), ("code",)) for kind in ("float32", "float64")]
    stores = [_Overloads(str(tmp_path), "kernel") for _ in keys]
    for store, key in zip(stores, keys, strict=True):
        assert store.load(key) is None
        store.save(key, key[0])
    assert [_Overloads(str(tmp_path), "kernel").load(key) for key in keys] == ["(float32,)", "(float64,)"]


@pytest.mark.parametrize("damage", [b"", b"no pickle", None])
def test_a_damaged_file_is_compiled_anew(tmp_path, damage):
    store, key = _Overloads(str(tmp_path), "kernel"), ("(float32,)", (), ())
    store.save(key, np.arange(9))
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-9] if damage is None else damage)
    assert store.load(key) is None


def test_what_cannot_be_kept_is_no_error(tmp_path):
    store = _Overloads(str(tmp_path / "absent"), "kernel")
    store.save(("", (), ()), 1)
    assert store.load(("", (), ())) is None


def test_without_a_folder_for_caches_nobody_else_can_prepare_one(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    (tmp_path / "tmp").mkdir()
    variables = {"XDG_CACHE_HOME": str(blocked), "NUMBA_CACHE_DIR": str(blocked)}
    folders = set()
    for _ in range(2):
        used = finish(start(clone_once(tmp_path), TMPDIR=str(tmp_path / "tmp"), **variables))
        assert used[0] == [2.0]
        assert used[5] == "700"
        folders.add(used[4])
    assert len(folders) == 2
    assert not list((tmp_path / "tmp").iterdir())


def clone_once(folder: Path) -> Path:
    return folder / "one" if (folder / "one").exists() else clone(folder / "one")


def test_code_is_kept_only_where_nobody_else_can_write(tmp_path):
    folder = tmp_path / "caches" / "kernels"
    folder.mkdir(parents=True)
    assert is_private(folder)
    (tmp_path / "link").symlink_to(folder)
    for changed, mode, private in (
        (folder, 0o777, False),
        (folder, 0o1777, False),
        (folder.parent, 0o777, False),
        (folder.parent, 0o1777, True),  # as /tmp is: the folder itself stays its owner's
        (folder.parent, 0o755, True),
    ):
        changed.chmod(mode)
        assert is_private(folder) == is_private(tmp_path / "link") == private
        changed.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, 12345, -1)
        assert not is_private(folder)


def test_a_folder_that_others_can_write_is_not_used(tmp_path, monkeypatch):
    open_to_all = tmp_path / "shared"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(open_to_all))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    assert cache_directory.__wrapped__().parent == tmp_path / "own" / "inkwright"


def test_constants_compile_no_kernel_anew():
    part = compiled_part(lambda value, whole: 2 * value if whole else value)
    whole = compiled(lambda value: part(value, True) + part(1, False) + part(0, value > 1))
    assert whole(3) == 7
    assert len(part.signatures) == 1
