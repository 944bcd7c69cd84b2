"""Layers that Keras 1 and 2 had beside today's: names of `keras.layers` that ours has not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from geartrain import layers, ops
from geartrain.compat.keras.locally_connected import LocallyConnected1D, LocallyConnected2D
from geartrain.compat.keras.renamed import renamed, warn_once
from geartrain.errors import unknown_name

__all__ = [
    "AtrousConvolution1D", "AtrousConvolution2D", "Convolution1D", "Convolution2D",
    "Convolution3D", "CuDNNGRU", "CuDNNLSTM", "Deconvolution2D", "Highway",
    "LocallyConnected1D", "LocallyConnected2D", "MaxoutDense", "Merge", "SeparableConvolution2D",
    "SyncBatchNormalization",
    "ThresholdedReLU", "TimeDistributedDense", "merge",
]  # fmt: skip


class CuDNNLSTM(layers.LSTM):
    """`LSTM`, under the name of its kernel for graphics cards."""


class CuDNNGRU(layers.GRU):
    """`GRU` with the reset gate behind the product, as its kernel for graphics cards has it."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        kwargs.setdefault("reset_after", True)
        super().__init__(units, **kwargs)


class SyncBatchNormalization(layers.BatchNormalization):
    """`BatchNormalization`: `synchronized=True` is what is left of it, for several machines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"synchronized": True, **kwargs})


class _Merge(layers.Layer):
    """A layer of several tensors: a subclass says in `_merge_function` what it makes of them."""

    def _merge_function(self, inputs: list[Any]) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no _merge_function(inputs)")

    def call(self, inputs: list[Any]) -> Any:
        return self._merge_function(inputs)


class ThresholdedReLU(layers.Layer):
    """x where it is above theta, else 0.

    Args:
        theta: the threshold.
        **kwargs: those of `Layer`.

    >>> ThresholdedReLU(1.5)([1.0, 2.0]).tolist()
    [0.0, 2.0]
    """

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.theta = theta

    def call(self, inputs: Any) -> Any:
        return ops.multiply(inputs, ops.cast(ops.greater(inputs, self.theta), inputs.dtype))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


class Highway(layers.Layer):
    """t * activation(x W + b) + (1 - t) * x with t = sigmoid(x W_t + b_t).

    Source: Srivastava, Greff and Schmidhuber, "Highway networks" (2015), section 2.
    """

    def __init__(
        self, activation: Any = "linear", transform_bias: float = -1.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.activation, self.transform_bias = activation, transform_bias

    def build(self, input_shape: Any) -> None:
        units = input_shape[-1]
        self.inner = layers.Dense(units, activation=self.activation)
        self.gate = layers.Dense(
            units, activation="sigmoid", bias_initializer=_constant(self.transform_bias)
        )
        self.inner.build(input_shape)
        self.gate.build(input_shape)

    def call(self, inputs: Any) -> Any:
        gate = self.gate(inputs)
        return gate * self.inner(inputs) + (1.0 - gate) * inputs


class MaxoutDense(layers.Layer):
    """The largest of several affine maps: max over k of x W_k + b_k.

    Source: Goodfellow et al., "Maxout networks" (2013), section 3.
    """

    def __init__(self, output_dim: int, nb_feature: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.output_dim, self.nb_feature = output_dim, nb_feature

    def build(self, input_shape: Any) -> None:
        self.inner = layers.Dense(self.output_dim * self.nb_feature)
        self.inner.build(input_shape)

    def call(self, inputs: Any) -> Any:
        found = self.inner(inputs)
        return ops.max(ops.reshape(found, (-1, self.nb_feature, self.output_dim)), axis=1)


def _constant(value: float) -> Any:
    from geartrain import initializers

    return initializers.Constant(value)


# -- Keras 1 took a kernel's sizes one by one ------------------------------------------------------


def _convolution(cls: type, rank: int, name: str) -> Callable[..., Any]:
    """A layer whose kernel's sizes stand one by one behind the number of filters."""
    sizes = ("nb_row", "nb_col") if rank == 2 else tuple(f"kernel_dim{n}" for n in (1, 2, 3))

    def make(*args: Any, **kwargs: Any) -> Any:
        if len(args) == rank + 1 and rank > 1 and all(isinstance(each, int) for each in args):
            warn_once(name, "sizes", f"{name}(f, {', '.join(sizes)}) is Conv{rank}D(f, (...)) now")
            args = (args[0], tuple(args[1:]))
        if set(sizes) <= set(kwargs):
            kwargs["kernel_size"] = tuple(kwargs.pop(each) for each in sizes)
        return cls(*args, **kwargs)

    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"`{cls.__name__}`, with the sizes of its kernel one by one."
    return make


