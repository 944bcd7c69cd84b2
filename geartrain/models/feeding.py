"""Inputs for a functional model: by name or by place, as the tensors that its entrances ask for.

model({"text": a, "image": b}), model([a, b])   ->   a, b in the order of the entrances
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.ops import cast, convert_to_tensor, expand_dims, squeeze
from geartrain.tensor import Dim, Tensor, format_shape
from geartrain.tensor.dtypes import is_text
from geartrain.tensor.nest import flatten
from geartrain.tensor.user_line import levels_to_user


def fed(model: Any, inputs: Any) -> list[Any]:
    """The tensors for a model's entrances, in order.

    A last axis of size 1 that is missing, or too many, is put right; numbers are cast to the dtype
    of the entrance.

    Raises:
        ValueError: a name is missing, or the number, the form or a shape does not fit.
    """
    entries, struct = model._entries, model._inputs
    if isinstance(inputs, dict):
        found = _by_name(model, inputs, entries, struct)
    elif isinstance(struct, dict) and len(flatten(inputs)) > 1:
        raise ValueError(_form_message(model, inputs))
    else:
        found = flatten(inputs)
    if len(found) != len(entries):
        raise ValueError(_count_message(model, found))
    return [_fitted(model, node, each) for node, each in zip(entries, found, strict=True)]


def _by_name(model: Any, inputs: dict[str, Any], entries: Sequence[Node], struct: Any) -> list[Any]:
    """The values of a dict: by the keys of the model's own, else by the names of its entrances."""
    keys = sorted(struct) if isinstance(struct, dict) else [node.label for node in entries]
    if isinstance(struct, dict) and not set(keys) <= set(inputs):
        keys = [node.label for node in entries]
    missing = [key for key in keys if key not in inputs]
    if missing:
        raise ValueError(_name_message(model, inputs, missing))
    extra = [key for key in inputs if key not in keys]
    if extra:
        warnings.warn(
            f"Model '{model.name}' was given inputs that it does not have: {', '.join(extra)}; "
            f"they are not used. It takes {', '.join(map(str, keys))}",
            stacklevel=levels_to_user(),
        )
    return flatten([inputs[key] for key in keys])


def _fitted(model: Any, node: Node, tensor: Any) -> Any:
    """A tensor as an entrance takes it."""
    if tensor is None:
        if getattr(node.parameters.get("layer"), "optional", False):
            return None
        raise ValueError(_none_message(model, node))
    tensor = convert_to_tensor(tensor)
    wanted = node.shape
    if is_text(tensor.dtype) is not is_text(node.dtype):
        raise TypeError(_texts_message(model, node, tensor))
    tensor = of_rank(wanted, tensor)
    if not _fits(wanted, tensor.shape):
        raise ValueError(_shape_message(model, node, tensor))
    return tensor if tensor.dtype == node.dtype else cast(tensor, node.dtype)


def of_rank(wanted: Sequence[Any], tensor: Tensor) -> Tensor:
    """A tensor with a last axis of size 1 more, or less, where the wanted shape asks for it."""
    shape = tensor.shape
    if len(shape) == len(wanted) + 1 and shape[-1] == 1:
        return squeeze(tensor, -1)
    if len(shape) == len(wanted) - 1 and wanted[-1] == 1:
        return expand_dims(tensor, -1)
    return tensor


def _fits(wanted: Sequence[Any], shape: Sequence[Any]) -> bool:
    return len(wanted) == len(shape) and all(
        isinstance(size, Dim) or isinstance(own, Dim) or own is None or size == own
        for size, own in zip(wanted, shape, strict=True)
    )


def _listed(model: Any) -> str:
    return ", ".join(f"{node.label} {format_shape(node.shape)}" for node in model._entries)


def _count_message(model: Any, found: Sequence[Any]) -> str:
    return explain(
        f"Model '{model.name}' takes {len(model._entries)} inputs",
        given=f"{len(found)} tensors",
        expected=_listed(model),
        remedy="model([x, y]), or a dict by the names of the inputs",
    )


def _form_message(model: Any, inputs: Any) -> str:
    return explain(
        f"Model '{model.name}' takes its inputs by name",
        given=f"a {type(inputs).__name__} of {len(flatten(inputs))}",
        expected=f"a dict, as inputs= of the model was one: {_listed(model)}",
        remedy="model({" + ", ".join(f"{key!r}: ..." for key in model._inputs) + "})",
    )


def _name_message(model: Any, inputs: dict[str, Any], missing: Sequence[Any]) -> str:
    return explain(
        f"Model '{model.name}' misses an input",
        given=f"a dict with {', '.join(map(repr, inputs))}",
        expected=", ".join(map(repr, missing)) + f" as well: the model takes {_listed(model)}",
        remedy=f"{{..., {missing[0]!r}: x}}",
    )


def _none_message(model: Any, node: Node) -> str:
    return explain(
        f"Model '{model.name}' needs a tensor for each input",
        given=f"nothing for '{node.label}'",
        expected=f"{node.label} {format_shape(node.shape)}",
        remedy=f"layers.Input(..., optional=True, name='{node.label}'), if it may be missing",
    )


def _texts_message(model: Any, node: Node, tensor: Tensor) -> str:
    takes, given = ("texts", "numbers") if is_text(node.dtype) else ("numbers", "texts")
    return explain(
        f"Model '{model.name}' takes {takes} for '{node.label}'",
        given=f"{given} of shape {format_shape(tensor.shape)}",
        expected=f"{takes} of shape {format_shape(node.shape)} (set by Input '{node.label}')",
        remedy="numbers.astype(str)"
        if is_text(node.dtype)
        else "layers.Input(..., dtype='string') and layers.TextVectorization, or StringLookup",
    )


def _shape_message(model: Any, node: Node, tensor: Tensor) -> str:
    layer = node.parameters.get("layer")
    name = layer.name if layer else node.label
    rank = len(node.shape)
    return explain(
        f"Model '{model.name}' cannot take this input",
        given=f"a tensor of shape {format_shape(tensor.shape)}",
        expected=f"{format_shape(node.shape)} (set by Input '{name}')",
        axis=f"rank: {tensor.ndim} against {rank}"
        if tensor.ndim != rank
        else "the sizes behind the batch",
        remedy="x[None] for a batch of one" if tensor.ndim == rank - 1 else "x.reshape",
    )
