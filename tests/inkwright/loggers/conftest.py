"""What tests of loggers share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest


@pytest.fixture
def dashboard_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for Trackio, which reads where it is once, when it is imported."""
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "dashboard"))
    for name in [each for each in sys.modules if each.partition(".")[0] == "trackio"]:
        monkeypatch.delitem(sys.modules, name)
    pytest.importorskip("trackio")
    return tmp_path / "dashboard"
