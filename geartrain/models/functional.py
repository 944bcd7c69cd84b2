"""`Functional`: a model made of symbolic tensors, by `Model(inputs, outputs)`."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.graph import Node
from geartrain.graph.graph import Role
from geartrain.layers import Layer
from geartrain.layers.masks import keep_mask
from geartrain.models.feeding import fed
from geartrain.models.functional_config import functional_config
from geartrain.models.model import Model
from geartrain.models.numbers_watch import check_numbers
from geartrain.models.order import layers_in_order, makers_in_order
from geartrain.models.storing import takes_tensors
from geartrain.symbolic import is_keras_tensor
from geartrain.symbolic.call_nodes import maker_of
from geartrain.symbolic.replay import checked_nodes, node_of, replayed, sorted_nodes
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import is_text
from geartrain.tensor.nest import flatten, map_nest, pack_like
from geartrain.training.data import Data


class Functional(Model):
    """The layers between some symbolic tensors and others.

    A call gives tensors for the inputs, and every layer on the way is called again, in order.

    Args:
        inputs: symbolic tensors of `layers.Input`, or a list or dict of them.
        outputs: what was made of them, likewise.
        name: None numbers "functional".
        **kwargs: those of `Layer`.

    Raises:
        ValueError: something is no symbolic tensor, or an output needs an input that is not given.
    """

    files_begin_with = "layers"

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self._inputs, self._outputs = inputs, outputs
        self._entries, results = checked_nodes("Model", inputs, outputs)
        self._added_losses: list[Node] = []
        self._order = sorted_nodes(results, self._entries)
        require_names(self, makers_in_order(self._order, self._entries, results))
        self._layers = layers_in_order(self._order, self._entries, results)
        self.output_shape = _shapes(self.outputs)
        self.built = True

    @property  # type: ignore[misc]
    def layers(self) -> list[Layer]:
        """The layers, those that take the inputs first."""
        return list(self._layers)

    @property
    def input(self) -> Any:
        """The symbolic tensors that go in."""
        return self._inputs

    @property
    def output(self) -> Any:
        """The symbolic tensors that come out."""
        return self._outputs

    @property
    def inputs(self) -> list[Tensor]:
        """The symbolic tensors that go in, as a list."""
        return flatten(self._inputs)

    @property
    def outputs(self) -> list[Tensor]:
        """The symbolic tensors that come out, as a list."""
        return flatten(self._outputs)

    @property
    def output_names(self) -> list[str]:  # type: ignore[override]
        """The names of the layers that the outputs come of."""
        return [_name_of(node_of(each)) for each in self.outputs]

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [node.label for node in self._entries]

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or a list of those of several."""
        return _shapes(self.inputs)

    @property
    def operations(self) -> list[Any]:
        """The layers and operations, those that take the inputs first."""
        results = [*(node_of(each) for each in self.outputs), *self._added_losses]
        return makers_in_order(self._order, self._entries, results)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """What the layers make of other inputs; masks of the inputs go with them."""
        given = fed(self, inputs)
        for tensor, own in zip(given, flatten(mask), strict=False):
            if own is not None and tensor is not None:
                keep_mask(tensor, own)
        results = [node_of(each) for each in self.outputs]
        wanted = [*results, *self._added_losses]
        found = replayed(self._order, self._entries, wanted, given)
        for loss in found[len(results) :]:
            super().add_loss(loss)
        return pack_like(self._outputs, found[: len(results)])

    def add_loss(self, loss: Any) -> None:
        """Add to the loss of the model: in `call`, or a symbolic tensor made of the model's own.

        Raises:
            ValueError: it is no tensor, or was made of an input that the model does not have.
        """
        symbolic = [each for each in flatten(loss) if is_keras_tensor(each)]
        if not symbolic:
            super().add_loss(loss)
            return
        self._added_losses += [node_of(each) for each in symbolic]
        wanted = [*(node_of(each) for each in self.outputs), *self._added_losses]
        self._order = sorted_nodes(wanted, self._entries)
        self._layers = layers_in_order(self._order, self._entries, wanted)
        self.forget_programs()

    def get_config(self) -> dict[str, Any]:
        """The layers, the calls that join them, and which tensors go in and come out."""
        if takes_tensors(type(self)):
            return functional_config(self)
        return super().get_config()

    @property
    def takes_texts(self) -> bool:
        """Whether one of its entrances takes texts."""
        return any(is_text(each.dtype) for each in self._entries)

    def ensure_ready(self, where: str, data: Data) -> None:
        """Check the samples against the input's shape."""
        fed(self, map_nest(lambda each: Tensor(each[:1]), data.x))
        check_numbers(where, self, data.x)


def _name_of(node: Node) -> str:
    """The name of the layer that a node is of, or of the operation."""
    made = node.inputs[0] if node.role is Role.PART else node
    layer = maker_of(made)
    return layer.name if layer is not None else made.label


def _shapes(tensors: list[Any]) -> Any:
    """The shape of a symbolic tensor, or a list of those of several."""
    shapes = [each.shape for each in tensors]
    return shapes[0] if len(shapes) == 1 else shapes


def require_names(model: Model, makers: list[Any]) -> None:
    """Raise where two layers or operations of a model have one name.

    Raises:
        ValueError: they do.
    """
    names = [each.name for each in makers]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ValueError(
            explain(
                f"Two layers of model '{model.name}' cannot have one name",
                given=", ".join(f"{names.count(name)} times '{name}'" for name in twice),
                expected="a name for each layer, by which its weights are found",
                remedy=f"layers.Dense(..., name='{twice[0]}_2')",
            )
        )