Convolution1D = _convolution(layers.Conv1D, 1, "Convolution1D")
Convolution2D = _convolution(layers.Conv2D, 2, "Convolution2D")
Convolution3D = _convolution(layers.Conv3D, 3, "Convolution3D")
AtrousConvolution1D = _convolution(layers.Conv1D, 1, "AtrousConvolution1D")
AtrousConvolution2D = _convolution(layers.Conv2D, 2, "AtrousConvolution2D")
SeparableConvolution2D = _convolution(layers.SeparableConv2D, 2, "SeparableConvolution2D")


def Deconvolution2D(  # noqa: N802  (Keras's name)
    *args: Any, output_shape: Any = None, **kwargs: Any
) -> Any:
    """`Conv2DTranspose`; it finds the shape of what it gives itself."""
    return _convolution(layers.Conv2DTranspose, 2, "Deconvolution2D")(*args[:3], **kwargs)


def TimeDistributedDense(*args: Any, **kwargs: Any) -> Any:  # noqa: N802  (Keras's name)
    """`TimeDistributed(Dense(...))`."""
    names = {"output_dim": "units"}
    return layers.TimeDistributed(layers.Dense(*args, **renamed("Dense", kwargs, names)))


# -- merging ---------------------------------------------------------------------------------------

MODES: dict[str, Callable[..., Any]] = {
    "ave": layers.Average,
    "max": layers.Maximum,
    "mul": layers.Multiply,
    "sum": layers.Add,
}


def Merge(  # noqa: N802  (Keras's name)
    layers: Any = None,
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    name: str | None = None,
    **kwargs: Any,
) -> Any:
    """The layer that merges in one of Keras 1's modes: "sum", "concat", "dot", ...

    Raises:
        ValueError: there is no such mode; models are given, of which a `Model` is made now.
    """
    if layers is not None:
        raise ValueError(
            "Merge(models) is gone. Remedy: Model([a.input, b.input], merge([a.output, b.output]))"
        )
    return _merging(mode, concat_axis, dot_axes, output_shape, name)


def merge(
    inputs: Sequence[Any],
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    name: str | None = None,
    **kwargs: Any,
) -> Any:
    """Tensors merged in one of Keras 1's modes.

    Args:
        inputs: the tensors.
        mode: "sum", "mul", "ave", "max", "concat", "dot", "cos", or a function of the list.
        concat_axis: for "concat".
        dot_axes: for "dot" and "cos".
        output_shape: for a function.
        name: of the layer.
        **kwargs: taken for the sake of Keras's users.

    Raises:
        ValueError: there is no such mode.
    """
    warn_once(
        "merge", str(mode), f"merge(mode={mode!r}) is layers.add, layers.concatenate, ... now"
    )
    return _merging(mode, concat_axis, dot_axes, output_shape, name)(list(inputs))


def _merging(mode: Any, concat_axis: int, dot_axes: Any, output_shape: Any, name: Any) -> Any:
    if callable(mode):
        return layers.Lambda(mode, output_shape, name=name)
    if mode == "concat":
        return layers.Concatenate(axis=concat_axis, name=name)
    if mode in ("dot", "cos"):
        return layers.Dot(axes=dot_axes, normalize=mode == "cos", name=name)
    if mode not in MODES:
        known = [*MODES, "concat", "cos", "dot"]
        raise ValueError(unknown_name("mode of merging", mode, known, remedy="mode={}"))
    return MODES[mode](name=name)
