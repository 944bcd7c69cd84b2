"""Symbolic tensors: shapes and dtypes of what operations give, known and unknown."""

import numpy as np
import pytest

import geartrain
from geartrain import KerasTensor, Operation, backend, layers, models, ops


def test_a_symbolic_tensor_has_a_shape_a_dtype_and_a_name():
    x = KerasTensor((None, 3), "int32", name="x")
    assert (x.shape, x.dtype.name, x.ndim, x.name) == ((None, 3), "int32", 2, "x")
    assert x.shape[0] is None
    assert (
        repr(x) == "<KerasTensor shape=(None, 3), dtype=int32, sparse=False, ragged=False, name=x>"
    )
    assert backend.is_keras_tensor(x)
    assert not ops.is_tensor(x)
    assert not backend.is_keras_tensor(ops.ones(3))


@pytest.mark.parametrize(
    ("use", "error"),
    [
        (np.asarray, ValueError),
        (float, ValueError),
        (int, ValueError),
        (bool, TypeError),
        (len, TypeError),
        (iter, NotImplementedError),
        (lambda x: x.numpy(), ValueError),
    ],
)
def test_it_has_no_numbers(use, error):
    with pytest.raises(error):
        use(KerasTensor((2, 3)))


@pytest.mark.parametrize("shape", ["a", (2, "a"), (-1,), (2.5,)])
def test_what_is_no_shape_is_refused(shape):
    with pytest.raises(ValueError, match="no shape"):
        KerasTensor(shape)


def test_a_dtype_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="dtype"):
        KerasTensor((2,), dtype="foo")


A, B, C = (None, 3), (2, None), (None, None, 4)


@pytest.mark.parametrize(
    ("function", "shapes", "expected"),
    [
        (ops.add, [A, B], (2, 3)),
        (ops.add, [A, A], A),
        (ops.add, [A, (3,)], A),
        (ops.multiply, [C, (None, 1, 4)], C),
        (ops.maximum, [(None, 1), (1, None)], (None, None)),
        (lambda x: x + 1, [A], A),
        (lambda x: 1 / x, [A], A),
        (lambda x: -x, [A], A),
        (lambda x: x[0], [A], (3,)),
        (lambda x: x[:, 1:], [A], (None, 2)),
        (lambda x: x[..., None], [A], (None, 3, 1)),
        (lambda x: x.reshape(3, -1), [A], (3, None)),
        (lambda x: x.squeeze(), [(1, 1, 3)], (3,)),
        (lambda x: ops.reshape(x, (-1, 3)), [C[:2]], (None, 3)),
        (ops.matmul, [A, (3, None)], (None, None)),
        (ops.matmul, [(None, None), (3, 4)], (None, 4)),
        (ops.matmul, [(2, None, 3), (3, 5)], (2, None, 5)),
        (ops.dot, [A, (3, None)], (None, None)),
        (lambda x: ops.sum(x, axis=0), [A], (3,)),
        (lambda x: ops.mean(x, axis=(0, 1), keepdims=True), [C], (1, 1, 4)),
        (lambda x: ops.concatenate([x, x], axis=0), [A], A),
        (lambda x, y: ops.concatenate([x, y], axis=1), [C, C], C),
        (lambda x: ops.stack([x, x]), [A], (2, None, 3)),
        (lambda x: ops.split(x, 3, axis=1)[1], [A], (None, 1)),
        (ops.transpose, [C], (4, None, None)),
        (lambda x: ops.pad(x, ((1, 1), (2, 0))), [A], (None, 5)),
        (lambda x: ops.repeat(x, 2, axis=1), [A], (None, 6)),
        (lambda x: ops.tile(x, (1, 2)), [A], (None, 6)),
        (ops.ravel, [C], (None,)),
        (lambda x: ops.diagonal(x, axis1=1, axis2=2), [(None, 3, 3)], (None, 3)),
        (lambda x: ops.top_k(x, 2)[0], [A], (None, 2)),
        (lambda x: ops.cumsum(x, axis=0), [A], A),
        (lambda x: ops.expand_dims(x, 1), [A], (None, 1, 3)),
        (lambda x: ops.max_pool(x, 2), [(None, None, None, 3)], (None, None, None, 3)),
        (
            lambda x: ops.conv(x, np.ones((3, 3, 2, 5), "float32")),
            [(None, 8, 8, 2)],
            (None, 6, 6, 5),
        ),
        (
            lambda x: ops.conv(x, np.ones((3, 3, 2, 5), "float32")),
            [(None, None, 8, 2)],
            (None, None, 6, 5),
        ),
        (lambda x: ops.image.resize(x, (4, 4)), [(None, None, None, 3)], (None, 4, 4, 3)),
        (lambda x: ops.one_hot(ops.cast(x, "int32"), 5), [A], (None, 3, 5)),
        (lambda x: ops.argmax(x, axis=-1), [A], (None,)),
        (lambda x: ops.take(x, [0, 1], axis=1), [A], (None, 2)),
        (lambda x: ops.einsum("bij,jk->bik", x, ops.ones((4, 5))), [C], (None, None, 5)),
        (ops.zeros_like, [A], A),
        (lambda x: ops.norm(x, axis=-1), [A], (None,)),
    ],
)
def test_shapes_are_found(function, shapes, expected):
    found = function(*(KerasTensor(shape) for shape in shapes))
    assert isinstance(found, KerasTensor)
    assert found.shape == expected
    assert [size is None for size in found.shape] == [size is None for size in expected]


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (ops.add, [(2, 3), (2, 4)]),
        (ops.matmul, [(None, 3), (4, 5)]),
        (lambda x, y: ops.concatenate([x, y], axis=0), [(2, 3), (2, 4)]),
        (lambda x: ops.reshape(x, (4, 5)), [(2, 3)]),
    ],
)
def test_shapes_that_do_not_fit_are_refused(function, shapes):
    with pytest.raises(ValueError):
        function(*(KerasTensor(shape) for shape in shapes))


