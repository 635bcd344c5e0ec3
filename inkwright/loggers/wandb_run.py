"""Weights & Biases as a logger: offline unless told otherwise, nothing outside of the run folder."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from pytorch_lightning.loggers import WandbLogger

from inkwright.loggers.shown_media import Media, Svg, pixels
from inkwright.run_folder.run_folder import RunFolder

MODES = ("offline", "online", "disabled")


class WandbRun(WandbLogger):
    """One W&B run, closed when the fit is: the runs of a multirun would melt together otherwise."""

    _closed = False

    def log_hyperparams(self, params: Any, *args: Any, **kwargs: Any) -> None:
        """Shows settings beside the curves, nested as they are."""
        self.experiment.config.update(dict(params), allow_val_change=True)

    def show(self, media: Mapping[str, Media], step: int) -> None:
        """Logs pictures, and drawings as they are."""
        import wandb

        shown = {name: _shown(wandb, each) for name, each in media.items()}
        self.experiment.log({**shown, "trainer/global_step": step})

    def keep_result(self, numbers: Mapping[str, float], drawing: Path | None) -> None:
        """Sets the summary, and keeps the SVG as an artifact of type ``drawing``."""
        import wandb

        run = self.experiment
        run.summary.update(dict(numbers))
        if drawing is not None:
            artifact = wandb.Artifact(f"drawing-{run.id}", type="drawing", metadata=dict(numbers))
            artifact.add_file(str(drawing), name=drawing.name)
            run.log_artifact(artifact)

    def finalize(self, status: str) -> None:
        """Closes the run, once."""
        if self._closed or self._experiment is None:
            return
        self._closed = True
        super().finalize(status)
        self._experiment.finish(exit_code=0 if status == "success" else 1)


def start_wandb_run(
    folder: str,
    *,
    name: str = "",
    project: str = "inkwright",
    group: str = "",
    tags: Sequence[str] = (),
    mode: str = "offline",
    resume: str = "never",
    **settings: Any,
) -> WandbRun:
    """Starts a run.

    Args:
        folder: the run folder; W&B's files go to ``wandb/`` in it.
        name: of the run; by default the name of the folder.
        project: of the run.
        group: the sweep or experiment that the run belongs to.
        tags: words to find it by; empty ones are left out.
        mode: "offline" or "online"; the environment variable ``WANDB_MODE`` wins.
        resume: "auto" goes on with the run that was logged from this folder before, if there is one.
        settings: further ones of ``wandb.init``.

    Raises:
        ValueError: the mode is unknown.
    """
    mode = os.environ.get("WANDB_MODE", mode)
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}; it must be offline, online or disabled")
    for variable in ("WANDB_DATA_DIR", "WANDB_CACHE_DIR", "WANDB_CONFIG_DIR", "WANDB_ARTIFACT_DIR"):
        os.environ.setdefault(variable, str(RunFolder(Path(folder).absolute()).wandb / "cache"))
    import wandb

    known = RunFolder(Path(folder)).wandb / "run_id"
    known.parent.mkdir(parents=True, exist_ok=True)
    run = wandb.init(
        id=(known.read_text(encoding="utf-8") if resume == "auto" and known.is_file() else None),
        resume="allow" if resume == "auto" else None,
        dir=folder,
        name=name or Path(folder).name,
        project=project,
        group=group or None,
        tags=[tag for tag in tags if tag],
        mode=cast(Any, mode),
        # Several images of one process are several runs at a time.
        settings=wandb.Settings(silent=True, console="off", reinit="create_new"),
        **settings,
    )
    known.write_text(run.id, encoding="utf-8")
    return WandbRun(experiment=run, save_dir=folder)


def log_wandb_table(
    folder: str, columns: Mapping[str, Sequence[Any]], *, group: str, mode: str = "offline"
) -> None:
    """Logs a table over a sweep, values by column, as a run of type ``sweep`` in the sweep's group.

    Raises:
        ValueError: the mode is unknown.
    """
    import wandb

    logger = start_wandb_run(folder, name=f"{group} (table)", group=group, job_type="sweep", mode=mode)
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    logger.experiment.log({"results": wandb.Table(columns=list(columns), data=rows, allow_mixed_types=True)})
    logger.finalize("success")


def _shown(wandb: Any, each: Media) -> Any:
    # Without inject=False a link to the service's own style sheet is put into the drawing.
    return wandb.Html(each.text, inject=False) if isinstance(each, Svg) else wandb.Image(pixels(each))
