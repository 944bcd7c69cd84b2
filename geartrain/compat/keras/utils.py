"""Helpers that Keras 2 had beside today's: the names of `keras.utils` that are not in ours."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.compat.keras.conv_utils import (
    conv_input_length,
    conv_output_length,
    deconv_length,
    normalize_data_format,
    normalize_padding,
    normalize_tuple,
)
from geartrain.tensor import Array

__all__ = [
    "HDF5Matrix", "conv_input_length", "conv_output_length", "convert_all_kernels_in_model",
    "deconv_length", "multi_gpu_model", "normalize_data_format", "normalize_padding",
    "normalize_tuple", "print_summary", "to_list",
]  # fmt: skip


class HDF5Matrix:
    """A part of a data set in an HDF5 file, read when it is asked for.

    Args:
        datapath: the file.
        dataset: its name in the file.
        start: the first row.
        end: the row after the last; None takes all.
        normalizer: a function of what is read.
    """

    def __init__(
        self,
        datapath: Any,
        dataset: str,
        start: int = 0,
        end: int | None = None,
        normalizer: Any = None,
    ) -> None:
        from geartrain.saving.store import h5py

        self.data = h5py().File(datapath, "r")[dataset]
        self.start, self.end = start, self.data.shape[0] if end is None else end
        self.normalizer = normalizer

    def __len__(self) -> int:
        return int(self.end - self.start)

    @property
    def shape(self) -> tuple[int, ...]:
        """Rows, and what a row is."""
        return (len(self), *self.data.shape[1:])

    @property
    def dtype(self) -> Any:
        """Of the numbers in the file."""
        return self.data.dtype

    def __getitem__(self, key: Any) -> Array:
        if isinstance(key, slice):
            first, last, step = key.indices(len(self))
            found = self.data[first + self.start : last + self.start : step]
        else:
            rows = np.arange(len(self))[key] + self.start
            found = np.asarray(self.data[rows.tolist() if rows.ndim else int(rows)])
        return np.asarray(found if self.normalizer is None else self.normalizer(found))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self[:], dtype=dtype)


def to_list(x: Any, allow_tuple: bool = False) -> list[Any]:
    """A list as it is, anything else in one.

    >>> to_list(1), to_list([1, 2])
    ([1], [1, 2])
    """
    if isinstance(x, list) or (allow_tuple and isinstance(x, tuple)):
        return list(x)
    return [x]


def multi_gpu_model(model: Any, gpus: Any = None, cpu_merge: bool = True, **kwargs: Any) -> Any:
    """The model: its steps run on all cores of one device."""
    return model


def print_summary(
    model: Any, line_length: Any = None, positions: Any = None, print_fn: Any = None
) -> None:
    """`model.summary()`."""
    model.summary(line_length, positions, print_fn)


def convert_all_kernels_in_model(model: Any) -> None:
    """Turn the kernels of a model's convolutions around, as Theano's were stored."""
    for layer in model.layers:
        if hasattr(layer, "kernel") and "Conv" in type(layer).__name__:
            kernel = layer.kernel.numpy()
            axes = tuple(range(kernel.ndim - 2))
            layer.kernel.assign(np.flip(kernel, axes))
