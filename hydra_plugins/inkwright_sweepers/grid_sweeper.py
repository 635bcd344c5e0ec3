"""Every combination of the swept values; started again, it only runs what is missing or failed."""

from typing import Any

from hydra_plugins.inkwright_sweepers.prepared_sweeper import PreparedSweeper


class GridSweeper(PreparedSweeper):
    """Hydra's own grid, in folders named after the swept values.

    Attributes:
        max_batch_size: how many jobs are handed to the launcher at once, >= 1; None hands over all.
        params: further overrides, ``key: values``.
    """

    def __init__(self, max_batch_size: int | None = None, params: dict[str, Any] | None = None) -> None:
        """Refuses a batch of less than one job by a ``ValueError``."""
        if max_batch_size is not None and max_batch_size < 1:
            raise ValueError(f"hydra.sweeper.max_batch_size is {max_batch_size}; it must be >= 1")
        self.max_batch_size = max_batch_size
        self.params = dict(params or {})

    def sweep(self, arguments: list[str]) -> None:
        """Runs the jobs that are not done.

        Raises:
            ValueError: a job failed; the message says how many.
        """
        from inkwright.command_line.sweeps.sweep_jobs import grid_jobs

        run = self.started()
        jobs = grid_jobs(self.loader, [*(f"{key}={value}" for key, value in self.params.items()), *arguments])
        run.announce(jobs)
        size = self.max_batch_size or max(1, len(jobs))
        for start in range(0, len(jobs), size):
            run.launch(jobs[start : start + size])
        run.conclude(jobs)
