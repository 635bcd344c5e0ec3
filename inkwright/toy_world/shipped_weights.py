"""The trained networks of the small world that ship with this library."""

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "shipped"


def shipped_weights(name: str) -> str:
    """The folder of a trained network: ``clip_resnet``, ``clip_vit`` or ``diffusion``.

    Raises:
        ValueError: none of that name ships.
    """
    path = _FOLDER / name
    if not name or not path.is_dir():
        there = ", ".join(sorted(each.name for each in _FOLDER.glob("*/"))) or "nothing"
        raise ValueError(f"name is {name!r}; what ships is {there}")
    return str(path)
