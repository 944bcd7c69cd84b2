"""What a generator says its elements are like, and the check that they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.data.elements import Element, read_leaf
from geartrain.data.spec import TensorSpec, fits
from geartrain.errors import explain
from geartrain.tensor.nest import flatten, map_nest
from geartrain.tensor.text_tensor import STRING, text_array


class Signature:
    """Specs in the form of an element.

    Args:
        spec: a nest of `TensorSpec`; lists in it are tuples.
    """

    def __init__(self, spec: Any) -> None:
        self.spec = _tuples(map_nest(_own_spec, spec))

    @classmethod
    def of_types(cls, types: Any, shapes: Any) -> Signature:
        """Of dtypes and shapes, each in the form of an element."""
        if shapes is None:
            return cls(map_nest(lambda dtype: TensorSpec(None, dtype), types))
        return cls(_paired(types, shapes))

    def read(self, given: Any) -> Element:
        """An element, if it is as it should be.

        Raises:
            TypeError: of another form, or with something of another dtype in it.
            ValueError: of another shape.
        """
        return _read(self.spec, given)


def _own_spec(spec: Any) -> Any:
    if isinstance(spec, TensorSpec) or spec is None:
        return spec
    if not hasattr(spec, "dtype"):
        raise TypeError(_spec_message(spec))
    return TensorSpec(spec.shape, spec.dtype, getattr(spec, "name", None))


def _tuples(nest: Any) -> Any:
    if isinstance(nest, list):
        return tuple(_tuples(each) for each in nest)
    return nest


def _paired(types: Any, shapes: Any) -> Any:
    if isinstance(types, tuple | list):
        return tuple(_paired(*each) for each in zip(types, shapes, strict=True))
    if isinstance(types, dict):
        return {key: _paired(types[key], shapes[key]) for key in types}
    return TensorSpec(shapes, types)


def _read(spec: Any, given: Any) -> Any:
    if isinstance(spec, tuple):
        if not isinstance(given, tuple | list) or len(given) != len(spec):
            raise TypeError(_form_message(spec, given))
        parts = [_read(*each) for each in zip(spec, given, strict=True)]
        return type(spec)(*parts) if hasattr(spec, "_fields") else tuple(parts)
    if isinstance(spec, dict):
        if not isinstance(given, dict) or set(given) != set(spec):
            raise TypeError(_form_message(spec, given))
        return {key: _read(spec[key], given[key]) for key in spec}
    return None if spec is None else _read_leaf(spec, given)


def _read_leaf(spec: TensorSpec, given: Any) -> Any:
    array = _converted(spec, given)
    if not fits(array.shape, spec.shape):
        raise ValueError(_shape_message(spec, array))
    return array


def _converted(spec: TensorSpec, given: Any) -> Any:
    if isinstance(given, tuple):
        given = list(given)
    try:
        if spec.dtype == STRING:
            return text_array(getattr(given, "array", given))
        array = np.asarray(read_leaf(given))
        if array.dtype.kind == "O":
            raise TypeError(_dtype_message(spec, given))
        return array if array.dtype == spec.dtype else array.astype(spec.dtype)
    except ValueError:
        raise TypeError(_dtype_message(spec, given)) from None


def _spec_message(spec: Any) -> str:
    return explain(
        "output_signature says what the elements of the generator are like",
        given=f"{spec!r} in it",
        expected="TensorSpec(shape, dtype), in tuples and dicts",
        remedy="output_signature=(data.TensorSpec((None,), 'int32'), data.TensorSpec((), 'int32'))",
    )


def _form_message(spec: Any, given: Any) -> str:
    many = f"{type(given).__name__}" + (f" of {len(given)}" if hasattr(given, "__len__") else "")
    return explain(
        "The generator gave an element of another form",
        given=f"a {many}: {str(given)[:60]}",
        expected=f"{spec} (set by output_signature, {len(flatten(spec))} parts)",
        remedy="yield (x, y), with as many parts as the signature",
    )


def _shape_message(spec: TensorSpec, array: Any) -> str:
    return explain(
        "The generator gave an element of another shape",
        given=f"shape {array.shape}",
        expected=f"shape {spec.shape} (set by output_signature)",
        remedy="None in the signature's shape, where sizes differ: TensorSpec((None,), ...)",
    )


def _dtype_message(spec: TensorSpec, given: Any) -> str:
    return explain(
        "The generator gave something that its signature does not allow",
        given=f"{str(given)[:60]} ({type(given).__name__})",
        expected=f"{spec.dtype.name} of shape {spec.shape} (set by output_signature)",
        remedy="dtype='string' in the signature, for texts",
    )
