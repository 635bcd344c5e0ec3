"""Ranges of keys hold in the composed configuration."""

from __future__ import annotations

import pytest
from hydra.errors import ConfigCompositionException

from inkwright.command_line.keys import key_errors
from inkwright.command_line.keys.composition import compose_defaults
from inkwright.command_line.keys.key_checks import check_ranges, check_used
from inkwright.keys import declared_keys

NUMBERS = [key for key in declared_keys().values() if key.low is not None]
DEFAULTS = {key.name: key.default for key in declared_keys().values()}


@pytest.mark.parametrize("key", NUMBERS, ids=lambda key: key.name)
def test_both_ends_of_a_range_are_allowed_and_nothing_beyond(key):
    for value in (key.low, key.high):
        check_ranges(DEFAULTS | {key.name: value})
    for value in (key.low - 1, key.high + 1):
        with pytest.raises(ValueError, match=f"^{key.name}={value}: it must be a (whole )?number in "):
            check_ranges(DEFAULTS | {key.name: value})


def test_defaults_of_the_composed_configuration_are_in_range():
    config = compose_defaults()
    check_ranges(config)
    assert config.num_strokes == 64
    assert all(config[name] == default for name, default in DEFAULTS.items())


def test_unknown_key_of_a_recipe_is_named():
    with pytest.raises(ValueError, match="^num_stroke: there is no such key; did you mean num_strokes"):
        check_ranges(DEFAULTS | {"num_stroke": 3})


METHODS = [key for key in declared_keys().values() if key.owner]


@pytest.mark.parametrize("key", METHODS, ids=lambda key: key.name)
def test_key_of_a_method_is_refused_where_nothing_uses_it(key):
    with pytest.raises(ValueError, match=f"^{key.name}: nothing in this experiment uses it"):
        check_used(compose_defaults(["experiment=simplifier"]), [f"{key.name}={key.default}"])


@pytest.mark.parametrize(
    ("key", "overrides"),
    [
        ("prune_start_step", ["callbacks=soft_obr"]),
        ("mask", []),
        ("prompt", ["experiment=clipdraw"]),
        ("negative_prompt", ["guidance=[structure,score_distillation]"]),
        ("token", ["experiment=diffsketcher"]),
        ("style_image", ["guidance=[structure,picture_style]"]),
    ],
)
def test_key_of_a_method_is_taken_where_the_method_is(key, overrides):
    check_used(compose_defaults(overrides), [f"{key}=x"])


def test_all_parameters_that_no_yaml_mentions_are_found_at_once(monkeypatch):
    """Each further composition takes a fifth of a second, and a run has three for each key."""
    composed = []

    def compose(overrides):
        composed.append(overrides)
        return compose_defaults(overrides)

    monkeypatch.setattr(key_errors, "compose_defaults", compose)
    wanted = ["lightning_module.optimization.squares_decay", "trainer.min_steps", "trainer.fast_dev_run"]
    asked = [
        f"{key}=1" for key in (*wanted, "steps", "lightning_module.optimization.lr_points", "trainer.none")
    ]
    error = ConfigCompositionException(f"Could not override '{wanted[0]}'.")
    assert sorted(key_errors.missing_parameters(error, asked)) == sorted(wanted)
    assert len(composed) == 1
