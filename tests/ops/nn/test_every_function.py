"""Every function of `keras.ops.nn`, on small inputs: the ways to run it, and its derivatives.

Eager, naive (plain loops) and compiled agree, the last with a symbolic batch too; first and second
derivatives agree with finite differences in random directions.
"""

import numpy as np
import pytest

from geartrain import compiler, naive, ops
from geartrain.autodiff import grad
from geartrain.compiler.programs.compile import compile_graph
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim, Tensor

SMOOTH = "gelu glu log_sigmoid selu sigmoid silu softplus softsign squareplus swish tanh_shrink"
BENT = (
    "celu elu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu relu relu6 "
    "soft_shrink sparse_plus sparse_sigmoid"
)
RNG = np.random.default_rng(3)


class Case:
    """A call: the inputs that move, and how the function is called with them.

    `batched` says how many of the inputs have a batch (None: the function has no such axis).
    """

    def __init__(self, name, *inputs, call=None, batched=1, **arguments):
        self.name, self.inputs, self.batched = name, inputs, batched
        function = getattr(ops, name)
        self.function = call or (lambda *moving: function(*moving, **arguments))

    def __call__(self, *moving):
        return self.function(*moving)


def normal(*shape):
    return RNG.standard_normal(shape)


def apart(*shape):
    """Numbers that are all different, and far from each other and from 0."""
    count = int(np.prod(shape))
    return (RNG.permutation(count).reshape(shape) - count / 2 + 0.3) / count * 4


def probabilities(*shape):
    x = RNG.uniform(0.1, 1, shape)
    return x / x.sum(-1, keepdims=True)


def activations():
    for name in (SMOOTH + " " + BENT).split():
        yield Case(name, apart(3, 4))
    yield Case("gelu", apart(3, 4), approximate=False)
    yield Case("threshold", apart(3, 4), threshold=0.4, default_value=-1.0)
    for name in ("softmax", "log_softmax", "sparsemax"):
        yield Case(name, normal(3, 4))
        yield Case(name, normal(3, 4, 2), axis=1)


def convolutions():
    one, two, three = normal(2, 7, 2), normal(2, 6, 5, 2), normal(1, 4, 3, 4, 2)
    yield Case("conv", one, normal(3, 2, 4), strides=2, padding="same")
    yield Case("conv", two, normal(3, 2, 2, 3), dilation_rate=(1, 2))
    yield Case("conv", normal(2, 2, 6, 5), normal(3, 3, 1, 4), data_format="channels_first")
    yield Case("conv", three, normal(2, 2, 2, 2, 2), padding="same")
    yield Case("depthwise_conv", two, normal(3, 2, 2, 2), strides=2, padding="same")
    yield Case("separable_conv", one, normal(2, 2, 2), normal(1, 4, 3))
    yield Case("conv_transpose", one, normal(3, 4, 2), strides=2, padding="same")
    yield Case("conv_transpose", two, normal(2, 3, 3, 2), strides=(2, 1), dilation_rate=(1, 2))


def pools():
    one, two, three = apart(2, 7, 2), apart(2, 6, 5, 2), apart(1, 4, 3, 4, 2)
    for name in ("max_pool", "average_pool"):
        yield Case(name, one, pool_size=3, strides=2, padding="same")
        yield Case(name, two, pool_size=2)
        yield Case(name, apart(2, 2, 6, 5), pool_size=(2, 3), data_format="channels_first")
        yield Case(name, three, pool_size=2, strides=1, padding="same")
    for name in ("adaptive_max_pool", "adaptive_average_pool"):
        yield Case(name, one, output_size=3)
        yield Case(name, two, output_size=(4, 5))


def normalizations():
    x = normal(4, 3, 5)
    yield Case("batch_normalization", x, normal(5), RNG.uniform(1, 2, 5), axis=-1)
    yield Case(
        "batch_normalization",
        *(x, normal(3), RNG.uniform(1, 2, 3), normal(3), normal(3)),
        call=lambda x, m, v, b, s: ops.batch_normalization(x, m, v, 1, b, s),
    )
    yield Case("layer_normalization", x, normal(5), normal(5))
    yield Case("layer_normalization", x, normal(3, 5), normal(3, 5), axis=(1, 2))
    yield Case("rms_normalization", x, normal(5))
    for order in (1, 2, 3):
        yield Case("normalize", x, order=order)
    yield Case("moments", x, axes=(0, 2), batched=None)
    yield Case("moments", x, axes=1, keepdims=True)


def losses():
    classes = np.array([0, 2, 1, 1])
    for from_logits in (False, True):
        given = {"from_logits": from_logits}
        p = probabilities(4, 3)
        yield Case("categorical_crossentropy", probabilities(4, 3), p, batched=2, **given)
        yield Case("binary_crossentropy", probabilities(4, 3), p, batched=2, **given)
        yield Case(
            "sparse_categorical_crossentropy",
            p,
            call=lambda x, given=given: ops.sparse_categorical_crossentropy(classes, x, **given),
            batched=None,
        )
    labels, lengths = np.array([[1, 2, 2], [3, 1, 0]]), np.array([3, 2])
    yield Case(
        "ctc_loss",
        normal(2, 6, 4),
        call=lambda x: ops.ctc_loss(labels, x, lengths, np.array([6, 4])),
        batched=None,
    )
    yield Case("psnr", normal(3, 4), normal(3, 4), max_val=1.0, batched=None)


