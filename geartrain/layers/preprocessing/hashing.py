"""`Hashing`: texts and numbers as one of a few numbers, without a vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.layers.preprocessing.encoding import check_dense, check_mode, encoded, encoded_shape
from geartrain.layers.preprocessing.fingerprint import hasher
from geartrain.layers.preprocessing.index_lookup import checked_salt
from geartrain.layers.preprocessing.text_layer import TextLayer
from geartrain.layers.preprocessing.texts import as_array, is_text, mapped
from geartrain.tensor import Array, Tensor, as_dtype


class Hashing(TextLayer):
    """The remainder of a text's fingerprint: the same number for the same text, everywhere.

    Different texts may fall together. The numbers are those of Keras on TensorFlow: FarmHash's
    `Fingerprint64`, or SipHash with a salt; whole numbers count as their digits.

    Args:
        num_bins: how many numbers there are.
        mask_value: what becomes 0; all else gets numbers from 1 on. None: nothing.
        salt: one or two whole numbers that change which texts fall together.
        output_mode: "int": the number; "one_hot": as a vector; "multi_hot" and "count": a vector
            for each row: which numbers are in it, how often.
        sparse: False: there are no sparse tensors.
        **kwargs: those of `Layer`; dtype is int64 for "int", else float32.

    Input shape:
        Any, of texts or whole numbers.

    Output shape:
        For "int" the same; for "one_hot" with an axis more; else the last axis becomes the numbers.

    Raises:
        ValueError: no numbers, no such mode, or a salt that is none.

    >>> from geartrain import layers
    >>> layers.Hashing(3)([["A"], ["B"], ["C"]]).numpy().tolist()
    [[1], [0], [1]]
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: Any = None,
        output_mode: str = "int",
        sparse: bool = False,
        **kwargs: Any,
    ) -> None:
        chosen = _dtype(output_mode, kwargs.pop("dtype", None))
        super().__init__(**kwargs, dtype=chosen)
        if num_bins is None or num_bins <= 0:
            raise ValueError(_bins_message(num_bins))
        check_mode("Hashing", output_mode)
        check_dense("Hashing", sparse=sparse)
        self.num_bins, self.mask_value, self.salt = num_bins, mask_value, salt
        self._fingerprint = hasher(checked_salt("Hashing", salt))
        self.output_mode, self.sparse = output_mode, sparse

    def call(self, inputs: Any) -> Tensor:
        array = as_array(inputs, where=f"Hashing '{self.name}'")
        array = array if is_text(array) else array.astype(np.int64)
        numbers = Tensor(self._numbers(array))
        return encoded(numbers, self.num_bins, self.output_mode, self.compute_dtype)

    def _numbers(self, array: Array) -> Array:
        bins = self.num_bins
        if self.mask_value is None:
            return mapped(_remainder(self._fingerprint, bins), array)
        numbers = mapped(_remainder(self._fingerprint, max(bins - 1, 1)), array) + 1
        return np.asarray(np.where(array == self.mask_value, 0, numbers))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return encoded_shape(input_shape, self.num_bins, self.output_mode)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_bins": self.num_bins,
            "salt": self.salt,
            "mask_value": self.mask_value,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
        }


def _remainder(fingerprint: Callable[[bytes], int], bins: int) -> Callable[[Any], int]:
    return lambda token: fingerprint(str(token).encode()) % bins


def _dtype(mode: str, given: Any) -> Any:
    """The dtype of what the layer gives: whole numbers for "int"."""
    if given is None:
        return "int64" if mode == "int" else "float32"
    name = getattr(given, "compute_dtype", None) or as_dtype(given).name
    if mode == "int" and not name.startswith("int"):
        raise ValueError(_dtype_message(name))
    return given


def _bins_message(bins: Any) -> str:
    return explain(
        "Hashing needs numbers to choose from",
        given=f"num_bins={bins!r}",
        expected="a whole number from 1 on",
        remedy="num_bins=1000",
    )


def _dtype_message(name: str) -> str:
    return explain(
        "Hashing gives whole numbers",
        given=f"dtype={name!r}, with output_mode='int'",
        expected="'int32' or 'int64'",
        remedy="dtype='int64'; or output_mode='one_hot'",
    )