def test_dtypes_are_found():
    x = KerasTensor((2,), "int32")
    assert ops.mean(x).dtype == "float32"
    assert (x + 1.5).dtype == "float32"
    assert (x > 1).dtype == "bool"
    assert ops.cast(x, "float16").dtype == "float16"


class Scaled(Operation):
    def __init__(self, factor, name=None):
        super().__init__(name=name)
        self.factor = factor

    def call(self, x):
        return x * self.factor


def test_an_operation_of_ones_own():
    operation = Scaled(3, name="scaled")
    x = KerasTensor((None, 2))
    y = operation(x)
    assert y.shape == (None, 2)
    assert operation.input is x
    assert operation.output is y
    assert operation(ops.ones(2)).tolist() == [3.0, 3.0]
    again = Scaled.from_config(operation.get_config())
    assert (again.factor, again.name) == (3, "scaled")
    assert Scaled(2).compute_output_spec(x).shape == (None, 2)


@pytest.mark.parametrize("name", ["a/b", 3])
def test_a_name_has_no_slash(name):
    with pytest.raises(ValueError, match="name"):
        Scaled(1, name=name)


def test_a_model_makes_the_same_calls_on_series_of_any_length():
    x, y = (geartrain.Input((None, 3)) for _ in range(2))
    joined = ops.concatenate([x, y * 2], axis=1)
    model = geartrain.Model([x, y], Scaled(10)(joined) + ops.sum(joined, axis=1, keepdims=True))
    first, second = np.ones((2, 4, 3), "float32"), np.ones((2, 1, 3), "float32")
    found = model([first, second]).numpy()
    assert found.shape == (2, 5, 3)
    assert found[0, :, 0].tolist() == [16.0, 16.0, 16.0, 16.0, 26.0]


def test_what_depends_on_numbers_has_any_length():
    x = KerasTensor((None, 3))
    assert [each.shape for each in ops.nonzero(x)] == [(None,), (None,)]
    values, inverse = ops.unique(x, return_inverse=True, axis=0)
    assert (values.shape, inverse.shape) == ((None, 3), (None,))
    assert ops.unique(x, size=4).shape == (4,)
    assert ops.segment_sum(x, KerasTensor((None,), "int32")).shape == (None, 3)
    assert ops.bincount(KerasTensor((2, 5), "int32")).shape == (2, None)
    assert ops.diag(x).shape == ops.diagonal(x).shape == (None,)
    with pytest.raises(ValueError, match="size 1"):
        ops.squeeze(x, 0)


def test_models_of_them_run_eagerly():
    x = layers.Input((3,))
    model = models.Model(x, [ops.nonzero(x)[1], ops.map(lambda row: row * 2, x)])
    places, doubled = model(np.array([[0.0, 1.0, 2.0]], "float32"))
    assert places.numpy().tolist() == [1, 2]
    assert doubled.numpy().tolist() == [[0.0, 2.0, 4.0]]


def test_scans_along_an_unknown_axis():
    x = KerasTensor((None, 3))
    carry, rows = ops.scan(lambda c, row: (c + row, row[:2]), KerasTensor((3,)), x)
    assert (carry.shape, rows.shape) == ((3,), (None, 2))
    assert ops.vectorized_map(ops.sum, x).shape == (None,)
    assert ops.associative_scan(lambda a, b: a + b, x).shape == (None, 3)
