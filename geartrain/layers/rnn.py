"""`RNN`: a cell, carried over the steps of a series."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.kept_states import KeptStates
from geartrain.layers.layer import Layer
from geartrain.layers.recurrence import Passage
from geartrain.layers.stacked_rnn_cells import StackedRNNCells, checked_cell
from geartrain.ops import cast, flip, moveaxis, zeros
from geartrain.serialization import deserialize_keras_object
from geartrain.tensor import Shape, Tensor, format_shape
from geartrain.tensor.nest import flatten, map_nest


@configured()
class RNN(Layer):
    """output[t], states = cell(input[t], states), for every step t.

    Args:
        cell: a `SimpleRNNCell`, `LSTMCell` or `GRUCell`, or a layer with `state_size` whose call
            takes the inputs of a step and a list of the states, and gives the output and the
            next states; or a list of cells, one on top of the other.
        return_sequences: whether to give the outputs of all steps; else the last one's.
        return_state: whether to give the last states as well.
        go_backwards: whether to go from the last step to the first; the outputs come in the
            order in which they are made.
        stateful: whether the states after a batch are the first ones of the next; the batch size
            is then fixed, and `reset_state` goes back to zeros.
        unroll: whether each step is written down for itself; it changes no number.
        zero_output_for_mask: whether masked steps give zeros; else they repeat the output before.
        **kwargs: those of `Layer`.

    Call arguments:
        sequences: `(batch, steps, features)`.
        initial_state: a list of tensors, `(batch, units)`; zeros if None.
        mask: `(batch, steps)`: at steps where it is False, the states stay.

    Output shape:
        `(batch, units)`; `(batch, steps, units)` with `return_sequences`; a tuple with the states
        behind it with `return_state`

    Raises:
        ValueError: the cell is none, an input has another rank, or, if stateful, the batch size
            is not known or changes.

    >>> from geartrain import layers, ops
    >>> layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)])(ops.ones((2, 5, 6))).shape
    (2, 3)
    """

    supports_masking = True
    input_rank = 3

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        several = isinstance(cell, list | tuple)
        self.cell = StackedRNNCells(cell) if several else checked_cell(cell)
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.unroll = go_backwards, unroll
        self.stateful, self.zero_output_for_mask = stateful, zero_output_for_mask
        self._kept: KeptStates | None = None

    @property
    def state_size(self) -> Any:
        """That of the cell, in a list."""
        size = self.cell.state_size
        return list(size) if isinstance(size, list | tuple) else [size]

    @property
    def single_state(self) -> bool:
        """Whether the cell has one state."""
        return not isinstance(self.cell.state_size, list | tuple)

    @property
    def states(self) -> Any:
        """The states that are kept, if the layer is stateful and built."""
        return None if self._kept is None else self._kept.nest

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        self._check_rank(sequences_shape)
        if isinstance(self.cell, Layer):
            self.cell.ensure_built((sequences_shape[0], *sequences_shape[2:]))
        if self.stateful and self._kept is None:
            if not isinstance(sequences_shape[0], int):
                raise ValueError(_batch_message(self, sequences_shape))
            first = self.first_states(tuple(sequences_shape))
            self._kept = KeptStates(first)

    def call(
        self,
        sequences: Tensor,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> Any:
        self._check_rank(sequences.shape)
        states = self._beginning(sequences, initial_state)
        way = Passage(
            self.return_sequences,
            self.go_backwards,
            self.zero_output_for_mask,
            self.unroll,
            bool(training),
        )
        last, states, outputs = way.through(self.cell, sequences, states, _first(mask))
        if self._kept is not None:
            self._kept.set_to(states, sequences)
        return self._result(last, states, outputs)

    def get_initial_state(self, batch_size: Any) -> list[Any]:
        """The states that a batch begins with: what the cell says, or zeros."""
        own = getattr(self.cell, "get_initial_state", None)
        if own is not None:
            found = own(batch_size=batch_size)
        else:
            found = map_nest(
                lambda size: zeros((batch_size, size), self.compute_dtype), self.cell.state_size
            )
        return list(found) if isinstance(found, list | tuple) else [found]

    def first_states(self, shape: Shape) -> list[Any]:
        """The states that series of a shape begin with."""
        return self.get_initial_state(shape[0])

    def reset_state(self) -> None:
        """Let a stateful layer begin at zeros again."""
        if self._kept is not None:
            self._kept.reset()

    reset_states = reset_state

    def _beginning(self, sequences: Tensor, initial_state: Any) -> list[Any]:
        if initial_state is not None:
            listed = isinstance(initial_state, list | tuple)
            given = list(initial_state) if listed else [initial_state]
            return map_nest(lambda each: cast(each, sequences.dtype), given)  # type: ignore[no-any-return]
        if self._kept is None:
            return self.first_states(sequences.shape)
        if isinstance(sequences.shape[0], int) and sequences.shape[0] != self._kept.batch:
            raise ValueError(_other_batch_message(self, self._kept.batch, sequences.shape))
        found: list[Any] = self._kept.for_batch_of(sequences)
        return found

    def _result(self, last: Tensor, states: Any, outputs: Tensor | None) -> Any:
        found = last
        if outputs is not None:
            found = moveaxis(outputs, 0, 1)  # (batch, steps, ...)
            found = flip(found, 1) if self.go_backwards else found
        found = cast(found, self.compute_dtype)  # a cell of its own dtype may have given another
        return (found, *states) if self.return_state else found

    def compute_mask(self, sequences: Any, mask: Any = None) -> Any:
        """The mask goes on where all steps do."""
        own = _first(mask) if self.return_sequences else None
        return [own, *(None for _ in self._state_shapes(None))] if self.return_state else own

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        shapes = self._state_shapes(sequences_shape)
        own = self._output_shape(sequences_shape, shapes)
        if self.return_sequences:
            own = (own[0], sequences_shape[1], *own[1:])
        return (own, *shapes) if self.return_state else own

    def _output_shape(self, shape: Any, states: Any) -> Any:
        size = getattr(self.cell, "output_size", None)
        size = flatten(self.cell.state_size)[0] if size is None else size
        return (shape[0], *size) if isinstance(size, list | tuple) else (shape[0], size)

    def _state_shapes(self, shape: Any) -> list[Any]:
        """The shapes of the states for series of a shape."""
        batch = None if shape is None else shape[0]
        found = _paired(self.cell.state_size, batch)
        return found if isinstance(found, list) else [found]

    def _check_rank(self, shape: Shape) -> None:
        if len(shape) != self.input_rank:
            raise ValueError(_rank_message(self, shape))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of a config; its weights are new."""
        made = {"cell": deserialize_keras_object(config["cell"])} if "cell" in config else {}
        return cls(**{**config, **made})


