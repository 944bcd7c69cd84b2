"""`serialize_keras_object`: an object as plain data that JSON can hold."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, EllipsisType, FunctionType, MethodType
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.serialization.names import public_name
from geartrain.serialization.registry import get_registered_name
from geartrain.serialization.sharing import note_written
from geartrain.tensor import Tensor

PLAIN = (str, int, float, bool, type(None))
FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType)

Writer = Callable[[Any], Any]
_writers: list[tuple[Callable[[Any], bool], Writer]] = []


def on_writing(knows: Callable[[Any], bool], write: Writer) -> None:
    """Let a room above write a kind of object that is none of this room's business."""
    _writers.append((knows, write))


def serialize_keras_object(obj: Any) -> Any:
    """An object as dicts, lists, strings and numbers, from which `deserialize` makes one again.

    A layer, loss, optimizer, ... becomes `{"module", "class_name", "config", "registered_name"}`,
    with `"build_config"` once it has weights and `"compile_config"` once it is compiled.

    Args:
        obj: plain data, in lists, tuples and dicts too; tensors, arrays, slices, bytes; what has a
            `get_config()`; functions, of which the name is kept.

    Raises:
        TypeError: it is none of these.
        ValueError: it is a lambda, which has no name to find it by.

    >>> from geartrain import ops, saving
    >>> saving.serialize_keras_object([ops.relu, slice(1, 4)])[1]
    {'class_name': '__slice__', 'config': {'start': 1, 'stop': 4, 'step': None}}
    """
    if isinstance(obj, PLAIN):
        return obj
    if isinstance(obj, np.generic | np.dtype):
        return obj.name if isinstance(obj, np.dtype) else obj.item()
    if isinstance(obj, list | tuple):
        parts = [serialize_keras_object(each) for each in obj]
        return tuple(parts) if isinstance(obj, tuple) else parts
    if isinstance(obj, Mapping) and not hasattr(obj, "get_config"):
        return {key: serialize_keras_object(each) for key, each in obj.items()}
    for knows, write in _writers:
        if knows(obj):
            return write(obj)
    return _special(obj)


def _special(obj: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(obj, Tensor | np.ndarray):
        kind = "__tensor__" if isinstance(obj, Tensor) else "__numpy__"
        numbers = np.asarray(obj)
        return _tagged(kind, value=numbers.tolist(), dtype=numbers.dtype.name)
    if isinstance(obj, bytes):
        return _tagged("__bytes__", value=obj.decode("utf-8"))
    if isinstance(obj, EllipsisType):
        return _tagged("__ellipsis__")
    if isinstance(obj, slice):
        ends = {name: getattr(obj, name) for name in ("start", "stop", "step")}
        return _tagged("__slice__", **serialize_keras_object(ends))
    if inspect.isclass(obj):
        return _named("type", obj)
    if isinstance(obj, FUNCTIONS):
        return function_config(obj)
    return _object(obj)


def _tagged(kind: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": config}


def _named(kind: str, thing: Any) -> dict[str, Any]:
    return {
        "module": "builtins",
        "class_name": kind,
        "config": get_registered_name(thing),
        "registered_name": kind,
    }


def function_config(function: Any) -> dict[str, Any]:
    """The name of a function, in Keras's form."""
    if getattr(function, "__name__", "") == "<lambda>":
        raise ValueError(_lambda_message(function))
    return _named("function" if isinstance(function, FunctionType) else type(function).__name__,
                  function)  # fmt: skip


def _object(obj: Any) -> dict[str, Any]:
    """What has a config: its names, the config, and how it was built and compiled."""
    if not hasattr(obj, "get_config"):
        raise TypeError(_unknown_message(obj))
    names = public_name(type(obj)) if _unregistered(type(obj)) else None
    registered = None if names else get_registered_name(type(obj))
    module, class_name = names or (None, type(obj).__name__)
    config: dict[str, Any] = {"module": module, "class_name": class_name, "config": None}
    note_written(obj, config)
    config["config"] = serialize_keras_object(obj.get_config())
    config["registered_name"] = registered
    for name in ("build_config", "compile_config"):
        extra = getattr(obj, f"get_{name}", lambda: None)()
        if extra is not None:
            config[name] = serialize_keras_object(extra)
    number = config.pop("shared_object_id", None)  # stands last, as in Keras's files
    return config if number is None else {**config, "shared_object_id": number}


def _unregistered(cls: type) -> bool:
    return get_registered_name(cls) == cls.__name__


def _unknown_message(obj: Any) -> str:
    return explain(
        "This object cannot be written down",
        given=f"{obj!r} of type {type(obj).__name__}",
        expected="plain data, a tensor, a function, or an object with get_config()",
        remedy="def get_config(self): return {'size': self.size}",
    )


def _lambda_message(function: Any) -> str:
    code = function.__code__
    return explain(
        "A lambda cannot be written down",
        given=f"the lambda of {code.co_filename}:{code.co_firstlineno}; only its machine code "
        "could be kept, which no file may make others run",
        expected="a function with a name, which the one who loads can give again",
        remedy="@geartrain.saving.register_keras_serializable()\ndef twice(x): return 2 * x",
    )
