"""Draws that are traced, compiled and differentiated."""

import numpy as np
import pytest

import geartrain.random as gr
from geartrain import grad, jit, naive, ops, runtime
from geartrain.compiler import compile_graph
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim, Tensor

from .test_seed import DRAWS

F32 = np.dtype("float32")


@pytest.mark.parametrize("name", DRAWS)
def test_a_compiled_draw_gives_the_eager_numbers(name):
    def exact_or_close(found, expected):
        rtol = 1e-5 if expected.dtype.kind == "f" else 0
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-6)

    eager, compiled = gr.SeedGenerator(5), gr.SeedGenerator(5)
    step = jit(lambda: DRAWS[name](compiled))
    for _ in range(3):
        exact_or_close(step().numpy(), DRAWS[name](eager).numpy())
    assert compiled.state.numpy().tolist() == [5, 3]


@pytest.mark.parametrize("name", DRAWS)
def test_the_loops_give_the_eager_numbers(name):
    looped = naive(lambda: DRAWS[name](8))().numpy()
    np.testing.assert_allclose(looped, DRAWS[name](8).numpy(), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("name", DRAWS)
def test_the_same_bits_for_any_number_of_threads(name):
    bits = set()
    for threads in (1, 2, 7):
        runtime.set_num_threads(threads)
        bits.add(jit(lambda: DRAWS[name](6))().numpy().tobytes())
    assert len(bits) == 1


def test_the_global_seed_reaches_what_is_compiled_already():
    step = jit(lambda x: gr.dropout(x, 0.5))
    x = np.ones((8, 9), "float32")
    gr.set_random_seed(1)
    first, second = step(x).numpy(), step(x).numpy()
    assert not np.array_equal(first, second)
    gr.set_random_seed(1)
    np.testing.assert_array_equal(step(x).numpy(), first)
    gr.set_random_seed(1)
    np.testing.assert_array_equal(gr.dropout(x, 0.5).numpy(), first)


def test_a_symbolic_batch_draws_what_its_size_asks_for():
    """The first rows of a larger batch are those of a smaller one."""
    generator = gr.SeedGenerator(2)

    def step(x):
        noise = gr.normal(x.shape, stddev=0.1, seed=generator)
        return gr.dropout(x + noise, 0.3, seed=generator)

    program = compile_graph(trace(step, [Spec((Dim("batch"), 5), F32)]))
    found = {}
    for batch in (3, 8):
        generator.state.assign(np.array([2, 0], np.uint64))
        (found[batch],) = program.run([np.ones((batch, 5), "float32")])
        assert found[batch].shape == (batch, 5)
        assert generator.state.numpy().tolist() == [2, 2]
    np.testing.assert_array_equal(found[3], found[8][:3])


def test_a_symbolic_batch_in_every_distribution():
    batch = Dim("batch")

    def step(x):
        shape = x.shape
        return (
            *(gr.uniform(shape, seed=1), gr.truncated_normal(shape, seed=1)),
            *(gr.randint(shape, 0, 7, seed=1), gr.gamma(shape, 2.0, seed=1)),
            *(gr.beta(shape, 2.0, 1.0, seed=1), gr.binomial(shape, 9, 0.5, seed=1)),
            *(gr.categorical(x, 4, seed=1), gr.shuffle(x, seed=1)),
        )

    graph = trace(step, [Spec((batch, 3), F32)])
    assert {each.shape[0] for each in graph.outputs} == {batch}
    x = np.arange(12, dtype="float32").reshape(4, 3)
    eager = step(Tensor(x))
    for one, other in zip(compile_graph(graph).run([x]), eager, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=1e-5)


def test_derivatives_go_through_what_stays():
    x = Tensor(np.linspace(1, 2, 40, dtype="float32"))
    y = gr.dropout(x, 0.25, seed=1).numpy()
    slope = grad(lambda t: ops.sum(gr.dropout(t, 0.25, seed=1)))(x).numpy()
    np.testing.assert_allclose(slope, np.where(y == 0, 0, 1 / 0.75), rtol=1e-6)
    assert 0 < np.count_nonzero(y == 0) < 40


def test_derivatives_go_to_mean_and_deviation():
    mean, stddev = Tensor(np.float32(1.0)), Tensor(np.float32(2.0))
    for draw in (gr.normal, gr.truncated_normal):
        z = draw((50,), seed=3).numpy()

        def total(m, s, draw=draw):
            return ops.sum(draw((50,), m, s, seed=3))

        slopes = grad(total, (0, 1))(mean, stddev)
        np.testing.assert_allclose(float(slopes[0]), 50, rtol=1e-6)
        np.testing.assert_allclose(float(slopes[1]), z.sum(), rtol=1e-4)


def test_derivatives_follow_a_shuffle():
    weights = np.arange(6, dtype="float32")
    slope = grad(lambda t: ops.sum(gr.shuffle(t, seed=4) * weights))(Tensor(np.ones(6, "float32")))
    order = gr.shuffle(np.arange(6), seed=4).numpy()
    np.testing.assert_array_equal(slope.numpy()[order], weights)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_bounds_that_are_traced(dtype):
    low, high = np.float32(1.0), np.array([2.0, 5.0], "float32")

    def draw(first, behind):
        return gr.uniform((4000, 2), first, behind, dtype=dtype, seed=1)

    found = jit(lambda *bounds: ops.cast(draw(*bounds), "float32"))(low, high).numpy()
    eager = draw(low, high).numpy().astype("float32")
    np.testing.assert_allclose(found, eager, rtol=2e-7)
    assert (found < high).all()
    assert found.min() >= 1


def test_bounds_of_whole_numbers_that_are_traced():
    low, high = np.array(-4, "int32"), np.array([[3], [100]], "int32")
    found = jit(lambda *bounds: gr.randint((2, 3000), *bounds, seed=1))(low, high).numpy()
    assert found.dtype == np.int32
    assert found.min(axis=1).tolist() == [-4, -4]
    assert found.max(axis=1).tolist() == [2, 99]
