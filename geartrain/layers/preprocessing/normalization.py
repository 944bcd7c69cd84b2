"""`Normalization`: features brought to mean 0 and variance 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain import ops
from geartrain.errors import explain
from geartrain.layers.backend_names import AsksBackend
from geartrain.layers.layer import Layer
from geartrain.layers.preprocessing.texts import batches_of
from geartrain.tensor import Array, Tensor

EPSILON = 1e-7  # the least standard deviation


class Normalization(AsksBackend, Layer):
    """(x - mean) / sqrt(variance), with the mean and the variance of data that it was shown.

    Args:
        axis: the axes of which every place has its own mean and variance: -1: each feature; None:
            there is one mean of all.
        mean: given instead of learned, together with `variance`.
        variance: likewise.
        invert: whether it goes the other way: x sqrt(variance) + mean.
        **kwargs: those of `Layer`.

    Input shape:
        (batch, ...); the sizes of `axis` must be known.

    Output shape:
        The same.

    Raises:
        ValueError: one of mean and variance is missing, or an axis is not there.

    >>> from geartrain import layers
    >>> layer = layers.Normalization(axis=None)
    >>> layer.adapt([1.0, 2.0, 3.0, 4.0, 5.0])
    >>> print(layer([1.0, 3.0, 5.0]).numpy())
    [-1.4142135  0.         1.4142135]
    """

    supports_masking = True

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.axis = _as_axes(axis)
        self.input_mean, self.input_variance = mean, variance
        self.invert, self.supports_jit = invert, True
        if (mean is None) != (variance is None):
            raise ValueError(_pair_message(mean, variance))

    def build(self, input_shape: Any) -> None:
        if input_shape is None:
            return
        rank = len(input_shape)
        if any(not -rank <= axis < rank for axis in self.axis):
            raise ValueError(_axis_message(self, input_shape))
        self._kept = tuple(sorted(axis % rank for axis in self.axis))
        if any(not isinstance(input_shape[axis], int) for axis in self._kept):
            raise ValueError(_size_message(self, input_shape))
        self._sizes = tuple(input_shape[axis] for axis in self._kept)
        self._spread = tuple(n if at in self._kept else 1 for at, n in enumerate(input_shape))
        if self.input_mean is None:
            self._add_weights()
        else:
            given = self.input_mean, self.input_variance
            self._given = tuple(self._repeated(each) for each in given)
        self._build_shape = tuple(input_shape)

    def _add_weights(self) -> None:
        self.adapt_mean = self.add_weight(self._sizes, "zeros", trainable=False, name="mean")
        self.adapt_variance = self.add_weight(self._sizes, "ones", trainable=False, name="variance")
        self.count = self.add_weight((), "zeros", dtype="int32", trainable=False, name="count")

    def _repeated(self, given: Any) -> Tensor:
        numbers = np.asarray(ops.convert_to_tensor(given).numpy(), np.float64)
        if numbers.ndim > len(self._sizes) and numbers.size > 1:
            raise ValueError(_given_message(numbers.shape, self._sizes))
        numbers = numbers.reshape(()) if numbers.ndim > len(self._sizes) else numbers
        try:
            full = np.broadcast_to(numbers, self._sizes)
        except ValueError:
            raise ValueError(_given_message(numbers.shape, self._sizes)) from None
        return ops.cast(np.array(full.reshape(self._spread)), self.compute_dtype)

    @property
    def mean(self) -> Any:
        """The mean, in a shape that goes with the input; None before the layer is built."""
        return self._moment(0)

    @property
    def variance(self) -> Any:
        """The variance, likewise."""
        return self._moment(1)

    def _moment(self, which: int) -> Any:
        if not self.built:
            return None
        if self.input_mean is not None:
            return self._given[which]
        weight = (self.adapt_mean, self.adapt_variance)[which]
        return ops.cast(ops.reshape(weight.value, self._spread), self.compute_dtype)

    def adapt(self, data: Any) -> None:
        """Learn mean and variance of data, in place of those learned before.

        Mean and variance of several batches are put together as in Chan, Golub and LeVeque,
        "Updating formulae and a pairwise algorithm for computing sample variances" (1979).

        Args:
            data: an array, or anything that gives batches of arrays: a generator, a data set.

        Raises:
            ValueError: mean and variance were given, or batches differ in shape.
        """
        if self.input_mean is not None:
            raise ValueError(_adapt_message())
        count, mean, spread = 0, np.zeros(()), np.zeros(())
        for batch in batches_of(data):
            numbers = np.asarray(ops.convert_to_tensor(batch).numpy(), np.float64)
            self._ensure_fit(numbers.shape)
            axes = tuple(at for at in range(numbers.ndim) if at not in self._kept)
            size = math.prod(numbers.shape[at] for at in axes)
            step = numbers.mean(axes) - mean
            total = count + size
            spread = spread + numbers.var(axes) * size + step**2 * count * size / max(total, 1)
            mean, count = mean + step * size / max(total, 1), total
        if count:
            self._learn(mean, spread / count)

    def _ensure_fit(self, shape: tuple[int, ...]) -> None:
        if not self.built:
            self.build(shape)
        sizes = tuple(shape[axis] for axis in self._kept if axis < len(shape))
        if len(shape) != len(self._spread) or sizes != self._sizes:
            raise ValueError(_differs_message(self, shape))

    def _learn(self, mean: Array, variance: Array) -> None:
        self.adapt_mean.assign(mean.astype(np.float32))
        self.adapt_variance.assign(variance.astype(np.float32))

    def finalize_state(self) -> None:
        """Nothing is left to be done: `mean` and `variance` are read from the weights."""

    def call(self, inputs: Tensor) -> Tensor:
        x = ops.cast(inputs, self.compute_dtype)
        scale = ops.maximum(ops.sqrt(self.variance), EPSILON)
        if self.invert:
            return ops.add(ops.multiply(x, scale), self.mean)
        return ops.divide(ops.subtract(x, self.mean), scale)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape)

    def get_build_config(self) -> dict[str, Any] | None:
        """The shape that the layer was built for."""
        return {"input_shape": self._build_shape} if self.built else None

    def build_from_config(self, config: dict[str, Any] | None) -> None:
        """Build it for the shape that `get_build_config` gave."""
        if config:
            self.build(config["input_shape"])

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "invert": self.invert,
            "mean": _as_list(self.input_mean),
            "variance": _as_list(self.input_variance),
        }


def _as_axes(axis: Any) -> tuple[int, ...]:
    if axis is None:
        return ()
    return (int(axis),) if isinstance(axis, int | np.integer) else tuple(int(a) for a in axis)


def _as_list(numbers: Any) -> Any:
    """What a config holds: arrays and tensors as lists, numbers and lists as they are."""
    if not hasattr(numbers, "shape"):
        return numbers
    return np.asarray(ops.convert_to_tensor(numbers).numpy()).tolist()


def _pair_message(mean: Any, variance: Any) -> str:
    return explain(
        "Normalization needs a mean and a variance, or neither",
        given=f"mean={mean!r}, variance={variance!r}",
        expected="both, or None for both, to learn them",
        remedy="layer = layers.Normalization(); layer.adapt(x)",
    )


def _axis_message(layer: Any, shape: Any) -> str:
    return explain(
        f"Normalization '{layer.name}' has an axis that the input has not",
        given=f"axis={layer.axis}, input of shape {tuple(shape)}",
        expected=f"axes from {-len(shape)} to {len(shape) - 1}",
        remedy="axis=-1",
    )


def _size_message(layer: Any, shape: Any) -> str:
    return explain(
        f"Normalization '{layer.name}' has a mean for each place of axis {layer.axis}",
        given=f"input of shape {tuple(shape)}",
        expected="a known size of that axis",
        remedy="axis=None, for one mean of all",
    )


def _given_message(shape: Any, sizes: Any) -> str:
    return explain(
        "Normalization cannot use this mean or variance",
        given=f"numbers of shape {tuple(shape)}",
        expected=f"shape {tuple(sizes)} (set by axis and the input), or one that repeats to it",
        remedy="axis=-1, for a mean of each feature; axis=None, for a single number",
    )


def _adapt_message() -> str:
    return explain(
        "Normalization does not learn what it was given",
        given="adapt(...) of a layer with mean= and variance=",
        expected="a layer without them",
        remedy="layers.Normalization()",
    )


def _differs_message(layer: Any, shape: Any) -> str:
    return explain(
        f"Normalization '{layer.name}' was built for another shape",
        given=f"data of shape {tuple(shape)}",
        expected=f"rank {len(layer._spread)}, and {layer._sizes} on axes {layer._kept} (set by the "
        "first data)",
        remedy="a new layers.Normalization()",
    )
