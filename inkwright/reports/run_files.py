"""Reads the files of a run, which may hold anything: each in bounded time and memory, or it is damaged."""

import json
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

_Content = TypeVar("_Content")

MAX_BYTES = 64 * 2**20
_MAX_YAML_BYTES = 2 * 2**20
_MAX_DEPTH = 50
_MAX_TEXT = 2_000
_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_YamlLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_run_file(path: Path, decode: Callable[[bytes], _Content]) -> _Content | None:
    """What ``decode`` makes of the bytes of a run's file; None if there is no such file.

    Raises:
        ValueError: it is no regular file, has more than 64 MiB, or can't be read or decoded; the message is
            one line for the report.
    """
    try:
        return decode(_content(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception as error:  # decoders of damaged files raise whatever they stumble over
        raise ValueError(f"{plain_text(path.name)} is damaged") from error


def json_record(content: bytes) -> dict[str, Any]:
    """A JSON object; empty for JSON of another kind."""
    value = json.loads(content)
    return value if isinstance(value, dict) else {}


def yaml_value(content: bytes | str) -> Any:
    """YAML of at most 2 MiB, nested 50 deep, without aliases: with them, little text is a lot of data.

    Raises:
        Exception: whatever PyYAML raises for what is not YAML; ValueError beyond the bounds.
    """
    if len(content) > _MAX_YAML_BYTES:
        raise ValueError(f"{len(content):,} bytes of YAML; at most {_MAX_YAML_BYTES:,} are read")
    depth = 0
    for event in yaml.parse(content, Loader=_YamlLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH or isinstance(event, yaml.AliasEvent):
            raise ValueError(f"YAML with aliases, or nested more than {_MAX_DEPTH} deep")
    return yaml.load(content, Loader=_YamlLoader)


def plain_text(text: str, most: int = _MAX_TEXT) -> str:
    """The beginning of a text as JSON, XML and tables can hold it: other characters become escapes."""
    return _NO_TEXT.sub(lambda found: ascii(found[0])[1:-1], text[:most])


def _content(path: Path) -> bytes:
    # Without waiting for the other end of a pipe.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError("no regular file")
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES:,} bytes")
    return content
