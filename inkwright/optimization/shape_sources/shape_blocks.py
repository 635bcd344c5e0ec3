"""Several sources as one drawing, each frozen or trained at its own rates: how shapes are added."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import torch
from torch import Tensor, nn

from inkwright.optimization.shape_sources.drawing_source import DrawingSource, StepSizes
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.drawing_tensors import from_tensors


class ShapeBlocks(DrawingSource):
    """Blocks of shapes, painted in the order in which they were added, or by their layers.

    Attributes:
        blocks: the sources by name, in paint order.
        frozen: names of the blocks that are not trained.
        own_rates: step sizes of blocks that do not take the stage's, by name.
    """

    def __init__(self, blocks: Mapping[str, DrawingSource], *, by_layer: bool = False) -> None:
        """Takes over the first blocks.

        Args:
            blocks: by name.
            by_layer: whether shapes of lower layers are painted first, those of one layer by their blocks.

        Raises:
            ValueError: there is none, or a name is not allowed.
        """
        super().__init__()
        if not blocks:
            raise ValueError("blocks is empty; a drawing begins with at least one block, which may be empty")
        self.blocks, self.by_layer = nn.ModuleDict(), by_layer
        self.frozen: set[str] = set()
        self.own_rates: dict[str, StepSizes] = {}
        self._joined: tuple[tuple[int, ...], Drawing] | None = None
        for name, block in blocks.items():
            self.add(name, block)

    def add(self, name: str, block: DrawingSource, *, rates: StepSizes | None = None) -> None:
        """Paints a further block of as many canvases, of the same size, over the others.

        ``rates`` are its own step sizes; None = those of the stage.

        Raises:
            ValueError: the name is taken, or has a dot.
        """
        if name in self.blocks or "." in name or not name:
            raise ValueError(
                f"block {name!r} can't be added; there is {', '.join(self.blocks) or 'none'} yet"
            )
        self.blocks[name] = block
        if rates is not None:
            self.own_rates[name] = rates

    def remove(self, name: str) -> None:
        """Takes a block out of the drawing.

        Raises:
            ValueError: there is no such block.
        """
        self._check(name)
        del self.blocks[name]
        self.frozen.discard(name)
        self.own_rates.pop(name, None)

    def freeze(self, name: str, frozen: bool = True) -> None:
        """Says whether a block stays as it is while the others are optimized.

        Raises:
            ValueError: there is no such block.
        """
        self._check(name)
        (self.frozen.add if frozen else self.frozen.discard)(name)

    def drawing(self) -> Drawing:
        """All blocks in one drawing."""
        parts = [self._block_drawing(name) for name in self.blocks]
        if len(parts) == 1:
            return parts[0]
        # A drawing whose structure stays shares its cache with the one before.
        structure = tuple(id(part.cache) for part in parts)
        if self._joined is None or self._joined[0] != structure:
            # Alive, so that their identities stay theirs; the parts themselves would keep a graph alive, to
            # which parameters of other sizes that are loaded later would not fit.
            self._caches = [part.cache for part in parts]
            whole = Drawing.concat(*parts).detach()
            self._joined = structure, _ordered_by_layer(whole) if self.by_layer else whole
        whole = self._joined[1]
        names = ("points", "width", "stroke", "fill")
        changes: dict[str, Any] = {name: torch.cat([getattr(part, name) for part in parts]) for name in names}
        if whole.gradients is not None:
            found = [part.gradients for part in parts if part.gradients is not None]
            frame, color = (torch.cat([getattr(each, n) for each in found]) for n in ("frame", "stop_color"))
            changes["gradients"] = replace(whole.gradients, frame=frame, stop_color=color)
        return whole.replace(**changes)

    def parameter_groups(self, rates: StepSizes) -> list[dict[str, Any]]:
        """The groups of all blocks that are not frozen, as ``block.group``."""
        return [
            {**group, "name": f"{name}.{group['name']}"}
            for name, block in self._sources()
            if name not in self.frozen
            for group in block.parameter_groups(self.own_rates.get(name, rates))
        ]

    def project_(self) -> None:
        """Brings every block that moves back into its ranges."""
        for name, block in self._sources():
            if name not in self.frozen:
                block.project_()

    def canvas_of_rows(self, name: str) -> Tensor | None:
        """[R] the canvas of each row of a group's parameter."""
        block, _, group = name.partition(".")
        return self._source(block).canvas_of_rows(group)

    def shape_parts(self) -> list[tuple[ShapeParameters, slice]]:
        """The parts of all blocks, each with its rows in the whole drawing."""
        found, start = [], 0
        for _, block in self._sources():
            parts = block.shape_parts()
            found += [(part, slice(start + rows.start, start + rows.stop)) for part, rows in parts]
            start += block.drawing().num_shapes
        return found

    def get_extra_state(self) -> dict[str, Any]:
        """Which blocks there are, and how each is trained, for checkpoints."""
        rates = {name: asdict(each) for name, each in self.own_rates.items()}
        return {"names": list(self.blocks), "frozen": sorted(self.frozen), "own_rates": rates}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """How each block is trained; the blocks themselves have been made before, see below."""
        self.frozen = set(state["frozen"])
        self.own_rates = {name: StepSizes(**each) for name, each in state["own_rates"].items()}
        self._joined = None

    def _load_from_state_dict(self, state_dict: Mapping[str, Any], prefix: str, *rest: Any) -> None:
        """Before anything is loaded: the blocks of the state, no others, in its order.

        Raises:
            ValueError: a block is missing that only the method itself can make.
        """
        names = state_dict.get(f"{prefix}_extra_state", {}).get("names", list(self.blocks))
        had = dict(self._sources())
        self.blocks.clear()
        for name in names:
            self.blocks[name] = had.get(name) or _made(name, state_dict, f"{prefix}blocks.{name}.")
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def _block_drawing(self, name: str) -> Drawing:
        drawing = self._source(name).drawing()
        return drawing.detach() if name in self.frozen else drawing

    def _sources(self) -> list[tuple[str, DrawingSource]]:
        return [(name, self._source(name)) for name in self.blocks]

    def _source(self, name: str) -> DrawingSource:
        block: DrawingSource = self.blocks[name]  # type: ignore[assignment]
        return block

    def _check(self, name: str) -> None:
        if name not in self.blocks:
            raise ValueError(f"there is no block {name!r}; there is {', '.join(self.blocks)}")


def _ordered_by_layer(drawing: Drawing) -> Drawing:
    rows = torch.argsort(drawing.order, stable=True)
    rows = rows[torch.argsort(drawing.layer[rows], stable=True)]
    return drawing.replace(order=torch.argsort(rows))


def _made(name: str, state_dict: Mapping[str, Any], prefix: str) -> DrawingSource:
    """A block that a state has and the run has not made: plain shapes can be made from the state alone."""
    state = state_dict.get(f"{prefix}_extra_state", {})
    if "structure" not in state:
        raise ValueError(
            f"the checkpoint's block {name!r} is none of plain shapes; only its method can make it"
        )
    options = {name: value for name, value in state.items() if name != "structure"}
    return ShapeParameters(from_tensors(state["structure"]), **options)
