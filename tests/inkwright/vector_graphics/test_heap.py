import subprocess
import sys

import pytest

from tests.conftest import ROOT

FAULTS = """
import resource, torch
from benchmarks.rasterization.scenes import random_strokes
from inkwright.vector_graphics import rasterize
drawing = random_strokes(16, 224, canvases=4)
def paint():
    image = rasterize(drawing)
    image.backward(torch.ones_like(image))
for _ in range(30): paint()  # until each thread has had the largest parts
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20): paint()
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 20)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a setting of glibc")
def test_painting_again_takes_no_new_pages():
    """Without the setting some hundred pages a picture go back to the system and come again."""
    done = subprocess.run(
        [sys.executable, "-c", FAULTS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 50
