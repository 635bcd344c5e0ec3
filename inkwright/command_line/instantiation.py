"""The one place in which a configuration becomes objects."""

from collections.abc import Callable
from typing import Any

import hydra
from omegaconf import DictConfig, OmegaConf

from inkwright.command_line.keys.override_quoting import literal


def instantiate(config: DictConfig, **arguments: Any) -> Any:
    """The object that ``config`` describes by ``_target_`` and its arguments; plain dicts and lists inside.

    Further arguments are objects already.
    """
    plain = OmegaConf.to_container(config, resolve=True)
    # Hydra resolves twice: text with ${ that means itself needs two coats to arrive as it is.
    wrapped = _mapped(plain, lambda text: literal(literal(text)))
    described = config if wrapped == plain else OmegaConf.create(wrapped)
    return hydra.utils.instantiate(described, _convert_="object", **arguments)


def instantiate_each(configs: DictConfig | None) -> list[Any]:
    """The objects of a dict of configurations, in its order; an entry that is null is left out."""
    return [instantiate(config) for config in (configs or {}).values() if config is not None]


def instantiate_loggers(configs: DictConfig | None, steps: int = 0) -> list[Any]:
    """The loggers of a run, by name; of several processes, the first has them.

    What a logger has kept of steps beyond those that the run has behind it is not true any more.
    """
    from inkwright.loggers.metrics_csv import MetricsCsv
    from inkwright.run_folder.process_group import is_first_process

    loggers = instantiate_each(configs) if is_first_process() else []
    for logger in loggers:
        if isinstance(logger, MetricsCsv):
            logger.forget_after(steps)
    return loggers


def _mapped(tree: Any, change: Callable[[str], str]) -> Any:
    """The tree with each of its texts changed."""
    if isinstance(tree, dict):
        return {name: _mapped(branch, change) for name, branch in tree.items()}
    if isinstance(tree, list):
        return [_mapped(branch, change) for branch in tree]
    return change(tree) if isinstance(tree, str) else tree
