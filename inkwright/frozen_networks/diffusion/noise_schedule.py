"""How much noise a diffusion model's timesteps mean, and which noise it says it sees."""

from dataclasses import dataclass

from torch import Tensor

from inkwright.frozen_networks.diffusion.folder import DiffusionFolder

_PREDICTIONS = ("epsilon", "v_prediction")


@dataclass(frozen=True)
class NoiseSchedule:
    """The schedule that a model was trained with.

    Attributes:
        alphas: [T] alpha-bar of every timestep, falling, in [0, 1).
        prediction: what the model says: "epsilon", the noise, or "v_prediction".
    """

    alphas: Tensor
    prediction: str

    @classmethod
    def of_folder(cls, folder: DiffusionFolder) -> "NoiseSchedule":
        """That of a model; one that says anything else is a ``ValueError``."""
        from diffusers import DDPMScheduler

        scheduler = DDPMScheduler.from_config(folder.plain("scheduler").config)
        prediction = scheduler.config.prediction_type
        if prediction not in _PREDICTIONS:
            raise ValueError(
                f"{folder.path} predicts {prediction}; only {' and '.join(_PREDICTIONS)} are known"
            )
        return cls(scheduler.alphas_cumprod.clone(), prediction)

    def as_noise(self, said: Tensor, noisy: Tensor, timestep: int) -> Tensor:
        """[B, C, h, w] the noise in noisy latents, of what the model says of them at a timestep in [0, T)."""
        if self.prediction == "epsilon":
            return said
        alpha = self.alphas.to(noisy)[timestep]
        return alpha.sqrt() * said + (1 - alpha).sqrt() * noisy
