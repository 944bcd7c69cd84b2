"""Compiled programs against eager ones: numbers, bits, steps, variables."""

import os
import subprocess
import sys

import numpy as np
import pytest

from geartrain import jit, ops, runtime
from geartrain.autodiff import grad
from geartrain.compiler import compile_graph, compile_steps
from geartrain.graph import trace
from geartrain.primitives import Spec, contract
from geartrain.tensor import Dim, Tensor, Variable

from .test_golden_programs import FUNCTIONS, B, V, W

BATCH = Dim("batch")
F32 = np.dtype("float32")
RUNNABLE = sorted(set(FUNCTIONS) - {"lstm_step"})  # which is written for a symbolic batch


def arrays_for(specs, batch):
    rng = np.random.default_rng(batch)
    shapes = [[batch if isinstance(size, Dim) else size for size in spec.shape] for spec in specs]
    return [
        rng.integers(0, 3, shape).astype(spec.dtype)
        if spec.dtype.kind in "iu"
        else np.asarray(rng.uniform(0.1, 1, shape), spec.dtype)
        for shape, spec in zip(shapes, specs, strict=True)
    ]


def start_values():
    rng = np.random.default_rng(0)
    for variable in (W, V, B):
        variable.assign(rng.standard_normal(variable.shape).astype("float32"))


def results(returned):
    tensors = () if returned is None else returned
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


@pytest.mark.parametrize("batch", [1, 5, 33])
@pytest.mark.parametrize("name", RUNNABLE)
def test_compiled_functions_give_the_eager_numbers(name, batch):
    function, specs = FUNCTIONS[name]
    arrays = arrays_for(specs, batch)
    if name == "grad_of_softmax_crossentropy":
        arrays[0] /= arrays[0].sum(-1, keepdims=True)
    start_values()
    expected = [each.numpy() for each in results(function(*map(Tensor, arrays)))]
    expected += [each.numpy() for each in (W, V, B)]
    program = compile_graph(trace(function, specs))
    for threads in (1, 2, 7):
        runtime.set_num_threads(threads)
        start_values()
        found = [*program.run(arrays), *(each.numpy() for each in (W, V, B))]
        for one, other in zip(expected, found, strict=True):
            np.testing.assert_allclose(other, one, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("columns", [1, 10, 16, 31, 33, 100])
@pytest.mark.parametrize("rows", [1, 7, 14, 15, 29])
def test_contractions_of_any_shape(rows, columns, dtype):
    rng = np.random.default_rng(0)
    for depth in (1, 40):
        x, y = rng.random((rows, depth), dtype), rng.random((depth, columns), dtype)
        rtol = {"float32": 1e-5, "float64": 1e-13}[dtype]
        for lhs, rhs, first, second in [
            ("ik", "kj", x, y),
            ("ki", "kj", x.T.copy(), y),
            ("ik", "jk", x, y.T.copy()),
        ]:
            found = jit(lambda a, b, p=(lhs, rhs): contract(a, b, lhs=p[0], rhs=p[1], out="ij"))(
                first, second
            )
            np.testing.assert_allclose(found.numpy(), x @ y, rtol=rtol)


def test_the_same_bits_for_any_number_of_threads():
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal(shape).astype("float32") for shape in ((300, 200), (200, 170)))
    program = compile_graph(
        trace(
            lambda a, b: (ops.matmul(a, b), ops.sum(ops.softmax(a), 0)),
            [Spec((BATCH, 200), F32), Spec((200, 170), F32)],
        )
    )
    bits = set()
    for threads in (1, 2, 3, 7):
        runtime.set_num_threads(threads)
        bits.add(b"".join(each.tobytes() for each in program.run([x, y])))
    assert len(bits) == 1


def test_steps_take_their_part_of_stepped_arrays():
    seen = Variable(np.zeros(3, "float32"))

    def step(x, scale):
        seen.assign(seen + ops.sum(x, 0))
        return x * scale

    specs = [Spec((BATCH, 3), F32), Spec((), F32)]
    program = compile_steps(step, specs, stepped=[True, False])
    x = np.arange(36, dtype="float32").reshape(12, 3)
    (found,) = program.run([x, np.float32(2)], steps=4)
    np.testing.assert_array_equal(found, 2 * x)
    np.testing.assert_array_equal(seen.numpy(), x.sum(0))
    (found,) = program.run([x[:5], np.float32(3)])  # another batch size, the same machine code
    np.testing.assert_array_equal(found, 3 * x[:5])


def test_a_tensor_read_before_a_step_keeps_its_numbers():
    weight = Variable(np.ones(4, "float32"))
    before, view = weight.value, weight.value.numpy()
    program = compile_steps(lambda x: weight.assign(weight + x), [Spec((), F32)], stepped=[False])
    program.run([np.float32(1)], steps=3)
    np.testing.assert_array_equal(weight.numpy(), [4, 4, 4, 4])
    np.testing.assert_array_equal(before.numpy(), [1, 1, 1, 1])
    np.testing.assert_array_equal(view, [1, 1, 1, 1])


