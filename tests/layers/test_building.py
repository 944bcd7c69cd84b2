"""What a layer computes for its weights is computed at once, wherever it is first called."""

from __future__ import annotations

import numpy as np

from geartrain import jit, layers, models
from geartrain.tensor import Array, Tensor


class Counting(layers.Layer):
    """A layer whose weight gets its numbers by an assignment."""

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.numbers = self.add_weight(shape=(input_shape[-1],), initializer="zeros")
        self.numbers.assign(np.arange(input_shape[-1], dtype=np.float32))

    def call(self, inputs: Tensor) -> Tensor:
        return inputs + self.numbers


def gates_of(layer: layers.LSTM) -> Array:
    return np.asarray(layer.cell.bias).reshape(4, layer.units)


def test_the_keeping_gate_starts_at_1_in_a_network() -> None:
    recurrent = layers.LSTM(3)
    models.Sequential([layers.Input((5, 2)), recurrent])
    np.testing.assert_array_equal(gates_of(recurrent)[:, 0], [0, 1, 0, 0])


def test_a_weight_assigned_in_build_inside_of_a_trace() -> None:
    layer = Counting()
    found = jit(lambda x: layer(x + 0))(np.zeros((2, 3), np.float32))
    np.testing.assert_array_equal(found, [[0, 1, 2]] * 2)
    np.testing.assert_array_equal(layer.numbers, [0, 1, 2])


def test_einsum_dense_scales_its_numbers_by_what_is_summed() -> None:
    """Of 16 inputs and 2 x 8 outputs, in either order: even numbers up to sqrt(6 / 32)."""
    for equation, shape in (("abc,cde->abde", (None, 2, 8)), ("abc,dec->abde", (None, 2, 8))):
        layer = layers.EinsumDense(equation, output_shape=shape)
        layer.build((None, 4, 16))
        largest = np.abs(np.asarray(layer.kernel)).max()
        assert 0.9 * np.sqrt(6 / 32) < largest <= np.sqrt(6 / 32)
