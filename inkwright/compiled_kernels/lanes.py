"""Vectors of eight numbers within kernels, which the compiler does not make of loops of a few pixels itself.

Arithmetic (+, -, *, /) is lane by lane; a number on one side counts for all of them. The compiler makes of
them what the processor has: one register, two, or four.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, models, register_model

LANES = 8
_LIBERTIES = ("contract", "nsz", "reassoc")
_SUFFIXES = {"float": "f32", "double": "f64"}
_INDEX = ir.IntType(32)


class Lanes(types.Type):
    """The type of eight numbers of one kind."""

    def __init__(self, element: types.Number) -> None:
        self.element = element
        super().__init__(f"lanes({element})")


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, of: Lanes) -> None:
        super().__init__(manager, of, ir.VectorType(manager[of.element].get_value_type(), LANES))


def _lanes_of(*kinds: Any) -> Lanes | None:
    """The kind of lanes among some types of lanes and numbers; None if there is none, or something else."""
    found = [each for each in kinds if isinstance(each, Lanes)]
    return found[0] if found and all(isinstance(each, Lanes | types.Number) for each in kinds) else None


def _spread(builder: Any, number: Any) -> Any:
    """The same number in all lanes."""
    whole = ir.Constant(ir.VectorType(number.type, LANES), ir.Undefined)
    alone = builder.insert_element(whole, number, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(alone, whole, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))


def _vectors(context: Any, builder: Any, lanes: Lanes, values: Any, kinds: Any) -> list[Any]:
    """Values as lanes: numbers are spread."""
    return [
        value
        if isinstance(kind, Lanes)
        else _spread(builder, context.cast(builder, value, kind, lanes.element))
        for value, kind in zip(values, kinds, strict=True)
    ]


def _named(lanes: Any, name: str) -> str:
    """The name of LLVM's function for such a vector."""
    return f"llvm.{name}.v{LANES}{_SUFFIXES.get(str(lanes.element), lanes.element)}"


def _call(builder: Any, name: str, result: Any, values: list[Any]) -> Any:
    kind = ir.FunctionType(result, [each.type for each in values])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), values)


def _define(operation: Any, instruction: str) -> None:
    @infer_global(operation)
    class _Template(AbstractTemplate):
        def generic(self, arguments: Any, keywords: Any) -> Any:
            lanes = _lanes_of(*arguments)
            return signature(lanes, *arguments) if lanes is not None and len(arguments) == 2 else None

    def lower(context: Any, builder: Any, found: Any, values: Any) -> Any:
        vectors = _vectors(context, builder, found.return_type, values, found.args)
        return getattr(builder, instruction)(*vectors, flags=_LIBERTIES)

    for kinds in ((Lanes, Lanes), (Lanes, types.Number), (types.Number, Lanes)):
        lower_builtin(operation, *kinds)(lower)


for _operations, _instruction in (
    ((operator.add, operator.iadd), "fadd"),
    ((operator.sub, operator.isub), "fsub"),
    ((operator.mul, operator.imul), "fmul"),
    ((operator.truediv, operator.itruediv), "fdiv"),
):
    for _operation in _operations:
        _define(_operation, _instruction)


def _choice(comparison: str) -> Callable[..., Any]:
    """What chooses, of two lanes or a number and lanes, that which compares so."""

    def choose(_: Any, one: Any, other: Any) -> Any:
        def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
            one, other = _vectors(context, builder, found.return_type, values, found.args)
            return builder.select(builder.fcmp_ordered(comparison, one, other), one, other)

        lanes = _lanes_of(one, other)
        return None if lanes is None else (lanes(one, other), generate)

    return choose


smaller = intrinsic(_choice("<"))
larger = intrinsic(_choice(">"))


def _function(name: str) -> Callable[..., Any]:
    """A function of LLVM's, lane by lane."""

    def apply(_: Any, lanes: Any) -> Any:
        def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
            return _call(builder, _named(values[0].type, name), values[0].type, values)

        return lanes(lanes), generate

    return apply


magnitude = intrinsic(_function("fabs"))
square_root = intrinsic(_function("sqrt"))
floor, ceiling = intrinsic(_function("floor")), intrinsic(_function("ceil"))


@intrinsic
def where_positive(_: Any, of: Any, one: Any, other: Any) -> Any:
    """The lanes of one where ``of`` is above 0, those of the other elsewhere; either may be a number."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        one, other = _vectors(context, builder, of, values[1:], found.args[1:])
        above = builder.fcmp_ordered(">", values[0], ir.Constant(values[0].type, [0.0] * LANES))
        return builder.select(above, one, other)

    return of(of, one, other), generate


@intrinsic
def ramp(_: Any, start: Any) -> Any:
    """The numbers start, start + 1, ..., start + 7."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        vector = _spread(builder, values[0])
        return builder.fadd(vector, ir.Constant(vector.type, [float(k) for k in range(LANES)]))

    return Lanes(start)(start), generate


