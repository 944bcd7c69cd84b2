"""What is read once for several purposes: the walks of a normalisation over its activation."""

import numpy as np
import pytest

from geartrain import compiler, ops, runtime
from geartrain.autodiff import GradientTape, grad
from geartrain.compiler.fusion.fuse import fuse
from geartrain.compiler.graphs.simplify import simplify
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim

F32 = np.dtype("float32")
BATCH = Dim("batch")


def normalised(x, gamma, beta, upstream):
    """Batch normalisation and relu, forward and backward."""
    with GradientTape() as tape:
        for each in (x, gamma, beta):
            tape.watch(each)
        mean, variance = ops.moments(x, [0, 1, 2])
        found = ops.relu(ops.batch_normalization(x, mean, variance, -1, beta, gamma))
        loss = ops.sum(found * upstream)
    return (found, mean, variance, *tape.gradient(loss, [x, gamma, beta]))


def kernels_of(function, *shapes):
    graph = trace(function, [Spec(shape, F32) for shape in shapes])
    return fuse(simplify(graph)), graph.inputs


def arrays(shape, offset=0.0, dtype="float32"):
    rng = np.random.default_rng(0)
    channels = shape[-1:]
    given = (rng.standard_normal(shape) + offset, *rng.standard_normal((2, *channels)))
    return [each.astype(dtype) for each in (*given, rng.standard_normal(shape))]


@pytest.mark.parametrize("batch", [32, BATCH])
def test_batch_normalisation_walks_four_times_over_its_input(batch):
    image = (batch, 16, 16, 64)
    kernels, (x, *_) = kernels_of(normalised, image, (64,), (64,), image)
    readers = [each for each in kernels if x in each.loaded()]
    glance, *walks = readers
    assert "k<4" in glance.text() or "k<8" in glance.text()  # some places of each axis, no walk
    assert len(walks) == 4  # the sums of the moments and of the derivatives, and what they are for
    wide = [each for each in kernels for node in each.stored if len(node.shape) == 4]
    assert sum(each.stored[0].shape == image for each in wide) == 2  # the output, the derivative


def test_reductions_of_other_arrays_or_axes_keep_their_walks():
    def sums(x, y):
        return ops.sum(x, 0), ops.sum(y, 0), ops.sum(x, 1)

    kernels, _ = kernels_of(sums, (64, 64), (64, 64))
    assert len(kernels) == 3


def test_a_reduction_that_needs_another_is_not_joined_with_it():
    def centred(x):
        return ops.sum(x, 0), ops.sum(ops.abs(x - ops.sum(x, 0)), 0)

    x = np.random.default_rng(0).standard_normal((40, 5)).astype("float32")
    for found, expected in zip(compiler.jit(centred)(x), centred(ops.array(x)), strict=True):
        np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-5)


@pytest.mark.parametrize("shape", [(8, 6, 5, 3), (64, 2, 2, 300), (3, 1, 1, 17), (16, 9, 9, 20)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_shared_walks_give_the_numbers_of_eager(shape, dtype):
    given = arrays(shape, 0.5, dtype)
    found = compiler.jit(normalised)(*given)
    expected = normalised(*map(ops.array, given))
    for one, other in zip(found, expected, strict=True):
        scale = np.abs(other.numpy()).max()
        tolerance = 1e-5 if dtype == "float32" else 1e-13
        np.testing.assert_allclose(one.numpy(), other.numpy(), atol=tolerance * scale)


def test_shared_walks_give_the_same_bits_for_any_number_of_threads():
    given, found = arrays((16, 9, 9, 20)), []
    try:
        for threads in (1, 2, 3, 7):
            runtime.set_num_threads(threads)
            found.append([each.numpy().tobytes() for each in compiler.jit(normalised)(*given)])
    finally:
        runtime.set_num_threads(None)
    assert found[0] == found[1] == found[2] == found[3]


@pytest.mark.parametrize("offset", [0.0, 10.0, 1e3])
@pytest.mark.parametrize("axes", [0, (0, 1), (0, 2), (0, 1, 2), -1])
def test_a_variance_far_from_zero_keeps_its_digits(offset, axes):
    x = (np.random.default_rng(0).standard_normal((50, 20, 6)) + offset).astype("float32")
    found = compiler.jit(lambda x: ops.var(x, axes))(x)
    expected = np.var(x.astype("float64"), axes)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5)


def test_a_variance_with_outliers_where_it_looks_first_keeps_its_digits():
    x = np.random.default_rng(0).standard_normal((4096, 4)).astype("float32")
    x[32::1024] = 1e4  # 4 of the 64 places that it looks at
    found = compiler.jit(lambda x: ops.var(x, 0))(x).numpy()
    np.testing.assert_allclose(found, np.var(x.astype("float64"), 0), rtol=1e-5)


def test_a_variance_of_equal_numbers_is_zero_and_never_below():
    x = np.full((300, 7), 0.1, "float32")
    assert not compiler.jit(lambda x: ops.var(x, 0))(x).numpy().any()


@pytest.mark.parametrize("special", [np.nan, np.inf])
def test_a_variance_with_a_number_that_is_none_is_nan(special):
    x = np.ones((300, 2), "float32")
    x[137, 0] = special
    found = compiler.jit(lambda x: ops.var(x, 0))(x).numpy()
    assert np.isnan(found[0])
    assert found[1] == 0


@pytest.mark.parametrize("rows", [1, 3, 8, 200])
def test_a_variance_over_a_batch_of_any_size(rows):
    program = compiler.compile_graph(trace(lambda x: ops.var(x, 0), [Spec((BATCH, 5), F32)]))
    x = np.random.default_rng(0).standard_normal((rows, 5)).astype("float32")
    (found,) = program.run([x])
    np.testing.assert_allclose(found, np.var(x, 0), rtol=1e-5, atol=1e-7)


def test_the_second_derivative_of_a_variance_knows_that_the_mean_moves():
    x = np.random.default_rng(0).standard_normal((100, 2))

    def slope(x):
        return ops.sum(grad(lambda x: ops.sum(ops.var(x, 0)))(x) * direction)

    direction = np.random.default_rng(1).standard_normal(x.shape)
    found = compiler.jit(grad(slope))(x).numpy()
    expected = 2 / len(x) * (direction - direction.mean(0))
    np.testing.assert_allclose(found, expected, atol=1e-15)
