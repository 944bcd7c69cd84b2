"""`Function`: what lies between symbolic tensors, as a function of others."""

from __future__ import annotations

from typing import Any

from geartrain.layers.shapes import map_shapes
from geartrain.models.feeding import fed
from geartrain.models.order import makers_in_order
from geartrain.ops import convert_to_tensor
from geartrain.symbolic import KerasTensor, Operation
from geartrain.symbolic.replay import checked_nodes, replayed, sorted_nodes
from geartrain.tensor.nest import flatten, map_nest, pack_like


class Function(Operation):
    """The operations between some symbolic tensors and others.

    Args:
        inputs: symbolic tensors, or a list or dict of them.
        outputs: what was made of them, likewise.
        name: None numbers "function".

    Raises:
        ValueError: something is no symbolic tensor, or an output needs an input that is not given.

    >>> from geartrain import Function, KerasTensor, ops
    >>> x = KerasTensor((None, 2))
    >>> Function(x, ops.sum(x * 2, axis=-1))([[1.0, 2.0]]).tolist()
    [6.0]
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        self._inputs, self._outputs = inputs, outputs
        self._entries, self._results = checked_nodes("Function", inputs, outputs)
        self._order = sorted_nodes(self._results, self._entries)

    @property
    def inputs(self) -> list[Any]:
        """The symbolic tensors that go in, as a list."""
        return flatten(self._inputs)

    @property
    def outputs(self) -> list[Any]:
        """The symbolic tensors that come out, as a list."""
        return flatten(self._outputs)

    @property
    def operations(self) -> list[Any]:
        """The layers and operations, those that take the inputs first."""
        return makers_in_order(self._order, self._entries, self._results)

    def call(self, inputs: Any) -> Any:
        """What the operations make of other inputs."""
        alike = isinstance(self._inputs, list | tuple) and isinstance(inputs, list | tuple)
        several = isinstance(inputs, dict) or len(self._entries) > 1 or (alike and len(inputs) == 1)
        given = map_nest(convert_to_tensor, inputs) if several else convert_to_tensor(inputs)
        values = replayed(self._order, self._entries, self._results, fed(self, given))
        return pack_like(self._outputs, values)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of what comes out for inputs of these shapes."""
        spec = self.compute_output_spec(map_shapes(KerasTensor, input_shape))
        return map_nest(lambda each: each.shape, spec)
