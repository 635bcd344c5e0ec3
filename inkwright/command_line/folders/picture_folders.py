"""Where the pictures of a folder are drawn: each in a run folder of its own."""

from pathlib import Path

from inkwright.pictures.picture_folder import pictures_in
from inkwright.run_folder.run_folder import RunFolder


def picture_folders(out: RunFolder, pictures: Path) -> dict[RunFolder, Path]:
    """Run folder -> picture of a folder of pictures, beneath the run folder ``out`` of all.

    A run folder is called as its picture without the ending; with it where two would be the same, or where
    ``out`` has something else under that name.

    Raises:
        ValueError: there is no picture, or the runs would write over one.
    """
    runs = {
        RunFolder(out.path / (picture.name if out.would_write(out.path / name) else name)): picture
        for name, picture in pictures_in(pictures).items()
    }
    if any(run.path.resolve() == pictures.resolve() for run in runs):
        for run, picture in ((run, picture) for run in runs for picture in runs.values()):
            if run.would_write(picture):
                raise ValueError(
                    f"image={picture}: the run would write over this file; choose another hydra.run.dir"
                )
    return runs
