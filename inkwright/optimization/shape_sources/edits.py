"""Changes of shapes between two steps; each can be undone, and the optimizer's memory of others stays."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from inkwright.optimization.shape_sources.drawing_source import DrawingSource
from inkwright.optimization.shape_sources.optimizer_groups import moments
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters

Optimizer = torch.optim.Optimizer
# Takes an edit back: shapes, values and the optimizer's memory are as they were before it.
Undo = Callable[[], None]


@torch.no_grad()
def remove(source: DrawingSource, gone: Tensor) -> Undo:
    """Lets shapes [N] (bool) die: neither painted nor exported, they keep their rows; see ``compact``.

    Raises:
        TypeError: the source makes its shapes itself.
    """
    return _set_alive(source, gone, False)


@torch.no_grad()
def revive(source: DrawingSource, back: Tensor) -> Undo:
    """Brings shapes [N] (bool) back to life, as they were when they died."""
    return _set_alive(source, back, True)


@torch.no_grad()
def replace(source: DrawingSource, where: Tensor, optimizer: Optimizer | None, **values: Tensor) -> Undo:
    """Gives some shapes a new start, also in the optimizer, which forgets what it knew of them.

    Args:
        source: what is optimized.
        where: [N] bool.
        optimizer: that moves the source; None if there is none yet.
        values: of parameters by name, a row for each row of the parameter; used where ``where`` holds.
    """
    undos: list[Undo] = []
    for part, rows in _parts(source, where):
        offset = {name: _rows_before(source, part, name) for name in values}
        for name, value in values.items():
            parameter = getattr(part, name)
            chosen = where[rows][part.shape_of_rows(name)]
            new = value[offset[name] : offset[name] + len(parameter)]
            memory = moments(optimizer, parameter)
            undos.append(_restorer(parameter, *memory.values()))
            parameter[chosen] = new[chosen].to(parameter)
            for moment in memory.values():
                moment[chosen] = 0
    source.project_()
    return lambda: _call_all(undos)


@torch.no_grad()
def compact(source: DrawingSource, optimizer: Optimizer | None) -> Undo:
    """Takes dead shapes out altogether; the optimizer's memory of the others moves with them."""
    undos = [
        _shrink(part, part.structure.alive, optimizer)
        for part, _ in _parts(source, None)
        if not bool(part.structure.alive.all())
    ]
    return lambda: _call_all(undos)


def _shrink(part: ShapeParameters, keep: Tensor, optimizer: Optimizer | None) -> Undo:
    """Makes a part the parameters of some of its shapes, and hands the optimizer's memory over."""
    before = part.structure, dict(part._parameters)
    kept_rows = {name: keep[part.shape_of_rows(name)] for name, _ in part.named_parameters(recurse=False)}
    part.take_over(part.drawing().detach().select(keep))
    undos = []
    for name, old in before[1].items():
        new = part._parameters[name]
        if optimizer is not None and old is not None and new is not None:
            undos.append(_hand_over(optimizer, old, new, kept_rows[name]))

    def undo() -> None:
        part._structure = before[0]
        part._parameters.update(before[1])
        _call_all(undos)

    return undo


def _hand_over(optimizer: Optimizer, old: nn.Parameter, new: nn.Parameter, rows: Tensor) -> Undo:
    """Puts a parameter in the place of another one in the optimizer, with the memory of some rows."""
    state = optimizer.state.pop(old, None)
    groups = [group for group in optimizer.param_groups if any(each is old for each in group["params"])]
    for group in groups:
        group["params"] = [new if each is old else each for each in group["params"]]
    if state is not None:
        per_row = {name: value for name, value in state.items() if getattr(value, "shape", None) == old.shape}
        optimizer.state[new] = {**state, **{name: value[rows].clone() for name, value in per_row.items()}}

    def undo() -> None:
        optimizer.state.pop(new, None)
        for group in groups:
            group["params"] = [old if each is new else each for each in group["params"]]
        if state is not None:
            optimizer.state[old] = state

    return undo


def _set_alive(source: DrawingSource, where: Tensor, alive: bool) -> Undo:
    undos: list[Undo] = []
    for part, rows in _parts(source, where):
        before = part.structure.alive
        part.set_alive(torch.where(where[rows], alive, before))
        undos.append(lambda part=part, before=before: part.set_alive(before))  # type: ignore[misc]
    return lambda: _call_all(undos)


def _parts(source: DrawingSource, where: Tensor | None) -> Iterator[tuple[ShapeParameters, slice]]:
    """The parts that an edit touches.

    Raises:
        TypeError: shapes are to be edited that the source makes itself.
    """
    parts = source.shape_parts()
    beyond = torch.zeros(0, dtype=torch.bool) if where is None else where.clone()
    for _, rows in parts:
        beyond[rows] = False
    if not parts or bool(beyond.any()):
        raise TypeError(f"{type(source).__name__} makes its shapes itself; they can't be edited one by one")
    for part, rows in parts:
        if where is None or bool(where[rows].any()):
            yield part, rows


def _rows_before(source: DrawingSource, part: ShapeParameters, name: str) -> int:
    """Rows of the parameters of that name in the parts before this one."""
    count = 0
    for other, _ in source.shape_parts():
        if other is part:
            break
        count += len(getattr(other, name, ()))
    return count


def _restorer(*tensors: Tensor) -> Undo:
    copies = [tensor.detach().clone() for tensor in tensors]

    @torch.no_grad()
    def restore() -> None:
        for tensor, copy in zip(tensors, copies, strict=True):
            tensor.copy_(copy)

    return restore


def _call_all(undos: list[Undo]) -> None:
    for undo in reversed(undos):
        undo()
