"""The live dashboard as a person sees it, in real headless Chromium: make dashboard."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import RANDOM_SKETCH

JOBS = (*RANDOM_SKETCH, "num_strokes=4", "image_size=48", "steps=4", "trainer.log_every_n_steps=1")
pytestmark = [pytest.mark.chromium, pytest.mark.slow]


@pytest.fixture
def dashboard(tmp_path, dashboard_folder):
    """A function that starts the dashboard over what was logged, and returns its address."""
    servers = []

    def start():
        command = [str(Path(sys.executable).parent / "trackio"), "show", "--project", "inkwright"]
        environment = {**os.environ, "BROWSER": "true", "PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1"}
        log = tmp_path / "server.log"
        with log.open("w") as file:
            servers.append(subprocess.Popen(command, env=environment, stdout=file, stderr=file))
        for _ in range(300):
            found = re.search(r"http://[\d.]+:\d+/\?project=inkwright", log.read_text())
            if found:
                return found.group()
            time.sleep(0.1)
        raise TimeoutError(log.read_text())

    yield start
    for server in servers:
        server.terminate()
        server.wait(20)


def test_curves_pictures_and_drawings_of_all_runs_are_there(run_train, picture, tmp_path, dashboard, browser):
    sweep = tmp_path / "sweep"
    finished = run_train(
        "-m", *JOBS, f"image={picture}", "seed=0,1", f"hydra.sweep.dir={sweep}", "logger=trackio"
    )
    assert finished.status == 0, finished.err
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(30_000)
    page.on("request", lambda request: asked.append(request.url))
    address = dashboard()
    page.goto(address)
    for seed in (0, 1):
        page.wait_for_selector(f"text=sweep/seed={seed}")
    page.wait_for_selector(".vega-embed canvas.marks")
    for title in ("loss", "edge_f1"):
        assert page.get_by_text(title, exact=True).count(), title
    page.click("text='Media & Tables'")
    shown = "[...document.querySelectorAll('img[alt={}]')].filter(i => i.naturalWidth == 48).length == 2"
    for name in ("drawing", "target"):
        page.wait_for_function(shown.format(name))
    frames = page.query_selector_all("iframe")
    assert len(frames) == 2
    for frame in frames:
        frame.scroll_into_view_if_needed()
        inside = frame.content_frame()
        inside.wait_for_selector("path")
        drawn = inside.evaluate("document.querySelector('svg').getBoundingClientRect().width")
        assert drawn == pytest.approx(frame.evaluate("each => each.clientWidth"), abs=2)
    page.close()
    assert [each for each in asked if not each.startswith(address.partition("?")[0])] == []
