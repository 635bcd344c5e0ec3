"""What a search may choose, read from Hydra's own syntax."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override, RangeSweep

from inkwright.command_line.sweeps.sweep_jobs import fixed_value, swept_values

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution


def search_space(
    loader: ConfigLoader, arguments: Sequence[str]
) -> tuple[dict[str, str], dict[str, BaseDistribution]]:
    """Splits overrides into fixed values and distributions, both by key.

    Raises:
        ValueError: there is nothing to search over, Optuna is not installed, or an interval is empty.
    """
    try:
        import optuna  # noqa: F401
    except ImportError as error:
        raise ValueError("hydra/sweeper=search needs the extra sweep: pip install -e '.[sweep]'") from error
    fixed: dict[str, str] = {}
    space: dict[str, BaseDistribution] = {}
    for override in OverridesParser.create(config_loader=loader).parse_overrides(list(arguments)):
        key = override.get_key_element()
        if override.is_sweep_override():
            space[key] = _distribution(override)
        else:
            fixed[key] = fixed_value(override)
    if not space:
        raise ValueError(
            "there is nothing to search over; give a key an interval, for example KEY=interval(0.1,1)"
        )
    return fixed, space


def _distribution(override: Override) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    value: Any = override.value()
    text = override.input_line or ""
    logarithmic = "log" in getattr(value, "tags", set())
    try:
        if isinstance(value, IntervalSweep):
            low, high = float(value.start or 0), float(value.end or 0)
            if "int(" in text:
                return IntDistribution(int(low), int(high), log=logarithmic)
            return FloatDistribution(low, high, log=logarithmic)
        if isinstance(value, RangeSweep):
            numbers: list[Any] = list(override.sweep_iterator())
            if len(numbers) > 1 and all(isinstance(each, int) for each in numbers):
                return IntDistribution(numbers[0], numbers[-1], step=numbers[1] - numbers[0])
    except ValueError as error:
        raise ValueError(f"{text}: {error}") from error
    return CategoricalDistribution(swept_values(override))
