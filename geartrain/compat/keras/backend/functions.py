"""`function`: what lies between symbolic tensors, compiled.

iterate = K.function([model.input], [loss, grads])
loss_value, grads_value = iterate([image])            arrays in, arrays out
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.compat.keras.backend.phase import LearningPhase
from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.layers.calls import calling
from geartrain.symbolic import is_keras_tensor
from geartrain.symbolic.replay import node_of, replayed, sorted_nodes
from geartrain.tensor import Tensor

__all__ = ["Function", "function"]


@dataclass(frozen=True)
class Assignment:
    """An update: a variable is given the value of a symbolic tensor."""

    variable: Any
    wanted: list[Any]

    def carry_out(self, values: list[Tensor]) -> None:
        """Assign it."""
        self.variable.assign(values[0])


def _as_update(given: Any) -> Any:
    """What is done at each call, with the symbolic tensors that it wants the values of."""
    if hasattr(given, "carry_out"):
        return given
    variable, value = given
    return Assignment(variable, [value])


class Function:
    """A function of arrays, of the part of a model between symbolic tensors.

    Args:
        inputs: symbolic tensors; `learning_phase()` among them takes 0 or 1.
        outputs: what was made of them, variables too; a list, or one alone.
        updates: pairs of a variable and the symbolic tensor that becomes its value at each call;
            or what `optimizer.get_updates` gives.

    Raises:
        ValueError: something else is among them, or an output needs an input that is not given.
    """

    def __init__(self, inputs: Any, outputs: Any, updates: Any = None, name: Any = None) -> None:
        self._alone = not isinstance(outputs, list | tuple)
        self.inputs = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        self.outputs = [outputs] if self._alone else list(outputs)
        self.updates = [_as_update(each) for each in updates or ()]
        for each in self.inputs:
            if not (is_keras_tensor(each) or isinstance(each, LearningPhase)):
                raise ValueError(_input_message(each))
        entries = [node_of(each) for each in self.inputs if is_keras_tensor(each)]
        wanted = [*self.outputs, *(value for each in self.updates for value in each.wanted)]
        self._results = [node_of(each) for each in wanted if is_keras_tensor(each)]
        self._places = {id(each): node_of(each) for each in wanted if is_keras_tensor(each)}
        self._entries: list[Node] = list(dict.fromkeys(entries))
        self._order = sorted_nodes(self._results, self._entries)
        self._compiled: Any = None

    def __call__(self, inputs: Sequence[Any] = ()) -> Any:
        """The values of the outputs, as arrays, for arrays."""
        given = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        if len(given) != len(self.inputs):
            raise ValueError(_count_message(self.inputs, given))
        tensors: dict[Node, Tensor] = {}
        training: bool | None = False
        for own, value in zip(self.inputs, given, strict=True):
            if isinstance(own, LearningPhase):
                training = bool(value)
            else:
                tensors[node_of(own)] = _as_input(own, value)
        found = self._run([tensors[each] for each in self._entries], training)
        arrays = [np.array(each)[()] for each in found]  # the caller's own; scalars of scalars
        return arrays[0] if self._alone else arrays

    def _run(self, tensors: list[Tensor], training: bool | None) -> list[Any]:
        from geartrain.compiler import jit  # LLVM, only when something is compiled

        if self._compiled is None:
            self._compiled = jit(self._computed, static_argnames=("training",), name="function")
        found: list[Any] = self._compiled(tensors, training=training)
        return found

    def _computed(self, tensors: list[Tensor], training: bool | None) -> list[Any]:
        """The outputs, as tensors; the updates are done."""
        with calling(None, training):
            values = replayed(self._order, self._entries, self._results, tensors)
        by_node = dict(zip(self._results, values, strict=True))

        def value_of(each: Any) -> Any:
            node = self._places.get(id(each))
            return ops.convert_to_tensor(each) if node is None else by_node[node]

        outputs = [value_of(each) for each in self.outputs]
        for each in self.updates:
            each.carry_out([value_of(value) for value in each.wanted])
        return outputs


def function(
    inputs: Any, outputs: Any, updates: Any = None, name: str | None = None, **kwargs: Any
) -> Function:
    """A compiled function of arrays, of the part of a model between symbolic tensors.

    Args:
        inputs: symbolic tensors: of `placeholder`, of a model, or of a layer within one;
            `learning_phase()` among them takes 0 or 1.
        outputs: what was made of them.
        updates: pairs of a variable and the symbolic tensor that becomes its value at each call.
        name: taken for the sake of Keras's users.
        **kwargs: likewise: those of TensorFlow's sessions.

    Raises:
        ValueError: something else is among them, or an output needs an input that is not given.

    >>> from geartrain.compat.keras import backend as K
    >>> x = K.placeholder((None, 2))
    >>> y = K.sum(K.square(x), axis=-1)
    >>> K.function([x], [y, K.gradients(y, x)[0]])([[[1.0, 2.0]]])
    [array([5.], dtype=float32), array([[2., 4.]], dtype=float32)]
    """
    return Function(inputs, outputs, updates, name)


def _as_input(own: Any, value: Any) -> Tensor:
    tensor = ops.convert_to_tensor(value)
    return tensor if tensor.dtype == own.dtype else ops.cast(tensor, own.dtype)


def _input_message(given: Any) -> str:
    return explain(
        "K.function takes symbolic tensors",
        given=repr(given),
        expected="K.placeholder(...), model.input, layer.output or K.learning_phase()",
        remedy="K.function([model.input], [model.layers[0].output])",
    )


def _count_message(inputs: Sequence[Any], given: Sequence[Any]) -> str:
    return explain(
        "The function takes as many arrays as it has inputs",
        given=f"{len(given)} arrays",
        expected=f"{len(inputs)}, in a list (set by K.function)",
        remedy="iterate([x])",
    )
