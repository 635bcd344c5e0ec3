"""TensorBoard as a logger: curves and pictures in the run folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytorch_lightning.loggers import TensorBoardLogger

from inkwright.loggers.shown_media import Media, Svg, flat, pixels
from inkwright.run_folder.run_folder import RunFolder


class TensorBoardRun(TensorBoardLogger):
    """Lightning's TensorBoard logger, which also shows pictures; drawings it can't show."""

    def log_hyperparams(self, params: Any, *args: Any, **kwargs: Any) -> None:
        """Keeps settings as one text."""
        text = "\n".join(f"    {name}: {value}" for name, value in flat(dict(params)).items())
        self.experiment.add_text("config", text)

    def show(self, media: Mapping[str, Media], step: int) -> None:
        """Adds pictures at a step."""
        for name, each in media.items():
            if not isinstance(each, Svg):
                self.experiment.add_image(name, pixels(each), step, dataformats="HWC")

    def keep_result(self, numbers: Mapping[str, float], drawing: Path | None) -> None:
        """Adds the final numbers as ``result/<name>``."""
        for name, value in numbers.items():
            self.experiment.add_scalar(f"result/{name}", value)


def start_tensorboard_run(folder: str) -> TensorBoardRun:
    """Starts a run; its files go to ``tensorboard/`` in the run folder.

    Raises:
        ValueError: TensorBoard is not installed.
    """
    try:
        return TensorBoardRun(folder, name="", version=RunFolder(Path(folder)).tensorboard.name)
    except ModuleNotFoundError as error:
        raise ValueError("logger=tensorboard needs TensorBoard: pip install tensorboard") from error
