"""`Input`: says what one sample looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain.backend import standardize_dtype
from geartrain.errors import explain
from geartrain.layers.layer import Layer
from geartrain.layers.symbolic import symbolic_input
from geartrain.symbolic.keras_tensor import checked_shape, is_keras_tensor
from geartrain.tensor import Tensor
from geartrain.tensor.dtypes import STRING, held_dtype

_WITHOUT_EFFECT = ("sparse", "ragged", "optional")


class InputLayer(Layer):
    """A model's entrance: it changes nothing, and fixes the shape of a sample.

    Args:
        shape: of one sample, without the batch; None in it is any size.
        batch_size: None is any.
        dtype: of the input; None is float32.
        sparse: None or False: there are no sparse tensors.
        ragged: None or False: there are no ragged tensors.
        batch_shape: the shape with the batch, instead of `shape` and `batch_size`.
        input_tensor: a symbolic tensor, whose shape and dtype are taken.
        optional: whether None may be given.
        name: None numbers "input_layer".
        **kwargs: those of `Layer`.

    Raises:
        ValueError: no shape, two of them, or an impossible one.
    """

    supports_masking = True

    def __init__(
        self,
        shape: Sequence[int | None] | int | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Sequence[int | None] | None = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if sparse or ragged:
            raise ValueError(_sparse_message())
        if input_tensor is not None:
            _require_symbolic(input_tensor)
            shape, batch_shape = None, input_tensor.shape
            dtype = dtype or input_tensor.dtype
        shape = kwargs.pop("input_shape", None) if shape is None else shape
        whole = _whole_shape(shape, batch_size, batch_shape)
        super().__init__(input_shape=whole[1:], dtype=_entrance_dtype(dtype), name=name, **kwargs)
        self.batch_shape, self.optional = whole, optional
        given = (name or None) if input_tensor is None else input_tensor.name
        symbol = symbolic_input(self, whole, held_dtype(self.dtype), given)
        self.note_call(symbol, symbol)
        self.built = True

    @property
    def takes_texts(self) -> bool:
        """Whether it was made for texts."""
        return self.dtype == STRING

    def call(self, inputs: Tensor) -> Tensor:
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The shape and dtype of what goes in."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": False,
            "ragged": False,
            "name": self.name,
            "optional": self.optional,
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
    tensor: Any = None,
    optional: bool = False,
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
        tensor: a symbolic tensor, which is given back; with a name, one of its shape and dtype.
        optional: whether None may be given for it.

    >>> from geartrain import Sequential, layers
    >>> Sequential([layers.Input((784,)), layers.Dense(10)]).count_params()
    7850
    >>> layers.Input((28, 28)).shape
    (None, 28, 28)
    """
    layer = InputLayer(
        shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name=name
    )
    return layer.output if tensor is None or name is not None else tensor


def _whole_shape(shape: Any, batch_size: Any, batch_shape: Any) -> tuple[int | None, ...]:
    """The shape with the batch, checked."""
    if shape is not None and batch_shape is not None:
        raise ValueError(_shape_message("both shape and batch_shape", "one of them"))
    if batch_shape is not None:
        return checked_shape(batch_shape)
    if shape is None:
        raise ValueError(_shape_message("no shape", "the shape of one sample"))
    return (batch_size, *checked_shape(shape))


def _entrance_dtype(dtype: Any) -> str:
    """The dtype of what goes in; None is `floatx`.

    Raises:
        ValueError: there is no such dtype.
    """
    name = getattr(dtype, "compute_dtype", dtype)
    return standardize_dtype(name["config"]["name"] if isinstance(name, dict) else name)


def _shape_message(given: str, expected: str) -> str:
    return explain(
        "Input says what one sample looks like",
        given=given,
        expected=expected,
        remedy="layers.Input((784,))",
    )


def _sparse_message() -> str:
    return explain(
        "Input gives dense tensors",
        given="sparse=True or ragged=True",
        expected="neither: there are no sparse and no ragged tensors",
        remedy="layers.Input((784,)), and dense arrays for the model",
    )


def _require_symbolic(tensor: Any) -> None:
    if is_keras_tensor(tensor):
        return
    raise ValueError(
        explain(
            "An input stands for a symbolic tensor",
            given=f"tensor={type(tensor).__name__}",
            expected="a KerasTensor, whose shape and dtype are taken",
            remedy="layers.Input(shape=x.shape[1:], dtype=x.dtype), and model(x)",
        )
    )
