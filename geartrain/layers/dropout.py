"""`Dropout`: some of the numbers become 0 while the model is trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import random
from geartrain.errors import explain
from geartrain.layers.configuration import configured
from geartrain.layers.layer import Layer
from geartrain.random import SeedGenerator
from geartrain.tensor import Shape, Tensor


@configured()
class Dropout(Layer):
    """In training each number is 0 with probability `rate`, else divided by 1 - rate.

    Otherwise the output is the input. What falls out depends on the seed, the step and the place
    alone (Srivastava et al. 2014).

    Args:
        rate: from 0 to 1.
        noise_shape: of the choices, repeated to the input's shape; None in it is the input's size.
        seed: a whole number; None takes one from the global seed.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: `rate` is not between 0 and 1.

    >>> from geartrain import layers, ops
    >>> layers.Dropout(0.5)(ops.ones(3)).numpy().tolist()
    [1.0, 1.0, 1.0]
    """

    built_from_start = True
    supports_masking = True

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.rate = checked_rate(self, "rate", rate)
        self.noise_shape = checked_noise_shape(self, noise_shape)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed) if self.rate > 0 else None

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        if not training or self.seed_generator is None:
            return inputs
        return random.dropout(
            inputs, self.rate, self.choices_shape(inputs.shape), self.seed_generator
        )

    def choices_shape(self, input_shape: Shape) -> Sequence[Any] | None:
        """The shape of the choices; None is the input's."""
        shape: Sequence[Any] | None = self.noise_shape
        return shape

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def checked_noise_shape(layer: Layer, shape: Any) -> Any:
    """The shape of the choices, or an error that says what it has to be."""
    if shape is None:
        return None
    fits = isinstance(shape, list | tuple) and all(
        size is None or (isinstance(size, int) and size > 0) for size in shape
    )
    if fits:
        return tuple(shape)
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' needs a shape of its choices",
            given=f"noise_shape={shape!r}",
            expected="a tuple of positive whole numbers, and None for the input's size",
            remedy="noise_shape=(None, 1, 64)",
        )
    )


def checked_rate(layer: Layer, name: str, rate: Any) -> float:
    """A probability, or an error that says so."""
    if isinstance(rate, int | float) and 0 <= rate <= 1:
        return rate
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' needs a probability",
            given=f"{name}={rate!r}",
            expected="a number from 0 to 1: the share that falls out",
            remedy=f"{name}=0.5",
        )
    )
