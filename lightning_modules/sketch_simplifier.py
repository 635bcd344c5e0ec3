"""Trains a network that turns rough sketches into clean lines (Simo-Serra et al., SIGGRAPH 2016)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inkwright.simplification.line_losses import LOSS_MAPS, LossMap, line_disagreement, weighted_error
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.weights_file import SHIPPED, load_weights
from lightning_modules.network_training import NetworkTraining
from lightning_modules.simplifier_optimization import SimplifierOptimization

Batch = Mapping[str, Tensor]


class SketchSimplifier(NetworkTraining):
    """Weighted squared error against clean drawings, and optionally disagreement of lines.

    Batches are dicts of ``rough`` and ``clean`` [B, 1, H, W] in [0, 1], 1 = paper.

    Attributes:
        network: what is trained, and saved.
    """

    def __init__(
        self,
        network: SimplifierNetwork,
        optimization: SimplifierOptimization,
        *,
        loss_map: LossMap = "none",
        map_power: int = 2,
        line_weight: float = 0.0,
        tolerance: int = 2,
        start_from: str = "",
    ) -> None:
        """Takes over its parts.

        Args:
            network: what is trained.
            optimization: how.
            loss_map: weights of the squared error: none, code or paper.
            map_power: 2 as in the paper (the map is squared, too), or 1.
            line_weight: weight of the disagreement of lines within ``tolerance``, >= 0.
            tolerance: in pixels, >= 0.
            start_from: file of weights of a trained network of the same kind, "shipped" for those that ship;
                without, it starts at random.

        Raises:
            ValueError: an argument is out of its range, or the weights are of another network.
        """
        super().__init__()
        if loss_map not in LOSS_MAPS:
            raise ValueError(f"loss_map is {loss_map!r}; there is {', '.join(LOSS_MAPS)}")
        if not line_weight >= 0:
            raise ValueError(f"line_weight is {line_weight}; it must be >= 0")
        if start_from:
            network.load_state_dict(_trained_weights(start_from, network))
        self.network, self.optimization = network, optimization
        self.loss_map: LossMap = loss_map
        self.map_power, self.line_weight, self.tolerance = map_power, line_weight, tolerance

    def forward(self, rough: Tensor) -> Tensor:
        """Clean lines of rough sketches [B, 1, H, W]."""
        cleaned: Tensor = self.network(rough)
        return cleaned

    def configure_optimizers(self) -> Any:
        """The optimizer, with its step size set before each step."""
        optimizer = self.optimization.build(self.network.parameters())
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, self.optimization.rate_at)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Loss of one batch; the plain squared error is logged too, so that runs with other maps compare."""
        cleaned = self(batch["rough"])
        losses = self.losses(cleaned, batch["clean"])
        self._last = {name: value.detach() for name, value in losses.items()}
        if (self.global_step + 1) % self.trainer.log_every_n_steps == 0:  # type: ignore[attr-defined]
            plain = (cleaned.detach().float() - batch["clean"]).square().mean()
            self._log({**self._last, "mse": plain})
        return torch.stack(list(losses.values())).sum()

    def losses(self, cleaned: Tensor, clean: Tensor) -> dict[str, Tensor]:
        """Every weighted loss of a batch, by name; in float32 whatever the network computes in."""
        cleaned, clean = cleaned.float(), clean.float()
        found = {"error": weighted_error(cleaned, clean, self.loss_map, self.map_power)}
        if self.line_weight:
            found["lines"] = self.line_weight * line_disagreement(cleaned, clean, self.tolerance)
        return found

    @torch.no_grad()
    def validation_step(self, batch: Batch, batch_idx: int, dataloader_idx: int = 0) -> dict[str, Tensor]:
        """Cleans a page; callbacks score and show it."""
        cleaned = self(batch["rough"])
        return {"cleaned": cleaned, "mse": (cleaned.float() - batch["clean"]).square().mean()}

    def predict_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Cleans a batch."""
        return self(batch["rough"])

    def _log(self, values: Mapping[str, Tensor]) -> None:
        named = {f"train/{name}": float(value) for name, value in values.items()}
        for logger in self.loggers:
            logger.log_metrics(named, self.global_step + 1)


def _trained_weights(start_from: str, network: SimplifierNetwork) -> dict[str, Tensor]:
    try:
        trained = load_weights(SHIPPED if start_from == "shipped" else Path(start_from))
    except ValueError as error:
        raise ValueError(f"lightning_module.start_from={start_from}: {error}") from error
    if (trained.architecture, trained.settings) != (network.architecture, network.settings):
        raise ValueError(
            f"lightning_module.start_from={start_from} is a {trained.architecture} network with "
            f"{trained.settings}, this one is {network.architecture} with {network.settings}"
        )
    return trained.state_dict()
