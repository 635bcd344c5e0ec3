"""A key says what it may be, and holds to it."""

from __future__ import annotations

import math

import pytest

from inkwright.keys.key import Key, nearest


@pytest.mark.parametrize(
    ("facts", "kind", "allowed"),
    [
        ({"default": 3, "low": 1, "high": 9}, "whole number", "a whole number in [1, 9]"),
        ({"default": 0.5, "low": 0, "high": 1}, "number", "a number in [0, 1]"),
        ({"default": True}, "flag", "true or false"),
        ({"default": "a", "choices": ["a", "b"]}, "choice", "a or b"),
        ({}, "text", "text"),
        ({"kind": "path"}, "path", "a path"),
        ({"kind": "picture"}, "picture", "a path"),
    ],
)
def test_kind_follows_from_the_default_and_the_choices(facts, kind, allowed):
    key = Key("speed", meaning="how fast it is", **facts)
    assert (key.kind, key.allowed()) == (kind, allowed)
    assert key.read(str(key.default)) == key.default


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"name": "Speed"}, "Speed: a key is written in small letters"),
        ({"name": "a-b"}, "small letters, digits and _"),
        ({"meaning": ""}, "speed: meaning is missing"),
        ({"default": 3}, "low and high are None and None; a number needs both"),
        ({"default": 3, "low": 1}, "a number needs both"),
        ({"default": 3, "low": 1, "high": "9"}, "a number needs both"),
        ({"low": 1, "high": 9}, "nothing else has them"),
        ({"default": 10, "low": 1, "high": 9}, r"default is 10; it must be a whole number in \[1, 9\]"),
        ({"default": "c", "choices": ["a", "b"]}, "default is 'c'; it must be a or b"),
        ({"default": None}, "default is None; it must be text"),
        ({"choices": "ab"}, "choices is 'ab'; it must be a list"),
        ({"kind": "colour"}, "kind is 'colour'; it must be one of text, path, paths, picture"),
    ],
)
def test_declaration_without_sense_is_refused(facts, why):
    with pytest.raises(ValueError, match=why):
        Key(**{"name": "speed", "meaning": "how fast it is", **facts})


@pytest.mark.parametrize("text", ["0", "10", "2.5", "many", "", "nan"])
def test_text_out_of_range_is_refused_with_what_is_allowed(text):
    with pytest.raises(ValueError, match=rf"^speed={text}: it must be a whole number in \[1, 9\] \(how fast"):
        Key("speed", 3, "how fast it is", 1, 9).read(text)


def test_what_is_no_number_is_in_no_range():
    assert Key("speed", 0.5, "how fast it is", 0, 1).refuses(math.nan)


def test_flags_are_true_or_false():
    flag = Key("fast", False, "whether it is fast")
    assert (flag.read("True"), flag.read("false")) == (True, False)
    with pytest.raises(ValueError, match="fast=1: it must be true or false"):
        flag.read("1")


def test_nearest_word_or_all():
    assert nearest("num_stroke", ["num_strokes", "seed"]) == "; did you mean num_strokes?"
    assert nearest("x", ["b", "a"], "trainer") == "; there is in trainer: a, b"
