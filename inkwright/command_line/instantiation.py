"""The one place in which a configuration becomes objects."""

from __future__ import annotations

from typing import Any

import hydra
from omegaconf import DictConfig


def instantiate(config: DictConfig, **arguments: Any) -> Any:
    """The object that ``config`` describes by ``_target_`` and its arguments; plain dicts and lists inside.

    Args:
        config: a tree with ``_target_``.
        arguments: further arguments, which are objects already.
    """
    return hydra.utils.instantiate(config, _convert_="object", **arguments)


def instantiate_each(configs: DictConfig | None) -> list[Any]:
    """The objects of a dict of configurations, in its order; an entry that is null is left out."""
    return [instantiate(config) for config in (configs or {}).values() if config is not None]


def instantiate_loggers(configs: DictConfig | None, steps: int = 0) -> list[Any]:
    """The loggers of a run; of several processes, the first has them.

    Args:
        configs: theirs, by name.
        steps: that the run has behind it; what a logger has kept of later ones is not true any more.
    """
    from inkwright.loggers.metrics_csv import MetricsCsv
    from inkwright.run_folder.process_group import is_first_process

    loggers = instantiate_each(configs) if is_first_process() else []
    for logger in loggers:
        if isinstance(logger, MetricsCsv):
            logger.forget_after(steps)
    return loggers
