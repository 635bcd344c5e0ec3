"""Short keys: ranges are said once and hold."""

from __future__ import annotations

import dataclasses

import pytest

from inkwright.command_line.keys.composition import compose_defaults
from inkwright.command_line.keys.train_keys import TrainKeys, allowed, check_ranges, short_keys

NUMBERS = [field for field in short_keys() if field.metadata["low"] is not None]


@pytest.mark.parametrize("field", NUMBERS, ids=lambda field: field.name)
def test_both_ends_of_a_range_are_allowed_and_nothing_beyond(field):
    low, high = field.metadata["low"], field.metadata["high"]
    for value in (low, high):
        check_ranges(dataclasses.asdict(TrainKeys()) | {field.name: value})
    for value in (low - 1, high + 1):
        with pytest.raises(ValueError, match=f"^{field.name}={value}: it must be a (whole )?number in "):
            check_ranges(dataclasses.asdict(TrainKeys()) | {field.name: value})


def test_defaults_of_the_composed_configuration_are_in_range():
    config = compose_defaults()
    check_ranges(config)
    assert config.num_strokes == 64


def test_every_key_has_a_meaning_and_says_what_it_may_be():
    for field in short_keys():
        assert len(field.metadata["meaning"]) > 20
        assert allowed(field)
