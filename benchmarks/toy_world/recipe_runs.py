"""Recipes of the small world drawn in this process, without a run folder."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from datamodules.prompt_image import PromptImageData
from inkwright.command_line.instantiation import instantiate
from inkwright.command_line.keys.composition import compose_defaults
from inkwright.command_line.noise import silence_libraries
from inkwright.vector_graphics import Drawing


def drawn(overrides: Sequence[str], picture: Path | None = None) -> list[Drawing]:
    """The drawing of each candidate, as it would be exported; only Soft-OBR watches the run.

    Args:
        overrides: as for train.py, with an experiment.
        picture: what is drawn, in place of what the recipe would load or paint; None = the recipe's own.
    """
    import pytorch_lightning as pl

    config = compose_defaults([*overrides, *([f"guide_image={picture}"] if picture else [])])
    silence_libraries()
    pl.seed_everything(config.seed, verbose=False)
    module = instantiate(config.lightning_module)
    watching = [instantiate(each) for name, each in config.callbacks.items() if name == "soft_obr"]
    with tempfile.TemporaryDirectory() as folder:
        if picture:
            data = PromptImageData(folder, guide_image=str(picture), image_size=config.image_size)
        else:
            data = instantiate(config.datamodule)
        trainer = instantiate(config.trainer, logger=False, callbacks=watching, default_root_dir=folder)
        trainer.fit(module, data)
    best = [module.run.best.drawing(index) for index in range(module.num_sketches)]
    return [module.run.stage.objective.exported(each) for each in best]
