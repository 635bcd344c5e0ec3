"""Which tokens of a prompt a word is: the text that CLIP's tokenizer makes of it, piece by piece."""

import difflib
import logging
from dataclasses import dataclass
from typing import Any

_log = logging.getLogger(__name__)

_END = "</w>"


@dataclass(frozen=True)
class PromptTokens:
    """A prompt as CLIP's tokenizer reads it.

    Attributes:
        pieces: of the prompt, without start and end; piece 0 is token 1.
        words: each with the tokens that it is made of.
    """

    pieces: tuple[str, ...]
    words: tuple[tuple[str, tuple[int, ...]], ...]

    def find(self, token: str) -> list[int]:
        """Positions of a token, the start of the prompt being 0.

        Args:
            token: a position, or a word of the prompt (all pieces of it); "" = all tokens. If a word occurs
                more than once, its first place counts. Where there was a choice, the tokens are logged.

        Raises:
            ValueError: the prompt has no such token; the message lists those it has.
        """
        if not token:
            if len(self.words) > 1:
                _log.info("no token is given, so all count: %s", self.listed())
            return list(range(1, len(self.pieces) + 1))
        if token.lstrip("-").isdigit():
            return [self._position(int(token))]
        places = [tokens for word, tokens in self.words if word == token.strip().lower()]
        if not places:
            near = difflib.get_close_matches(token.lower(), [word for word, _ in self.words], n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(
                f"token={token}: the prompt has no such word{hint} Its tokens are {self.listed()}"
            )
        if len(places) > 1:
            _log.info(
                "token=%s occurs %d times, the first one counts; tokens: %s",
                token,
                len(places),
                self.listed(),
            )
        return list(places[0])

    def listed(self) -> str:
        """``1 a, 2 photo, ...``."""
        return ", ".join(f"{at} {piece.removesuffix(_END)}" for at, piece in enumerate(self.pieces, start=1))

    def _position(self, position: int) -> int:
        if not 1 <= position <= len(self.pieces):
            raise ValueError(
                f"token={position}: it must be in [1, {len(self.pieces)}]; the tokens are {self.listed()}"
            )
        return position


def read_prompt(tokenizer: Any, prompt: str, name: str = "prompt") -> PromptTokens:
    """The tokens of a prompt by CLIP's tokenizer, of transformers; ``name`` is the key's, for messages.

    Raises:
        ValueError: the prompt is longer than the network reads.
    """
    identifiers = list(tokenizer(prompt, add_special_tokens=False, truncation=False).input_ids)
    most = int(tokenizer.model_max_length) - 2
    if len(identifiers) > most:
        cut = tokenizer.decode(identifiers[most:])
        raise ValueError(
            f"{name} has {len(identifiers)} tokens, but the network reads {most}; shorten it: "
            f"{cut!r} would be cut off"
        )
    pieces = tuple(tokenizer.convert_ids_to_tokens(identifiers))
    words: list[tuple[str, tuple[int, ...]]] = []
    start = 0
    for at, piece in enumerate(pieces):
        if piece.endswith(_END) or at == len(pieces) - 1:
            word = "".join(pieces[start : at + 1]).removesuffix(_END)
            words.append((word, tuple(range(start + 1, at + 2))))
            start = at + 1
    return PromptTokens(pieces, tuple(words))
