"""Tensors are immutable; variables change, and what was read from them does not."""

import numpy as np
import pytest

from geartrain import Variable, ops
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Tensor


def test_a_tensor_keeps_its_numbers_when_the_array_changes():
    array = np.ones(3)
    tensor = ops.convert_to_tensor(array)
    array[0] = 5
    assert tensor.numpy().tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="read-only"):
        tensor.numpy()[0] = 2


def test_python_numbers_follow_the_tensor():
    x = ops.convert_to_tensor(np.ones(2, "float32"))
    assert (x + 1.5).dtype == (2 * x).dtype == (1 / x).dtype == np.float32
    assert (ops.convert_to_tensor([1, 2]) * 2).dtype == np.int32
    assert (ops.convert_to_tensor([1, 2]) / 2).dtype == np.float32
    assert ops.convert_to_tensor(1.5).dtype == Variable(1.5).dtype == np.float32


def test_operators_on_either_side_of_arrays_and_numbers():
    x = ops.convert_to_tensor([1.0, 2.0])
    array = np.array([10.0, 20.0], "float32")
    assert (x + array).numpy().tolist() == (array + x).numpy().tolist() == [11, 22]
    assert (3 - x).numpy().tolist() == [2, 1]
    assert (-x).numpy().tolist() == [-1, -2]
    assert (x**2).numpy().tolist() == [1, 4]
    assert (x > 1.5).numpy().tolist() == [False, True]
    assert float(x @ x) == 5
    assert x.reshape(2, 1).T.shape == (1, 2)
    assert x[1].item() == 2.0
    assert [each.item() for each in x] == [1.0, 2.0]
    assert len(x) == 2
    assert repr(x).startswith("<Tensor shape=(2,), dtype=float32")


def test_a_symbol_has_no_numbers():
    def peek(x):
        return x + float(x)

    with pytest.raises(TypeError, match="symbolic tensor has no numbers yet"):
        trace(peek, [Spec((), np.dtype("float32"))])


def test_variables():
    weight = Variable([[1.0, 2.0]], name="w")
    before = weight.value
    weight.assign([[3.0, 4.0]])
    assert before.numpy().tolist() == [[1, 2]]
    assert weight.numpy().tolist() == [[3, 4]]
    weight.assign(weight * 2.0)
    assert weight.numpy().tolist() == [[6, 8]]
    with pytest.raises(ValueError, match="Variable 'w' cannot take this value"):
        weight.assign([1.0])
    assert isinstance(weight.value, Tensor)
    assert weight.value.numpy().ctypes.data % 64 == 0