def test_two_variables_can_swap():
    first, second = Variable(np.float32(1)), Variable(np.float32(2))

    def swap():
        one, two = first.value, second.value
        first.assign(two)
        second.assign(one)

    compile_steps(swap, [], stepped=[]).run([], steps=3)
    assert (first.numpy(), second.numpy()) == (2, 1)


def test_what_follows_a_reduction_stays_in_the_row():
    """Long rows, whose values cross passes in stack memory, and very long ones, recomputed."""
    for columns in (1000, 20000):
        x = np.random.default_rng(0).standard_normal((3, columns)).astype("float32")
        powers = np.exp(x.astype("float64") - x.max(-1, keepdims=True))
        expected = powers / powers.sum(-1, keepdims=True)
        np.testing.assert_allclose(jit(ops.softmax)(x).numpy(), expected, rtol=2e-5)


def test_wrong_arguments_are_named():
    double = compile_graph(trace(lambda x: x * 2.0, [Spec((BATCH, 3), F32)], labels=["x"]))
    with pytest.raises(ValueError, match=r"x of shape \(2, 4\), float32"):
        double.run([np.zeros((2, 4), F32)])


def test_nan_and_infinity_propagate():
    x = np.array([np.nan, np.inf, -np.inf, 1.0], "float32")
    for function in (ops.relu, ops.softmax, lambda a: ops.maximum(a, 0.5), ops.exp, ops.sum):
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(
                np.isnan(jit(function)(x).numpy()), np.isnan(function(Tensor(x)).numpy())
            )


SAME_TEXT = """
import hashlib
import numpy as np
from geartrain import layers, models
from geartrain.training.data import Data
from geartrain.training.runner import CompiledRunner
model = models.Sequential([layers.Dense(9, activation="relu", input_shape=(5,)), layers.Dense(3)])
model.compile(optimizer="adam", loss="mse", metrics=["mae"])
model.optimizer.build(model.trainable_variables)
data = Data(np.zeros((4, 5), "float32"), np.zeros((4, 3), "float32"), 2)
print(hashlib.sha256(CompiledRunner(model, data).training_program().ir.encode()).hexdigest())
"""


def test_every_process_writes_the_same_text():
    """The key of the code cache: it must not depend on the seed of Python's hashes."""
    texts = {
        subprocess.run(
            [sys.executable, "-c", SAME_TEXT],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1", "2", "3")
    }
    assert len(texts) == 1


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_products_with_one_number_in_every_place(scale):
    """The derivative of a sum of a product: a constant has no memory to be loaded from."""
    w = np.arange(20, dtype="float32").reshape(4, 5)
    slope = jit(grad(lambda x: ops.sum(ops.matmul(x, w) * scale)))(np.ones((3, 4), "float32"))
    np.testing.assert_allclose(slope.numpy(), np.broadcast_to(w.sum(1) * scale, (3, 4)))


def counted_step(sums):
    """A step that counts itself, and updates a vector by its count."""
    count, bias = Variable(np.int32(0)), Variable(np.zeros(7, "float32"))

    def step(x):
        count.assign(count + 1)
        bias.assign(bias + (ops.sum(x, 0) if sums else x) * ops.cast(count, "float32"))

    return count, bias, step


@pytest.mark.parametrize("sums", [True, False])
def test_a_scalar_is_not_updated_by_workers_that_share_what_is_beside_it(sums):
    """Each place of a vector would store the scalar, and some read it after others wrote it."""
    count, bias, step = counted_step(sums)
    shape = (BATCH, 7) if sums else (7,)
    program = compile_steps(step, [Spec(shape, F32)], stepped=[False])
    for task in (task for stage in program.schedule.stages for task in stage):
        scalars = [buffer for node, buffer in task.stores if not node.shape]
        loaded = map(program.schedule.source, task.kernel.loaded())
        assert not scalars or task.kernel.lane is None or not set(scalars) & set(loaded)
        assert not scalars or task.kernel.lane is None or task.kernel.root is None
    program.run([np.ones((2, 7) if sums else 7, "float32")], steps=5)
    assert count.numpy() == 5
    np.testing.assert_array_equal(bias.numpy(), np.full(7, 15 * (2 if sums else 1), "float32"))


def test_a_chain_of_many_operations_is_compiled():
    """The passes go down expressions by recursion, beyond what Python allows at first."""
    limit = sys.getrecursionlimit()

    def chain(x):
        for _ in range(200):
            x = x * 0.5 + 1.0
        return x

    found = jit(chain)(np.zeros(3, "float32"))
    np.testing.assert_allclose(found, 2.0, rtol=1e-6)
    assert sys.getrecursionlimit() == limit
