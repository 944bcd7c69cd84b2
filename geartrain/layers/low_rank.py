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
from geartrain.ops import add, matmul, multiply, zeros_like
from geartrain.tensor import Tensor, Variable


class LowRank(Layer):
    """A layer with a weight that `enable_lora` puts two small matrices beside.

    Args:
        adapted: the weight's name.
        lora_rank: the matrices' inner size; None is none of them.
        lora_alpha: what their product is multiplied with is this over the rank; None is the rank.
        quantization_config: None: there are no quantized layers.
        **kwargs: those of `Layer`.
    """

    adapted: ClassVar[str] = "kernel"

    def __init__(
        self,
        lora_rank: int | None,
        lora_alpha: float | None,
        quantization_config: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if quantization_config is not None:
            raise ValueError(_quantization_message(self))
        self.quantization_config = None
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
        weight: Variable | None = getattr(self, self.adapted, None)
        if weight is None or self.lora_enabled or weight.constraint is not None:
            raise ValueError(_enabling_message(self, weight))
        self._locked = False  # a built layer gets two weights more
        name = f"lora_{self.adapted}"
        shapes = {"a": (*weight.shape[:-1], rank), "b": (rank, weight.shape[-1])}
        starts = {"a": a_initializer, "b": b_initializer}
        self.lora_pair = tuple(
            self.add_weight(shape, starts[each], name=f"{name}_{each}")
            for each, shape in shapes.items()
        )
        self.lora_rank, self.lora_enabled = rank, True
        self.lora_alpha = rank if lora_alpha is None else lora_alpha
        weight.trainable = False
        self._locked = self.built

    def enable_what_was_asked_for(self) -> None:
        """Make the matrices, if `__init__` was given their rank."""
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    def adapted_weight(self) -> Any:
        """The weight, with the product of the two matrices, if there are any."""
        weight: Variable = getattr(self, self.adapted)
        return add(weight, self._product()) if self.lora_enabled else weight

    def _product(self) -> Tensor:
        first, second = self.lora_pair
        return multiply(matmul(first, second), self.lora_alpha / self.lora_rank)  # type: ignore[operator]

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """The weights as they are without the matrices: their product is added first."""
        for number, variable in enumerate(self._own_without_pair()):
            merged = self.lora_enabled and variable is getattr(self, self.adapted)
            product = np.asarray(self._product()) if merged else 0
            store[str(number)] = variable.numpy() + product

    def load_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Take the weights, which hold a product of matrices already: that of ours becomes 0."""
        if not self.lora_enabled:
            super().load_own_variables(store)
            return
        for number, variable in enumerate(self._own_without_pair()):
            variable.assign(np.asarray(store[str(number)]))
        for variable in self.lora_pair:
            variable.assign(zeros_like(variable.value))

    def _own_without_pair(self) -> list[Variable]:
        """Its own variables in the order in which they were made."""
        pair = {id(each) for each in self.lora_pair}
        return [each for each in self._weights if id(each) not in pair]


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


def _quantization_message(layer: Layer) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' cannot be quantized",
        given="quantization_config",
        expected="None: weights are kept as floats",
        remedy="dtype='mixed_bfloat16' for half the memory of what is computed",
    )
