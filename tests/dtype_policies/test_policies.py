"""Policies: what they mean, and what layers make of them."""

import numpy as np
import pytest

import geartrain
from geartrain import backend, config, dtype_policies, layers, mixed_precision, ops
from geartrain.dtype_policies import DTypePolicy, DTypePolicyMap


@pytest.mark.parametrize(
    ("name", "compute", "variable"),
    [
        ("float32", "float32", "float32"),
        ("mixed_float16", "float16", "float32"),
        ("mixed_bfloat16", "bfloat16", "float32"),
        ("bfloat16", "bfloat16", "bfloat16"),
        ("int8", "int8", "int8"),
        (None, "float32", "float32"),
    ],
)
def test_a_policy_has_two_dtypes(name, compute, variable):
    policy = DTypePolicy(name)
    assert (policy.compute_dtype, policy.variable_dtype) == (compute, variable)
    assert DTypePolicy.from_config(policy.get_config()) == policy
    assert dtype_policies.deserialize(dtype_policies.serialize(policy)) == policy


@pytest.mark.parametrize(
    ("name", "error"), [("foo", ValueError), ("mixed_foo", ValueError), (3, TypeError)]
)
def test_an_unknown_policy_is_refused(name, error):
    with pytest.raises(error, match="mixed_bfloat16"):
        DTypePolicy(name)


def test_what_a_dtype_argument_may_be():
    config_of = {"class_name": "DTypePolicy", "config": {"name": "float16"}}
    given = ["float16", np.float16, np.dtype("float16"), DTypePolicy("float16"), config_of]
    assert [dtype_policies.get(each).name for each in given] == ["float16"] * 5
    assert dtype_policies.get(None) == config.dtype_policy()
    for wrong in ("foo", 3, {"a": 1}):
        with pytest.raises(ValueError):
            dtype_policies.get(wrong)


def test_policies_are_compared_by_name():
    assert DTypePolicy("float32") == DTypePolicy("float32") != DTypePolicy("float16")
    assert DTypePolicy("float32") != "float32"
    assert repr(DTypePolicy("float32")) == '<DTypePolicy "float32">'


def test_a_map_has_policies_by_path():
    policies = DTypePolicyMap(policy_map={"x/.*": DTypePolicy("float16")})
    policies["x/y"] = DTypePolicy("bfloat16")
    found = [policies[path].name for path in ("x/y", "x/z", "x")]
    assert found == ["bfloat16", "float16", "float32"]
    assert (policies.name, len(policies), list(policies)) == ("map_float32", 2, ["x/.*", "x/y"])
    again = DTypePolicyMap.from_config(policies.get_config())
    assert again == policies
    with pytest.raises(ValueError, match="already"):
        policies["x/y"] = DTypePolicy("float32")
    with pytest.raises(ValueError, match="DTypePolicy"):
        policies["z"] = 32
    policies["z"] = "float64"
    assert policies["z"] == DTypePolicy("float64")
    assert policies["x/y/kernel"].name == "float16"  # of the expression, which means it whole
    assert policies["deeper/x/y"].name == "float32"
    with pytest.raises(TypeError, match="dict"):
        DTypePolicyMap(policy_map=[1])
    del policies["x/y"]
    assert policies["x/y"].name == "float16"


@pytest.mark.parametrize("name", ["mixed_float16", "mixed_bfloat16", "float64", "bfloat16"])
def test_a_layer_keeps_its_weights_in_one_dtype_and_computes_in_another(name):
    layer = layers.Dense(3, dtype=name)
    x = np.linspace(-1, 1, 8).astype("float32").reshape(2, 4)
    found = layer(x)
    policy = DTypePolicy(name)
    assert found.dtype.name == layer.compute_dtype == policy.compute_dtype
    assert layer.kernel.dtype.name == layer.dtype == policy.variable_dtype
    low = [np.asarray(each).astype(found.dtype) for each in (x, layer.kernel)]
    exact = np.matmul(*(each.astype("float64") for each in low))
    assert np.allclose(found.numpy().astype("float64"), exact, rtol=0.02, atol=0.02)


def test_gradients_reach_the_weights_in_their_own_dtype():
    layer = layers.Dense(2, dtype="mixed_bfloat16")
    layer.build((None, 3))
    with geartrain.GradientTape() as tape:
        loss = ops.sum(layer(ops.ones((4, 3))))
    (kernel, bias) = tape.gradient(loss, layer.trainable_weights)
    assert (kernel.dtype.name, bias.dtype.name) == ("float32", "float32")
    assert np.array_equal(kernel.numpy(), np.full((3, 2), 4.0))


def test_a_policy_compiles_as_it_runs():
    layer = layers.Dense(2, dtype="mixed_bfloat16")
    x = ops.convert_to_tensor(np.random.default_rng(0).normal(size=(4, 3)).astype("float32"))
    eager = layer(x)
    assert np.allclose(
        geartrain.jit(layer)(x).numpy().astype("float32"), eager.numpy().astype("float32")
    )


def test_the_default_policy_is_that_of_layers_without_one():
    mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        assert layers.Dense(1).dtype_policy.name == mixed_precision.global_policy().name
        assert layers.Dense(1, dtype="float32").compute_dtype == "float32"
    finally:
        backend.clear_session()


def test_integers_are_not_cast():
    assert layers.Identity(dtype="mixed_float16")(ops.ones(2, "int32")).dtype.name == "int32"
    assert layers.Identity(autocast=False)(ops.ones(2, "float64")).dtype.name == "float64"
