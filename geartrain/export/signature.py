"""What goes into a model: names, dtypes and shapes, with a symbol for each size that is open."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.export.messages import Value
from geartrain.layers import InputSpec
from geartrain.tensor import Dim, as_dtype
from geartrain.tensor.dtypes import is_text
from geartrain.tensor.nest import flatten, map_nest

BATCH = "batch"


def input_values(model: Any, given: Any = None) -> tuple[Any, list[Value]]:
    """The structure of a model's inputs (of numbers from 0), and the inputs.

    Args:
        model: which is built.
        given: a structure of `InputSpec`s, symbolic tensors or arrays; None: the model's own.

    Raises:
        ValueError: the model does not know its inputs, and nothing is given.
    """
    own = _own(model)
    if given is None:
        given = own
    elif isinstance(given, list | tuple) and len(given) == 1 and not isinstance(own, list | tuple):
        given = given[0]  # Keras's users write a list of one
    if given is None:
        raise ValueError(_unknown_message(model))
    return values_of(given, list(getattr(model, "input_names", []) if own is not None else []))


def values_of(given: Any, names: list[str]) -> tuple[Any, list[Value]]:
    """The structure, and the inputs, of a structure of specs, tensors or arrays."""
    leaves = flatten(given)
    found = [
        _value(each, names[place] if len(names) == len(leaves) else "", place)
        for place, each in enumerate(leaves)
    ]
    numbers = iter(range(len(leaves)))
    return map_nest(lambda _: next(numbers), given), found


def _own(model: Any) -> Any:
    """The symbolic tensors that go in, in their structure."""
    try:
        return model.input if hasattr(type(model), "input") else None
    except (AttributeError, ValueError):
        return None


def _value(spec: Any, name: str, place: int) -> Value:
    shape = getattr(spec, "shape", None)
    if shape is None and not isinstance(spec, InputSpec):
        spec = np.asarray(spec)
        shape = spec.shape
    if shape is None:
        raise ValueError(_shape_message(spec))
    name = name or getattr(spec, "name", None) or f"input_{place}"
    sizes = [
        each if isinstance(each, int) else Dim(BATCH if axis == 0 else f"{name}_{axis}")
        for axis, each in enumerate(shape)
    ]
    if not isinstance(spec, InputSpec | np.ndarray) and sizes and shape[0] is None:
        sizes[0] = Dim(BATCH)
    dtype = spec.dtype or "float32"
    if dtype == "string" or is_text(as_dtype(dtype)):
        raise ValueError(_texts_message(name))
    return Value(name, as_dtype(dtype), tuple(sizes))


def _unknown_message(model: Any) -> str:
    return explain(
        f"{type(model).__name__} '{model.name}' does not say what it takes",
        given="a model without symbolic inputs",
        expected="a functional model, a Sequential, or a signature",
        remedy="model.export(path, format='onnx', input_signature=[geartrain.InputSpec("
        "shape=(None, 784), dtype='float32')])",
    )


def _texts_message(name: str) -> str:
    return explain(
        "Texts cannot go into an ONNX file",
        given=f"the input {name}",
        expected="numbers: texts are looked up before",
        remedy="export the model behind the lookup, and feed it what the lookup gives",
    )


def _shape_message(spec: Any) -> str:
    return explain(
        "A signature needs shapes",
        given=repr(spec),
        expected="an InputSpec with a shape, in which None is any size",
        remedy="geartrain.InputSpec(shape=(None, 784), dtype='float32')",
    )
