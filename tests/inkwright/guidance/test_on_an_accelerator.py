"""What is prepared on the CPU guides wherever the run goes."""

from __future__ import annotations

import pytest
import torch


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_clipasso_runs_there(run_train, tmp_path, monkeypatch, tiny_weights, precision):
    if not torch.cuda.is_available():
        pytest.skip("no accelerator here")
    monkeypatch.setenv("INKWRIGHT_WEIGHTS", tiny_weights)
    finished = run_train(
        "experiment=clipasso",
        "guidance=[structure,clip]",
        f"guidance.clip.precision={precision}",
        "trainer.accelerator=gpu",
        "debug=few_steps",
        f"hydra.run.dir={tmp_path}",
    )
    assert finished.status == 0, finished.err
    assert (tmp_path / "drawing.svg").stat().st_size > 200
