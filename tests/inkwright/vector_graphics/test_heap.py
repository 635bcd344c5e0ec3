import subprocess
import sys

import pytest

from tests.conftest import ROOT

FAULTS = """
import resource, statistics, torch
from benchmarks.rasterization.scenes import random_strokes
from inkwright.vector_graphics import rasterize
drawing = random_strokes(16, 224, canvases=4)
def faults_of_a_picture():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    image = rasterize(drawing)
    image.backward(torch.ones_like(image))
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
for _ in range(30): faults_of_a_picture()  # until each thread has had the largest parts
print(statistics.median(faults_of_a_picture() for _ in range(21)))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a setting of glibc")
def test_painting_again_takes_no_new_pages():
    """Without the setting some hundred pages a picture go back to the system and come again.

    The median counts: on a busy machine a thread may get its largest part late, and take pages then.
    """
    done = subprocess.run(
        [sys.executable, "-c", FAULTS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 50
