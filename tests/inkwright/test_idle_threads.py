"""Threads of OpenMP that wait must not take the cores that the rasteriser needs."""

import os
import subprocess
import sys

import pytest

SAY = "import os; print(os.environ.get('GOMP_SPINCOUNT'))"


@pytest.mark.parametrize(
    ("imports", "settings", "expected"),
    [
        ("import inkwright; import torch", {}, "2000"),
        ("import inkwright; import torch", {"GOMP_SPINCOUNT": "7"}, "7"),
        ("import inkwright; import torch", {"OMP_WAIT_POLICY": "active"}, "None"),
        ("import torch; import inkwright", {}, "None"),  # too late: the setting would go to subprocesses only
    ],
)
def test_waiting_threads_turn_around_for_a_short_time_only(
    imports: str, settings: dict[str, str], expected: str
) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    said = subprocess.run(
        [sys.executable, "-c", f"{imports}; {SAY}"],
        env={**environment, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == expected


def test_torch_keeps_its_number_of_threads():
    """Numba sets it to its own when it is first asked for threads, which a picture does."""
    code = (
        "import torch; torch.set_num_threads(1)\n"
        "from inkwright.vector_graphics import Drawing, rasterize\n"
        "strokes = Drawing.from_strokes(torch.rand(2, 4, 2), torch.ones(2), torch.ones(2, 4), (8.0, 8.0))\n"
        "rasterize(strokes)\n"
        "print(torch.get_num_threads())"
    )
    environment = {**os.environ, "NUMBA_NUM_THREADS": "2"}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert said.stdout == "1\n", said.stderr
