"""Where symbolic tensors come from."""

from __future__ import annotations

from typing import Any

from geartrain.graph.graph import Role, sort_nodes
from geartrain.symbolic.keras_tensor import KerasTensor, is_keras_tensor
from geartrain.tensor.nest import flatten


def get_source_inputs(tensor: Any) -> Any:
    """The symbolic tensors that nothing was done before, from which these were made.

    Args:
        tensor: a symbolic tensor, or a nest of them; anything else is given back.

    >>> from geartrain import layers, utils
    >>> inputs = layers.Input((3,), name="x")
    >>> [each.name for each in utils.get_source_inputs(layers.Dense(2)(inputs))]
    ['x']
    """
    tensors = flatten(tensor)
    if not all(map(is_keras_tensor, tensors)):
        return tensor
    order = sort_nodes([each.value for each in tensors])
    nodes = [node for node in order if node.role is Role.INPUT]
    return [_own(node) for node in nodes]


def _own(node: Any) -> KerasTensor:
    """The tensor of an input: that of its layer, where it has one."""
    layer = node.parameters.get("layer")
    return layer.output if layer is not None else KerasTensor.of(node, node.label)
