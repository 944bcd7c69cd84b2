"""Random programs of shape changes, arithmetic and reductions, compiled and run eagerly.

Fusion decides anew for every program which values stay in registers; only many programs show
that it decides rightly.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geartrain import jit, ops

UNARY = {
    "tanh": ops.tanh,
    "square": ops.square,
    "relu": ops.relu,
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
    "row_maxima": lambda x: ops.max(x, axis=1, keepdims=True),
    "softmax": ops.softmax,
    "flattened": lambda x: ops.reshape(x, (1, -1)),
    "halved": lambda x: x * 0.5,
    "taken": lambda x: ops.take(x, [0, -1, 0], axis=0),
    "product": lambda x: ops.matmul(x, ops.transpose(x)) * 0.1,
    "gram": lambda x: ops.matmul(ops.transpose(x), x) * 0.1,
    "sorted": ops.sort,
    "padded": lambda x: ops.pad(x, ((0, 1), (1, 0)))[:-1],
    "rolled": lambda x: ops.roll(x, 1, 1),
    "lower": ops.tril,
    "spread": lambda x: ops.segment_sum(x, [0] * x.shape[0], 2),
    "pooled": lambda x: ops.max_pool(x[None, :, :, None], 2, 1, "same")[0, :, :, 0],
    "summed_up": lambda x: ops.cumsum(x, axis=0) * 0.3,
}
BINARY = {
    "add": ops.add,
    "multiply": ops.multiply,
    "maximum": ops.maximum,
    "subtract": ops.subtract,
    "beside": lambda x, y: ops.concatenate([x, y], axis=1),
    "below": lambda x, y: ops.concatenate([x, y], axis=0),
    "product": lambda x, y: ops.matmul(x, y) * 0.1,
}


def fitting(name, x, y):
    """Whether a binary operation takes two shapes."""
    if name == "beside":
        return x.shape[0] == y.shape[0]
    if name == "below":
        return x.shape[1] == y.shape[1]
    if name == "product":
        return x.shape[1] == y.shape[0]
    return all(a == b or 1 in (a, b) for a, b in zip(x.shape, y.shape, strict=True))


def run(program, inputs):
    """Carry out a program; each step is a name and which earlier values it takes."""
    values = list(inputs)
    for name, first, second in program:
        x, y = values[first % len(values)], values[second % len(values)]
        if name in UNARY:
            values.append(UNARY[name](x))
        elif fitting(name.removesuffix("_2"), x, y):
            values.append(BINARY[name.removesuffix("_2")](x, y))
    return tuple(values[-3:])


STEPS = st.tuples(
    st.sampled_from([*UNARY, *(f"{name}_2" for name in BINARY)]),
    st.integers(0, 20),
    st.integers(0, 20),
)


@pytest.mark.parametrize("shape", [(3, 4), (5, 1), (2, 17), (6, 6)])
@settings(deadline=None)
@given(program=st.lists(STEPS, min_size=1, max_size=8))
def test_compiled_programs_give_the_eager_numbers(shape, program):
    rng = np.random.default_rng(0)
    inputs = [rng.uniform(-1, 1, shape).astype("float32") for _ in range(2)]
    eager = run(program, map(ops.convert_to_tensor, inputs))
    compiled = jit(lambda *arrays: run(program, arrays))(*inputs)
    for one, other in zip(compiled, eager, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-5)
