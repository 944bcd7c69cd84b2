"""`gradients` of symbolic tensors, which are symbolic tensors again.

    grads = K.gradients(loss, layer.output)[0]       a node "gradients" of the blueprint

When a model or a function comes to the node, it goes from the variables to the loss once more,
under a tape. The compiler sees both ways, and computes what they share once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geartrain import ops
from geartrain.autodiff import GradientTape
from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.graph.graph import Role, sort_nodes
from geartrain.primitives.primitive import Spec
from geartrain.symbolic import KerasTensor, is_keras_tensor
from geartrain.symbolic.replay import node_of, replayed, sorted_nodes
from geartrain.symbolic.steps import Sizes, Step, parts_of_step
from geartrain.tensor import Tensor, Variable

__all__ = ["gradients", "stop_gradient"]


@dataclass(frozen=True)
class GradientsCall(Step):
    """How gradients come about: from entries, some of which are targets, to the losses."""

    entries: list[Node]
    order: list[Node]
    losses: list[Node]
    targets: list[Any]  # the places of entries, or variables
    outputs: Any

    def carry_out(self, inputs: list[Tensor], sizes: Sizes) -> list[Tensor]:
        """The gradients for other values of the entries."""
        sources = [inputs[at] if isinstance(at, int) else at for at in self.targets]
        with GradientTape() as tape:
            for each in sources:
                tape.watch(each)
            values = replayed(self.order, self.entries, self.losses, inputs)
            total = sum(map(ops.sum, values[1:]), ops.sum(values[0]))
        found = tape.gradient(total, sources)
        return [
            ops.zeros_like(source) if each is None else each
            for each, source in zip(found, sources, strict=True)
        ]


def gradients(loss: Any, variables: Any) -> list[Any]:
    """The derivatives of a symbolic loss by symbolic tensors or variables, symbolic themselves.

    Args:
        loss: a symbolic tensor, of which the sum is taken, or a list of them.
        variables: what the loss was made of: a tensor on the way, or a variable; or a list.

    Returns:
        A list: for each of the variables a symbolic tensor of its shape, or None, if the loss does
        not depend on it.

    Raises:
        ValueError: the loss is not symbolic.

    >>> from geartrain.compat.keras import backend as K
    >>> x = K.placeholder((3,))
    >>> K.gradients(K.sum(x * x * x), x)[0].shape
    (3,)
    """
    wanted = list(variables) if isinstance(variables, list | tuple) else [variables]
    symbols = list(loss) if isinstance(loss, list | tuple) else [loss]
    if not symbols or not all(map(is_keras_tensor, symbols)):
        raise ValueError(_loss_message(loss))
    losses = [node_of(each) for each in symbols]
    own = list(dict.fromkeys(node_of(each) for each in wanted if is_keras_tensor(each)))
    entries = _entries(losses, own)
    order = sorted_nodes(losses, entries)
    used = {id(each) for each in order} | {id(each) for each in losses}
    known = [each for each in wanted if not is_keras_tensor(each) or id(node_of(each)) in used]
    found = iter(_drawn(entries, order, losses, known) if known else ())
    return [next(found) if any(each is one for one in known) else None for each in wanted]


def _entries(losses: list[Node], targets: list[Node]) -> list[Node]:
    """The targets, and the inputs that the losses need beside them."""
    cut = set(map(id, targets))
    seen: dict[int, Node] = {}
    pending = list(losses)
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen[id(node)] = node
            pending.extend(() if id(node) in cut else node.inputs)
    reached = [each for each in targets if id(each) in seen]
    inputs = [each for each in sort_nodes(losses) if each.role is Role.INPUT and id(each) in seen]
    return reached + [each for each in inputs if id(each) not in cut]


def _drawn(
    entries: list[Node], order: list[Node], losses: list[Node], targets: Sequence[Any]
) -> list[Any]:
    """Write the gradients down, as one node."""
    places = {id(node): at for at, node in enumerate(entries)}
    kept = [places[id(node_of(t))] if is_keras_tensor(t) else _variable(t) for t in targets]
    specs = [Spec(t.value.shape, t.value.dtype) for t in targets]
    step = GradientsCall(entries, order, losses, kept, list(range(len(specs))))
    return parts_of_step(step, "gradients", specs, [KerasTensor.of(node) for node in entries])


def _variable(target: Any) -> Variable:
    if not isinstance(target, Variable):
        raise ValueError(_target_message(target))
    return target


def stop_gradient(variables: Any) -> Any:
    """The same numbers, through which no derivative goes; of a list, each."""
    if isinstance(variables, list | tuple):
        return [ops.stop_gradient(each) for each in variables]
    return ops.stop_gradient(variables)


def _loss_message(loss: Any) -> str:
    return explain(
        "K.gradients is for symbolic tensors",
        given=repr(loss),
        expected="what was made of model.input, layer.output or K.placeholder(...)",
        remedy="with geartrain.GradientTape() as tape: loss = ...; tape.gradient(loss, variables)",
    )


def _target_message(target: Any) -> str:
    return explain(
        "K.gradients goes by symbolic tensors and variables",
        given=repr(target),
        expected="model.input, layer.output, K.placeholder(...) or a weight",
        remedy="K.gradients(loss, model.input)",
    )
