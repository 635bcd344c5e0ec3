"""A logger may fail at any point without taking the run down."""

from __future__ import annotations

from typing import Any

import pytest
from pytorch_lightning.loggers import Logger

from inkwright.loggers.guarded_logger import GuardedLogger


class Fragile(Logger):
    """Fails in one method."""

    def __init__(self, fails: str) -> None:
        super().__init__()
        self.fails, self.seen = fails, []

    @property
    def name(self) -> str:
        return "fragile"

    @property
    def version(self) -> int:
        return 1

    @property
    def experiment(self) -> Any:
        return self._do("experiment") or self.seen

    def log_metrics(self, metrics: Any, step: Any = None) -> None:
        self._do("log_metrics")

    def log_hyperparams(self, params: Any) -> None:
        self._do("log_hyperparams")

    def save(self) -> None:
        self._do("save")

    def finalize(self, status: str) -> None:
        self._do("finalize")

    def _do(self, method: str) -> None:
        if method == self.fails:
            raise ConnectionError(f"no {method} today\nand more")
        self.seen.append(method)


def use(guarded: GuardedLogger) -> None:
    _ = guarded.experiment
    guarded.log_hyperparams({})
    guarded.log_metrics({"loss": 1.0}, 1)
    guarded.save()
    guarded.finalize("success")


def test_everything_is_passed_on():
    fragile = Fragile("nothing")
    use(GuardedLogger(lambda: fragile))
    assert fragile.seen == ["experiment", "log_hyperparams", "log_metrics", "save", "finalize"]


@pytest.mark.parametrize("fails", ["experiment", "log_metrics", "log_hyperparams", "save", "finalize"])
def test_failure_is_told_once_in_one_line(fails, caplog):
    guarded = GuardedLogger(lambda: Fragile(fails))
    use(guarded)
    use(guarded)
    assert len(caplog.records) == 1
    assert caplog.messages[0].endswith(f"failed: no {fails} today; the run goes on without it")
    assert guarded.logger is None


def test_failure_to_start_is_told_too(caplog):
    def start_service() -> Logger:
        raise ImportError("no such service")

    use(GuardedLogger(start_service))
    assert caplog.messages == ["logger start_service failed: no such service; the run goes on without it"]
