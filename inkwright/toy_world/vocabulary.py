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
        before, parts = "", [*word[:-1], f"{word[-1]}</w>"]
        for part in parts:
            if before:
                merges.append((before, part))
                pieces.append(before + part)
            before += part
    names = [*dict.fromkeys(pieces), "<|startoftext|>", "<|endoftext|>"]
    return CLIPTokenizer(
        vocab={name: at for at, name in enumerate(names)},
        merges=list(dict.fromkeys(merges)),
        model_max_length=CONTEXT_LENGTH,
    )


def save_tokenizer(folder: Path) -> None:
    """Writes the tokenizer's files into a folder, as transformers and open_clip read them."""
    make_tokenizer().save_pretrained(folder)


def token_ids(captions: list[str]) -> Any:
    """[B, CONTEXT_LENGTH] int64 tokens, padded with the token that ends a text."""
    return _tokenizer()(captions, padding="max_length", truncation=True, return_tensors="pt").input_ids


def check_words(prompt: str) -> None:
    """Refuses words that the small world has no pictures of.

    Raises:
        ValueError: there is one; the message gives the words that are known.
    """
    known = known_words()
    strange = [word for word in _WORD.findall(prompt.lower()) if word not in known]
    if strange:
        near = difflib.get_close_matches(strange[0], known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ValueError(
            f"prompt has the word {strange[0]!r}, which the small world does not know; {hint}"
            f"it knows {', '.join(known)}"
        )


@cache
def _tokenizer() -> Any:
    return make_tokenizer()
