"""Folders of networks that the small world trained: what is damaged in one is said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Whatever a damaged file makes its readers stumble over becomes one line that names the folder.

    Raises:
        ValueError: something went wrong.
        ImportError: a package is not installed.
    """
    try:
        yield
    except ImportError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(f"{folder} can't be read: it is damaged or another network's ({reason})") from error
