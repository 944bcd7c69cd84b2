"""What becomes of small functions: a refactoring must not change it.

Of each the printed loops and schedule are kept, and a digest of the LLVM IR for three processors
that are described here, so that it is the same wherever the test runs.
"""

import hashlib

import numpy as np
import pytest

from geartrain import losses, ops, optimizers, primitives
from geartrain.autodiff import GradientTape, grad
from geartrain.compiler.emission.emit import emit
from geartrain.compiler.form.kernels import format_kernels
from geartrain.compiler.fusion.fuse import fuse
from geartrain.compiler.fusion.native_loops import with_copies
from geartrain.compiler.graphs.settle_loops import settle_loops
from geartrain.compiler.graphs.simplify import simplify
from geartrain.compiler.planning.schedule import schedule
from geartrain.compiler.planning.verify import verify_kernels, verify_schedule
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.runtime.cpu import Cpu
from geartrain.runtime.machine_code import verify_only
from geartrain.tensor import Dim, Variable

F32 = np.dtype("float32")
BATCH = Dim("batch")


def vector(size=6):
    return Spec((size,), F32)


def matrix(*shape):
    return Spec(shape, F32)


def variable(*shape):
    return Variable(np.ones(shape, F32), name="w")


W, V, B = variable(8, 4), variable(4, 8), variable(4)


def sgd_step(x):
    with GradientTape() as tape:
        loss = ops.mean(ops.square(ops.matmul(x, W)))
    W.assign(W - 0.1 * tape.gradient(loss, W))
    return loss


