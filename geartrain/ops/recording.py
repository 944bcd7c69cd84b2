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
from geartrain.tensor import Tensor

Operation = Callable[..., Any]
F = TypeVar("F", bound=Operation)

# What gives no tensor, or takes functions, which may use other symbolic tensors.
UNRECORDED = {
    "associative_scan", "cond", "convert_to_numpy", "custom_gradient", "dtype", "fori_loop",
    "is_tensor", "map", "ndim", "scan", "shape", "size", "switch", "unstack", "vectorize",
    "vectorized_map", "while_loop",
}  # fmt: skip
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
        if isinstance(each, FunctionType) and not name.startswith("_") and name not in UNRECORDED:
            namespace[name] = recorded(each, namespace["__name__"])
