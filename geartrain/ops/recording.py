"""Public operations that are written down as one, when they are called on symbolic tensors.

    x = layers.Input((4,)); ops.gelu(x)   ->   one node, "gelu", rather than its twelve primitives

A tracer that wants this has a method `record(function, args, kwargs)`: that of models does, so that
a model can be written to a file by the names of operations. Other calls pass by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar, cast

from numpy import ndarray

from geartrain.graph import Node
from geartrain.tensor import NoSize, Tensor

Operation = Callable[..., Any]
F = TypeVar("F", bound=Operation)

# What gives no tensor, or takes functions, which may use other symbolic tensors.
UNRECORDED = {
    "cond", "convert_to_numpy", "custom_gradient", "dtype", "fori_loop", "is_tensor", "ndim",
    "shape", "size", "switch", "vectorize", "while_loop",
}  # fmt: skip
# What takes functions, and goes through an axis, whose size may not be known yet.
RECORDED_AT_LAST = {"associative_scan", "map", "scan", "vectorized_map"}
_recorded: dict[Operation, Operation] = {}


def recorded(function: F, module: str | None = None) -> F:
    """The function, which a tracer of models writes down as one operation.

    `module` is where it is found under its name, so that it can be pickled.
    """
    if function in _recorded:
        return cast("F", _recorded[function])

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        for each in args:
            if type(each) is not Tensor or type(each._value) is not ndarray:
                break
        else:  # nothing but numbers, which is all that a short way asks of small tensors
            if not kwargs:
                return function(*args)
        recorder = _recorder(args) or (kwargs and _recorder(kwargs.values()))
        if recorder:
            return recorder.record(function, args, kwargs)
        return function(*args, **kwargs)

    call.__module__ = module or function.__module__
    _recorded[function] = call
    return cast("F", call)


def recorded_at_last(function: F, module: str | None = None) -> F:
    """The function, written down as one operation only where it needs a size that is unknown."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except NoSize:
            recorder = _recorder((*args, *kwargs.values()))
            if recorder is None:
                raise
            return recorder.record(function, args, kwargs)

    call.__module__ = module or function.__module__
    return cast("F", call)


def _recorder(arguments: Iterable[Any]) -> Any:
    """The tracer that writes calls of operations down, if an argument is a tensor of one."""
    for each in arguments:
        kind = type(each)
        if kind is list or kind is tuple:
            found = _recorder(each)
            if found is not None:
                return found
        elif isinstance(each, Tensor):
            node = each.value
            if type(node) is Node and hasattr(node.tracer, "record"):
                return node.tracer
    return None


def record_all(namespace: dict[str, Any]) -> None:
    """Have all public functions of a namespace written down as one."""
    for name, each in list(namespace.items()):
        if not isinstance(each, FunctionType) or name.startswith("_") or name in UNRECORDED:
            continue
        record = recorded_at_last if name in RECORDED_AT_LAST else recorded
        namespace[name] = record(each, namespace["__name__"])
