"""What holds for every layer, one test for each of its sides, over a case of each class."""

import json
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import config, layers, optimizers
from geartrain.tensor import Tensor, is_floating
from geartrain.tensor.nest import flatten
from tests.layers.cases import leaves
from tests.layers.gate import GATES, facts, given, made

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))["gates"]
POLICIES = ("float64", "mixed_bfloat16", "mixed_float16")
NAMES = sorted(GATES)


def parts(name, batch=2):
    """A layer that was called, and what it was called with."""
    layer = made(layers, GATES[name])
    args, kwargs = given(layers, GATES[name], batch)
    layer(*args, **kwargs)
    return layer, args, kwargs


def floats(nest):
    """The floating-point arrays of a nest."""
    return [each for each in flatten(nest) if getattr(each, "dtype", None) == np.float32]


@pytest.mark.parametrize("name", NAMES)
def test_weights_outputs_and_config_are_those_of_keras(name):
    own = json.loads(json.dumps(facts(layers, GATES[name])))
    assert own == GOLDEN[name]


@pytest.mark.parametrize("name", NAMES)
def test_symbols_have_the_shapes_and_dtypes_of_numbers(name):
    layer, args, kwargs = parts(name)
    outputs = layer(*args, **kwargs)

    def symbol(each):
        return layers.Input(each.shape[1:], dtype=each.dtype.name)

    symbols = replaced(args, symbol)
    named = replaced(kwargs, symbol)
    found = flatten(layer(*symbols, **named))
    real = flatten(outputs)
    assert [tuple(each.shape[1:]) for each in found] == [each.shape[1:] for each in real]
    assert [np.dtype(each.dtype) for each in found] == [each.dtype for each in real]


def replaced(nest, function):
    """A nest with a function of each of its arrays."""
    if isinstance(nest, dict):
        return {key: replaced(each, function) for key, each in nest.items()}
    if isinstance(nest, list | tuple):
        return type(nest)(replaced(each, function) for each in nest)
    return function(nest) if isinstance(nest, np.ndarray) else nest


@pytest.mark.parametrize("name", [name for name in NAMES if name != "Lambda"])
def test_a_config_makes_the_same_layer(name):
    layer, args, kwargs = parts(name)
    written = layer.get_config()
    again = type(layer).from_config(json.loads(json.dumps(written)))
    assert json.dumps(again.get_config()) == json.dumps(written)
    again(*args, **kwargs)
    again.set_weights(layer.get_weights())
    for one, other in zip(
        leaves(layer(*args, **kwargs)), leaves(again(*args, **kwargs)), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", NAMES)
def test_a_policy_says_in_which_dtypes(name, policy):
    before = config.dtype_policy()
    config.set_dtype_policy(policy)
    try:
        layer = made(layers, GATES[name])  # those inside follow the policy as well
    finally:
        config.set_dtype_policy(before)
    args, kwargs = given(layers, GATES[name])
    outputs = [each for each in flatten(layer(*args, **kwargs)) if is_floating(each.dtype)]
    assert {each.dtype.name for each in outputs} <= {layer.compute_dtype}
    variables = {each.dtype.name for each in layer.weights if is_floating(each.dtype)}
    assert variables <= {layer.variable_dtype}
    assert all(np.isfinite(np.asarray(each, np.float64)).all() for each in outputs)
    if policy == "float64":
        return
    plain = made(layers, GATES[name])
    plain(*args, **kwargs)
    plain.set_weights(layer.get_weights())
    wide = [each for each in leaves(plain(*args, **kwargs)) if each.dtype == np.float32]
    for narrow, own in zip(outputs, wide, strict=True):
        bound = 0.05 * max(1.0, np.abs(own).max())
        np.testing.assert_allclose(np.asarray(narrow, np.float64), own, atol=bound)


@pytest.mark.parametrize("name", NAMES)
def test_machine_code_gives_the_same_numbers_and_gradients(name):
    layer, args, kwargs = parts(name)
    compiled = geartrain.jit(lambda *inputs: values_and_gradients(layer, inputs, args, kwargs))
    for batch in (2, 3):
        inputs, named = given(layers, GATES[name], batch)
        args, kwargs = inputs, named
        tensors = [Tensor(each) for each in flatten([inputs, list(named.values())])
                   if isinstance(each, np.ndarray)]  # fmt: skip
        eager = values_and_gradients(layer, tensors, inputs, named)
        found = compiled(*tensors)
        assert len(eager) == len(found)
        for one, other in zip(eager, found, strict=True):
            assert np.isfinite(np.asarray(one, np.float64)).all()
            np.testing.assert_allclose(np.asarray(other), np.asarray(one), rtol=2e-5, atol=1e-5)


def values_and_gradients(layer, tensors, args, kwargs):
    """What a layer gives, and the gradients of the sum of its squares by floats that go in."""
    own = iter(tensors)
    args = replaced(args, lambda _: next(own))
    kwargs = replaced(kwargs, lambda _: next(own))
    sources = [each for each in tensors if is_floating(each.dtype)]
    with geartrain.GradientTape() as tape:
        for each in sources:
            tape.watch(each)
        outputs = [each for each in flatten(layer(*args, **kwargs)) if is_floating(each.dtype)]
        total = sum((each * each).sum() for each in outputs)
    gradients = tape.gradient(total, [*sources, *layer.trainable_variables])
    return [*outputs, *(each for each in gradients if each is not None)]


@pytest.mark.parametrize("name", NAMES)
def test_a_step_of_training_lowers_what_it_should(name):
    layer, args, kwargs = parts(name)
    weights = layer.trainable_variables
    if not weights or name == "SpectralNormalization":
        return
    before = [each.numpy() for each in weights]
    optimizer = optimizers.SGD(1e-3)
    totals = []
    for _ in range(2):
        with geartrain.GradientTape() as tape:
            outputs = flatten(layer(*args, **kwargs))
            total = sum(((each - 1.0) ** 2.0).sum() for each in outputs)
        optimizer.apply(tape.gradient(total, weights), weights)
        totals.append(float(total))
    moved = [not np.array_equal(old, new.numpy()) for old, new in zip(before, weights, strict=True)]
    assert any(moved)
    assert totals[1] < totals[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_mask_goes_through_where_the_layer_says_so(name):
    layer = made(layers, GATES[name])
    args, kwargs = given(layers, GATES[name])
    one = len(args) == 1 and isinstance(args[0], np.ndarray) and args[0].ndim > 2 and not kwargs
    if not (one and layer.supports_masking):
        return
    mask = np.ones(args[0].shape[:2], bool)
    found = layer.compute_mask(Tensor(args[0]), Tensor(mask))
    kept = [each for each in flatten(found) if each is not None]
    assert all(np.asarray(each).dtype == bool for each in kept)
