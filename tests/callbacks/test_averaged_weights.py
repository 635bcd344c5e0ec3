"""Averages of what a module holds."""

from __future__ import annotations

import pytest
import pytorch_lightning as pl
import torch

from callbacks.simplifier.averaged_weights import AveragedWeights
from inkwright.command_line.keys.composition import compose_defaults


class Masked(pl.LightningModule):
    """One weight, and a mask as attention has it."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))
        self.register_buffer("mask", torch.tensor([0.0, -torch.inf]), persistent=False)
        self.tested: list[torch.Tensor] = []

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.25)

    def training_step(self, batch, batch_idx):
        return self.weight.square().sum()

    def validation_step(self, batch, batch_idx):
        self.tested += [self.weight.detach().clone(), self.mask.clone()]


def test_masks_of_attention_stay_and_weights_are_averaged(tmp_path):
    module, quiet = Masked(), {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    data = torch.utils.data.DataLoader(torch.zeros(3, 1))
    trainer = pl.Trainer(
        max_epochs=1, accelerator="cpu", num_sanity_val_steps=0, enable_model_summary=False,
        callbacks=[AveragedWeights(0.9)], default_root_dir=tmp_path, **quiet,
    )  # fmt: skip
    trainer.fit(module, data, data)
    weight, mask = module.tested[:2]
    assert mask.tolist() == [0.0, -torch.inf]
    assert 0.125 < float(weight) < 0.5  # from the first step to the last


@pytest.mark.parametrize(
    ("recipe", "export"), [("simplifier", "weights_export"), ("toy_clip", "network_export")]
)
def test_what_a_test_leaves_is_written_before_the_averages_are_taken_away(recipe, export):
    order = list(compose_defaults([f"experiment={recipe}"]).callbacks)
    assert order.index(export) < order.index("averaged_weights")


def test_averages_are_there_for_callbacks_before_them_alone(tmp_path):
    seen: dict[str, float] = {}

    class Look(pl.Callback):
        def __init__(self, name):
            self.name = name

        @property
        def state_key(self):
            return self.name

        def on_validation_epoch_end(self, trainer, pl_module):
            seen[self.name] = float(pl_module.weight)

    data = torch.utils.data.DataLoader(torch.zeros(3, 1))
    pl.Trainer(
        max_epochs=1, accelerator="cpu", num_sanity_val_steps=0, enable_model_summary=False, logger=False,
        enable_checkpointing=False, enable_progress_bar=False, default_root_dir=tmp_path,
        callbacks=[Look("before"), AveragedWeights(0.9), Look("after")],
    ).fit(Masked(), data, data)  # fmt: skip
    assert seen["after"] == 0.125  # three halvings
    assert seen["before"] > seen["after"]
