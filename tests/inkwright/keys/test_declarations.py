"""Keys of methods are read from files of their own."""

from __future__ import annotations

import pytest

from inkwright.keys import declared_keys
from inkwright.keys.declarations import names_run
from inkwright.keys.general_keys import GENERAL_KEYS

LAYERS = """
owner: "Layers: experiment=layers"
keys:
  shapes_per_stage:
    default: 8
    low: 1
    high: 512
    meaning: closed shapes that each stage adds
"""


@pytest.fixture
def declare(tmp_path):
    def written(text, name="layers"):
        (tmp_path / "keys").mkdir(exist_ok=True)
        (tmp_path / "keys" / f"{name}.yaml").write_text(text)
        declared_keys.cache_clear()
        return declared_keys(tmp_path)

    yield written
    declared_keys.cache_clear()


def test_a_method_brings_its_key(declare):
    key = declare(LAYERS)["shapes_per_stage"]
    assert (key.default, key.low, key.high, key.kind) == (8, 1, 512, "whole number")
    assert (key.owner, key.names_run) == ("Layers: experiment=layers", True)


def test_without_a_configuration_the_general_keys_are_known(tmp_path):
    assert list(declared_keys(tmp_path)) == [key.name for key in GENERAL_KEYS]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it must say owner: TEXT, and keys:"),
        ("keys: {}", "it must say owner"),
        ("owner: x\nkeys: [a]", "it must say owner"),
        ("owner: x\nkeys: {", "this is no YAML"),
        ("owner: x\nkeys: {a: 3}", "a: 3 must be a block of some of default, meaning"),
        ("owner: x\nkeys: {a: {meening: y}}", "must be a block of some of default, meaning, low"),
        ("owner: x\nkeys: {a: {default: 3, meaning: y}}", "a: low and high are None"),
        ("owner: x\nkeys: {seed: {meaning: y}}", "seed belongs to every run; choose another name"),
        ("owner: x\nkeys: {token: {meaning: y}}", "token belongs to Other; choose another name"),
        ("owner: x\nkeys: {keys: {meaning: y}}", "keys is a group; choose another name"),
    ],
)
def test_wrong_declaration_names_its_file(declare, text, why):
    declare("owner: Other\nkeys: {token: {meaning: a word}}", "earlier")
    with pytest.raises(ValueError, match=f"^conf/keys/layers.yaml: .*{why}"):
        declare(text)


def test_every_declared_key_has_a_meaning_and_says_what_it_may_be():
    for key in declared_keys().values():
        assert len(key.meaning) > 15
        assert key.allowed()


def test_what_names_a_run():
    assert [key for key in declared_keys() if not names_run(key)] == ["resume", "workers", "threads", "name"]
    assert not names_run("logger")
    assert not names_run("logger.wandb.mode")
    assert names_run("guidance.structure.levels")