@intrinsic
def spread(_: Any, number: Any) -> Any:
    """The same number in all lanes."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        return _spread(builder, values[0])

    return Lanes(number)(number), generate


@intrinsic
def total(_: Any, lanes: Any) -> Any:
    """The sum of all lanes."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        kind, vector = values[0].type.element, values[0].type
        name = _named(vector, "vector.reduce.fadd")
        reduce = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind, vector]), name)
        return builder.call(reduce, [ir.Constant(kind, 0.0), values[0]], fastmath=_LIBERTIES)

    return lanes.element(lanes), generate


def _are_first(context: Any, builder: Any, count: Any, kind: Any) -> Any:
    """Which lanes are the first so many."""
    spread_count = _spread(builder, context.cast(builder, count, kind, types.int32))
    return builder.icmp_signed("<", ir.Constant(spread_count.type, list(range(LANES))), spread_count)


@intrinsic
def first(_: Any, count: Any, lanes: Any) -> Any:
    """The first so many lanes, and zeros for the others."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        zeros = ir.Constant(values[1].type, [0.0] * LANES)
        return builder.select(_are_first(context, builder, values[0], found.args[0]), values[1], zeros)

    return lanes(count, lanes), generate


@intrinsic
def are_positive(_: Any, count: Any, lanes: Any) -> Any:
    """Whether the first so many lanes are above 0."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        above = builder.fcmp_ordered(">", values[1], ir.Constant(values[1].type, [0.0] * LANES))
        others = builder.not_(_are_first(context, builder, values[0], found.args[0]))
        both = builder.or_(above, others)
        return _call(builder, _named(both.type, "vector.reduce.and"), ir.IntType(1), [both])

    return types.boolean(count, lanes), generate


def _place(context: Any, builder: Any, found: Any, values: Any) -> tuple[Any, int]:
    """(pointer to the lanes of an array from an index on, bytes of an element)."""
    kind, index_kind = found.args[:2]
    array = context.make_array(kind)(context, builder, values[0])
    indices, kinds = [values[1]], [index_kind]
    if isinstance(index_kind, types.BaseTuple):
        indices, kinds = cgutils.unpack_tuple(builder, values[1]), list(index_kind.types)
    indices = [context.cast(builder, *each, types.intp) for each in zip(indices, kinds, strict=True)]
    pointer = cgutils.get_item_pointer(context, builder, kind, array, indices)
    vector = ir.VectorType(context.get_value_type(kind.dtype), LANES)
    return builder.bitcast(pointer, vector.as_pointer()), kind.dtype.bitwidth // 8


def _of_width(builder: Any, vector: Any, element: Any) -> Any:
    """Lanes in the precision of an array's elements."""
    wanted = {32: ir.FloatType(), 64: ir.DoubleType()}[element.bitwidth]
    if isinstance(element, types.Integer) or vector.type.element == wanted:
        return vector
    cast = builder.fptrunc if element.bitwidth == 32 else builder.fpext
    return cast(vector, ir.VectorType(wanted, LANES))


@intrinsic
def load(_: Any, array: Any, index: Any) -> Any:
    """The eight numbers of an array from an index on, the last axis being contiguous."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        pointer, align = _place(context, builder, found, values)
        return builder.load(pointer, align=align)

    return Lanes(array.dtype)(array, index), generate


@intrinsic
def store(_: Any, array: Any, index: Any, lanes: Any) -> Any:
    """Write eight numbers into an array from an index on, the last axis being contiguous."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        pointer, align = _place(context, builder, found, values)
        builder.store(_of_width(builder, values[2], array.dtype), pointer, align=align)
        return context.get_dummy_value()

    return types.none(array, index, lanes), generate


@intrinsic
def store_first(_: Any, array: Any, index: Any, count: Any, lanes: Any) -> Any:
    """As ``store``, but only the first so many numbers; all others stay as they are."""

    def generate(context: Any, builder: Any, found: Any, values: Any) -> Any:
        pointer, align = _place(context, builder, found, values)
        vector = _of_width(builder, values[3], array.dtype)
        are_first = _are_first(context, builder, values[2], found.args[2])
        arguments = [vector, pointer, ir.Constant(_INDEX, align), are_first]
        _call(builder, f"{_named(vector.type, 'masked.store')}.p0", ir.VoidType(), arguments)
        return context.get_dummy_value()

    return types.none(array, index, count, lanes), generate
