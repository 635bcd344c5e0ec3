"""Weights & Biases as a logger: offline unless told otherwise, nothing outside of the run folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from pytorch_lightning.loggers import WandbLogger


class WandbRun(WandbLogger):
    """One W&B run, closed when the fit is: the runs of a multirun would melt together otherwise."""

    def finalize(self, status: str) -> None:
        """Closes the run."""
        super().finalize(status)
        if self._experiment is not None:
            self._experiment.finish(exit_code=0 if status == "success" else 1)


def start_wandb_run(
    folder: str,
    *,
    name: str = "",
    project: str = "inkwright",
    group: str = "",
    tags: Sequence[str] = (),
    mode: str = "offline",
    config: Mapping[str, Any] | None = None,
) -> WandbLogger:
    """Starts a run.

    Args:
        folder: the run folder; W&B's files go to ``wandb/`` in it.
        name: of the run; by default the name of the folder.
        project: of the run.
        group: the sweep or experiment that the run belongs to.
        tags: words to find it by.
        mode: "offline" or "online"; the environment variable ``WANDB_MODE`` wins.
        config: settings to show beside the curves.

    Raises:
        ValueError: the mode is unknown.
    """
    mode = os.environ.get("WANDB_MODE", mode)
    if mode not in ("offline", "online", "disabled"):
        raise ValueError(f"mode is {mode!r}; it must be offline, online or disabled")
    for variable in ("WANDB_DATA_DIR", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "WANDB_ARTIFACT_DIR"):
        os.environ.setdefault(variable, str(Path(folder).absolute() / "wandb" / "cache"))
    import wandb

    Path(folder).mkdir(parents=True, exist_ok=True)
    run = wandb.init(
        dir=folder,
        name=name or Path(folder).name,
        project=project,
        group=group or None,
        tags=list(tags),
        mode=cast(Any, mode),
        config=dict(config or {}),
        settings=wandb.Settings(silent=True, console="off"),
    )
    return WandbRun(experiment=run, save_dir=folder)
