"""Trains a tiny CLIP on captioned pictures of the small world (Radford et al. 2021)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from inkwright.toy_world.clip_parts import as_seen, make_clip, read_clip, save_clip
from inkwright.toy_world.vocabulary import token_ids
from inkwright.toy_world.zero_shot import accuracies, pair_prompts
from lightning_modules.network_training import NetworkTraining
from lightning_modules.simplifier_optimization import SimplifierOptimization


class ToyClip(NetworkTraining):
    """The contrastive loss: each picture finds its caption among those of the batch, and the reverse.

    With a teacher, a trained CLIP of the small world, captions are read as it reads them from the start, and
    pictures are pulled towards what it sees in them, their ``latent``.

    Attributes:
        network: open_clip's model.
    """

    def __init__(
        self,
        optimization: SimplifierOptimization,
        *,
        tower: str = "resnet",
        teacher: str = "",
        teaching: float = 10.0,
    ) -> None:
        """Makes the networks.

        Args:
            optimization: how they are moved.
            tower: the image tower, resnet or vit.
            teacher: folder of a trained CLIP whose reading of captions it starts with; empty = none.
            teaching: weight of one minus the cosine to what a teacher sees, if batches hold that, >= 0.

        Raises:
            ValueError: there is no such tower, or the weight is negative.
        """
        super().__init__()
        if teaching < 0:
            raise ValueError(f"teaching is {teaching}; it must be >= 0")
        self.network = make_clip(tower)
        self.optimization, self.tower, self.teaching = optimization, tower, teaching
        if teacher:
            known = read_clip(teacher).state_dict().items()
            reading = {name: value for name, value in known if not name.startswith("visual.")}
            self.network.load_state_dict(reading, strict=False)
        self._read = torch.empty(0)

    def configure_optimizers(self) -> Any:
        """The optimizer, with its step size set before each step."""
        optimizer = self.optimization.build(self.network.parameters())
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, self.optimization.rate_at)
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def training_step(self, batch: Mapping[str, Any], batch_idx: int) -> Tensor:
        """Loss of ``image`` [B, 3, S, S] in [0, 1] and ``caption``; ``latent`` [B, D]: a teacher's view."""
        tokens, owner = self._tokens(batch["caption"])
        seen = F.normalize(self._see(batch["image"]), dim=-1)
        read = F.normalize(self.network.encode_text(tokens).float(), dim=-1)
        logits = self.network.logit_scale.exp().clamp(max=100) * seen @ read.T
        # A caption that several pictures have is one text; each of these pictures is a right answer to it.
        same = F.one_hot(owner, len(tokens)).float().T
        found = F.cross_entropy(logits, owner)
        asked = -(same / same.sum(1, keepdim=True) * logits.T.log_softmax(1)).sum(1).mean()
        loss = (found + asked) / 2
        self._last = {"contrast": loss.detach()}
        if "latent" in batch:
            apart = 1 - (seen * F.normalize(batch["latent"], dim=-1)).sum(1).mean()
            loss, self._last["teacher"] = loss + self.teaching * apart, apart.detach()
        return loss

    def on_validation_epoch_start(self) -> None:
        """Reads the captions that are to choose from."""
        self._read = self.network.encode_text(self._tokens(pair_prompts())[0]).float()

    @torch.no_grad()
    def validation_step(self, batch: Mapping[str, Any], batch_idx: int) -> dict[str, Tensor]:
        """Zero-shot accuracy of kinds and colors."""
        return accuracies(self._see(batch["image"]), self._read, batch["kind"], batch["color"])

    def save(self, folder: Path) -> None:
        """Writes the network as open_clip does."""
        save_clip(folder, self.network, self.tower)

    def _see(self, images: Tensor) -> Tensor:
        seen: Tensor = self.network.encode_image(as_seen(images))
        return seen.float()

    def _tokens(self, captions: list[str]) -> tuple[Tensor, Tensor]:
        """Each caption once, and which of them every picture has."""
        once = list(dict.fromkeys(captions))
        places = {caption: at for at, caption in enumerate(once)}
        owner = torch.tensor([places[caption] for caption in captions], device=self.device)
        return token_ids(once).to(self.device), owner
