"""`CategoryEncoding`: whole numbers as vectors."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.layers.backend_names import AsksBackend
from geartrain.layers.layer import Layer
from geartrain.layers.preprocessing.encoding import check_dense, check_mode, encoded, encoded_shape
from geartrain.ops import cast, convert_to_tensor
from geartrain.tensor import Tensor


class CategoryEncoding(AsksBackend, Layer):
    """Whole numbers from 0 to num_tokens - 1 as vectors of num_tokens places.

    Args:
        num_tokens: how many classes there are.
        output_mode: "one_hot": a vector for each number; "multi_hot": one for each row, with a 1
            for each class that is in it; "count": with how often it is in it.
        sparse: False: there are no sparse tensors.
        **kwargs: those of `Layer`.

    Input shape:
        (batch, numbers) or (batch,), of whole numbers. Others than classes are left out.

    Output shape:
        (batch, num_tokens), and for "one_hot" (batch, numbers, num_tokens).

    Raises:
        ValueError: there is no such mode, or num_tokens is missing or below 1.

    >>> from geartrain import layers
    >>> layers.CategoryEncoding(4, output_mode="count")([[0, 1], [0, 0]]).numpy().tolist()
    [[1.0, 1.0, 0.0, 0.0], [2.0, 0.0, 0.0, 0.0]]
    """

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_mode("CategoryEncoding", output_mode, ("count", "one_hot", "multi_hot"))
        check_dense("CategoryEncoding", sparse=sparse)
        if num_tokens is None or num_tokens < 1:
            raise ValueError(_tokens_message(num_tokens))
        self.num_tokens, self.output_mode, self.sparse = num_tokens, output_mode, sparse

    def call(self, inputs: Tensor, count_weights: Any = None) -> Tensor:
        if count_weights is not None and self.output_mode != "count":
            raise ValueError(_weights_message(self.output_mode))
        numbers = cast(convert_to_tensor(inputs), "int32")
        weights = None if count_weights is None else convert_to_tensor(count_weights)
        return encoded(numbers, self.num_tokens, self.output_mode, self.compute_dtype, weights)

    def compute_output_shape(self, input_shape: Any, *others: Any, **named: Any) -> Any:
        return encoded_shape(input_shape, self.num_tokens, self.output_mode)

    def get_config(self) -> dict[str, Any]:
        own = {"num_tokens": self.num_tokens, "output_mode": self.output_mode}
        config = {**super().get_config(), **own}
        config.pop("sparse", None)
        return config


def _tokens_message(num_tokens: Any) -> str:
    return explain(
        "CategoryEncoding needs to know how many classes there are",
        given=f"num_tokens={num_tokens!r}",
        expected="a whole number from 1 on",
        remedy="num_tokens=int(numbers.max()) + 1; or layers.IntegerLookup, which learns them",
    )


def _weights_message(mode: str) -> str:
    return explain(
        "CategoryEncoding weighs what it counts",
        given=f"count_weights, with output_mode={mode!r}",
        expected="output_mode='count'",
        remedy="output_mode='count'; or leave out count_weights",
    )
