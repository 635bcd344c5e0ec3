"""What a drawing is judged by: guidance terms on its picture, penalties on its curves."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import Backend, rasterize

if TYPE_CHECKING:
    from inkwright.guidance.term import GuidanceTerm

# A penalty on curves: (drawing of K canvases, progress in [0, 1]) -> [K], already weighted.
CurvePenalty = Callable[[Drawing, float], Tensor]
# Which shapes of a drawing are exported: drawing -> [N] bool.
ShapeFilter = Callable[[Drawing], Tensor]


class Objective:
    """The losses of every canvas of a drawing, by name.

    The loss of a step is the sum over terms, their named losses and canvases of weight x value. Canvases
    share nothing but the batch, so each is optimized as if it were alone.
    """

    def __init__(
        self,
        terms: Mapping[str, GuidanceTerm],
        *,
        canvas_weights: Mapping[str, Tensor] | None = None,
        backend: Backend = "auto",
        beside: Objective | None = None,
    ) -> None:
        """Takes over its parts.

        Args:
            terms: by name; they know their targets already, or will before the first loss is asked for.
            canvas_weights: of some terms, by name: [K] a further weight for each canvas.
            backend: the rasterizer.
            beside: another one, whose penalties and export filters hold here, too, those that it is given
                later among them; penalties that this one is given are its own.

        Raises:
            ValueError: there is no term, or a weight is of none.
        """
        if not terms:
            raise ValueError("guidance is empty; at least one term is needed, for example guidance=structure")
        self.terms: Mapping[str, Any] = terms
        self.canvas_weights = dict(canvas_weights or {})
        unknown = sorted(self.canvas_weights.keys() - set(terms))
        if unknown:
            raise ValueError(f"canvas_weights names {', '.join(unknown)}; the terms are {', '.join(terms)}")
        self.backend: Backend = backend
        self._penalties: MutableMapping[str, CurvePenalty] = ChainMap({}, beside._penalties) if beside else {}
        self._unscored: MutableMapping[str, CurvePenalty] = ChainMap({}, beside._unscored) if beside else {}
        self._filters: list[ShapeFilter] = beside._filters if beside else []

    def add_penalty(self, name: str, penalty: CurvePenalty, *, scored: bool = True) -> None:
        """Adds a penalty on the curves, logged as ``penalty/<name>``.

        One that is ``scored`` counts in the scores, too, by which the best state is kept. A penalty that
        depends on more than drawing and progress must not: its scores could not be compared.

        Raises:
            ValueError: the name is taken.
        """
        taken = [*self._penalties, *self._unscored]
        if name in taken:
            raise ValueError(f"penalty {name!r} exists already; so far: {', '.join(taken)}")
        (self._penalties if scored else self._unscored)[name] = penalty

    def add_export_filter(self, keep: ShapeFilter) -> None:
        """Leaves shapes out of everything that is scored, shown or written; they stay in the optimization."""
        self._filters.append(keep)

    def exported(self, drawing: Drawing) -> Drawing:
        """The drawing, in which shapes that the export filters leave out are dead."""
        for keep in self._filters:
            drawing = drawing.replace(alive=drawing.alive & keep(drawing))
        return drawing

    def render(self, drawing: Drawing) -> Tensor:
        """[K, 3, H, W] the pictures that the terms see: one pixel for each unit of the canvas."""
        return rasterize(drawing, backend=self.backend)

    def losses(
        self, drawing: Drawing, progress: float, *, images: Tensor | None = None, training: bool = False
    ) -> dict[str, Tensor]:
        """Every weighted loss of a drawing of K canvases: ``term/name`` -> [K], ``penalty/name`` -> [K].

        Args:
            drawing: K canvases.
            progress: share of the stage that is done, in [0, 1].
            images: what ``render`` makes of the drawing, where that is known already.
            training: whether penalties count that are not scored.
        """
        losses = self.picture_losses(self.render(drawing) if images is None else images, progress)
        for name, penalty in [*self._penalties.items(), *(self._unscored.items() if training else ())]:
            losses[f"penalty/{name}"] = penalty(drawing, progress)
        return losses

    def picture_losses(self, images: Tensor, progress: float) -> dict[str, Tensor]:
        """Every weighted loss of pictures [K, 3, H, W]: ``term/name`` -> [K]."""
        losses: dict[str, Tensor] = {}
        for term_name, term in self.terms.items():
            weight = term.weight_at(progress)
            if term_name in self.canvas_weights:
                weight = weight * self.canvas_weights[term_name].to(images)
            plain = isinstance(weight, float) and weight == 1  # most are: spares two operations a loss
            for name, value in term(images, progress).items():
                losses[f"{term_name}/{name}"] = value if plain else weight * value
        return losses

    @torch.no_grad()
    def scores(self, drawing: Drawing, images: Tensor | None = None) -> Tensor:
        """[K] losses at progress 1 of a drawing of K canvases, infinite where it is not a number."""
        losses = self.losses(drawing, 1.0, images=images)
        return torch.stack(list(losses.values())).sum(0).nan_to_num(nan=torch.inf)

    def ink_demand(self, drawing: Drawing, progress: float) -> Tensor:
        """[K, H, W] >= 0, by how much the loss would fall if a pixel became darker."""
        images = self.render(drawing.detach()).requires_grad_()
        with torch.enable_grad():
            total = torch.stack(list(self.picture_losses(images, progress).values())).sum()
        (slope,) = torch.autograd.grad(total, images)
        return slope.sum(1).clamp_min(0)


def leading_losses(losses: Mapping[str, Tensor], scores: Tensor) -> dict[str, float]:
    """Of the canvas whose loss is lowest now: every loss by name, their sum ``loss``; and the best ``score``.

    Args:
        losses: [K] each.
        scores: [K] the lowest of each canvas so far.
    """
    each = torch.stack(list(losses.values())).detach()
    total = each.sum(0)
    leader = int(torch.argmin(total.nan_to_num(nan=torch.inf)))
    numbers = torch.cat([total[leader, None], scores.min()[None], each[:, leader]]).tolist()
    return dict(zip(("loss", "score", *losses), numbers, strict=True))
