"""metrics.json: everything once, and only JSON that others can read."""

from __future__ import annotations

import json

import numpy as np

from callbacks.run_record import RunRecord
from inkwright.run_folder.peak_memory import peak_memory_mb
from tests.callbacks.drawing_run import DrawingStub, trainer_at


class Scores:
    """A callback with numbers."""

    def numbers(self) -> dict[str, float]:
        return {"edge_f1": 0.5}


def test_record_gathers_numbers_counts_and_versions(tmp_path):
    record = RunRecord(str(tmp_path), seed=7)
    record.teardown(trainer_at(50, callbacks=[Scores(), record, object()]), DrawingStub(), "fit")
    written = json.loads((tmp_path / "metrics.json").read_text())
    assert written["image"] == "stub & co"
    assert (written["original_size"], written["canvas"]) == ([400, 300], [40, 30])
    assert (written["seed"], written["steps"]) == (7, 50)
    assert written["losses"] == {"term/part": 0.25, "term/other": None}
    assert written["metrics"] == {"edge_f1": 0.5}
    assert (written["shapes"], written["control_points"]) == (2, 8)
    assert written["svg_bytes"] > 100
    assert written["versions"]["torch"].startswith("2.")


def test_dead_shapes_do_not_count(tmp_path):
    module = DrawingStub()
    module.best = module.best.replace(alive=module.best.alive & False)
    RunRecord(str(tmp_path)).teardown(trainer_at(1), module, "fit")
    assert json.loads((tmp_path / "metrics.json").read_text())["shapes"] == 0


def test_seconds_of_the_part_before_are_added(tmp_path):
    before, after = RunRecord(str(tmp_path)), RunRecord(str(tmp_path))
    before._seconds_before = 1000.0
    after.load_state_dict(before.state_dict())
    after.teardown(trainer_at(1), DrawingStub(), "fit")
    assert 1000 < json.loads((tmp_path / "metrics.json").read_text())["seconds"] < 1100


def test_interrupted_run_leaves_no_record(tmp_path):
    RunRecord(str(tmp_path)).teardown(trainer_at(1, interrupted=True), DrawingStub(), "fit")
    assert not (tmp_path / "metrics.json").exists()


def test_peak_memory_grows_with_what_is_held():
    before = peak_memory_mb()
    held = np.ones(int(before * 1e6) // 8)
    assert peak_memory_mb() > before + 0.3 * held.nbytes / 1e6
