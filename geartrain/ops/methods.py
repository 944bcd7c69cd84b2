"""What `Tensor` and `Variable` can do by operators and methods: the functions of this room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from geartrain.errors import explain
from geartrain.ops import (
    comparison,
    core,
    cumulative,
    elementwise,
    indexing,
    item,
    joining,
    products,
    reductions,
    rounding,
    shaping,
    sorting,
)
from geartrain.ops.recording import recorded
from geartrain.tensor import Tensor, Variable, format_shape
from geartrain.tensor.tensor import install_methods

Operation = Callable[..., Any]

OPERATORS: dict[str, Operation] = {
    "add": elementwise.add,
    "sub": elementwise.subtract,
    "mul": elementwise.multiply,
    "truediv": elementwise.divide,
    "floordiv": rounding.floor_divide,
    "mod": rounding.mod,
    "pow": elementwise.power,
    "matmul": products.matmul,
    "and": rounding.bitwise_and,
    "or": rounding.bitwise_or,
    "xor": rounding.bitwise_xor,
    "lshift": rounding.left_shift,
    "rshift": rounding.right_shift,
}
# `x == None` and `x == "a"` are left to Python, which says False.
COMPARISONS: dict[str, Operation] = {
    "__eq__": comparison.equal,
    "__ne__": comparison.not_equal,
    "__lt__": comparison.less,
    "__le__": comparison.less_equal,
    "__gt__": comparison.greater,
    "__ge__": comparison.greater_equal,
}
METHODS: dict[str, Operation] = {
    "argmax": reductions.argmax,
    "argmin": reductions.argmin,
    "argsort": sorting.argsort,
    "astype": core.cast,
    "clip": elementwise.clip,
    "conj": rounding.conj,
    "cumprod": cumulative.cumprod,
    "cumsum": cumulative.cumsum,
    "dot": products.dot,
    "flatten": shaping.ravel,
    "ravel": shaping.ravel,
    "repeat": joining.repeat,
    "round": rounding.round,
    "squeeze": shaping.squeeze,
    "swapaxes": shaping.swapaxes,
    "take": indexing.take,
}
REDUCTIONS: dict[str, Operation] = {
    name: getattr(reductions, name)
    for name in ("all", "any", "max", "mean", "min", "prod", "std", "sum", "var")
}


def _comparing(operation: Operation) -> Operation:
    operation = recorded(operation)

    def method(self: Any, other: Any) -> Any:
        return NotImplemented if other is None or isinstance(other, str) else operation(self, other)

    return method


def _reflected(operation: Operation) -> Operation:
    operation = recorded(operation)

    def method(self: Any, other: Any) -> Any:
        return NotImplemented if other is None or isinstance(other, str) else operation(other, self)

    return method


def _arithmetic() -> dict[str, Operation]:
    methods: dict[str, Operation] = {
        "__neg__": recorded(elementwise.negative),
        "__pos__": core.convert_to_tensor,
        "__abs__": recorded(elementwise.absolute),
        "__invert__": recorded(rounding.bitwise_not),
    }
    for name, operation in OPERATORS.items():
        methods[f"__{name}__"] = recorded(operation)
        methods[f"__i{name}__"] = recorded(operation)  # x += y gives x a new value, not new numbers
        methods[f"__r{name}__"] = _reflected(operation)
    return methods


def _reducing(name: str, operation: Operation) -> Operation:
    """A reduction as a method; `np.sum(x)` calls it too, with arguments of NumPy's."""
    operation = recorded(operation)

    def method(
        self: Any, axis: Any = None, keepdims: Any = False, *, dtype: Any = None, out: Any = None
    ) -> Any:
        if out is not None:
            raise TypeError(_out_message(name))
        found = operation(self, axis=axis, keepdims=bool(keepdims))
        return found if dtype is None else core.cast(found, dtype)

    method.__name__, method.__doc__ = name, operation.__doc__
    return method


def _rounded(self: Any, ndigits: int | None = None) -> Any:
    """`round(x, 2)`."""
    return recorded(rounding.round)(self, ndigits or 0)


def _reshape(self: Tensor, *shape: Any) -> Tensor:
    """The same elements in another shape: `x.reshape(3, -1)` or `x.reshape((3, -1))`."""
    return recorded(shaping.reshape)(self, shape[0] if len(shape) == 1 else shape)


def _transpose(self: Tensor, *axes: Any) -> Tensor:
    """The axes in another order: reversed, if none are named."""
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    return recorded(shaping.transpose)(self, order or None)


def _matrix_transpose(self: Tensor) -> Tensor:
    """The last two axes in each other's place."""
    return recorded(shaping.swapaxes)(self, -1, -2)


def _sort(self: Tensor, axis: int | None = -1) -> Tensor:
    """The elements of an axis from the smallest to the largest; the tensor stays as it is."""
    return sorting.sort(self, axis)


def _iterate(self: Any) -> Iterator[Tensor]:
    """The parts along the first axis."""
    if not self.shape:
        raise TypeError("a tensor of rank 0 has no parts: use x.item()")
    return (self[place] for place in range(shaping.static_size(self.shape[0], "iteration")))


def _no_assignment(self: Tensor, key: Any, value: Any) -> None:
    raise TypeError(
        explain(
            "A tensor does not change",
            given=f"x[...] = value, for a tensor of shape {format_shape(self.shape)}",
            expected="a new tensor, or a Variable, whose value can be replaced",
            remedy="x = ops.slice_update(x, start_indices, value), or variable.assign(value)",
        )
    )


def _out_message(name: str) -> str:
    return explain(
        f"x.{name}() gives a new tensor",
        given="out=...",
        expected="no `out`: a tensor does not change",
        remedy=f"y = x.{name}()",
    )


def _item(self: Any, key: Any) -> Tensor:
    """A part of the tensor, as NumPy's indexing chooses it."""
    return get_item(self if isinstance(self, Tensor) else self.value, key)


@recorded
def get_item(x: Tensor, key: Any) -> Tensor:
    """A part of a tensor, as NumPy's indexing chooses it."""
    return item.item_of(x, key)


def _assign_add(self: Variable, value: Any) -> Tensor:
    """Add to the variable's value."""
    return self.assign(elementwise.add(self, value))


def _assign_sub(self: Variable, value: Any) -> Tensor:
    """Subtract from the variable's value."""
    return self.assign(elementwise.subtract(self, value))


def install() -> None:
    """Give tensors and variables their operators and methods."""
    comparisons = {name: _comparing(each) for name, each in COMPARISONS.items()}
    shared: dict[str, Any] = {
        **_arithmetic(),
        **{name: recorded(each) for name, each in METHODS.items()},
        **{name: _reducing(name, each) for name, each in REDUCTIONS.items()},
        "__round__": _rounded,
        "T": property(recorded(shaping.transpose)),
        "mT": property(_matrix_transpose),
        "__getitem__": _item,
        "__iter__": _iterate,
        "reshape": _reshape,
        "transpose": _transpose,
    }
    real_parts = {"real": property(rounding.real), "imag": property(rounding.imag)}
    install_methods(
        {**shared, **comparisons, **real_parts, "sort": _sort, "__setitem__": _no_assignment}
    )
    ordering = {
        name: each for name, each in comparisons.items() if name not in ("__eq__", "__ne__")
    }
    for name, method in {**shared, **ordering}.items():
        setattr(Variable, name, method)
    Variable.assign_add = _assign_add  # type: ignore[attr-defined]
    Variable.assign_sub = _assign_sub  # type: ignore[attr-defined]
