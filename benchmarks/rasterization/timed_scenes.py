"""A process that times scenes; of the project it imports the rasteriser alone, so that any version will do.

Started in the folder of a checkout with a file of scenes; reads lines of a scene's name and a count, and
answers each by the milliseconds that so many pictures with their gradients took: on the wall, or of the
processor if there is one thread.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path.cwd()))
PACKAGE = "vector_graphics" if Path("vector_graphics").is_dir() else "inkwright.vector_graphics"


def drawn(scene: dict[str, Any]) -> Any:
    """A scene as a Drawing whose points, widths and colours have gradients."""
    drawing = __import__(f"{PACKAGE}.drawing", fromlist=["Drawing"]).Drawing
    points, color, width = (scene[name] for name in ("points", "color", "width"))
    points, color = points.requires_grad_(), color.requires_grad_()
    if width is None:
        return drawing.from_fills(points, color, scene["canvas"])
    return drawing.from_strokes(points, width.requires_grad_(), color, scene["canvas"])


def milliseconds(rasterize: Any, drawing: Any) -> float:
    """Of one picture and its gradients."""
    clock = time.process_time if os.environ.get("NUMBA_NUM_THREADS") == "1" else time.perf_counter
    start = clock()
    image = rasterize(drawing)
    image.backward(torch.ones_like(image))
    return 1e3 * (clock() - start)


def main() -> None:
    """Answer until there are no more lines."""
    torch.set_num_threads(1)
    rasterize = __import__(f"{PACKAGE}.rasterizer", fromlist=["rasterize"]).rasterize
    scenes = {name: drawn(scene) for name, scene in torch.load(sys.argv[1], weights_only=True).items()}
    for drawing in scenes.values():
        milliseconds(rasterize, drawing)
    for line in sys.stdin:
        name, count = line.rsplit(" ", 1)
        sys.stdout.write(
            json.dumps([milliseconds(rasterize, scenes[name]) for _ in range(int(count))]) + "\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
