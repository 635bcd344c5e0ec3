"""Averages of what a module holds."""

from __future__ import annotations

import pytorch_lightning as pl
import torch

from callbacks.simplifier.averaged_weights import AveragedWeights


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
