"""Lets paths on the command line be paths, whatever characters they hold."""

from __future__ import annotations

from collections.abc import Sequence

_PATH_KEYS = ("image", "mask", "hydra.run.dir")
_SWEEPS = ("-m", "--multirun")


def quote_paths(arguments: Sequence[str]) -> list[str]:
    """The arguments with the values of path keys in quotes, so that Hydra does not read grammar into them.

    ``image=holiday (1), beach.jpg`` would otherwise be an error. In a multirun the comma keeps its meaning,
    and whoever sweeps over odd names writes the quotes.
    """
    sweeps = [argument for argument in arguments if argument in _SWEEPS]
    if sweeps:
        # Hydra's parser wants the flag before the keys.
        return [*sweeps, *(argument for argument in arguments if argument not in _SWEEPS)]
    return [_quoted(argument) for argument in arguments]


def _quoted(argument: str) -> str:
    key, equals, value = argument.partition("=")
    if key not in _PATH_KEYS or not equals or value[:1] in ("'", '"'):
        return argument
    escaped = value.replace("\\'", "\\\\'").replace("'", "\\'")
    return f"{key}='{escaped}'"
