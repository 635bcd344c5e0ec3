"""Lets text and paths on the command line be what they are, whatever characters they hold.

Hydra reads a grammar into every value, and OmegaConf another into ``${...}``. The declaration of a key says
that its value is text, and then it needs no quotes. In a run, all that stands behind ``=`` is the text; in a
sweep, commas part several texts, and whoever wants a comma in one of them writes it in quotes. ``${seed}`` is
the value of that key in both; ``${`` in front of anything else means itself.
"""

import glob
import re
from collections.abc import Sequence
from pathlib import Path

from inkwright.keys import declared_keys
from inkwright.keys.key import TEXTS
from inkwright.pictures.picture_folder import SUFFIXES

SWEEP_FLAGS = ("-m", "--multirun")
_HYDRA_FOLDERS = ("hydra.run.dir", "hydra.sweep.dir")
_IN_QUOTES = r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\""""
_ELEMENT = re.compile(rf"\s*((?:{_IN_QUOTES})(?=\s*,)|[^,]*?)\s*,", re.DOTALL)
_CALL = re.compile(r"(choice|shuffle|sort|glob|range|tag|interval)\((.*)\)", re.DOTALL)
# Read by Hydra as the same text.
_PLAIN = re.compile(r"(?!(?:true|false|null|nan|inf)$)[A-Za-z/][A-Za-z0-9_./+-]*", re.IGNORECASE | re.ASCII)


def hydra_overrides(arguments: Sequence[str]) -> list[str]:
    """The arguments, sweep flags first, with every text as Hydra must be told it.

    Raises:
        ValueError: ``KEY=glob(PATTERN)`` matches no picture, or a key is declared wrongly.
    """
    declared_keys()
    flags = [each for each in arguments if each in SWEEP_FLAGS]  # Hydra's parser wants them before the keys
    return [*flags, *(_override(each, bool(flags)) for each in arguments if each not in SWEEP_FLAGS)]


def quoted(text: str) -> str:
    """A text in quotes, so that Hydra reads no grammar into it."""
    # Backslashes count only before a quote.
    escaped = re.sub(r"(\\*)('|\Z)", lambda found: 2 * found[1] + ("\\'" if found[2] else ""), text)
    return f"'{escaped}'"


def unquoted(value: str) -> str:
    """What a value says that may be in quotes."""
    if not re.fullmatch(_IN_QUOTES, value, re.DOTALL):
        return value
    return re.sub(rf"(\\+)({value[0]}|\Z)", lambda found: len(found[1]) // 2 * "\\" + found[2], value[1:-1])


def literal(text: str) -> str:
    r"""A text that OmegaConf resolves to itself: ``${`` and the backslashes before it are written ``\${``."""
    return re.sub(r"(\\*)\$\{", r"\1\1\\${", text)


def is_text(key: str) -> bool:
    """Whether the value of a key is text, a path or a picture."""
    known = declared_keys().get(key.lstrip("+"))
    return known is not None and known.kind in TEXTS


def in_quotes(text: str) -> str:
    """A text as the value of an override; in quotes where Hydra would read something else."""
    return text if _PLAIN.fullmatch(text) else quoted(text)


def _override(argument: str, sweeps: bool) -> str:
    key, equals, value = argument.partition("=")
    if equals and key in _HYDRA_FOLDERS:
        return f"{key}={_value(value, interpolated=True)}"
    if not equals or not is_text(key):
        return argument
    if not sweeps:
        return f"{key}={_value(value)}"
    call = _CALL.fullmatch(value)
    if call is None:
        return f"{key}={','.join(map(_value, _elements(value)))}"
    if call[1] == "glob" and declared_keys()[key.lstrip("+")].kind == "picture":
        return f"{key}=choice({','.join(in_quotes(literal(path)) for path in _pictures(key, call[2]))})"
    if call[1] == "choice":
        return f"{key}=choice({','.join(map(_value, _elements(call[2])))})"
    return argument


def _value(value: str, interpolated: bool = False) -> str:
    """The value with quotes, unless a person wrote them."""
    if re.fullmatch(_IN_QUOTES, value, re.DOTALL):
        return value
    return in_quotes(value if interpolated else _literal_but_keys(value))


def _literal_but_keys(text: str) -> str:
    keys = "|".join(declared_keys())
    return "".join(
        part if re.fullmatch(rf"\$\{{({keys})\}}", part) else literal(part)
        for part in re.split(rf"((?<!\\)\$\{{(?:{keys})\}})", text)
    )


def _elements(value: str) -> list[str]:
    found, rest = [], f"{value},"
    while match := _ELEMENT.match(rest):
        found.append(match[1])
        rest = rest[match.end() :]
    return found


def _pictures(key: str, pattern: str) -> list[str]:
    """Picture files by a pattern, sorted; Hydra's own ``glob`` only knows groups of the configuration."""
    pattern = unquoted(pattern.strip())
    files = sorted(glob.glob(str(Path(pattern).expanduser()), recursive=True))
    pictures = [path for path in files if Path(path).suffix.lower() in SUFFIXES]
    if not pictures:
        found = f"{len(files)} files match, none of them a picture" if files else "nothing matches"
        raise ValueError(f"{key}=glob({pattern}): {found}; give a pattern such as '{key}=glob(photos/*.jpg)'")
    return pictures