def others():
    q, k, v = normal(2, 3, 4, 2), normal(2, 5, 2, 2), normal(2, 5, 2, 3)
    yield Case("dot_product_attention", q, k, v, batched=3)
    yield Case(
        "dot_product_attention",
        *(q, k, v, normal(4, 3, 5)),
        call=lambda q, k, v, b: ops.dot_product_attention(
            q, k, v, b, np.arange(5) != 2, 0.7, is_causal=True, attn_logits_soft_cap=3.0
        ),
        batched=3,
    )
    yield Case("unfold", normal(2, 3, 5, 4), kernel_size=(3, 2), padding=(1, 0), stride=2)
    yield Case("fold", normal(2, 12, 8), output_size=(5, 4), kernel_size=2, dilation=(1, 2))
    yield Case("fold", normal(2, 12, 9), output_size=(5, 5), kernel_size=2, padding=1, stride=2)
    for data_format in ("channels_last", "channels_first"):
        yield Case("depth_to_space", normal(2, 4, 4, 4), block_size=2, data_format=data_format)
        yield Case("space_to_depth", normal(2, 4, 2, 4), block_size=2, data_format=data_format)
    turned = normal(3)
    yield Case("polar", normal(3), turned, call=lambda r, a: ops.real(ops.polar(r, a)), batched=2)


def tables():
    for family in (activations, convolutions, pools, normalizations, losses, others):
        yield from family()


def named(cases):
    return [pytest.param(case, id=f"{number}-{case.name}") for number, case in enumerate(cases)]


CASES = named(tables())


def all_of(result):
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", CASES)
def test_the_three_ways_to_run_agree(case, dtype):
    inputs = [Tensor(np.asarray(each, dtype)) for each in case.inputs]
    eager = all_of(case(*inputs))
    tolerance = 2e-5 if dtype == "float32" else 1e-12
    for run in (naive(case), compiler.jit(case)):
        for found, expected in zip(all_of(run(*inputs)), eager, strict=True):
            assert found.dtype == expected.dtype == np.dtype(dtype)
            assert found.shape == expected.shape
            np.testing.assert_allclose(
                found.numpy(), expected.numpy(), rtol=tolerance, atol=tolerance
            )


@pytest.mark.parametrize("case", [each for each in CASES if each.values[0].batched])
def test_a_symbolic_batch_goes_through(case):
    many, batch = case.batched, Dim("batch")
    places = tuple(range(len(case.inputs)))
    shapes = [
        (batch, *each.shape[1:]) if number < many else each.shape
        for number, each in enumerate(case.inputs)
    ]

    def squares(*moving):
        return ops.sum(ops.square(all_of(case(*moving))[0]))

    def function(*moving):
        return *all_of(case(*moving)), *grad(squares, places)(*moving)

    graph = trace(function, [Spec(shape, np.dtype("float64")) for shape in shapes])
    program = compile_graph(graph)
    for size in (1, 3):
        arrays = [
            np.concatenate([each] * 3)[:size] if number < many else each
            for number, each in enumerate(case.inputs)
        ]
        expected = function(*map(Tensor, arrays))
        for found, wanted in zip(program.run(arrays), expected, strict=True):
            np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_derivatives_agree_with_finite_differences(case):
    places = tuple(range(len(case.inputs)))
    directions = [RNG.standard_normal(each.shape) for each in case.inputs]
    start = [np.asarray(each, "float64") for each in case.inputs]
    weights = [RNG.standard_normal(each.shape) for each in all_of(case(*map(Tensor, start)))]

    def scalar(*moving):
        terms = [ops.sum(a * w) for a, w in zip(all_of(case(*moving)), weights, strict=True)]
        return sum(terms[1:], terms[0])

    def slope(*moving):
        slopes = grad(scalar, places)(*moving)
        terms = [ops.sum(a * b) for a, b in zip(slopes, directions, strict=True)]
        return sum(terms[1:], terms[0])

    tensors = list(map(Tensor, start))
    np.testing.assert_allclose(
        float(slope(*tensors)), along(scalar, start, directions), rtol=1e-6, atol=1e-7
    )
    second = grad(slope, places)(*tensors)
    curvature = sum(float(ops.sum(a * b)) for a, b in zip(second, directions, strict=True))
    np.testing.assert_allclose(curvature, along(slope, start, directions), rtol=1e-5, atol=1e-6)


def along(function, start, directions, step=1e-4):
    """The derivative in a direction, from four values of the function (error of order step^4)."""

    def at(distance):
        moved = (x + distance * d for x, d in zip(start, directions, strict=True))
        return float(function(*(Tensor(np.asarray(each)) for each in moved)))

    near = (at(step) - at(-step)) / (2 * step)
    far = (at(2 * step) - at(-2 * step)) / (4 * step)
    return (4 * near - far) / 3
