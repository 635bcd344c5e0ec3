"""The loop of a drawing method, without a framework around it."""

from collections.abc import Sequence

from inkwright.optimization.shape_sources.drawing_source import DrawingSource
from inkwright.optimization.stage import Stage
from inkwright.optimization.staged_run import StagedRun


def fit(source: DrawingSource, stages: Sequence[Stage]) -> StagedRun:
    """Runs all stages one after another, and changes the source in place.

    The result is ``best_drawing()`` of what is returned; without a stage there is a ``ValueError``.
    """
    run = StagedRun(source, stages)
    optimizer = run.make_optimizer()
    while not run.over:
        optimizer.zero_grad()
        run.loss().backward()  # type: ignore[no-untyped-call]
        run.mend_gradients()
        optimizer.step()
        run.end_step()
    return run
