"""What Lightning imports for a name or two is run when it is used, and then it is as always."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

START = """
import sys
from inkwright.command_line.deferred_imports import defer_imports
defer_imports()
import pytorch_lightning, torch
module = torch.nn.Linear(2, 2)
optimizer = torch.optim.Adam(module.parameters())

def step():
    module(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    optimizer.zero_grad()

step()
def run(name):
    return any(each.startswith(name + ".") for each in sys.modules)
"""


def run_fresh(code: str, *arguments: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_sketch_imports_nothing_that_it_does_not_use(tmp_path):
    code = (
        "import sys, train; status = train.main(); "
        "print(status, *sorted({each.partition('.')[0] for each in sys.modules}), *sys.modules)"
    )
    words = run_fresh(code, "steps=1", "num_strokes=4", f"hydra.run.dir={tmp_path}").split()
    assert "0" in words
    unused = {"torchvision", "transformers", "matplotlib", "wandb", "pyarrow", "pandas", "triton", "sympy"}
    unused |= {"torch._dynamo.utils", "torchmetrics.classification", "scipy.signal", "scipy.stats"}
    assert not unused & set(words)
    assert (tmp_path / "metrics.json").exists()


def test_a_cleaned_sketch_imports_nothing_that_it_does_not_use(tmp_path):
    code = (
        "import sys, simplify; status = simplify.main(); "
        "print(status, *sorted({each.partition('.')[0] for each in sys.modules}), *sys.modules)"
    )
    drawing = tmp_path / "boat.svg"
    words = run_fresh(code, "input=assets/sketches/boat.png", "scale=0.25", f"output={drawing}").split()
    assert "0" in words
    unused = {"torchvision", "pytorch_lightning", "matplotlib", "pandas", "triton", "sympy"}
    unused |= {"torch._dynamo.utils", "scipy.signal", "scipy.stats"}
    assert not unused & set(words)
    assert drawing.exists()


def test_metrics_are_those_of_torchmetrics_in_any_order():
    run_fresh(
        START + "import pickle\n"
        "from torchmetrics import Metric\n"
        "from inkwright.metrics.line_agreement import LineAgreement\n"
        "from inkwright.metrics.map_agreement import map_similarity\n"
        "map_similarity(torch.rand(32, 32), torch.rand(32, 32))\n"
        "assert isinstance(pickle.loads(pickle.dumps(LineAgreement())), Metric)\n"
        "assert not run('matplotlib') and not run('torchmetrics.classification')\n"
        "import torchmetrics, torchmetrics.functional as functional\n"
        "mean = torchmetrics.MeanMetric()\n"
        "assert torchmetrics.Metric is Metric and isinstance(mean, Metric)\n"
        "mean.update(2.0)\n"
        "assert mean.plot()[1].get_ylabel() == 'MeanMetric'\n"
        "assert functional.accuracy and functional.image.universal_image_quality_index\n"
        "assert not hasattr(torchmetrics, 'no_such_metric')\n"
    )


LOGS_A_METRIC = """
from inkwright.guidance.term import GuidanceTerm
from inkwright.metrics.term_metric import TermMetric

class Mean(GuidanceTerm):
    def prepare(self, targets):
        pass

    def forward(self, images, progress):
        return {"mean": images.mean((1, 2, 3))}

class Module(pytorch_lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer, self.mean = torch.nn.Linear(2, 1), TermMetric(Mean())

    def training_step(self, batch, batch_idx):
        self.mean(torch.full((1, 3, 8, 8), 0.5), torch.zeros(1, 3, 8, 8))
        self.log("mean", self.mean, on_step=False, on_epoch=True)
        self.log("plain", 2.0)
        return self.layer(batch[0]).sum()

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())

data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(2, 2)))
quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
trainer = pytorch_lightning.Trainer(max_epochs=1, accelerator="cpu", enable_model_summary=False, **quiet)
trainer.fit(Module(), data)
assert {name: float(value) for name, value in trainer.callback_metrics.items()} == {"mean": 0.5, "plain": 2.0}
assert not run("torchmetrics.classification") and not run("torch._dynamo")
"""


def test_lightning_logs_a_metric_without_the_other_metrics():
    run_fresh(START + LOGS_A_METRIC)


@pytest.mark.slow
def test_the_compiler_of_pytorch_works_once_it_is_asked_for():
    run_fresh(
        START + "from pytorch_lightning.utilities.compile import OptimizedModule\n"
        "assert not run('torch._dynamo') and not isinstance(module, OptimizedModule)\n"
        "import torch._dynamo.config as config\n"
        "assert config is torch._dynamo.config and 'dynamo' in config.__spec__.origin\n"
        "seen = []\n"
        "def backend(graph, inputs):\n"
        "    seen.append(graph)\n"
        "    return graph.forward\n"
        "compiled = torch.compile(module, backend=backend)\n"
        "assert torch.equal(compiled(torch.ones(1, 2)), module(torch.ones(1, 2)))\n"
        "assert seen and isinstance(compiled, OptimizedModule) and not isinstance(module, OptimizedModule)\n"
        "before = len(seen)\n"
        "torch.compile(optimizer.zero_grad, backend=backend)()\n"
        "assert len(seen) == before, 'what optimizers mark is not compiled'\n"
        "step()\n"
        "from torch.utils.flop_counter import FlopCounterMode\n"
        "with FlopCounterMode(display=False) as counter:\n"
        "    torch.ones(2, 2) @ torch.ones(2, 2)\n"
        "assert counter.get_total_flops() == 16\n"
    )


@pytest.mark.slow
def test_what_is_imported_already_is_left_alone():
    run_fresh(
        "import torchmetrics, torch._dynamo\n"
        "before = torchmetrics, torch._dynamo, torchmetrics.functional\n" + START + "import torchmetrics\n"
        "assert before == (torchmetrics, torch._dynamo, torchmetrics.functional)\n"
        "assert type(torchmetrics) is type(sys)\n"
    )
