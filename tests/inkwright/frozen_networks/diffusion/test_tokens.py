"""Which tokens of a prompt attention is asked for."""

from __future__ import annotations

import logging

import pytest

from inkwright.frozen_networks.diffusion.tokens import read_prompt
from tests.inkwright.frozen_networks.tiny_diffusion import tokenizer

PROMPT = "a photo of Sydney opera house"


def test_tokens_are_counted_from_the_start_of_the_prompt():
    tokens = read_prompt(tokenizer(), PROMPT)
    assert tokens.listed() == "1 a, 2 photo, 3 of, 4 sydney, 5 opera, 6 house"
    assert tokens.find("5") == [5]
    assert tokens.find("opera") == tokens.find("Opera") == [5]
    assert tokens.find("") == [1, 2, 3, 4, 5, 6]


def test_choice_that_was_not_made_is_told(caplog):
    with caplog.at_level(logging.INFO):
        read_prompt(tokenizer(), "cat").find("")
        assert not caplog.text
        read_prompt(tokenizer(), "a cat").find("")
    assert "no token is given, so all count: 1 a, 2 cat" in caplog.text


def test_all_pieces_of_a_word_count():
    tokens = read_prompt(tokenizer(), "the zebu house")
    assert tokens.find("zebu") == [2, 3, 4, 5]
    assert tokens.find("house") == [6]


def test_word_that_occurs_twice_is_told(caplog):
    with caplog.at_level(logging.INFO):
        assert read_prompt(tokenizer(), "a cat and a dog").find("a") == [1]
    assert "occurs 2 times, the first one counts; tokens: 1 a, 2 cat, 3 and, 4 a, 5 dog" in caplog.text


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("7", r"token=7: it must be in \[1, 6\]; the tokens are 1 a, 2 photo"),
        ("0", r"token=0: it must be in"),
        ("-1", r"token=-1: it must be in"),
        ("oper", r"no such word; did you mean opera\? Its tokens are 1 a, .* 6 house"),
        ("xylophone", "no such word Its tokens are|no such word. Its tokens are"),
    ],
)
def test_token_that_is_not_in_the_prompt(token, message):
    with pytest.raises(ValueError, match=message):
        read_prompt(tokenizer(), PROMPT).find(token)
