"""`LowRank`: layers whose kernel can be trained through two small matrices beside it.

    kernel + alpha / rank * a · b          a (inputs, rank), b (rank, units); only these two train

Source: Hu et al., "LoRA: low-rank adaptation of large language models" (2021), section 4.1.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, ClassVar

import numpy as np

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.layers.stores import store_message
from geartrain.ops import add, matmul, multiply, zeros_like
from geartrain.tensor import Tensor, Variable


class LowRank(Layer):
    """A layer with a weight that `enable_lora` puts two small matrices beside.

    Args:
        adapted: the weight's name.
        lora_rank: the matrices' inner size; None is none of them.
        lora_alpha: what their product is multiplied with is this over the rank; None is the rank.
        **kwargs: those of `Layer`.
    """

    adapted: ClassVar[str] = "kernel"

    def __init__(self, lora_rank: int | None, lora_alpha: float | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.adapted_shape: tuple[int, ...] = ()
        self.lora_rank, self.lora_enabled = lora_rank, False
        self.lora_alpha = lora_rank if lora_alpha is None else lora_alpha
        self.lora_pair: tuple[Variable, ...] = ()

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freeze the weight, and train two small matrices beside it.

        Args:
            rank: their inner size.
            lora_alpha: what their product is multiplied with is this over the rank; None: 1.
            a_initializer: of the first matrix.
            b_initializer: of the second: zeros, so that nothing changes at first.

        Raises:
            ValueError: the layer has no weights yet, has the matrices already, or has a
                constraint on the weight, which does not hold for the sum.
        """
        weight = self.adapted_variable()
        if weight is None or self.lora_enabled or weight.constraint is not None:
            raise ValueError(_enabling_message(self, weight))
        shape = self.adapted_shape
        self._locked = False  # a built layer gets two weights more
        name = f"lora_{self.adapted}"
        shapes = {"a": (*shape[:-1], rank), "b": (rank, shape[-1])}
        starts = {"a": a_initializer, "b": b_initializer}
        self.lora_pair = tuple(
            self.add_weight(shape, starts[each], name=f"{name}_{each}")
            for each, shape in shapes.items()
        )
        for each, variable in zip("ab", self.lora_pair, strict=True):
            setattr(self, f"{name}_{each}", variable)
        self.lora_rank, self.lora_enabled = rank, True
        self.lora_alpha = rank if lora_alpha is None else lora_alpha
        if weight.trainable:
            weight.trainable = False
            vars(self).setdefault("_frozen", set()).add(weight)  # its place: those that train
        self._locked = self.built

    def enable_what_was_asked_for(self) -> None:
        """Make the matrices, if `__init__` was given their rank."""
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    def adapted_weight(self) -> Any:
        """The weight, with the product of the two matrices, if there are any."""
        if self.lora_enabled:
            return add(self.weight_for_sum(), self._product())
        return self.adapted_value()

    def adapted_variable(self) -> Variable | None:
        """The variable of the weight; None, as long as it is not built."""
        found: Variable | None = vars(self).get(f"_{self.adapted}")
        return found

    def adapted_value(self) -> Any:
        """The weight itself."""
        if f"_{self.adapted}" not in vars(self):
            raise AttributeError(_unbuilt_message(self))
        return getattr(self, f"_{self.adapted}")

    def weight_for_sum(self) -> Any:
        """The weight as floats, to which the product of the matrices is added."""
        return self.adapted_value()

    @property
    def lora_factor(self) -> float:
        """What the product of the matrices is multiplied with."""
        return self.lora_alpha / self.lora_rank  # type: ignore[operator]

    def _product(self) -> Tensor:
        first, second = self.lora_pair
        return multiply(matmul(first, second), self.lora_factor)

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """The weights as they are without the matrices: their product is added first."""
        for number, variable in enumerate(self._own_without_pair()):
            floats = variable.dtype.kind not in "iu"
            merged = self.lora_enabled and floats and variable is self.adapted_value()
            product = np.asarray(self._product()) if merged else 0
            store[str(number)] = variable.numpy() + product

    def load_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Take the weights, which hold a product of matrices already: that of ours becomes 0."""
        own = self._own_without_pair()
        if len(store) != len(own):
            raise ValueError(store_message(self, len(store), own))
        for number, variable in enumerate(own):
            variable.assign(np.asarray(store[str(number)]))
        for variable in self.lora_pair:
            variable.assign(zeros_like(variable.value))

    def _own_without_pair(self) -> list[Variable]:
        """Its own variables in the order of files: the bias comes behind the kernel."""
        pair = {id(each) for each in self.lora_pair}
        own = [each for each in self._weights if id(each) not in pair]
        front = [self.adapted_variable(), getattr(self, "bias", None)]
        first = [each for each in front if each is not None]
        return [*first, *(each for each in own if all(each is not one for one in first))]


def _enabling_message(layer: LowRank, weight: Variable | None) -> str:
    problem, remedy = "it is not built yet", "layer.build((None, 64)) before"
    if layer.lora_enabled:
        problem, remedy = "it has its matrices already", "once is enough"
    elif weight is not None:
        problem, remedy = f"a constraint on the {layer.adapted}", f"{layer.adapted}_constraint=None"
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot be adapted at low rank",
        given=problem,
        expected="a layer that is built, without a constraint, for the first time",
        remedy=remedy,
    )


def _unbuilt_message(layer: LowRank) -> str:
    name = layer.adapted
    return explain(
        f"You must build the layer before accessing `{name}`",
        given=f"{type(layer).__name__} '{layer.name}', which has no weights yet",
        expected="a layer that has seen an input, or a shape",
        remedy="layer.build(input_shape)",
    )
