"""The timers of steps: a series of the right length, and the plain loop is a loop of the run."""

import json

from benchmarks.runs.processor_times import ProcessorTimes
from benchmarks.sketches import step
from tests.lightning_modules.test_drawing_optimization import fitted


def test_steps_are_timed_with_and_without_the_frame(picture, tmp_path, monkeypatch):
    monkeypatch.setattr(step, "BARE_STEPS", 3)
    whole, processor = tmp_path / "whole.json", tmp_path / "processor.json"
    sketch = fitted(picture, steps=5, callbacks=[step.StepTimes(str(whole)), ProcessorTimes(str(processor))])
    times = json.loads(whole.read_text())
    assert (len(times["whole"]), len(times["bare"])) == (4, 3)
    assert len(json.loads(processor.read_text())) == 4
    assert sketch.run.steps_done == 5
