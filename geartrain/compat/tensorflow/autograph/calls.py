"""What rewritten code calls in place of other functions: their rewritten selves.

    ag__.converted(f)(x)

A function of the user's is rewritten when it is first called from rewritten code; functions of
libraries stay as they are. Of Python's own, `range`, `len`, `int`, `float`, `min` and `max` know
traced tensors.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import sysconfig
import types
from collections.abc import Callable
from typing import Any

from geartrain import ops
from geartrain.compat.tensorflow import creation
from geartrain.compat.tensorflow.autograph.state import CannotStage, as_tensor, is_traced
from geartrain.layers.layer import Layer
from geartrain.ops.core import promoted
from geartrain.tensor.user_line import PACKAGE

LIBRARIES = (PACKAGE, *(sysconfig.get_paths()[each] for each in ("stdlib", "purelib", "platlib")))
AS_IT_STANDS = "__geartrain_as_it_stands__"


class LazyRange:
    """A range whose end, or step, is known when the compiled code runs.

    >>> LazyRange(0, 10, 2).step
    2
    """

    def __init__(self, start: Any, limit: Any, step: Any) -> None:
        if is_traced(step):
            raise CannotStage("a range whose step is a traced tensor")
        first, last = as_tensor(start), as_tensor(limit)
        self.start, self.limit = promoted(first, last)
        self.step = int(step)

    def has(self, place: Any) -> Any:
        """Whether a place lies before the end."""
        return (ops.less if self.step > 0 else ops.greater)(place, self.limit)


def converted(function: Any) -> Any:
    """What is to be called in place of a function."""
    own = _OWN.get(function) if _is_hashable(function) else None
    if own is not None:
        return own
    if isinstance(function, functools.partial):
        return functools.partial(converted(function.func), *function.args, **function.keywords)
    if hasattr(function, "python_function") and getattr(function, "autograph", False):
        return converted(function.python_function)
    if isinstance(function, types.MethodType):
        return types.MethodType(converted(function.__func__), function.__self__)
    if isinstance(function, types.FunctionType):
        return _of_user(function)
    return _of_object(function)


def _of_object(each: Any) -> Any:
    """An object of the user's that can be called; a layer calls its `call` itself."""
    method = vars(type(each)).get("__call__")
    if isinstance(each, type | Layer) or not isinstance(method, types.FunctionType):
        return each
    found = _of_user(method)
    return each if found is method else types.MethodType(found, each)


def _of_user(function: types.FunctionType) -> Any:
    from geartrain.compat.tensorflow.autograph.converting import convert_function

    if is_library(function) or getattr(function, AS_IT_STANDS, False):
        return function
    return convert_function(function) or function


def is_library(function: types.FunctionType) -> bool:
    """Whether a function is of Python, of this package, or of another one that is installed."""
    file = function.__code__.co_filename
    return file.startswith(LIBRARIES) or file.startswith("<frozen")


def do_not_convert(func: Any = None) -> Any:
    """A function that rewritten code calls as it stands; also as a decorator."""
    if func is None:
        return do_not_convert

    @functools.wraps(func)
    def as_it_stands(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    setattr(as_it_stands, AS_IT_STANDS, True)
    return as_it_stands


# -- Python's own, of traced tensors ---------------------------------------------------------------


def _range(*bounds: Any) -> Any:
    if not any(map(is_traced, bounds)):
        return range(*bounds)
    start, limit, step = (0, *bounds, 1) if len(bounds) == 1 else (*bounds, 1)[:3]
    return LazyRange(start, limit, step)


def _tensor_range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = "range"
) -> Any:
    if not any(map(is_traced, (start, limit, delta))):
        return creation.range(start, limit, delta, dtype, name)
    first, last = (0, start) if limit is None else (start, limit)
    if dtype is not None:
        first, last = (ops.cast(each, dtype) for each in (first, last))
    return LazyRange(first, last, delta)


def _len(x: Any) -> Any:
    return x.shape[0] if is_traced(x) else len(x)


def _int(*arguments: Any) -> Any:
    return ops.cast(arguments[0], "int32") if _is_of_tensor(arguments) else int(*arguments)


def _float(*arguments: Any) -> Any:
    return ops.cast(arguments[0], "float32") if _is_of_tensor(arguments) else float(*arguments)


def _is_of_tensor(arguments: tuple[Any, ...]) -> bool:
    return len(arguments) == 1 and is_traced(arguments[0])


def _extreme(python: Callable[..., Any], reduce: Any, two: Any) -> Callable[..., Any]:
    """`min` or `max`: of one tensor along its axis, or of several."""

    @functools.wraps(python)
    def function(*values: Any, **options: Any) -> Any:
        if options or not any(map(is_traced, values)):
            return python(*values, **options)
        if len(values) == 1:
            return reduce(values[0], axis=0)
        return functools.reduce(two, values)

    return function


def _is_hashable(x: Any) -> bool:
    return inspect.isbuiltin(x) or isinstance(x, type | types.FunctionType)


_OWN: dict[Any, Any] = {
    builtins.range: _range,
    builtins.len: _len,
    builtins.int: _int,
    builtins.float: _float,
    builtins.min: _extreme(min, ops.min, ops.minimum),
    builtins.max: _extreme(max, ops.max, ops.maximum),
    creation.range: _tensor_range,
}
__all__ = ["LazyRange", "converted", "do_not_convert", "is_library"]
