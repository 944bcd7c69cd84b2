"""Tensors at home in Python: other libraries' arrays come in, and ours go out."""

import sys
import types

import numpy as np
import pandas
import polars
import pyarrow
import pytest

from geartrain import GradientTape, Variable, jit, layers, ops
from geartrain.autodiff import grad
from geartrain.tensor import Tensor

X = np.arange(24.0, dtype="float32").reshape(2, 3, 4)

KEYS = [
    np.s_[1],
    np.s_[-1, 2],
    np.s_[:, 1:3],
    np.s_[..., 0],
    np.s_[:, ::-1, ::2],
    np.s_[1, :, None, 3:0:-2],
    np.s_[None, ..., None],
    np.s_[[1, 0]],
    np.s_[[0, 1, 1], [2, 0, -1]],
    np.s_[:, [2, 0], 1:],
    np.s_[:, [[2, 0], [1, 1]]],
    np.s_[[0, 1], :, [1, 2]],
    np.s_[0, :, [1, 2, 3]],
    np.s_[:, 1, [1, 2, 3]],
    np.s_[X[:, :, 0] > 4],
    np.s_[:, np.array([True, False, True])],
    np.s_[()],
    np.s_[:0],
    np.s_[5:2],
    np.s_[np.array(1)],
    np.s_[:, []],
]


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_indexing_is_numpys_eagerly_taped_and_compiled(key):
    x = ops.convert_to_tensor(X)
    np.testing.assert_array_equal(x[key], X[key])
    with GradientTape() as tape:  # with somebody watching, primitives do it
        tape.watch(x)
        part = x[key]
        total = ops.sum(part * part)
    np.testing.assert_array_equal(part, X[key])
    expected = np.zeros_like(X)
    np.add.at(expected, key, 2 * X[key])
    np.testing.assert_allclose(tape.gradient(total, x), expected)
    np.testing.assert_array_equal(jit(lambda x: x[key])(X), X[key])


def test_an_index_may_be_a_tensor_that_is_traced():
    found = jit(lambda x, i: x[i])(X, np.array([1, -1, 0]))
    np.testing.assert_array_equal(found, X[[1, -1, 0]])


@pytest.mark.parametrize("key", [np.s_[2], np.s_[0, 0, 0, 0], np.s_[0, 5], np.s_[..., ..., 0]])
def test_indices_that_do_not_fit_are_refused_alike(key):
    x = ops.convert_to_tensor(X)
    for take in (lambda x: x[key], grad(lambda x: ops.sum(x[key]))):
        with pytest.raises(IndexError, match="does not fit the tensor"):
            take(x)


def test_tensors_are_iterated_and_do_not_change():
    x = ops.convert_to_tensor(X)
    assert [row.shape for row in x] == [(3, 4)] * 2
    with pytest.raises(TypeError, match="A tensor does not change"):
        x[0] = 1.0
    with pytest.raises(TypeError, match="no parts"):
        iter(ops.convert_to_tensor(1.0))
    y = x
    y += 1
    np.testing.assert_array_equal(x, X)
    np.testing.assert_array_equal(y, X + 1)


