"""`Bidirectional`: a recurrent layer, forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain.errors import explain, unknown_name
from geartrain.layers.configuration import base_config
from geartrain.layers.layer import Layer
from geartrain.layers.rnn import RNN
from geartrain.ops import add, cast, concatenate, divide, flip, multiply
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.tensor import Shape, Tensor

MERGES: dict[str | None, Callable[[Tensor, Tensor], Any]] = {
    "ave": lambda x, y: divide(add(x, y), 2.0),
    "concat": lambda x, y: concatenate([x, y], -1),
    "mul": multiply,
    "sum": add,
    None: lambda x, y: (x, y),
}


class Bidirectional(Layer):
    """merge(layer(series), layer(series backwards)), the second with weights of its own.

    Source: Schuster and Paliwal, "Bidirectional recurrent neural networks" (1997).

    Args:
        layer: a recurrent layer; two of its kind are made, the second with `go_backwards`.
        merge_mode: "concat", "sum", "mul", "ave", or None for a list of both.
        weights: the first weights: those of the one, then those of the other.
        backward_layer: what goes backwards, if it is another kind; it has `go_backwards=True`.
        **kwargs: those of `Layer`.

    Call arguments:
        sequences: `(batch, steps, features)`.
        initial_state: the states of the one, then those of the other.
        mask: `(batch, steps)`: at steps where it is False, the states stay.

    >>> from geartrain import layers, ops
    >>> layers.Bidirectional(layers.LSTM(4))(ops.ones((2, 5, 3))).shape
    (2, 8)
    """

    supports_masking = True

    def __init__(
        self,
        layer: Any,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Any = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(layer, RNN) or not isinstance(backward_layer, RNN | None):
            raise ValueError(_layer_message(layer, backward_layer))
        if merge_mode not in MERGES:
            known = [str(each) for each in MERGES]
            raise ValueError(unknown_name("merge_mode", merge_mode, known, remedy="merge_mode={}"))
        super().__init__(**kwargs)
        self.merge_mode = merge_mode
        name = layer.name.removeprefix("forward_")
        self.forward_layer = _like(layer, f"forward_{name}", backwards=layer.go_backwards)
        other = backward_layer or layer
        turned = other.go_backwards if backward_layer else not layer.go_backwards
        if turned == layer.go_backwards or other.return_sequences != layer.return_sequences:
            raise ValueError(_layer_message(layer, backward_layer))
        own = f"backward_{name}" if backward_layer is None else other.name
        self.backward_layer = _like(other, own, backwards=turned)
        self.return_sequences, self.return_state = layer.return_sequences, layer.return_state
        self.stateful = layer.stateful
        self._first_weights = weights

    def build(self, sequences_shape: Shape, initial_state_shape: Any = None) -> None:
        self.forward_layer.ensure_built(sequences_shape)
        self.backward_layer.ensure_built(sequences_shape)
        if self._first_weights is not None:
            self.set_weights(self._first_weights)

    def call(
        self,
        sequences: Tensor,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        starts = _halves(initial_state)
        parts = [
            layer(sequences, initial_state=start, mask=mask, training=training)
            for layer, start in zip((self.forward_layer, self.backward_layer), starts, strict=True)
        ]
        states: list[Tensor] = []
        if self.return_state:
            states = [*parts[0][1:], *parts[1][1:]]
            parts = [parts[0][0], parts[1][0]]
        forward, backward = parts
        if self.return_sequences:
            backward = flip(backward, 1)
        merged = MERGES[self.merge_mode](
            cast(forward, self.compute_dtype), cast(backward, self.compute_dtype)
        )
        if not self.return_state:
            return merged
        return (*(merged if isinstance(merged, tuple) else (merged,)), *states)

    def told_spec(self) -> Any:
        return self.forward_layer.input_spec

    @property
    def states(self) -> Any:
        """The states that are kept, if the layers are stateful and built."""
        kept = [each.states for each in (self.forward_layer, self.backward_layer)]
        return None if None in kept else (*kept[0], *kept[1])

    def reset_state(self) -> None:
        """Let stateful layers begin at zeros again."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    reset_states = reset_state

    def compute_mask(self, sequences: Any, mask: Any = None) -> Any:
        own = mask if self.return_sequences else None
        kept = self.states if self.return_state else None
        states = [None] * len(kept or ())
        if self.merge_mode is None:
            return (own, own, *states)
        return [own, *states] if states else own

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        found = self.forward_layer.compute_output_shape(sequences_shape)
        own, states = (found[0], found[1:]) if self.return_state else (found, [])
        if self.merge_mode == "concat":
            merged = [(*own[:-1], 2 * own[-1])]
        else:
            merged = [own] * (2 if self.merge_mode is None else 1)
        several = self.return_state or self.merge_mode is None
        return (*merged, *states, *states) if several else merged[0]

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such a layer from."""
        return {
            **base_config(self),
            "merge_mode": self.merge_mode,
            "layer": serialize_keras_object(self.forward_layer),
            "backward_layer": serialize_keras_object(self.backward_layer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of a config; the weights are new."""
        layers = {
            name: deserialize_keras_object(config.get(name)) for name in ("layer", "backward_layer")
        }
        return cls(**{**config, **layers})


def _like(layer: RNN, name: str, *, backwards: bool) -> RNN:
    """A layer that is made, and built, as this one was, with weights of its own.

    Masked steps give zeros, so that what comes of both ways at a step is of that step.
    """
    zero = layer.zero_output_for_mask or layer.return_sequences
    own = {"name": name, "go_backwards": backwards, "zero_output_for_mask": zero}
    found: RNN = layer.from_config({**layer.get_config(), **own})
    if built_for := layer.get_build_config():
        found.build_from_config(built_for)
    return found


def _halves(states: Any) -> list[Any]:
    if states is None:
        return [None, None]
    half = len(states) // 2
    return [list(states[:half]), list(states[half:])]


def _layer_message(layer: Any, backward: Any) -> str:
    return explain(
        "Bidirectional runs a recurrent layer in both directions",
        given=f"{layer!r}" + (f", backward_layer {backward!r}" if backward is not None else ""),
        expected="a SimpleRNN, LSTM, GRU or RNN; a backward_layer of the same return_sequences, "
        "with go_backwards=True",
        remedy="layers.Bidirectional(layers.LSTM(32))",
    )
