"""Time of the rasteriser here and in another checkout, by turns.

    git worktree add /tmp/before 34f6f7c
    python -m benchmarks.rasterization.two_checkouts /tmp/before

Two processes paint the scenes of `benchmarks.rasterization.rasterizer`, forward and backward, a few pictures
each at a time: what disturbs the machine disturbs both. All cores work, and the clock on the wall counts;
with --threads 1 the time of the processor, so that the machine need not be idle. Prints a
table and writes benchmarks/results/two_checkouts.json.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import torch

from benchmarks.rasterization.rasterizer import BUDGETS
from benchmarks.record import RESULTS, ROOT, keep, markdown, options_parser
from inkwright.vector_graphics import Drawing

TURNS = 24
# Of one turn: as many pictures as take about so many milliseconds.
TURN_MS = 60


def tensors(drawing: Drawing) -> dict[str, Any]:
    """The parameters of a scene of equal strokes or fills, apart from the type that has them."""
    fills = bool(drawing.filled[0])
    color = drawing.fill if fills else drawing.stroke
    width = None if fills else drawing.width.detach().clone()
    points = drawing.points.detach().reshape(drawing.num_shapes, -1, 2).clone()
    return {"points": points, "color": color.detach().clone(), "width": width, "canvas": drawing.canvas}


@contextmanager
def timing_process(checkout: Path, scenes: Path, threads: int) -> Iterator["subprocess.Popen[str]"]:
    """A process in a checkout that times scenes."""
    own = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": str(threads)}
    command = [sys.executable, str(Path(__file__).with_name("timed_scenes.py")), str(scenes)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=checkout, env={**os.environ, **own}, **pipes) as process:  # type: ignore[call-overload]
        yield process


def ask(process: "subprocess.Popen[str]", name: str, count: int) -> list[float]:
    """Milliseconds of so many pictures of a scene."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("process has no pipes")
    process.stdin.write(f"{name} {count}\n")
    process.stdin.flush()
    found: list[float] = json.loads(process.stdout.readline())
    return found


def compared(name: str, processes: list["subprocess.Popen[str]"], turns: int) -> list[float]:
    """Median milliseconds of a scene by each of the processes."""
    count = max(1, round(TURN_MS / statistics.median(ask(processes[0], name, 3))))
    times: list[list[float]] = [[] for _ in processes]
    for turn in range(turns):
        for k in range(len(processes)):
            which = (k + turn) % len(processes)
            times[which] += ask(processes[which], name, count)
    return [statistics.median(each) for each in times]


def main() -> None:
    """Measures and writes."""
    parser = options_parser(__doc__)
    parser.add_argument("before", type=Path, help="root of the other checkout")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--scenes", nargs="*", choices=list(BUDGETS), default=list(BUDGETS))
    options = parser.parse_args()
    rows, kept = [], {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_processes:
        file = Path(folder) / "scenes.pt"
        torch.save({name: tensors(BUDGETS[name][0]()) for name in options.scenes}, file)
        checkouts = ROOT, options.before.resolve()
        processes = [
            open_processes.enter_context(timing_process(each, file, options.threads)) for each in checkouts
        ]
        for name in options.scenes:
            now, before = compared(name, processes, options.turns)
            kept[name] = {"now_ms": now, "before_ms": before, "ratio": before / now}
            rows.append([name, f"{now:.1f}", f"{before:.1f}", f"{before / now:.2f}"])
        for process in processes:
            if process.stdin is not None:
                process.stdin.close()
    print(markdown("scene | now, ms | before, ms | ratio", rows))
    revision = subprocess.check_output(["git", "-C", options.before, "rev-parse", "HEAD"], text=True).strip()
    settings = {"before": revision, "turns": options.turns, "threads": options.threads}
    keep(RESULTS / "two_checkouts.json", {**settings, "scenes": kept})


if __name__ == "__main__":
    main()
