"""Settings of the loop: ranges, and the step size over a run."""

from __future__ import annotations

import pytest

from inkwright.optimization.settings import OptimizationSettings


def test_step_size_falls_as_half_a_cosine():
    settings = OptimizationSettings(lr_final=0.2)
    assert settings.learning_rate_share(0.0) == pytest.approx(1.0)
    assert settings.learning_rate_share(0.5) == pytest.approx(0.6)
    assert settings.learning_rate_share(1.0) == pytest.approx(0.2)
    assert settings.learning_rate_share(2.0) == pytest.approx(0.2)
    shares = [settings.learning_rate_share(n / 20) for n in range(21)]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", 0),
        ("score_every", 0),
        ("lr_points", -1),
        ("lr_width", float("nan")),
        ("lr_opacity", float("inf")),
        ("patience", -1),
        ("lr_final", 1.5),
        ("min_improvement", 1),
        ("squares_decay", 1.0),
    ],
)
def test_number_out_of_range_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"{name} is {value}; it must be"):
        OptimizationSettings(**{name: value})


def test_text_is_refused_by_name():
    with pytest.raises(TypeError, match="lr_points is 'fast'; it must be a number"):
        OptimizationSettings(lr_points="fast")