def lstm_step(x):
    """A step of training a recurrent kernel, over inputs whose share of the gates is given."""

    def cell(states, x):
        h, c = states
        i, f, g, o = ops.split(x + ops.matmul(h, V.value[:2]), 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        return (ops.sigmoid(o) * ops.tanh(c), c), None

    with GradientTape() as tape:
        (h, _), _ = ops.scan(cell, (ops.zeros((x.shape[1], 2)), ops.zeros((x.shape[1], 2))), x)
        loss = ops.sum(ops.square(h))
    V.assign(V - 0.1 * tape.gradient(loss, V))
    return loss


def swap(x):
    first, second = W.value, V.value
    W.assign(ops.transpose(second) + x)
    V.assign(ops.transpose(first))


def described(triple, name, features, bits, registers):
    """A processor that is the same everywhere."""
    return Cpu(name, triple, features, bits, registers, True, 2**15, 2**20, 2**25, True, 4)


AVX2 = "+sse2,+sse4.1,+avx,+avx2,+fma,+f16c,+bmi,+bmi2"
AVX512 = f"{AVX2},+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl"
X86, ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"
PROCESSORS = {
    "avx512": described(X86, "x86-64-v4", AVX512, 512, 32),
    "avx2": described(X86, "x86-64-v3", AVX2, 256, 16),
    "neon": described(ARM, "generic", "", 128, 32),
}


def layer_norm(x):
    centred = x - ops.mean(x, -1, True)
    return centred / ops.sqrt(ops.mean(ops.square(centred), -1, True) + 1e-5) * B


def attention(q, k, v):
    scores = ops.matmul(q, ops.transpose(k, (0, 2, 1))) * 0.25
    return ops.matmul(ops.softmax(scores), v)


def update(make):
    """The update of one variable by an optimizer."""

    def step(gradient):
        weights = variable(8, 4)
        optimizer = make()
        optimizer.apply([gradient], [weights])

    return step


def recur(xs):
    def turn(carry, x):
        carry = ops.tanh(ops.matmul(carry, RECURRENT) + x)
        return carry, carry

    return ops.scan(turn, ops.zeros((3, 4)), xs)


def halve(x):
    return ops.while_loop(lambda y: ops.max(y) > 1.0, lambda y: y * 0.5, (x,))


RECURRENT = variable(4, 4)
FILTERS, WIDE_FILTERS = variable(3, 3, 3, 5), variable(3, 3, 16, 16)
IMAGES = matrix(2, 8, 8, 3)

FUNCTIONS = {
    "add": (lambda x, y: x + y, [vector(), vector()]),
    "add_a_number": (lambda x: x + 1.0, [vector()]),
    "add_row": (lambda x: x + B, [matrix(BATCH, 4)]),
    "argmax": (lambda x: ops.argmax(x, -1), [matrix(BATCH, 10)]),
    "chain": (lambda x: ops.exp(ops.tanh(x) * 2.0) - 1.0, [matrix(BATCH, 3)]),
    "clip": (lambda x: ops.clip(x, 0.0, 1.0), [vector()]),
    "column_sums": (lambda x: ops.sum(x, 0), [matrix(BATCH, 5)]),
    "copy": (lambda x: x, [vector()]),
    "running_totals": (lambda x: ops.cumsum(x, 1) * 2.0, [matrix(BATCH, 5)]),
    "dense": (lambda x: ops.matmul(x, W), [matrix(BATCH, 8)]),
    "dense_bias_relu": (lambda x: ops.relu(ops.matmul(x, W) + B), [matrix(BATCH, 8)]),
    "dense_softmax": (lambda x: ops.softmax(ops.matmul(x, W) + B), [matrix(BATCH, 8)]),
    "dense_twice": (
        lambda x: ops.matmul(ops.relu(ops.matmul(x, W)), V),
        [matrix(BATCH, 8)],
    ),
    "dot_of_vectors": (ops.dot, [vector(), vector()]),
    "rows_gradient": (
        lambda x, rows: grad(lambda t: ops.sum(ops.square(ops.take(t, rows, 0))))(x),
        [matrix(9, 4), Spec((BATCH,), np.dtype("int32"))],
    ),
    "flatten_dense": (
        lambda x: ops.matmul(ops.reshape(x, (x.shape[0], 8)), W),
        [matrix(BATCH, 2, 4)],
    ),
    "full_sum": (ops.sum, [matrix(BATCH, 5)]),
    "gather": (
        lambda x, i: primitives.take(x, i, axis=0),
        [matrix(9, 3), Spec((BATCH,), np.dtype("i8"))],
    ),
    "gather_dense": (
        lambda x, i: ops.matmul(primitives.take(x, i, axis=0), W),
        [matrix(9, 8), Spec((BATCH,), np.dtype("i8"))],
    ),
    "gather_twice": (
        lambda x, i: primitives.take(x, i, axis=0) * 2.0 + primitives.take(x, i, axis=0),
        [matrix(9, 8), Spec((BATCH,), np.dtype("i8"))],
    ),
    "grad_of_relu": (grad(lambda x: ops.sum(ops.relu(x))), [vector()]),
    "grad_of_softmax_crossentropy": (
        grad(
            lambda x: ops.sum(ops.categorical_crossentropy(np.eye(3, 4, dtype=F32), ops.softmax(x)))
        ),
        [matrix(3, 4)],
    ),
    "iota_sum": (lambda x: x + ops.arange(6.0), [vector()]),
    "pooling_gradient": (
        grad(lambda t: ops.sum(ops.square(ops.max_pool(t, 2)))),
        [matrix(BATCH, 4, 4, 16)],
    ),
    "lstm_step": (lstm_step, [matrix(30, BATCH, 8)]),
    "mean_and_variance": (lambda x: (ops.mean(x, -1), ops.var(x, -1)), [matrix(BATCH, 100)]),
    "mean_over_batch": (ops.mean, [vector(BATCH)]),
    "mean_squared_error": (
        lambda x, y: ops.mean(ops.square(x - y), -1),
        [matrix(BATCH, 1), matrix(BATCH, 1)],
    ),
    "middle_max": (lambda x: ops.max(x, 1), [matrix(2, 3, 4)]),
    "one_hot": (lambda x: ops.one_hot(x, 10), [Spec((BATCH,), np.dtype("i4"))]),
    "outer": (ops.outer, [vector(3), vector(5)]),
    "padded_relu": (lambda x: ops.pad(ops.relu(x), ((0, 0), (1, 2))), [matrix(BATCH, 4)]),
    "random_words": (
        lambda key, x: ops.where(primitives.random_bits(key, shape=(3, 8)) < 2**31, x, 0.0),
        [Spec((2,), np.dtype("uint64")), matrix(3, 8)],
    ),
    "reshape": (lambda x: ops.reshape(x, (3, 4)), [matrix(2, 6)]),
    "reshape_add": (lambda x: ops.reshape(x * 2.0, (3, 4)) + 1.0, [matrix(2, 6)]),
    "rsqrt_law": (lambda x, y: x / ops.sqrt(y), [vector(), vector()]),
    "scalar": (lambda x: x * 2.0 + 1.0, [Spec((), F32)]),
    "sgd_step": (sgd_step, [matrix(BATCH, 8)]),
    "shared_row_reduction": (
        lambda x: (x - ops.mean(x, -1, True), ops.mean(x, -1) * 2.0),
        [matrix(BATCH, 6)],
    ),
    "softmax": (ops.softmax, [matrix(BATCH, 10)]),
    "standard_deviation": (lambda x: ops.std(x, -1), [matrix(BATCH, 10)]),
    "swap": (swap, [Spec((), F32)]),
    "transpose": (ops.transpose, [matrix(3, 4)]),
    "transpose_dense": (lambda x: ops.matmul(x, ops.transpose(V)), [matrix(BATCH, 8)]),
    "two_loops": (
        lambda x: ops.while_loop(
            lambda s: ops.sum(s) > 1.0,
            lambda s: ops.scan(lambda c, e: (c * e, None), s, x)[0],
            x[0],
        ),
        [matrix(6, 3)],
    ),
    "two_results": (lambda x: (ops.exp(x), ops.exp(x) + 1.0), [vector()]),
    "uint8_to_float": (lambda x: ops.cast(x, F32) / 255.0, [Spec((BATCH, 4), np.dtype("u1"))]),
    "where": (lambda x, y: ops.where(x > y, x, 0.0), [vector(), vector()]),
}

FUNCTIONS |= {
    "adam_update": (update(lambda: optimizers.Adam(0.01, name="adam")), [matrix(8, 4)]),
    "attention": (attention, [matrix(2, 6, 16)] * 3),
    "average_pool": (lambda x: ops.average_pool(x, 2, 2), [IMAGES]),
    "batch_dot": (ops.matmul, [matrix(3, 4, 5), matrix(3, 5, 6)]),
    "binary_crossentropy": (losses.BinaryCrossentropy(), [matrix(BATCH, 1)] * 2),
    "concatenate": (lambda x, y: ops.concatenate([x, y], 1), [matrix(BATCH, 3), matrix(BATCH, 2)]),
    "convolution": (lambda x: ops.conv(x, FILTERS), [IMAGES]),
    "convolution_bias_relu": (
        lambda x: ops.relu(ops.conv(x, FILTERS, padding="same") + 1.0),
        [IMAGES],
    ),
    "convolution_gradient": (
        grad(lambda w, x: ops.sum(ops.square(ops.conv(x, w))), argnums=0),
        [matrix(3, 3, 3, 5), IMAGES],
    ),
    "dense_gradient": (
        grad(lambda w, x: ops.sum(ops.tanh(ops.matmul(x, w))), argnums=0),
        [matrix(8, 4), matrix(BATCH, 8)],
    ),
    "float64_dense": (ops.matmul, [Spec((7, 8), np.dtype("f8")), Spec((8, 9), np.dtype("f8"))]),
    "layer_norm": (layer_norm, [matrix(BATCH, 4)]),
    "log_sum_exp": (lambda x: ops.logsumexp(x, -1), [matrix(BATCH, 10)]),
    "max_pool": (lambda x: ops.max_pool(x, 2, 2), [IMAGES]),
    "rmsprop_update": (update(lambda: optimizers.RMSprop(0.01, name="rmsprop")), [matrix(8, 4)]),
    "scan": (recur, [matrix(7, 3, 4)]),
    "scatter": (
        lambda i, y: ops.segment_sum(y, i, num_segments=4),
        [Spec((BATCH,), np.dtype("i4")), matrix(BATCH, 3)],
    ),
    "sgd_update": (update(lambda: optimizers.SGD(0.01, momentum=0.9, name="sgd")), [matrix(8, 4)]),
    "sparse_crossentropy": (
        losses.SparseCategoricalCrossentropy(from_logits=True),
        [Spec((BATCH,), np.dtype("i4")), matrix(BATCH, 10)],
    ),
    "while_loop": (halve, [vector()]),
    "winograd": (
        lambda x: ops.conv(x, WIDE_FILTERS, padding="same"),
        [matrix(2, 16, 16, 16)],
    ),
}


def planned(name):
    """A function's kernels and schedule."""
    function, specs = FUNCTIONS[name]
    graph = with_copies(settle_loops(simplify(trace(function, specs, name=name))))
    kernels = fuse(graph)
    return graph, kernels, schedule(graph, kernels)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_programs_print_as_they_did(name, golden):
    _, kernels, plan = planned(name)
    verify_kernels(kernels)
    verify_schedule(plan)
    golden(name, f"{format_kernels(kernels)}\n{plan!r}")


def digests(name):
    plan = planned(name)[2]
    texts = (emit(plan, cpu) for cpu in PROCESSORS.values())
    return " ".join(hashlib.sha256(text.encode()).hexdigest()[:12] for text in texts)


def test_the_code_is_what_it_was(golden):
    """A refactoring changes no instruction, for any of three processors."""
    lines = [f"{name:<28} {digests(name)}" for name in FUNCTIONS]
    golden("code/digests", "\n".join([f"{'':<28} {'  '.join(PROCESSORS)}", *lines]))


@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("name", ["attention", "convolution", "layer_norm", "scan", "scatter"])
def test_the_code_is_taken_by_llvm(name, processor):
    verify_only(emit(planned(name)[2], PROCESSORS[processor]))


def test_another_instruction_is_another_digest(monkeypatch):
    before = digests("add")
    monkeypatch.setitem(FUNCTIONS, "add", FUNCTIONS["add_a_number"])
    assert all(a != b for a, b in zip(before.split(), digests("add").split(), strict=True))
