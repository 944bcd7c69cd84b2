"""`tf.debugging`: checks of numbers and shapes; compiled functions check, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain import debug, ops
from geartrain.autodiff import debug_nans
from geartrain.tensor import Tensor

__all__ = [
    "Assert", "assert_all_finite", "assert_equal", "assert_greater", "assert_greater_equal",
    "assert_integer", "assert_less", "assert_less_equal", "assert_near", "assert_negative",
    "assert_non_negative", "assert_non_positive", "assert_none_equal", "assert_positive",
    "assert_proper_iterable", "assert_rank", "assert_rank_at_least", "assert_rank_in",
    "assert_scalar", "assert_shapes", "assert_type", "check_numerics", "disable_check_numerics",
    "enable_check_numerics", "is_numeric_tensor",
]  # fmt: skip


def _comparing(name: str, operation: Any, says: str) -> Callable[..., None]:
    def function(
        x: Any, y: Any, message: str | None = None, summarize: Any = None, name: str | None = None
    ) -> None:
        text = _braces(message or f"x {says} y does not hold")
        debug.check(ops.all(operation(x, y)), text + ": x is {}, y is {}", x, y)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"Raise where `x {says} y` does not hold for some element."
    return function


def _braces(message: str) -> str:
    """A message as text of a format."""
    return message.replace("{", "{{").replace("}", "}}")


assert_equal = _comparing("assert_equal", ops.equal, "==")
assert_less = _comparing("assert_less", ops.less, "<")
assert_less_equal = _comparing("assert_less_equal", ops.less_equal, "<=")
assert_greater = _comparing("assert_greater", ops.greater, ">")
assert_greater_equal = _comparing("assert_greater_equal", ops.greater_equal, ">=")


def assert_none_equal(
    x: Any, y: Any, summarize: Any = None, message: str | None = None, name: str | None = None
) -> None:
    """Raise where `x != y` does not hold for some element."""
    _different(x, y, message)


_different = _comparing("assert_none_equal", ops.not_equal, "!=")


def assert_positive(
    x: Any, message: str | None = None, summarize: Any = None, name: str | None = None
) -> None:
    """Raise where an element is not above 0."""
    assert_greater(x, ops.zeros_like(x), message)


def assert_non_negative(
    x: Any, message: str | None = None, summarize: Any = None, name: str | None = None
) -> None:
    """Raise where an element is below 0."""
    assert_greater_equal(x, ops.zeros_like(x), message)


def assert_negative(
    x: Any, message: str | None = None, summarize: Any = None, name: str | None = None
) -> None:
    """Raise where an element is not below 0."""
    assert_less(x, ops.zeros_like(x), message)


def assert_non_positive(
    x: Any, message: str | None = None, summarize: Any = None, name: str | None = None
) -> None:
    """Raise where an element is above 0."""
    assert_less_equal(x, ops.zeros_like(x), message)


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    message: str | None = None,
    summarize: Any = None,
    name: str | None = None,
) -> None:
    """Raise where |x - y| > atol + rtol |y|; the default of both is ten times the dtype's eps."""
    from geartrain.tensor.dtypes import finfo

    eps = 10 * float(finfo(ops.convert_to_tensor(x).dtype).eps)
    near = ops.isclose(x, y, eps if rtol is None else rtol, eps if atol is None else atol)
    debug.check(ops.all(near), _braces(message or "x is not near y") + ": x is {}, y is {}", x, y)


def assert_all_finite(x: Any, message: str, name: str | None = None) -> Tensor:
    """The tensor, or an error where an element is infinite or NaN."""
    debug.check(ops.all(ops.isfinite(x)), _braces(message) + ": {}", x)
    return ops.convert_to_tensor(x)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """The tensor, or an error where an element is infinite or NaN."""
    return assert_all_finite(tensor, message)


def Assert(  # noqa: N802  (TensorFlow's name)
    condition: Any, data: Any, summarize: Any = None, name: str | None = None
) -> None:
    """Raise where a condition does not hold; the message has the data."""
    places = " ".join(["{}"] * len(data))
    debug.check(condition, f"the condition does not hold: {places}", *data)


def assert_rank(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise where a tensor has another number of axes."""
    if ops.ndim(x) != int(rank):
        raise ValueError(message or f"rank {int(rank)} is expected, and given is {ops.ndim(x)}")


def assert_rank_at_least(
    x: Any, rank: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raise where a tensor has fewer axes."""
    if ops.ndim(x) < int(rank):
        raise ValueError(message or f"rank {int(rank)} or more is expected, not {ops.ndim(x)}")


def assert_rank_in(x: Any, ranks: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise where a tensor has a number of axes that is not among some."""
    if ops.ndim(x) not in map(int, ranks):
        raise ValueError(message or f"a rank among {list(ranks)} is expected, not {ops.ndim(x)}")


def assert_scalar(tensor: Any, message: str | None = None, name: str | None = None) -> Tensor:
    """Raise where a tensor has axes."""
    assert_rank(tensor, 0, message)
    return ops.convert_to_tensor(tensor)


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise where a tensor has no whole numbers."""
    has = ops.convert_to_tensor(x).dtype
    if has.kind not in "iu":
        raise TypeError(message or f"whole numbers are expected, and given is {has}")


def assert_proper_iterable(values: Any) -> None:
    """Raise where something is no list of tensors, but a tensor or an array itself."""
    if isinstance(values, Tensor | np.ndarray | str | bytes) or not hasattr(values, "__iter__"):
        raise TypeError(f"a list or a tuple is expected, and given is a {type(values).__name__}")


def assert_type(
    tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None
) -> None:
    """Raise where a tensor has another dtype."""
    has = ops.convert_to_tensor(tensor).dtype
    if has != tf_type:
        raise TypeError(message or f"{tf_type} is expected, and given is {has}")


def assert_shapes(
    shapes: Any,
    data: Any = None,
    summarize: Any = None,
    message: str | None = None,
    name: str | None = None,
) -> None:
    """Raise where sizes of one name differ: `[(x, ("N", 3)), (y, ("N",))]`.

    >>> assert_shapes([(ops.ones((2, 3)), ("N", 3)), (ops.ones((2,)), ("N",))])
    """
    known: dict[Any, Any] = {}
    for tensor, wanted in shapes.items() if isinstance(shapes, dict) else shapes:
        names = tuple(wanted) if isinstance(wanted, tuple | list | str) else (wanted,)
        has = ops.shape(tensor)
        fits = len(has) == len(names) and all(
            known.setdefault(name, size) == size if isinstance(name, str) else name in (None, size)
            for name, size in zip(names, has, strict=True)
            if name not in (".", "*")
        )
        if not fits:
            raise ValueError(message or f"the shape {names} is expected, with {known}; not {has}")


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether a tensor holds numbers, and not truth values."""
    return isinstance(tensor, Tensor) and tensor.dtype.kind != "b"


_nans: list[Any] = []


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """Raise from now on where an operation gives NaN or infinity."""
    if not _nans:
        _nans.append(debug_nans())
        _nans[0].__enter__()


def disable_check_numerics() -> None:
    """Stop that."""
    if _nans:
        _nans.pop().__exit__(None, None, None)
