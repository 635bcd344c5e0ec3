"""``python -m inkwright.command_line.reproduce RUN``: runs a run again, and compares what came of it."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from inkwright.command_line.sweeps.sweep_folders import is_neutral
from inkwright.run_folder.run_folder import RunFolder, read_json

_ROOT = Path(__file__).resolve().parents[2]
# Numbers that differ between runs of the same drawing.
_OF_THE_MOMENT = ("seconds", "peak_memory_mb", "versions")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns 0 if the result is the same, 1 if it differs, 2 after a mistake."""
    parser = argparse.ArgumentParser(prog="python -m inkwright.command_line.reproduce", description=__doc__)
    parser.add_argument("run", type=Path, help="a run folder, with run.json")
    folder: Path = parser.parse_args(arguments).run
    overrides = read_json(RunFolder(folder).record).get("overrides")
    if not isinstance(overrides, list):
        sys.stderr.write(f"error: {folder}: there is no readable run.json in it; give the folder of a run\n")
        return 2
    again = RunFolder(folder).reproduced
    status = _run([str(each) for each in overrides], again)
    if status:
        return status
    differences = compare(folder, again)
    sys.stdout.write(told(differences, changed_versions(folder, again)))
    return 1 if differences else 0


def compare(first: Path, second: Path) -> list[str]:
    """What differs between the results of two run folders, one line each; empty if nothing does."""
    results = sorted(
        path.name for path in first.iterdir() if path.suffix in (".svg", ".safetensors") and path.is_file()
    )
    lines = [f"{name} differs" for name in results if _content(first / name) != _content(second / name)]
    was, now = read_json(RunFolder(first).metrics), read_json(RunFolder(second).metrics)
    for name in sorted({*was, *now} - {*_OF_THE_MOMENT}):
        if was.get(name) != now.get(name):
            lines.append(f"{name}: {was.get(name)} -> {now.get(name)}")
    return lines


def changed_versions(first: Path, second: Path) -> list[str]:
    """Packages, sources and hardware that are not what they were, one line each."""
    was, now = read_json(RunFolder(first).record), read_json(RunFolder(second).record)
    return [
        f"{part} {name}: {was.get(part, {}).get(name)} -> {value}"
        for part in ("versions", "sources", "hardware", "weights")
        for name, value in now.get(part, {}).items()
        if was.get(part, {}).get(name) != value
    ]


def told(differences: Sequence[str], changes: Sequence[str]) -> str:
    """The answer as text."""
    if not differences:
        return "The same, to the byte.\n"
    text = "Not the same:\n" + "".join(f"  {line}\n" for line in differences)
    return text + (
        "What has changed since:\n" + "".join(f"  {line}\n" for line in changes) if changes else ""
    )


def _run(overrides: Sequence[str], folder: Path) -> int:
    kept = [each for each in overrides if not is_neutral(each) or each.startswith("threads=")]
    command = [sys.executable, str(_ROOT / "train.py"), *kept, f"hydra.run.dir='{folder}'"]
    return subprocess.run(command, check=False).returncode


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
