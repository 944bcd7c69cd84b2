"""Random programs of 2 to 30 operations: compiled and run eagerly, derived and differentiated.

Fusion decides anew for every program which values stay in registers; only many programs show
that it decides rightly. The programs of a number are the same every time; `pytest
--programs=100000 tests/compiler/test_random_programs.py` runs as many as wanted, and a failure
prints its program's number and its steps.
"""

import numpy as np
import pytest

from geartrain import jit, ops, value_and_grad

SMOOTH = {
    "tanh": ops.tanh,
    "sine": ops.sin,
    "square": ops.square,
    "exponential": lambda x: ops.exp(x * 0.3),
    "sigmoid": ops.sigmoid,
    "negative": ops.negative,
    "transpose": ops.transpose,
    "flip": ops.flip,
    "first_row": lambda x: x[:1],
    "last_column": lambda x: x[:, -1:],
    "every_second": lambda x: x[::2],
    "backwards": lambda x: x[:, ::-1],
    "row_sums": lambda x: ops.sum(x, axis=1, keepdims=True),
    "column_means": lambda x: ops.mean(x, axis=0, keepdims=True),
    "total": lambda x: ops.reshape(ops.sum(x), (1, 1)),
    "softmax": ops.softmax,
    "log_sum_exp": lambda x: ops.logsumexp(x, axis=1, keepdims=True),
    "flattened": lambda x: ops.reshape(x, (1, -1)),
    "halved": lambda x: x * 0.5,
    "taken": lambda x: ops.take(x, [0, -1, 0], axis=0),
    "product": lambda x: ops.matmul(x, ops.transpose(x)) * 0.1,
    "gram": lambda x: ops.matmul(ops.transpose(x), x) * 0.1,
    "lower": ops.tril,
    "spread": lambda x: ops.segment_sum(x, [0] * x.shape[0], 2),
    "sum_pooled": lambda x: ops.average_pool(x[None, :, :, None], 2, 1, "same")[0, :, :, 0],
    "summed_up": lambda x: ops.cumsum(x, axis=0) * 0.3,
    "padded": lambda x: ops.pad(x, ((1, 0), (0, 2))),
    "rolled": lambda x: ops.roll(x, 1, axis=1),
}
KINKED = {
    "pooled": lambda x: ops.max_pool(x[None, :, :, None], 2, 1, "same")[0, :, :, 0],
    "relu": ops.relu,
    "row_maxima": lambda x: ops.max(x, axis=1, keepdims=True),
    "sorted": ops.sort,
    "clipped": lambda x: ops.clip(x, -0.5, 0.5),
    "where": lambda x: ops.where(x > 0.1, x, x * 0.1),
    "places": lambda x: x * ops.cast(ops.reshape(ops.argmax(x, axis=1), (-1, 1)), x.dtype),
}
SMOOTH_BINARY = {
    "add": ops.add,
    "multiply": ops.multiply,
    "subtract": ops.subtract,
    "ratio": lambda x, y: x / (1.5 + ops.square(y)),
    "beside": lambda x, y: ops.concatenate([x, y], axis=1),
    "below": lambda x, y: ops.concatenate([x, y], axis=0),
    "dot": lambda x, y: ops.matmul(x, y) * 0.1,
}
KINKED_BINARY = {"maximum": ops.maximum, "minimum": ops.minimum}
UNARY, BINARY = SMOOTH | KINKED, SMOOTH_BINARY | KINKED_BINARY
MARGIN = 1e-3  # how far from a jump a value has to lie: rounding must not decide on which side


def leads(x):
    """By how much the largest of every row leads the next."""
    ranked = np.sort(x, axis=1)
    return ranked[:, -1] - ranked[:, -2] if x.shape[1] > 1 else np.inf


JUMPS = {"where": lambda x: np.abs(x - 0.1), "places": leads}  # the distance from them
SHAPES = [(3, 4), (5, 1), (2, 17), (6, 6), (1, 9)]
MOST_ELEMENTS, MOST = 300, 8.0
GROUPS = 20  # of programs: tests that can fail one by one


