"""`LocallyConnected1D` and `LocallyConnected2D`: convolutions with a kernel for each place."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain import activations, constraints, initializers, layers, ops, regularizers
from geartrain.errors import explain


class LocallyConnected(layers.Layer):
    """output[place] = sum of patch[place] * kernel[place], plus bias[place].

    Args:
        filters: channels that come out.
        kernel_size: of a patch, along each axis.
        strides: from patch to patch.
        padding: "valid".
        data_format: "channels_last" (if None) or "channels_first".
        activation: of what comes out.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
            kernel_constraint, bias_constraint, activity_regularizer: of the weights.
        **kwargs: those of `Layer`.

    Input shape: (batch, *places, channels). Output shape: (batch, *places of patches, filters).

    Raises:
        ValueError: the padding is another one.
    """

    rank = 0

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: Any = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("implementation", None)
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if padding != "valid":
            raise ValueError(_padding_message(self, padding))
        self.filters, self.padding, self.data_format = filters, padding, data_format
        self.kernel_size, self.strides = self._each(kernel_size), self._each(strides)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def _each(self, given: Any) -> tuple[int, ...]:
        return (given,) * self.rank if isinstance(given, int) else tuple(given)

    @property
    def _first(self) -> bool:
        return bool(self.data_format == "channels_first")

    def _places(self, input_shape: Any) -> tuple[int, ...]:
        """How many patches there are along each axis."""
        sizes = input_shape[2:] if self._first else input_shape[1:-1]
        steps = zip(sizes, self.kernel_size, self.strides, strict=True)
        return tuple((size - taps) // step + 1 for size, taps, step in steps)

    def build(self, input_shape: Any) -> None:
        places = self._places(input_shape)
        channels = input_shape[1] if self._first else input_shape[-1]
        taps = int(np.prod(self.kernel_size)) * channels
        self.kernel = self.add_weight(
            name="kernel",
            shape=(int(np.prod(places)), taps, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(*places, self.filters),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: Any) -> Any:
        x = _last(inputs) if self._first else inputs
        places = self._places((None, *x.shape[1:-1], None) if not self._first else inputs.shape)
        patches = ops.stack([self._patch(x, at) for at in np.ndindex(*places)], axis=1)
        found = ops.einsum("bpt,ptf->bpf", patches, self.kernel)
        found = ops.reshape(found, (-1, *places, self.filters))
        found = found if self.bias is None else ops.add(found, self.bias)
        found = self.activation(found)
        return ops.transpose(found, (0, len(places) + 1, *range(1, len(places) + 1))) \
            if self._first else found  # fmt: skip

    def _patch(self, x: Any, place: tuple[int, ...]) -> Any:
        """One patch of every sample, as a row."""
        cut = [
            slice(at * step, at * step + taps)
            for at, step, taps in zip(place, self.strides, self.kernel_size, strict=True)
        ]
        patch = x[(slice(None), *cut)]
        return ops.reshape(patch, (-1, int(np.prod(patch.shape[1:]))))

    def compute_output_shape(self, input_shape: Any) -> Any:
        places = self._places(input_shape)
        whole = (self.filters, *places) if self._first else (*places, self.filters)
        return (input_shape[0], *whole)


class LocallyConnected1D(LocallyConnected):
    """`LocallyConnected` along one axis."""

    rank = 1


class LocallyConnected2D(LocallyConnected):
    """`LocallyConnected` along rows and columns."""

    rank = 2


def _last(x: Any) -> Any:
    """Channels behind the other axes."""
    return ops.transpose(x, (0, *range(2, len(x.shape)), 1))


def _padding_message(layer: Any, padding: Any) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' has no padding",
        given=f"padding={padding!r}",
        expected="'valid': each place has a kernel, so that the border needs none",
        remedy="layers.ZeroPadding2D(1) before it",
    )
