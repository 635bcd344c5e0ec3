"""The keys that every run of ``train.py`` has; those of a method lie in ``conf/keys/``."""

from inkwright.keys.key import Key

GENERAL_KEYS = (
    Key(
        "image",
        "astronaut",
        "the picture to draw: a file, a folder of pictures, or the name of an example",
        kind="picture",
    ),
    Key("num_strokes", 64, "strokes of the drawing; few give the gist, many the detail", 1, 10_000),
    Key("num_sketches", 1, "candidate sketches drawn side by side; the best is kept", 1, 256),
    Key("steps", 500, "optimiser steps at most; the run ends earlier if nothing improves", 1, 10_000_000),
    Key("image_size", 224, "long side of the working picture, in pixels; the aspect ratio is kept", 32, 4096),
    Key("seed", 0, "same seed, same machine: the same SVG, byte for byte", 0, 2**31 - 1),
    Key(
        "resume",
        "never",
        "auto goes on from checkpoints/last.ckpt in the run folder",
        choices=("never", "auto"),
        names_run=False,
    ),
    Key(
        "rasterizer",
        "auto",
        "what paints: auto is numba on the CPU, triton on a GPU; draft is quicker and rough, exact slower",
        choices=("auto", "draft", "exact", "numba", "triton", "torch", "diffvg"),
    ),
    Key(
        "workers",
        "auto",
        "with image=FOLDER/, processes that draw side by side; auto is one a core, as far as memory goes",
        names_run=False,
    ),
    Key(
        "threads",
        1,
        "CPU threads of PyTorch; networks gain from more, small pictures alone do not",
        1,
        1024,
        names_run=False,
    ),
    Key("name", "", "what the run is called by loggers; by default the name of its folder", names_run=False),
)
# Groups of conf/ that decide where numbers go, not what is drawn.
UNNAMED_GROUPS = ("logger",)