def _paired(sizes: Any, batch: Any) -> Any:
    """Each size as a shape with the batch: 4 -> (batch, 4)."""
    if isinstance(sizes, list | tuple):
        return [_paired(each, batch) for each in sizes]
    return (batch, sizes)


def _first(mask: Any) -> Any:
    """The mask of the series, where the initial states came with one each as well."""
    return mask[0] if isinstance(mask, list | tuple) else mask


def _rank_message(layer: RNN, shape: Shape) -> str:
    axes = "features" if layer.input_rank == 3 else "spatial axes and channels"
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot take this input",
        given=f"input of shape {format_shape(shape)}",
        expected=f"rank {layer.input_rank}: (batch, steps, {axes})",
        axis=f"rank: {len(shape)} against {layer.input_rank}",
        remedy="return_sequences=True for the recurrent layer before, or x[..., None]",
    )


def _batch_message(layer: Layer, shape: Shape) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' keeps a state for each sample of a batch",
        given=f"stateful=True, and an input of shape {format_shape(shape)}",
        expected="a known batch size",
        axis="axis 0: any size",
        remedy="layers.Input((10, 64), batch_size=32)",
    )


def _other_batch_message(layer: Layer, held: int, shape: Shape) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' keeps a state for each sample of a batch",
        given=f"input of shape {format_shape(shape)}",
        expected=f"a batch of {held}, of which the states are kept",
        axis=f"axis 0: {shape[0]} against {held}",
        remedy=f"batch_size={held}, and a number of samples that it divides",
    )
