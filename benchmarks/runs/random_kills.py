"""Runs killed at random points and started again: the same bytes, and the same metrics.csv, as unbroken ones.

    python -m benchmarks.runs.random_kills --kills 50 --systems sketch mross

Each process is killed by SIGKILL after a random share of the time of the unbroken run, and started again
with resume=auto, until it ends; so it goes on until there were so many kills. Keeps a row for each system, in
place of its earlier one, and prints the table; the exit status is 1 if anything differs. Linux only, for it
forks processes after a run of its own has imported and compiled what takes long; the run that the others are
compared with is a forked one, too.
"""

import contextlib
import io
import json
import os
import random
import runpy
import shlex
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.record import RESULTS, ROOT, keep, machine, markdown, options_parser

_SMALL = "debug=few_steps steps=30 callbacks.last_checkpoint.every_n_steps=3 trainer.log_every_n_steps=2"
# Systems by name: the script and its keys; one that takes few steps has them as they are.
SYSTEMS = {
    "sketch": f"train.py image=cat {_SMALL}",
    "color": f"train.py experiment=sketch_color image=cat {_SMALL}",
    "soft_obr": f"train.py image=cat callbacks=soft_obr callbacks.soft_obr.start_step=5 {_SMALL}",
    "mross": f"train.py experiment=mross image=cat {_SMALL}",
    "clipascene": f"train.py experiment=clipascene image=cat levels=1 rows=0,1 {_SMALL}",
    "layered": f"train.py experiment=layered image=cat {_SMALL}",
    "path_fitting": f"train.py experiment=path_fitting image=cat {_SMALL}",
    "live": f"train.py experiment=live image=cat num_paths=8 {_SMALL}",
    "picture_book": f"train.py experiment=picture_book image=cat {_SMALL}",
    "toy_text_sketch": "train.py experiment=toy_text_sketch prompt='a red fish' num_strokes=8 steps=30 "
    "datamodule.painter.steps=3 callbacks.last_checkpoint.every_n_steps=3 trainer.log_every_n_steps=2",
    "simplifier": "train.py experiment=simplifier steps=12 trainer.val_check_interval=4 "
    "trainer.log_every_n_steps=2 callbacks.last_checkpoint.every_n_steps=2 datamodule.patch_size=32 "
    "datamodule.batch_size=2 datamodule.test_pages=1 datamodule.test_side=96 "
    "lightning_module.network.channels=[4,6] lightning_module.network.encoder_blocks=[1,1] "
    "lightning_module.network.decoder_blocks=[1]",
    "simplify": f"simplify.py input={ROOT / 'assets' / 'sketches' / 'apple.png'}",
}
_RESULTS = (".svg", ".csv", ".png", ".safetensors")
SAME = "same bytes"
_MOST_STARTS = 40  # of one run; one that needs more does not go on
_READING = 0.5  # seconds that a run which goes on may need more than an unbroken one


def started(command: str, folder: Path) -> int:
    """The process of a run that writes into a folder; what it says is in ``folder.txt``."""
    sys.stdout.flush()
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        folder.mkdir(exist_ok=True)
        said = os.open(folder.with_suffix(".txt"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(said, 1)
        os.dup2(said, 2)
        status = exit_status(command, folder)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, io.UnsupportedOperation):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def exit_status(command: str, folder: Path) -> int:
    """Runs a command into a folder in this process; the script's exit status."""
    from hydra.core.global_hydra import GlobalHydra

    GlobalHydra.instance().clear()
    script, *keys = shlex.split(command)
    plain = script == "simplify.py"
    where = [f"output={folder}"] if plain else [f"hydra.run.dir={folder}", "resume=auto"]
    sys.argv = [script, *keys, *where]
    try:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def ended(process: int, seconds: float) -> tuple[int | None, float]:
    """The exit status of a process and the processor's time for it.

    One that takes longer is killed, and has no status. It is the processor's time that counts, so that what
    else the machine does changes nothing.
    """
    while processor_seconds(process) < seconds:
        found, status, used = os.wait4(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return None, seconds


def processor_seconds(process: int) -> float:
    """The time that a process has had so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def results(folder: Path) -> dict[str, bytes]:
    """What a run has left, by name: drawings, pictures and numbers."""
    found = (path for path in sorted(folder.rglob("*")) if path.suffix in _RESULTS)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def broken_series(
    command: str, folder: Path, seconds: float, share: Callable[[], float]
) -> tuple[int, str | None]:
    """How often a run was killed until it came to its end, and what went wrong, if anything did."""
    kills = 0
    for _ in range(_MOST_STARTS):
        status, _ = ended(started(command, folder), share() * seconds)
        if status == 0:
            return kills, None
        if status is not None:
            return kills, f"exit status {status}: {folder.with_suffix('.txt').read_text()[-300:]}"
        kills += 1
    return kills, f"no end after {_MOST_STARTS} starts"


def tried(name: str, kills: int, seed: int) -> dict[str, Any]:
    """A system's row: how many runs and kills there were, what was compared, and what differs."""
    command, rng = SYSTEMS[name], random.Random(f"{name} {seed}")
    row: dict[str, Any] = {"system": name, "command": command, "seed": seed, "commit": machine()["commit"]}
    wrong: list[str] = []
    runs = done = 0
    with tempfile.TemporaryDirectory() as temporary:
        whole = Path(temporary) / "whole"
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
            exit_status(command, Path(temporary) / "warm")
        status, seconds = ended(started(command, whole), 3600.0)
        if status != 0:
            said = whole.with_suffix(".txt").read_text()[-300:]
            return row | {"runs": 0, "kills": 0, "outcome": f"exit status {status}: {said}"}
        expected, seconds = results(whole), seconds + _READING
        while done < kills:
            folder = Path(temporary) / f"run{runs}"
            count, what = broken_series(command, folder, seconds, lambda: rng.uniform(0, 1.2))
            runs, done = runs + 1, done + count
            found = results(folder)
            differ = [key for key in expected | found if expected.get(key) != found.get(key)]
            if what or differ:
                wrong.append(what or f"{', '.join(differ)} after {count} kills")
    outcome = "; ".join(dict.fromkeys(wrong)) or SAME
    return row | {"runs": runs, "kills": done, "files": list(expected), "outcome": outcome}


def main() -> None:
    """The command line."""
    parser = options_parser(__doc__, RESULTS / "random_kills.json")
    parser.add_argument("--kills", type=int, default=50, help="of each system, at least")
    parser.add_argument("--systems", nargs="*", choices=list(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    import hydra  # noqa: F401
    import pytorch_lightning  # noqa: F401

    import inkwright  # noqa: F401

    os.chdir(ROOT)
    before = json.loads(asked.output.read_text())["rows"] if asked.output.is_file() else []
    rows = {row["system"]: row for row in before}
    for name in asked.systems:
        rows[name] = tried(name, asked.kills, asked.seed)
        print(name, rows[name]["kills"], rows[name]["outcome"], flush=True)
        keep(asked.output, {"rows": list(rows.values())})
    cells = ("system", "runs", "kills", "outcome")
    print(markdown(" | ".join(cells), ([row[cell] for cell in cells] for row in rows.values())))
    sys.exit(any(row["outcome"] != SAME for row in rows.values()))


if __name__ == "__main__":
    main()
