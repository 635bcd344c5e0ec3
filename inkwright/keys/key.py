"""A key of the command line: its name, what it may be, what it means, and whose it is."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

Value = bool | int | float | str
Kind = Literal["whole number", "number", "flag", "choice", "text", "path", "paths", "picture"]
TEXTS = ("text", "path", "paths", "picture")
_TYPES = {"whole number": int, "number": float, "flag": bool}


@dataclass(frozen=True)
class Key:
    """The declaration of a key.

    Attributes:
        name: as it is written in ``KEY=VALUE``; small letters, digits and ``_``.
        default: its value unless one is given. ``10`` makes it a whole number, ``10.0`` a number, ``true`` a
            flag, anything in quotes text.
        meaning: what it does, with its unit, in a few words.
        low: smallest number that is allowed; numbers need both ends.
        high: largest number that is allowed.
        choices: the words that are allowed; none where any text is.
        kind: of value. Text that is a "path", "paths" between semicolons (among other words), or a
            "picture" (a file whose name without folder and ending tells what it shows), says so; everything
            else follows from ``default`` and ``choices``.
        owner: the method that it belongs to; none where every run has it.
        names_run: whether it decides what a run draws, and so belongs into the names of folders, the
            identity of a sweep and the columns of a report; false for what decides where or how it runs.
    """

    name: str
    default: Value = ""
    meaning: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    kind: Kind = "text"
    owner: str = ""
    names_run: bool = True

    def __post_init__(self) -> None:
        """Fills in the kind, and checks that the declaration makes sense.

        Raises:
            ValueError: it does not; the message begins with the name.
        """
        if not isinstance(self.choices, list | tuple):
            raise ValueError(f"{self.name}: choices is {self.choices!r}; it must be a list of words")
        if self.kind not in get_args(Kind):
            raise ValueError(f"{self.name}: kind is {self.kind!r}; it must be one of {', '.join(TEXTS)}")
        followed: dict[type, Kind] = {bool: "flag", int: "whole number", float: "number"}
        kind = followed.get(type(self.default), "choice" if self.choices else self.kind)
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "choices", tuple(self.choices))
        if not re.fullmatch("[a-z][a-z0-9_]*", str(self.name)):
            raise ValueError(f"{self.name}: a key is written in small letters, digits and _")
        if not self.meaning:
            raise ValueError(f"{self.name}: meaning is missing; say in a few words what the key does")
        self._check_range()

    def _check_range(self) -> None:
        numeric = self.kind in ("whole number", "number")
        ends = [each for each in (self.low, self.high) if isinstance(each, int | float)]
        if numeric is not (len(ends) == 2) or (not numeric and (self.low, self.high) != (None, None)):
            raise ValueError(
                f"{self.name}: low and high are {self.low!r} and {self.high!r}; a number needs both, and "
                "nothing else has them"
            )
        if not isinstance(self.default, bool | int | float | str) or self.refuses(self.default):
            raise ValueError(f"{self.name}: default is {self.default!r}; it must be {self.allowed()}")

    def allowed(self) -> str:
        """What the key may be, in words."""
        if self.kind in ("whole number", "number"):
            return f"a {self.kind} in [{self.low:.10g}, {self.high:.10g}]"
        words = {
            "choice": " or ".join(self.choices),
            "flag": "true or false",
            "text": "text",
            "paths": "text",
        }
        return words.get(self.kind, "a path")

    def refuses(self, value: Any) -> bool:
        """Whether a value of the right type is out of range."""
        if self.low is not None and self.high is not None:
            return not self.low <= value <= self.high
        return bool(self.choices) and value not in self.choices

    def refusal(self, value: Any) -> str:
        """One line that says what the key may be instead of ``value``."""
        return f"{self.name}={value}: it must be {self.allowed()} ({self.meaning})"

    def read(self, text: str) -> Value:
        """The value that a text stands for.

        Raises:
            ValueError: the text is not of the key's kind, or out of its range.
        """
        try:
            value: Value = _flag(text) if self.kind == "flag" else _TYPES.get(self.kind, str)(text)
        except ValueError:
            raise ValueError(self.refusal(text)) from None
        if self.refuses(value):
            raise ValueError(self.refusal(text))
        return value


def nearest(word: str, known: Sequence[str], place: str = "") -> str:
    """``; did you mean …?``, or the list of what there is at ``place``."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return f"; did you mean {place}{'.' if place else ''}{near[0]}?"
    return f"; there {'is' if not place else f'is in {place}:'} {', '.join(sorted(known))}"


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"
