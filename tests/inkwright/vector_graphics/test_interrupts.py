"""Ctrl+C may come at any moment of a picture, and is nothing but a KeyboardInterrupt."""

import subprocess
import sys

INTERRUPTED = """
import random, signal, time, torch
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.stroke_styles import StrokeStyles

points = torch.rand(8, 4, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 64
strokes = Drawing.from_strokes(points, torch.ones(8).double(), torch.ones(8, 4).double(), (64.0, 64.0))
drawings = [strokes, strokes.replace(styles=StrokeStyles.uniform(8, "butt", "miter"))]
pictures = [rasterize(drawing, 64, 64) for drawing in drawings]
chance, interrupts, end = random.Random(0), 0, time.monotonic() + 3

def interrupt(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, interrupt)
while time.monotonic() < end:
    try:
        signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0005, 0.006))
        while True:
            for drawing in drawings:
                rasterize(drawing, 64, 64)
    except KeyboardInterrupt:
        interrupts += 1
    signal.setitimer(signal.ITIMER_REAL, 0)
same = all(torch.equal(rasterize(d, 64, 64), p) for d, p in zip(drawings, pictures))
print("right after" if interrupts > 100 and same else f"wrong after {interrupts} interrupts")
"""


def test_an_interrupt_at_any_moment_is_only_that():
    """Where kernels hand arrays back, it is a segmentation fault within three seconds."""
    run = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True)
    assert run.stdout == "right after\n", run.stderr
