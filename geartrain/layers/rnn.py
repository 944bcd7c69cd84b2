"""`RNN`: a cell, carried over the steps of a series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.layers.recurrent_cell import RecurrentCell
from geartrain.ops import cast, expand_dims, flip, moveaxis, scan, where, zeros, zeros_like
from geartrain.tensor import Shape, Tensor, format_shape

Turn = Callable[[Any, list[Tensor]], tuple[Tensor, list[Tensor]]]


class RNN(Layer):
    """output[t], states = cell(input[t], states), for every step t.

    Args:
        cell: a `SimpleRNNCell`, `LSTMCell` or `GRUCell`, or a layer with `state_size` whose call
            takes the inputs of a step and the states, and gives the output and the next states.
        return_sequences: whether to give the outputs of all steps; else the last one's.
        return_state: whether to give the last states as well.
        go_backwards: whether to go from the last step to the first; the outputs come in the
            order in which they are made.
        stateful: False: states begin at zero for each batch; `initial_state` begins elsewhere.
        unroll: taken for the sake of Keras's users; it changes no number.
        zero_output_for_mask: whether masked steps give zeros; else they repeat the output before.
        **kwargs: those of `Layer`.

    Call arguments:
        sequences: `(batch, steps, features)`.
        initial_state: `(batch, units)`, or a list of them; zeros if None.
        mask: `(batch, steps)`: at steps where it is False, the states stay.

    Output shape:
        `(batch, units)`; `(batch, steps, units)` with `return_sequences`; a list with the states
        behind it with `return_state`
    """

    supports_masking = True

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
        if stateful:
            raise ValueError(_stateful_message(self))
        self.cell = cell
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.unroll = go_backwards, unroll
        self.stateful, self.zero_output_for_mask = stateful, zero_output_for_mask

    def build(self, sequences_shape: Shape) -> None:
        if len(sequences_shape) < 3:
            raise ValueError(_rank_message(self, sequences_shape))
        self.cell.ensure_built((sequences_shape[0], *sequences_shape[2:]))

    def call(
        self,
        sequences: Tensor,
        initial_state: Any = None,
        mask: Any = None,
        training: bool = False,
    ) -> Any:
        if sequences.ndim < 3:
            raise ValueError(_rank_message(self, sequences.shape))
        xs, turn = self._turn_of(sequences, training=training)
        states = self._first_states(sequences, initial_state)
        if mask is None and isinstance(self.cell, RecurrentCell):
            states, outputs = self._scanned(lambda x, states: turn(x, states)[1], states, xs)
            last = states[0]
        else:
            last, states, outputs = self._masked(turn, states, xs, mask)
        return self._result(last, states, outputs)

    def _turn_of(self, sequences: Tensor, *, training: bool) -> tuple[Tensor, Turn]:
        """What each step gets, the steps first, and the function of it and the states."""
        cell = self.cell
        if isinstance(cell, RecurrentCell):
            series, kept = cell.falling_out(sequences, training=training)

            def turn(x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
                found = cell.step(x, states, kept)
                return found[0], found

            return cell.project(series), turn

        def call_cell(x: Tensor, states: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
            several = isinstance(cell.state_size, list | tuple)
            output, found = cell(x, states if several else states[0])
            return output, list(found) if isinstance(found, list | tuple) else [found]

        return moveaxis(sequences, 1, 0), call_cell

    def _first_states(self, sequences: Tensor, initial_state: Any) -> list[Tensor]:
        if initial_state is not None:
            several = isinstance(initial_state, list | tuple)
            return [*initial_state] if several else [initial_state]
        batch = sequences.shape[0]
        return [zeros((batch, size), self.compute_dtype) for size in _listed(self.cell.state_size)]

    def _scanned(
        self, step: Callable[[Any, list[Tensor]], list[Tensor]], first: list[Tensor], xs: Any
    ) -> tuple[list[Tensor], Tensor | None]:
        """The last carried values, and, if asked for, the first of them after every step."""

        def turn(carried: list[Tensor], x: Any) -> tuple[list[Tensor], Tensor | None]:
            found = step(x, carried)
            return found, found[0] if self.return_sequences else None

        found: tuple[list[Tensor], Tensor | None] = scan(turn, first, xs, reverse=self.go_backwards)
        return found

    def _masked(
        self, turn: Turn, states: list[Tensor], xs: Tensor, mask: Any
    ) -> tuple[Tensor, list[Tensor], Tensor | None]:
        """The same, carrying the output too; where the mask is False, everything stays."""

        def step(x: Any, carried: list[Tensor]) -> list[Tensor]:
            if mask is None:
                output, found = turn(x, carried[1:])
                return [output, *found]
            output, found = turn(x[0], carried[1:])
            idle = zeros_like(output) if self.zero_output_for_mask else carried[0]
            stay = [where(x[1], *each) for each in zip(found, carried[1:], strict=True)]
            return [where(x[1], output, idle), *stay]

        start = zeros((xs.shape[1], self._output_size()), self.compute_dtype)
        if mask is not None:
            steps_first = expand_dims(moveaxis(cast(mask, "bool"), 1, 0), -1)
            xs = (xs, steps_first)  # type: ignore[assignment]
        carried, outputs = self._scanned(step, [start, *states], xs)
        return carried[0], carried[1:], outputs

    def _result(self, last: Tensor, states: list[Tensor], outputs: Tensor | None) -> Any:
        found = last
        if outputs is not None:
            found = moveaxis(outputs, 0, 1)  # (batch, steps, units)
            found = flip(found, 1) if self.go_backwards else found
        return [found, *states] if self.return_state else found

    def _output_size(self) -> int:
        size = getattr(self.cell, "output_size", None) or _listed(self.cell.state_size)[0]
        return int(size)

    def compute_mask(self, sequences: Any, mask: Any = None) -> Any:
        """The mask goes on where all steps do."""
        own = mask if self.return_sequences else None
        states = [None for _ in _listed(self.cell.state_size)]
        return [own, *states] if self.return_state else own

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        batch, size = sequences_shape[0], self._output_size()
        own = (batch, sequences_shape[1], size) if self.return_sequences else (batch, size)
        states = [(batch, each) for each in _listed(self.cell.state_size)]
        return [own, *states] if self.return_state else own


def _listed(sizes: Any) -> Sequence[int]:
    return sizes if isinstance(sizes, list | tuple) else [sizes]


def _rank_message(layer: Layer, shape: Shape) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot take this input",
        given=f"input of shape {format_shape(shape)}",
        expected="rank 3: (batch, steps, features)",
        axis=f"rank: {len(shape)} against 3",
        remedy="return_sequences=True for the recurrent layer before, or x[..., None]",
    )


def _stateful_message(layer: Layer) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' keeps no state from batch to batch",
        given="stateful=True",
        expected="False: the batch size is not fixed",
        remedy="return_state=True, and layer(x, initial_state=states) for the next part",
    )
