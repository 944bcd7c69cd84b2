"""`StackedRNNCells`: recurrent cells, one on top of the other, as one cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.ops import zeros
from geartrain.serialization import deserialize_keras_object
from geartrain.symbolic.operation import signature_of
from geartrain.tensor import Shape, Tensor
from geartrain.tensor.nest import flatten


@configured()
class StackedRNNCells(Layer):
    """One step of all cells: what the first gives goes into the second, and so on.

    The states are a list with those of each cell.

    Args:
        cells: a list of cells, as `RNN` takes them.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: one of them is no cell.

    >>> from geartrain import layers
    >>> layers.StackedRNNCells([layers.LSTMCell(3), layers.GRUCell(4)]).state_size
    [[3, 3], 4]
    """

    def __init__(self, cells: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cells = [checked_cell(each) for each in cells]

    @property
    def state_size(self) -> list[Any]:
        """The sizes of each cell's states."""
        return [each.state_size for each in self.cells]

    @property
    def output_size(self) -> Any:
        """The size of what the last cell gives."""
        return _output_size(self.cells[-1])

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """A list with the first states of each cell."""
        return [self._first_of(each, batch_size) for each in self.cells]

    def _first_of(self, cell: Any, batch_size: Any) -> Any:
        own = getattr(cell, "get_initial_state", None)
        if own is not None:
            return own(batch_size=batch_size)
        sizes = flatten(cell.state_size)
        return [zeros((batch_size, size), self.compute_dtype) for size in sizes]

    def build(self, input_shape: Shape) -> None:
        for cell in self.cells:
            if isinstance(cell, Layer):
                cell.ensure_built(input_shape)
            size = _output_size(cell)
            rest = tuple(size) if isinstance(size, list | tuple) else (size,)
            input_shape = (input_shape[0], *rest)

    def call(self, inputs: Tensor, states: Any, training: bool = False, **kwargs: Any) -> Any:
        found = []
        for cell, own in zip(self.cells, states, strict=True):
            listed = list(own) if isinstance(own, list | tuple) else [own]
            known = "training" in signature_of(type(cell).call).parameters
            given = {**kwargs, "training": training} if known else kwargs
            inputs, after = cell(inputs, listed, **given)
            found.append(after)
        return inputs, found

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Cells of a config; their weights are new."""
        return cls(
            **{**config, "cells": [deserialize_keras_object(each) for each in config["cells"]]}
        )


def checked_cell(cell: Any) -> Any:
    """The cell, if it is one.

    Raises:
        ValueError: it has no `call` or no `state_size`.
    """
    if hasattr(cell, "call") and hasattr(cell, "state_size"):
        return cell
    raise ValueError(
        explain(
            "This is no recurrent cell",
            given=repr(cell),
            expected="a layer with call(inputs, states) and the attribute state_size",
            remedy="layers.RNN(layers.LSTMCell(32))",
        )
    )


def _output_size(cell: Any) -> Any:
    size = getattr(cell, "output_size", None)
    return flatten(cell.state_size)[0] if size is None else size
