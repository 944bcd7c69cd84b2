"""The one test of all primitives: each is proved from its own block.

naive == eager == compiled on every sample and dtype, the inferred spec is the real one (with a
symbolic first axis too), first and second derivatives agree with finite differences, and bad
input is refused.
"""

from pathlib import Path

import numpy as np
import pytest

from geartrain import compiler, ops
from geartrain.autodiff import grad
from geartrain.primitives import PRIMITIVES, Spec, naive, spec_of
from geartrain.primitives.primitive import Several
from geartrain.tensor import Dim, Tensor

FLOATS = ("float32", "float64")
# What has no machine code yet, and runs with NumPy between two pieces of it.
HOST_CALLS = set((Path(__file__).parent / "host_calls.txt").read_text().split())


def cases():
    for name, primitive in sorted(PRIMITIVES.items()):
        for number, sample in enumerate(primitive.samples()):
            yield pytest.param(primitive, sample, id=f"{name}-{number}")


def floating_cases():
    for case in cases():
        if case.values[1].gradient:
            yield case


def rowwise_cases():
    """Element-wise primitives, on samples that have a first axis."""
    for case in cases():
        primitive, sample = case.values
        if hasattr(primitive, "scalar") and sample.inputs[0].ndim:
            yield case


def takes_several(primitive):
    return hasattr(primitive, "scalar") and len(next(iter(primitive.samples())).inputs) > 1


def tensors_of(sample, dtype):
    """The sample's inputs; its float ones in the given dtype."""
    return [
        Tensor(np.asarray(each, dtype if each.dtype.kind == "f" else each.dtype))
        for each in sample.inputs
    ]


def tolerance(sample, output):
    return {"rtol": sample.rtol.get(output.dtype.name, 0), "atol": 1e-7 if output.size else 0}


def each_of(output):
    """The outputs, of a primitive with one output or with several."""
    return output if isinstance(output, tuple) else (output,)


def specs_of(output):
    return tuple(map(spec_of, each_of(output)))


def inferred(primitive, specs, parameters):
    spec = primitive.infer(*specs, **parameters)
    return getattr(spec, "parts", (spec,))


def assert_agree(primitive, sample, found, expected):
    """Two ways to run gave the same, but for what the definition leaves open."""
    assert specs_of(found) == specs_of(expected)
    arrays = [[tensor.numpy() for tensor in each_of(each)] for each in (found, expected)]
    if isinstance(primitive, Several):
        arrays = [primitive.comparable(*each) for each in arrays]
    for a, b in zip(*arrays, strict=True):
        np.testing.assert_allclose(a, b, **tolerance(sample, b))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("primitive", "sample"), list(cases()))
def test_the_three_ways_to_run_agree(primitive, sample, dtype):
    inputs = tensors_of(sample, dtype)

    def function(*tensors):
        return primitive(*tensors, **sample.parameters)

    eager = function(*inputs)
    assert specs_of(eager) == inferred(primitive, map(spec_of, inputs), sample.parameters)
    assert_agree(primitive, sample, naive(function)(*inputs), eager)
    jitted = compiler.jit(function)
    assert_agree(primitive, sample, jitted(*inputs), eager)
    assert not jitted.host_calls or primitive.name in HOST_CALLS


@pytest.mark.parametrize("name", sorted(HOST_CALLS))
def test_the_list_of_host_calls_is_not_longer_than_it_must_be(name):
    sample = next(iter(PRIMITIVES[name].samples()))
    jitted = compiler.jit(lambda *tensors: PRIMITIVES[name](*tensors, **sample.parameters))
    jitted(*map(Tensor, sample.inputs))
    assert jitted.host_calls


@pytest.mark.parametrize(("primitive", "sample"), list(floating_cases()))
def test_derivatives_agree_with_finite_differences(primitive, sample):
    inputs = tensors_of(sample, "float64")
    rng = np.random.default_rng(0)
    moving = [number for number, each in enumerate(inputs) if each.dtype.kind == "f"]
    directions = [rng.standard_normal(inputs[number].shape) for number in moving]
    outputs = each_of(primitive(*inputs, **sample.parameters))
    weights = [rng.standard_normal((2, *each.shape)) for each in outputs]

    def scalar(*moved):
        values = list(inputs)
        for number, value in zip(moving, moved, strict=True):
            values[number] = value
        outputs = each_of(primitive(*values, **sample.parameters))
        terms = [weighted_sum(*pair) for pair in zip(outputs, weights, strict=True)]
        return sum(terms[1:], terms[0])

    def slope(*moved):
        """The derivative in the random direction."""
        slopes = grad(scalar, tuple(range(len(moving))))(*moved)
        terms = [ops.sum(a * b) for a, b in zip(slopes, directions, strict=True)]
        return sum(terms[1:], terms[0])

    start = [inputs[number] for number in moving]
    second = grad(slope, tuple(range(len(moving))))(*start)
    curvature = sum(float(ops.sum(a * b)) for a, b in zip(second, directions, strict=True))
    np.testing.assert_allclose(
        float(slope(*start)), along(scalar, start, directions), rtol=1e-6, atol=1e-8
    )
    np.testing.assert_allclose(curvature, along(slope, start, directions), rtol=1e-6, atol=1e-7)


def weighted_sum(output, weights):
    """A number that depends on every element, and on both parts of complex ones."""
    if output.dtype.kind == "c":
        return ops.sum(ops.real(output) * weights[0]) + ops.sum(ops.imag(output) * weights[1])
    return ops.sum(output * weights[0])


def along(function, start, directions, step=1e-4):
    """The derivative in a direction, from four values of the function (error of order step^4)."""

    def at(distance):
        return float(
            function(
                *(Tensor(x.numpy() + distance * d) for x, d in zip(start, directions, strict=True))
            )
        )

    near = (at(step) - at(-step)) / (2 * step)
    far = (at(2 * step) - at(-2 * step)) / (4 * step)
    return (4 * near - far) / 3


@pytest.mark.parametrize(("primitive", "sample"), list(rowwise_cases()))
def test_a_symbolic_batch_goes_through_the_shape_rule(primitive, sample):
    batch = Dim("batch")
    specs = [Spec((batch, *each.shape[1:]), each.dtype) for each in sample.inputs]
    real = primitive.infer(*map(spec_of, map(Tensor, sample.inputs)), **sample.parameters)
    assert primitive.infer(*specs, **sample.parameters).shape == (batch, *real.shape[1:])


@pytest.mark.parametrize(
    "primitive",
    [each for each in PRIMITIVES.values() if takes_several(each)],
    ids=lambda each: each.name,
)
def test_elementwise_primitives_refuse_shapes_and_dtypes_that_differ(primitive):
    sample = next(iter(primitive.samples()))
    inputs = [Tensor(np.asarray(each)) for each in sample.inputs]
    shorter = Tensor(inputs[-1].numpy().reshape(-1)[:1])
    with pytest.raises(ValueError, match="values of one shape and dtype"):
        primitive(*inputs[:-1], shorter, **sample.parameters)


@pytest.mark.parametrize("primitive", list(PRIMITIVES.values()), ids=lambda each: each.name)
def test_every_block_is_whole(primitive):
    samples = list(primitive.samples())
    assert samples, "a block without samples is not proved"
    assert primitive.__doc__, "a block says what it computes"
    specs = [Spec(each.shape, each.dtype) for each in samples[0].inputs]
    cost = primitive.cost(*specs, **samples[0].parameters)
    assert cost.flops >= 0
    assert cost.bytes > 0
