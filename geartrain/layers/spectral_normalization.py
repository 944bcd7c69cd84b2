"""`SpectralNormalization`: a layer whose kernel is kept at the largest singular value 1."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain
from geartrain.initializers import RandomNormal
from geartrain.layers.configuration import configured
from geartrain.layers.input_spec import InputSpec
from geartrain.layers.layer import Layer
from geartrain.layers.told_specs import built_shape
from geartrain.layers.wrapper import Wrapper
from geartrain.ops import cast, divide, matmul, normalize, reshape, stop_gradient, transpose
from geartrain.tensor import Tensor, Variable


@configured()
class SpectralNormalization(Wrapper):
    """Before each call in training, kernel = kernel / its largest singular value.

    The kernel is taken as a matrix with its last axis as columns. The value is approached by
    power iterations from the last step's vector u: v = u · Wᵀ / |...|, u = v · W / |...|,
    value = v · W · uᵀ.

    Source: Miyato et al., "Spectral normalization for generative adversarial networks" (2018),
    algorithm 1.

    Args:
        layer: a layer with `kernel` or `embeddings`.
        power_iterations: how many in each step.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: the layer has neither, or `power_iterations` is not positive.

    >>> from geartrain import layers, ops
    >>> layers.SpectralNormalization(layers.Dense(3))(ops.ones((2, 4))).shape
    (2, 3)
    """

    def __init__(self, layer: Layer, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        if power_iterations <= 0:
            raise ValueError(_iterations_message(self, power_iterations))
        self.power_iterations = power_iterations
        self.kernel: Variable
        self.vector_u: Variable

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        for name in ("kernel", "embeddings"):
            if isinstance(getattr(self.layer, name, None), Variable):
                self.kernel = getattr(self.layer, name)
                break
        else:
            raise ValueError(_kernel_message(self))
        self.vector_u = self.add_weight(
            (1, self.kernel.shape[-1]),
            RandomNormal(stddev=0.02),
            trainable=False,
            name="vector_u",
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        if training:
            vector, kernel = self.normalized_weights()
            self.vector_u.assign(vector)
            self.kernel.assign(kernel)
        return cast(self.layer(inputs), self.compute_dtype)

    def normalized_weights(self) -> tuple[Tensor, Tensor]:
        """The next vector u, and the kernel over its largest singular value."""
        matrix = reshape(self.kernel.value, (-1, self.kernel.shape[-1]))
        u = self.vector_u.value
        for _ in range(self.power_iterations):
            v = normalize(matmul(u, transpose(matrix)), axis=None)
            u = normalize(matmul(v, matrix), axis=None)
        u, v = stop_gradient(u), stop_gradient(v)
        value = matmul(matmul(v, matrix), transpose(u))
        return u, reshape(divide(matrix, value), self.kernel.shape)

    def told_spec(self) -> Any:
        shape = built_shape(self)
        return None if shape is None else InputSpec(min_ndim=1, axes={-1: shape[-1]})

    def compute_output_shape(self, input_shape: Any) -> Any:
        return self.layer.compute_output_shape(input_shape)


def _kernel_message(layer: SpectralNormalization) -> str:
    return explain(
        f"SpectralNormalization '{layer.name}' has nothing to normalize",
        given=repr(layer.layer),
        expected="a layer with `kernel` or `embeddings`",
        remedy="layers.SpectralNormalization(layers.Dense(64))",
    )


def _iterations_message(layer: Layer, count: int) -> str:
    return explain(
        f"SpectralNormalization '{layer.name}' needs a number of iterations",
        given=f"power_iterations={count}",
        expected="a whole number from 1",
        remedy="power_iterations=1",
    )