def fitting(name, x, y):
    """Whether a binary operation takes two shapes."""
    if name == "beside":
        return x.shape[0] == y.shape[0]
    if name == "below":
        return x.shape[1] == y.shape[1]
    if name == "dot":
        return x.shape[1] == y.shape[0]
    return all(a == b or 1 in (a, b) for a, b in zip(x.shape, y.shape, strict=True))


def carried_out(step, values):
    """What a step gives: a name, and which earlier values it takes."""
    name, first, second = step
    if name in UNARY:
        return UNARY[name](values[first])
    return BINARY[name](values[first], values[second])


def made_up(rng, inputs, unary, binary):
    """A program that can be carried out on inputs, whose values stay of moderate size."""
    values = [ops.convert_to_tensor(each) for each in inputs]
    names, program = [*unary, *binary], []
    length = int(rng.integers(2, 31)) if rng.random() < 0.2 else int(rng.integers(2, 9))
    while len(program) < length:
        last = len(values) - 1
        first = last if rng.random() < 0.6 else int(rng.integers(len(values)))
        step = (str(rng.choice(names)), first, int(rng.integers(len(values))))
        if step[0] in binary and not fitting(step[0], values[first], values[step[2]]):
            continue
        if step[0] in JUMPS and np.min(JUMPS[step[0]](values[first].numpy())) < MARGIN:
            continue
        found = carried_out(step, values)
        if found.size <= MOST_ELEMENTS and np.abs(found.numpy()).max() <= MOST:
            program.append(step)
            values.append(found)
    return program


def run(program, inputs):
    """The last three values of a program."""
    values = list(inputs)
    for step in program:
        values.append(carried_out(step, values))
    return tuple(values[-3:])


def drawn(number, dtype, unary, binary):
    """A program by its number, and its inputs."""
    rng = np.random.default_rng(number)
    shape = SHAPES[number % len(SHAPES)]
    inputs = [rng.uniform(-1, 1, shape).astype(dtype) for _ in range(2)]
    return made_up(rng, inputs, unary, binary), inputs, rng


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """These programs are run once: the cache is for others."""
    monkeypatch.setenv("GEARTRAIN_CODE_CACHE", "off")


@pytest.fixture
def count(request):
    """How many programs of a group are run."""
    return max(1, request.config.getoption("--programs") // GROUPS)


@pytest.mark.parametrize("group", range(GROUPS))
def test_compiled_programs_give_the_eager_numbers(group, count):
    for number in range(group, count * GROUPS, GROUPS):
        program, inputs, _ = drawn(number, "float32", UNARY, BINARY)
        eager = run(program, map(ops.convert_to_tensor, inputs))
        compiled = jit(lambda *arrays, program=program: run(program, arrays))(*inputs)
        for one, other in zip(compiled, eager, strict=True):
            np.testing.assert_allclose(
                one, other, rtol=1e-4, atol=1e-4, err_msg=f"program {number}: {program}"
            )


@pytest.mark.parametrize("group", range(GROUPS))
def test_gradients_are_slopes(group, count):
    """In float64, along a random direction: (f(x + h d) - f(x - h d)) / 2h."""
    for number in range(group, max(1, count // 4) * GROUPS, GROUPS):
        program, inputs, rng = drawn(number, "float64", SMOOTH, SMOOTH_BINARY)
        weights = rng.uniform(0.5, 1.5, run(program, inputs)[-1].shape)

        def loss(x, y, program=program, weights=weights):
            return ops.sum(run(program, (x, y))[-1] * weights)

        _, found = jit(value_and_grad(loss, argnums=(0, 1)))(*inputs)
        directions = [rng.standard_normal(each.shape) for each in inputs]
        step = 1e-5
        higher, lower = (
            float(loss(*(x + sign * step * d for x, d in zip(inputs, directions, strict=True))))
            for sign in (1, -1)
        )
        slope = sum(
            float(np.sum(np.asarray(each) * d)) for each, d in zip(found, directions, strict=True)
        )
        assert slope == pytest.approx((higher - lower) / (2 * step), rel=2e-5, abs=2e-5), (
            f"program {number}: {program}"
        )