def test_operators_on_either_side():
    x, v = ops.convert_to_tensor(X), Variable(X)
    for one in (x, v):
        np.testing.assert_allclose(2 - one, 2 - X)
        np.testing.assert_allclose(X @ ops.transpose(x, (0, 2, 1)), X @ X.transpose(0, 2, 1))
        np.testing.assert_allclose((one + 1) // 2 % 3, (X + 1) // 2 % 3)
        np.testing.assert_allclose(2.0**one, 2.0**X, rtol=1e-6)
        np.testing.assert_allclose(X * one, X * X)
        assert isinstance(X * one, Tensor)
    assert (5 & ops.convert_to_tensor(6)).item() == 4
    assert (~ops.convert_to_tensor([True, False])).tolist() == [False, True]


def test_what_is_no_number_equals_no_tensor():
    x = ops.convert_to_tensor([1.0, 2.0])
    assert (x == None) is False  # noqa: E711
    assert (x != "a") is True
    with pytest.raises(TypeError):
        x < None  # noqa: B015


def test_facts_of_a_tensor():
    x = ops.convert_to_tensor(X)
    assert (x.ndim, x.size, x.nbytes, x.itemsize, len(x)) == (3, 24, 96, 4, 2)
    assert x.T.shape == (4, 3, 2)
    assert x.mT.shape == (2, 4, 3)
    assert f"{ops.mean(x):.2f}" == "11.50"
    assert complex(ops.convert_to_tensor(1 + 2j)) == 1 + 2j
    assert x[0, 0].tolist() == [0, 1, 2, 3]


def test_memory_that_cannot_change_is_shared_and_other_memory_copied():
    mine = np.arange(3.0)
    tensor = ops.convert_to_tensor(mine)
    mine[0] = 9
    assert tensor.tolist() == [0, 1, 2]
    mine.flags.writeable = False
    assert np.shares_memory(ops.convert_to_tensor(mine).numpy(), mine)
    view = mine[1:]
    assert np.shares_memory(ops.convert_to_tensor(view).numpy(), mine)


def test_tables_and_columns_of_pandas_polars_and_arrow():
    numbers = {"a": [1.5, 2.5], "b": [3.0, 4.0]}
    expected = [[1.5, 3.0], [2.5, 4.0]]
    for frame in (pandas.DataFrame(numbers), polars.DataFrame(numbers)):
        assert ops.convert_to_tensor(frame).tolist() == expected
        assert ops.convert_to_tensor(frame["a"]).tolist() == [1.5, 2.5]
    assert ops.convert_to_tensor(pyarrow.array([1, 2, 3])).tolist() == [1, 2, 3]
    assert ops.convert_to_tensor(pyarrow.chunked_array([[1], [2]])).tolist() == [1, 2]
    with pytest.raises(TypeError, match=r"columns: \{'a'"):
        ops.convert_to_tensor(pandas.DataFrame({"a": ["x", "y"], "b": [1, 2]}))


class FakeTorchTensor:
    """What matters of a PyTorch tensor: it is detached, and comes to the CPU, before NumPy."""

    def __init__(self, array, dtype, steps=()):
        self.array, self.dtype, self.steps = array, dtype, steps

    def detach(self):
        return FakeTorchTensor(self.array, self.dtype, (*self.steps, "detach"))

    def cpu(self):
        return FakeTorchTensor(self.array, self.dtype, (*self.steps, "cpu"))

    def view(self, dtype):
        assert dtype == "int16"
        return FakeTorchTensor(self.array, "torch.int16", self.steps)

    def numpy(self):
        assert self.steps == ("detach", "cpu")
        assert self.dtype != "torch.bfloat16"
        return self.array

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("a tensor that is differentiated refuses this")


FakeTorchTensor.__module__ = "torch"


def test_tensors_of_pytorch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(int16="int16"))
    plain = FakeTorchTensor(X, "torch.float32")
    np.testing.assert_array_equal(ops.convert_to_tensor(plain), X)
    bits = np.array([0x3FC0, 0xC000], "uint16").view("int16")
    found = ops.convert_to_tensor(FakeTorchTensor(bits, "torch.bfloat16"))
    assert found.dtype.name == "bfloat16"
    assert ops.cast(found, "float32").tolist() == [1.5, -2.0]


def test_a_layer_takes_tensors_of_pytorch():
    """Their dtypes have no kind, as NumPy's have."""
    x = np.ones((2, 3), "float32")
    found = layers.Rescaling(2.0)(FakeTorchTensor(x, "torch.float32"))
    np.testing.assert_array_equal(found, 2 * x)


class FakeTracer:
    """What a function is given while JAX transforms it: a shape, and no numbers."""

    aval, shape, dtype = "float32[3]", (3,), np.dtype("float32")

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("JAX's own words")


FakeTracer.__module__ = "jax._src.interpreters.partial_eval"


@pytest.mark.parametrize(
    "use",
    [ops.relu, layers.Rescaling(2.0), Variable(np.zeros(3, "float32")).assign],
    ids=["operation", "layer", "variable"],
)
def test_a_value_that_jax_traces_is_refused_in_words(use):
    with pytest.raises(TypeError, match=r"float32\[3\](.|\n)*geartrain\.value_and_grad"):
        use(FakeTracer())


def test_lists_with_tensors_in_them_are_stacked_and_differentiated():
    x = ops.convert_to_tensor([1.0, 2.0])
    with GradientTape() as tape:
        tape.watch(x)
        both = ops.convert_to_tensor([x, [3.0, 4.0], x * 2])
        total = ops.sum(both)
    assert both.tolist() == [[1, 2], [3, 4], [2, 4]]
    assert tape.gradient(total, x).tolist() == [3, 3]


def test_other_byte_orders_are_turned():
    assert ops.convert_to_tensor(np.array([1.5, 2], ">f4")).tolist() == [1.5, 2.0]


@pytest.mark.parametrize("flag", ["sparse", "ragged"])
def test_there_are_only_dense_tensors(flag):
    with pytest.raises(ValueError, match=f"no {flag} tensors"):
        ops.convert_to_tensor([1.0], **{flag: True})
