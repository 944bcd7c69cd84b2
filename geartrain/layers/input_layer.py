"""`Input`: says what one sample looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.layers.symbolic import symbolic_input
from geartrain.tensor import Tensor, as_dtype

_WITHOUT_EFFECT = ("sparse", "ragged", "optional")


class InputLayer(Layer):
    """A model's entrance: it changes nothing, and fixes the shape of a sample.

    Args:
        shape: of one sample, without the batch; None in it is any size.
        batch_size: None is any.
        dtype: of the input; None is float32.
        batch_shape: the shape with the batch, instead of both.
        **kwargs: those of `Layer`.
    """

    supports_masking = True

    def __init__(
        self,
        shape: Sequence[int | None] | int | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        batch_shape: Sequence[int | None] | None = None,
        **kwargs: Any,
    ) -> None:
        if batch_shape is not None:
            batch_size, *shape = batch_shape
        sample = (shape,) if isinstance(shape, int) else tuple(shape or ())
        super().__init__(input_shape=sample, dtype=dtype, **kwargs)
        self.batch_shape = (batch_size, *sample)
        symbol = symbolic_input(self, self.batch_shape, as_dtype(self.dtype))
        self.note_call(symbol, symbol)
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The shape and dtype of what goes in."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": str(self.dtype),
            "sparse": False,
            "ragged": False,
            "name": self.name,
            "optional": False,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputLayer:
        """Such an entrance."""
        own = {name: each for name, each in config.items() if name not in _WITHOUT_EFFECT}
        return cls(**own)


def Input(  # noqa: N802  (Keras's name)
    shape: Sequence[int | None] | int | None = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
) -> Any:
    """A symbolic tensor of the shape of samples: what layers are called with to make a model.

    Args:
        shape: of one sample, without the batch; None in it is any size.
        batch_size: None is any.
        dtype: None is float32.
        sparse: None or False: there are no sparse tensors.
        ragged: None or False: there are no ragged tensors.
        batch_shape: the shape with the batch, instead of both.
        name: None numbers "input_layer".

    >>> from geartrain import Sequential, layers
    >>> Sequential([layers.Input((784,)), layers.Dense(10)]).count_params()
    7850
    >>> layers.Input((28, 28)).shape
    (None, 28, 28)
    """
    if sparse or ragged:
        raise ValueError(
            "Input: there are no sparse or ragged tensors; leave sparse and ragged out"
        )
    return InputLayer(shape, batch_size, dtype, batch_shape, name=name).output


def _sparse_message() -> str:
    return explain(
        "Input gives dense tensors",
        given="sparse=True or ragged=True",
        expected="neither: there are no sparse and no ragged tensors",
        remedy="layers.Input((784,)), and dense arrays for the model",
    )
