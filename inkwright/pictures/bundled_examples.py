"""The example pictures of a clone of the repository, by name; an installed package comes without."""

from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "assets" / "examples"
_SUFFIXES = (".png", ".jpg", ".jpeg")


def example_names() -> list[str]:
    """Names of the bundled example pictures, sorted: file names without the ending; none outside a clone."""
    return sorted(_examples())


def find_picture(image: str | Path) -> Path:
    """The file that ``image`` means: a path to a file, or else the name of a bundled example.

    Raises:
        ValueError: nothing is there, or it is a folder; the message offers the nearest names.
    """
    path = Path(image).expanduser()
    if path.is_file():
        return path
    examples = _examples()
    if str(image) in examples:
        return examples[str(image)]
    if path.is_dir():
        raise ValueError(
            f"image={image} is a folder; give a picture file, or an example: {_listed(examples)}"
        )
    raise ValueError(f"image={image} is not there{_nearest(path, list(examples))}")


def _examples() -> dict[str, Path]:
    return {path.stem: path for path in sorted(EXAMPLES.glob("*")) if path.suffix in _SUFFIXES}


def _nearest(path: Path, examples: list[str]) -> str:
    import difflib

    beside = [each.name for each in path.parent.iterdir() if each.is_file()] if path.parent.is_dir() else []
    near_file = difflib.get_close_matches(path.name, beside, n=1, cutoff=0.75)
    if near_file:
        return f"; did you mean {path.parent / near_file[0]}?"
    near_example = difflib.get_close_matches(path.stem, examples, n=1)
    if near_example:
        return f"; did you mean the example {near_example[0]}?"
    return f"; give a picture file, or an example: {_listed(examples)}"


def _listed(names: list[str] | dict[str, Path]) -> str:
    return ", ".join(names) or "(there is none: they come with a clone of the repository)"
