"""Trackio as a logger: a live dashboard on this machine, no account."""

import os
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from pytorch_lightning.loggers import Logger

from inkwright.loggers.shown_media import Media, Svg, flat, pixels

# A drawing has the size of its canvas; the dashboard's frame is larger.
_FILL_THE_FRAME = "<!doctype html><style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>"


class TrackioRun(Logger):
    """One run of the dashboard.

    What is logged without a step belongs to the last one that was seen.
    """

    def __init__(self, run: Any, trackio: Any) -> None:
        """Takes over the run that ``init`` of the module trackio returned."""
        super().__init__()
        self._run, self._trackio = run, trackio
        self._closed, self._step = False, 0

    @property
    def name(self) -> str:
        """The run's name."""
        return str(self._run.name)

    @property
    def version(self) -> str:
        """The run's name, which is its only identity."""
        return self.name

    @property
    def experiment(self) -> Any:
        """Trackio's run."""
        return self._run

    def log_hyperparams(self, params: Any, *args: Any, **kwargs: Any) -> None:
        """Shows settings beside the curves."""
        self._run.config.update(flat(dict(params)))

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Adds numbers at a step."""
        self._log({name: float(value) for name, value in metrics.items()}, step)

    def show(self, media: Mapping[str, Media], step: int) -> None:
        """Adds pictures and drawings at a step."""
        self._log({name: self._shown(each) for name, each in media.items()}, step)

    def keep_result(self, numbers: Mapping[str, float], drawing: Path | None) -> None:
        """Adds the final numbers as ``result/<name>``."""
        self._log({f"result/{name}": value for name, value in numbers.items()}, None)

    def finalize(self, status: str) -> None:
        """Closes the run, once."""
        if not self._closed:
            self._closed = True
            # Trackio closes the run that it takes for the current one, and once more when Python ends.
            self._trackio.context_vars.current_run.set(self._run)
            with redirect_stdout(StringIO()):  # it chats
                self._trackio.finish()

    def _log(self, values: dict[str, Any], step: int | None) -> None:
        self._step = self._step if step is None else step
        self._run.log(values, step=self._step)

    def _shown(self, each: Media) -> Any:
        if isinstance(each, Svg):
            return self._trackio.Html(f"{_FILL_THE_FRAME}{each.text}", inject=False)
        return self._trackio.Image(pixels(each))


def start_trackio_run(
    *,
    name: str,
    project: str = "inkwright",
    group: str = "",
    dashboard: str = "outputs/dashboard",
    resume: str = "auto",
) -> TrackioRun:
    """Starts a run of this name and project.

    Args:
        name: of the run.
        project: of the run.
        group: the sweep or experiment that the run belongs to.
        dashboard: the folder of the dashboard's data; the environment variable ``TRACKIO_DIR`` wins.
        resume: "auto" continues the newest run of this name, if there is one; "never" starts another one.

    Raises:
        ValueError: Trackio is not installed.
    """
    os.environ.setdefault("TRACKIO_DIR", str(Path(dashboard).absolute()))
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        import trackio
    except ImportError as error:
        raise ValueError("logger=trackio needs the extra dashboard: pip install -e '.[dashboard]'") from error
    with redirect_stdout(StringIO()):  # it chats
        run = trackio.init(
            project=project,
            name=name,
            group=group or None,
            resume="allow" if resume == "auto" else "never",
            embed=False,
            auto_log_cpu=False,
            auto_log_gpu=False,
        )
    return TrackioRun(run, trackio)
