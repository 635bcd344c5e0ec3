"""failure.json: why a job of a sweep has no drawing."""

import json
import traceback
from collections.abc import Sequence
from pathlib import Path

from inkwright.run_folder.run_folder import RunFolder
from inkwright.run_folder.whole_file import whole_file


def write_failure(
    folder: Path, line: str, overrides: Sequence[str] = (), error: BaseException | None = None
) -> None:
    """Notes in a run folder, which is made, what went wrong in one line, and what was asked for.

    The kind and the traceback of an error are kept, if one is given.

    Raises:
        OSError: the file can't be written.
    """
    note = {"error": line, "overrides": list(overrides), "kind": ""}
    if error is not None:
        told = "".join(traceback.format_exception(error))[-20_000:]
        note |= {"kind": type(error).__name__, "traceback": told}
    with whole_file(RunFolder(folder).failure) as temporary:
        temporary.write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
