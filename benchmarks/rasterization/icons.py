"""Real icons as SVG files: a set of npm, fetched by npm itself and unpacked into a folder.

python -m benchmarks.rasterization.icons FOLDER [PACKAGE]    # by default @iconify-json/fluent-emoji-flat
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

SET = "@iconify-json/fluent-emoji-flat"


def fetch(folder: Path, package: str = SET) -> int:
    """Write every icon of a set as SVG into a folder; returns how many there are."""
    with tempfile.TemporaryDirectory() as place:
        command = ["npm", "pack", package, "--silent"]
        subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(place).glob("*.tgz")
        with tarfile.open(archive) as packed:
            member = packed.extractfile("package/icons.json")
            if member is None:
                raise ValueError(f"{package} has no package/icons.json: give a set of @iconify-json")
            icons = json.load(member)
    folder.mkdir(parents=True, exist_ok=True)
    for name, icon in icons["icons"].items():
        width, height = (icon.get(side, icons.get(side, 16)) for side in ("width", "height"))
        text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{icon["body"]}</svg>'
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")
    return len(icons["icons"])


if __name__ == "__main__":
    print(fetch(Path(sys.argv[1]), *sys.argv[2:3]))
