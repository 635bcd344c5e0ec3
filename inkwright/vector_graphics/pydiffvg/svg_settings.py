"""Settings of an OptimizableSvg: what of a document moves, and by what step sizes."""

import copy
import json
from collections.abc import Mapping, Sequence
from typing import IO, Any, ClassVar

import torch

_MODES = ("move", "rigid", "similarity", "affine")


class SvgOptimizationSettings:
    """Settings by the id of a node, and those of all others under ``default``, by diffvg's names and values.

    Attributes:
        store: nested settings by id.
    """

    default_params: ClassVar[Mapping[str, Any]] = {
        "optimize_color": True,
        "color_lr": 2e-3,
        "optimize_alpha": False,
        "alpha_lr": 2e-3,
        "optimizer": "Adam",
        "transforms": {
            "optimize_transforms": True,
            "transform_mode": "rigid",
            "translation_mult": 1e-3,
            "transform_lr": 2e-3,
        },
        "circles": {"optimize_center": True, "optimize_radius": True, "shape_lr": 2e-1},
        "paths": {"optimize_points": True, "shape_lr": 2e-1},
        "gradients": {
            "optimize_stops": True,
            "stop_lr": 2e-3,
            "optimize_color": True,
            "color_lr": 2e-3,
            "optimize_alpha": False,
            "alpha_lr": 2e-3,
            "optimize_location": True,
            "location_lr": 2e-1,
        },
    }
    optims: ClassVar[Mapping[str, Any]] = {
        "Adam": torch.optim.Adam,
        "SGD": torch.optim.SGD,
        "ASGD": torch.optim.ASGD,
    }

    def __init__(self, f: IO[str] | None = None) -> None:
        """The usual settings, or those that ``save`` wrote.

        Raises:
            ValueError: the file holds no settings.
        """
        self.store: dict[str, Any] = {"default": copy.deepcopy(self.default_params)}
        if f is not None:
            self.store = json.load(f)
            complete = isinstance(self.store, dict) and "default" in self.store
            if not complete or not all(map(_complete, self.store.values())):
                raise ValueError("the file holds no settings, or not all that ``save`` writes")

    def retrieve(self, node_id: str) -> tuple[dict[str, Any], bool]:
        """The settings of a node, and whether it has its own."""
        return self.store.get(node_id, self.store["default"]), node_id in self.store

    def undefault(self, node_id: str) -> dict[str, Any]:
        """The node's own settings, copied from the usual ones if it had none."""
        own: dict[str, Any] = self.store.setdefault(node_id, copy.deepcopy(self.store["default"]))
        return own

    def reset_to_defaults(self, node_id: str) -> dict[str, Any]:
        """Takes a node's own settings away; returns the usual ones."""
        self.store.pop(node_id, None)
        usual: dict[str, Any] = self.store["default"]
        return usual

    def override_optimizer(self, optimizer: str | None) -> None:
        """Sets the optimizer everywhere; None leaves it."""
        if optimizer is not None:
            self.global_override(["optimizer"], optimizer)

    def global_override(self, path: Sequence[str], value: Any) -> None:
        """Sets one setting, by the names that lead to it, everywhere.

        Raises:
            ValueError: there is no such setting.
        """
        for place in self.store.values():
            for key in path[:-1]:
                place = place.get(key) if isinstance(place, dict) else None
            known = isinstance(place, dict) and path[-1] in place
            if not known or isinstance(place[path[-1]], dict):
                raise ValueError(f"path is {list(path)}; there is no such setting")
            place[path[-1]] = value

    def save(self, file: IO[str]) -> None:
        """Writes all settings as JSON."""
        json.dump(self.store, file, indent="\t")

    def checked(self) -> dict[str, Any]:
        """The usual settings.

        Raises:
            ValueError: a choice is not allowed.
        """
        usual: dict[str, Any] = self.store["default"]
        if usual["optimizer"] not in self.optims:
            raise ValueError(
                f"optimizer is {usual['optimizer']!r}; it must be one of {', '.join(self.optims)}"
            )
        mode = usual["transforms"]["transform_mode"]
        if mode not in _MODES:
            raise ValueError(f"transform_mode is {mode!r}; it must be one of {', '.join(_MODES)}")
        return usual


def _complete(settings: Any, wanted: Mapping[str, Any] = SvgOptimizationSettings.default_params) -> bool:
    """Whether settings have all names of the usual ones, and values of their kinds."""
    if not isinstance(settings, dict):
        return False
    for name, value in wanted.items():
        given = settings.get(name)
        if isinstance(value, Mapping):
            if not _complete(given, value):
                return False
        elif not isinstance(given, (int, float) if isinstance(value, float) else type(value)):
            return False
    return True
