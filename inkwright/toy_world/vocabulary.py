"""The tokenizer of the small world: CLIP's, with a token for each word that captions use."""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path
from typing import Any

from inkwright.toy_world.words import known_words

CONTEXT_LENGTH = 16
_WORD = re.compile(r"[^\W\d_]+|\d+")


def make_tokenizer() -> Any:
    """A ``CLIPTokenizer`` of transformers. Each known word is one token; all others fall to letters."""
    from transformers import CLIPTokenizer

    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    pieces = [*letters, *(f"{letter}</w>" for letter in letters)]
    merges: list[tuple[str, str]] = []
    for word in known_words():
        parts = _merged([*word[:-1], f"{word[-1]}</w>"], merges)
        while len(parts) > 1:
            merges.append((parts[0], parts[1]))
            parts = ["".join(parts[:2]), *parts[2:]]
    pieces += [first + second for first, second in merges]
    names = [*dict.fromkeys(pieces), "<|startoftext|>", "<|endoftext|>"]
    vocabulary = {name: at for at, name in enumerate(names)}
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=CONTEXT_LENGTH)


def _merged(parts: list[str], merges: list[tuple[str, str]]) -> list[str]:
    """What byte pair encoding makes of a word: the earliest merge that fits, again and again."""
    for first, second in merges:
        at = 0
        while at < len(parts) - 1:
            if (parts[at], parts[at + 1]) == (first, second):
                parts = [*parts[:at], first + second, *parts[at + 2 :]]
            at += 1
    return parts


def save_tokenizer(folder: Path) -> None:
    """Writes the tokenizer's files into a folder, as transformers and open_clip read them."""
    make_tokenizer().save_pretrained(folder)


def token_ids(captions: list[str]) -> Any:
    """[B, CONTEXT_LENGTH] int64 tokens, padded with the token that ends a text."""
    return _tokenizer()(captions, padding="max_length", truncation=True, return_tensors="pt").input_ids


def known_prompt(prompt: str) -> str:
    """The prompt, if the small world has pictures of all its words.

    Raises:
        ValueError: there is one; the message gives the words that are known.
    """
    known = known_words()
    strange = [word for word in _WORD.findall(prompt.lower()) if word not in known]
    if strange:
        near = difflib.get_close_matches(strange[0], known, n=1, cutoff=0.75)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ValueError(
            f"prompt has the word {strange[0]!r}, which the small world does not know; {hint}"
            f"it knows {', '.join(known)}"
        )
    return prompt


@cache
def _tokenizer() -> Any:
    return make_tokenizer()
