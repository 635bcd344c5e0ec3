"""All keys of ``train.py``: the general ones, and those that methods declare in ``conf/keys/``.

A method's file there looks like this::

    owner: "Layers: experiment=layers"
    keys:
      shapes_per_stage:
        default: 8
        low: 1
        high: 512
        meaning: closed shapes that each stage adds

and its recipe uses the key as ``${shapes_per_stage}``. The attributes of ``Key`` may be given, no others.
"""

import dataclasses
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from inkwright.keys.general_keys import GENERAL_KEYS, UNNAMED_GROUPS
from inkwright.keys.key import Key

CONF = Path(__file__).resolve().parents[2] / "conf"
_FACTS = [each.name for each in dataclasses.fields(Key) if each.name not in ("name", "owner")]


@cache
def declared_keys(conf: Path | None = None) -> dict[str, Key]:
    """Every key by its name: the general ones, then owner by owner; without ``conf/`` the general ones alone.

    Raises:
        ValueError: a declaration is wrong, or two have the same name; the message names the file.
    """
    conf = conf or CONF
    keys = {key.name: key for key in GENERAL_KEYS}
    groups = {path.name for path in conf.glob("*") if path.is_dir()}
    for path in sorted((conf / "keys").glob("*.yaml")):
        try:
            for key in _declared_in(path):
                if key.name in keys or key.name in groups:
                    taken = (
                        f"belongs to {keys[key.name].owner or 'every run'}"
                        if key.name in keys
                        else "is a group"
                    )
                    raise ValueError(f"{key.name} {taken}; choose another name")
                keys[key.name] = key
        except ValueError as error:
            raise ValueError(f"conf/keys/{path.name}: {error}") from error
    return keys


def names_run(key: str) -> bool:
    """Whether a key, group or path of the configuration belongs into the name of a run."""
    known = declared_keys().get(key)
    return known.names_run if known else key.partition(".")[0] not in UNNAMED_GROUPS


def _declared_in(path: Path) -> Iterator[Key]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(f"this is no YAML ({' '.join(str(error).split())})") from error
    match content:
        case {"owner": str(owner), "keys": dict(keys)} if len(content) == 2:
            yield from (_key(name, facts, owner) for name, facts in keys.items())
        case _:
            raise ValueError("it must say owner: TEXT, and keys: with a block for each key")


def _key(name: Any, facts: Any, owner: str) -> Key:
    if not isinstance(facts, dict) or not set(facts) <= set(_FACTS):
        raise ValueError(f"{name}: {facts!r} must be a block of some of {', '.join(_FACTS)}")
    return Key(name=str(name), owner=owner, **facts)
