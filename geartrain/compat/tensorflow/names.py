"""Names of TensorFlow's top level that are about running rather than computing."""

from __future__ import annotations

import builtins
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from geartrain import debug, ops
from geartrain import tensor as core
from geartrain.compat.tensorflow.creation import convert_to_tensor
from geartrain.graph import Tracer
from geartrain.tensor import Tensor
from geartrain.tensor.interpreter import duty
from geartrain.tensor.text_tensor import TextTensor

__all__ = [
    "Module", "control_dependencies", "device", "executing_eagerly", "get_logger",
    "get_static_value", "group", "init_scope", "name_scope", "no_op", "numpy_function", "print",
    "py_function", "timestamp",
]  # fmt: skip


def print(*inputs: Any, **kwargs: Any) -> None:
    """Print values, each time that a compiled function comes by.

    `output_stream` (a file) is taken outside of compiled functions, `sep` and `end` everywhere.
    """
    separator, end = kwargs.get("sep", " "), kwargs.get("end", "\n")
    if duty.eager is not None:
        shown = [_shown(each) for each in inputs]
        stream = kwargs.get("output_stream", sys.stderr)
        builtins.print(*shown, sep=separator, end=end, file=_file(stream), flush=True)
        return
    places = separator.replace("{", "{{").replace("}", "}}").join(["{}"] * len(inputs))
    debug.print(places, *inputs)


def _file(stream: Any) -> Any:
    names = {"sys.stdout": sys.stdout, "sys.stderr": sys.stderr}
    if isinstance(stream, str) and stream.startswith("file://"):
        return Path(stream[7:]).open("a")
    return names.get(stream, stream) if isinstance(stream, str) else stream


def _shown(x: Any) -> Any:
    if isinstance(x, TextTensor):
        found = x.numpy()
        return found.decode() if isinstance(found, bytes) else found
    return x.numpy() if isinstance(x, Tensor | core.Variable) else x


def executing_eagerly() -> bool:
    """Whether operations run at once, which they do outside of functions being traced."""
    return not any(isinstance(each, Tracer) for each in duty.interpreters)


def py_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    name: Any = None,
) -> Any:
    """What a Python function of tensors gives, as tensors of the dtypes that are named."""
    return _as_tensors(func(*map(convert_to_tensor, inp)) if func else None, Tout)


def numpy_function(
    func: Callable[..., Any] | None = None,
    inp: Any = None,
    Tout: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """What a function of NumPy's arrays gives, as tensors of the dtypes that are named."""
    arrays = [convert_to_tensor(each).numpy() for each in inp]
    return _as_tensors(func(*arrays) if func else None, Tout)


def _as_tensors(found: Any, dtypes: Any) -> Any:
    if not isinstance(dtypes, list | tuple):
        return _as_tensor(found, dtypes)
    given = found if isinstance(found, list | tuple) else [found]
    return [_as_tensor(each, dtype) for each, dtype in zip(given, dtypes, strict=True)]


def _as_tensor(value: Any, dtype: Any) -> Any:
    tensor = convert_to_tensor(value)
    return tensor if isinstance(tensor, TextTensor) else ops.cast(tensor, dtype)


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Variables made inside have the name before theirs in their paths."""
    with core.name_scope(name):
        yield f"{name}/"


def device(device_name: Any) -> Any:
    """Taken: there is one device."""
    return nullcontext()


def control_dependencies(control_inputs: Any) -> Any:
    """Taken: operations run in the order in which they stand."""
    return nullcontext()


def init_scope() -> Any:
    """Taken: variables may be made anywhere."""
    return nullcontext()


def group(*inputs: Any, **kwargs: Any) -> None:
    """Nothing: what was asked for has run."""


def no_op(name: str | None = None) -> None:
    """Nothing."""


def timestamp(name: str | None = None) -> Tensor:
    """The seconds since 1970."""
    return ops.convert_to_tensor(np.float64(time.time()))


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The numbers of a tensor, or None where there are none yet."""
    value = ops.convert_to_tensor(tensor)
    return None if value.is_symbolic else value.numpy()


def get_logger() -> Any:
    """Who writes messages."""
    import logging

    return logging.getLogger("geartrain")


class Module:
    """What has variables: they are found among its attributes, and in what those hold.

    >>> from geartrain.compat import tensorflow as tf
    >>> class Scale(tf.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = tf.Variable(2.0)
    >>> len(Scale().trainable_variables)
    1
    """

    def __init__(self, name: str | None = None) -> None:
        self._name = name or type(self).__name__.lower()

    @property
    def name(self) -> str:
        """The name of the module."""
        return self._name

    @property
    def variables(self) -> tuple[Any, ...]:
        """All variables, in the order of the attributes' names."""
        return tuple(dict.fromkeys(_variables_in(vars(self), set())))

    @property
    def trainable_variables(self) -> tuple[Any, ...]:
        """Those that training changes."""
        return tuple(each for each in self.variables if each.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Any, ...]:
        """Those that it does not."""
        return tuple(each for each in self.variables if not each.trainable)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """The modules inside."""
        return tuple(dict.fromkeys(_modules_in(vars(self), {id(self)})))

    def name_scope(self) -> Any:
        """The scope of the module's name."""
        return name_scope(self._name)


def _inside(x: Any) -> Iterator[Any]:
    if isinstance(x, dict):
        yield from (x[key] for key in sorted(x, key=str))
    elif isinstance(x, list | tuple):
        yield from x


def _variables_in(x: Any, seen: set[int]) -> Iterator[Any]:
    if isinstance(x, core.Variable):
        yield x
    elif hasattr(x, "variables") and not isinstance(x, dict | Module):
        yield from x.variables
    elif id(x) not in seen:
        seen.add(id(x))
        for each in _inside(vars(x) if isinstance(x, Module) else x):
            yield from _variables_in(each, seen)


def _modules_in(x: Any, seen: set[int]) -> Iterator[Any]:
    for each in _inside(x):
        if isinstance(each, Module) and id(each) not in seen:
            seen.add(id(each))
            yield each
            yield from _modules_in(vars(each), seen)
        else:
            yield from _modules_in(each, seen)
