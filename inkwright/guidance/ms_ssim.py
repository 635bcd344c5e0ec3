"""MS-SSIM term: structural similarity at several scales."""

from collections.abc import Sequence
from typing import Literal

from torch import Tensor

from inkwright.guidance.targets import Targets
from inkwright.guidance.term import GuidanceTerm

# How much each scale counts (Wang, Simoncelli and Bovik 2003), finest first.
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
_KERNEL = 11


class MsSsimTerm(GuidanceTerm):
    """1 - MS-SSIM of the colours, by torchmetrics. Needs no weights.

    A picture whose short side has less than 176 pixels is compared at fewer scales, which then count more.
    """

    target: Tensor

    def __init__(
        self,
        weight: float | Sequence[Sequence[float]] = 1.0,
        *,
        negative: Literal["simple", "relu"] = "simple",
    ) -> None:
        """Remembers what to do with scales at which the pictures are opposites.

        Args:
            weight: of the whole term: a number >= 0, or ``[[progress, value], ...]``.
            negative: ``simple`` brings the similarity of each scale from [-1, 1] to [0, 1], so that it always
                has a gradient; ``relu`` cuts it at 0, as is usual for the metric: one such scale, and the
                product of all scales is 0 and has no gradient.

        Raises:
            ValueError: ``negative`` is neither.
        """
        super().__init__(weight)
        if negative not in ("simple", "relu"):
            raise ValueError(f"negative is {negative!r}; it must be simple or relu")
        self.negative = negative

    def prepare(self, targets: Targets) -> None:
        """Chooses the scales that the targets are large enough for.

        Raises:
            ValueError: they are too small for any.
        """
        short = min(targets.images.shape[2:])
        # torchmetrics halves a picture between scales, and wants more room than that from the fourth on.
        count = sum(short // max(2**scale, scale**2) >= _KERNEL for scale in range(len(_SCALES)))
        if not count:
            raise ValueError(f"the picture's short side has {short} pixels; MS-SSIM needs {_KERNEL} at least")
        total = sum(_SCALES[:count])
        self._scales = tuple(share / total for share in _SCALES[:count])
        self.remember(target=targets.images)

    def forward(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """``ms_ssim`` of every canvas."""
        from torchmetrics.functional.image import multiscale_structural_similarity_index_measure

        similarity = multiscale_structural_similarity_index_measure(
            images,
            self.target.expand_as(images),
            data_range=1.0,
            kernel_size=_KERNEL,
            betas=self._scales,
            normalize=self.negative,
            reduction="none",
        )
        return {"ms_ssim": 1 - similarity.reshape(-1)}
