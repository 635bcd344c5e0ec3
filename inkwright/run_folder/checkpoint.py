"""Reads the state of a run without trusting the file: plain tensors and numbers, or nothing."""

import traceback
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PARTS = {
    "state_dict": dict,
    "loops": dict,
    "callbacks": dict,
    "optimizer_states": list,
    "lr_schedulers": list,
    "global_step": int,
}
_RESTORES = ("resume", "restore", "_restore")
_ROOT = Path(__file__).resolve().parents[2]


def steps_done(path: Path) -> int:
    """The optimizer steps that a checkpoint was written after; reads all of it.

    Raises:
        ValueError: it is damaged, is no checkpoint, or holds more than plain tensors and numbers.
    """
    import torch

    try:
        with zipfile.ZipFile(path) as file:
            damage = file.testzip()
        if damage:
            raise ValueError(damage)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a damaged or hostile file makes its readers stumble over
        raise ValueError(f"{path} is damaged; delete it, and the run starts anew") from error
    if not isinstance(state, dict) or any(
        not isinstance(state.get(name), kind) for name, kind in _PARTS.items()
    ):
        raise ValueError(f"{path} is no checkpoint of a run; delete it, and the run starts anew")
    return int(state["global_step"])


@contextmanager
def misfits_told(checkpoint: Path | None) -> Iterator[None]:
    """Within, a checkpoint whose parts don't fit the run is an error that a person can act on.

    Raises:
        ValueError: in place of whatever the trainer stumbled over while it took the checkpoint up.
    """
    try:
        yield
    except Exception as error:
        if checkpoint is None or not _is_of_restoring(error):
            raise
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise ValueError(
            f"{checkpoint} doesn't fit this run ({why}); choose another hydra.run.dir, or resume=never to "
            "start anew"
        ) from error


def _is_of_restoring(error: Exception) -> bool:
    """Whether the trainer stumbled while it took a checkpoint up, and nobody has said yet what is wrong."""
    told = isinstance(error, ValueError) and raised_by_us(error)
    return not told and any(
        frame.filename.endswith("checkpoint_connector.py") and frame.name.startswith(_RESTORES)
        for frame in traceback.extract_tb(error.__traceback__)
    )


def raised_by_us(error: BaseException) -> bool:
    """Whether an error comes from our own sources, and so tells a person what to do."""
    frames = traceback.extract_tb(error.__traceback__)
    place = Path(frames[-1].filename).resolve() if frames else Path("/")
    return place.is_relative_to(_ROOT) and "site-packages" not in place.parts
