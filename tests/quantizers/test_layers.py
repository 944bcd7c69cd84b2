"""Weights of few bits: files, training, policies, and what is refused."""

import numpy as np
import pytest

import geartrain
from geartrain import Model, Sequential, dtype_policies, layers, models, ops, quantizers

MODES = ("int8", "int4", "float8")
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(6, 10)).astype("float32")
Y = RANDOM.normal(size=(6, 3)).astype("float32")


def network(**kwargs):
    return Sequential([layers.Input((10,)), layers.Dense(8, "relu"), layers.Dense(3, **kwargs)])


def attention():
    inputs = layers.Input((3,))
    x = layers.Embedding(7, 8)(inputs)
    return Model(inputs, layers.MultiHeadAttention(2, 4)(x, x))


@pytest.mark.parametrize("mode", MODES)
def test_a_quantized_model_is_near_the_model(mode):
    model = network()
    before = model.predict(X, verbose=0)
    model.quantize(mode)
    after = model.predict(X, verbose=0)
    assert 0 < abs(after - before).max() < 0.3
    np.testing.assert_allclose(after, model(X), atol=1e-6)  # compiled and eager
    assert [each.quantization_mode for each in model.layers] == [mode, mode]


@pytest.mark.parametrize("mode", MODES)
def test_files_keep_what_is_kept(mode, tmp_path):
    model = network()
    model.quantize(mode)
    model.save(tmp_path / "model.keras")
    same = models.load_model(tmp_path / "model.keras")
    assert (same.predict(X, verbose=0) == model.predict(X, verbose=0)).all()
    assert same.layers[0].dtype_policy == model.layers[0].dtype_policy
    model.save_weights(tmp_path / "model.weights.h5")
    other = network()
    other.quantize(mode)
    other.load_weights(tmp_path / "model.weights.h5")
    assert (other.predict(X, verbose=0) == model.predict(X, verbose=0)).all()


def test_the_kernels_of_attention_are_quantized():
    model = attention()
    before = model.predict(np.array([[1, 5, 2]]), verbose=0)
    model.quantize("int8")
    own = model.layers[-1]
    assert own.query_dense.quantization_mode == own.output_dense.quantization_mode == "int8"
    assert abs(model.predict(np.array([[1, 5, 2]]), verbose=0) - before).max() < 0.05


@pytest.mark.parametrize("filters", ["dense_b", ["^dense_b$"], lambda layer: layer.name[-1] == "b"])
def test_filters_choose_layers(filters):
    model = Sequential(
        [layers.Input((4,)), layers.Dense(2, name="dense_a"), layers.Dense(2, name="dense_b")]
    )
    model.quantize("int8", filters=filters)
    assert [each.quantization_mode for each in model.layers] == [None, "int8"]


@pytest.mark.parametrize("mode", ["int8", "int4"])
def test_low_rank_trains_beside_whole_numbers(mode):
    model = network()
    model.quantize(mode)
    frozen = model.layers[1]._kernel.numpy()
    model.layers[1].enable_lora(2)
    model.compile("sgd", "mse")
    first = model.evaluate(X, Y, verbose=0)
    model.fit(X, Y, epochs=5, verbose=0)
    assert model.evaluate(X, Y, verbose=0) < first
    assert (model.layers[1]._kernel.numpy() == frozen).all()
    kept = {}
    model.layers[1].save_own_variables(kept)  # with the product added
    other = network()
    other.quantize(mode)
    other.layers[0].set_weights(model.layers[0].get_weights())
    other.layers[1].load_own_variables(kept)
    assert abs(other.predict(X, verbose=0) - model.predict(X, verbose=0)).max() < 0.3


@pytest.mark.parametrize("mode", ["int8", "int4"])
def test_inputs_have_the_derivatives_of_the_floats(mode):
    model = network()
    model.quantize(mode)
    layer = model.layers[1]
    x = ops.convert_to_tensor(RANDOM.normal(size=(2, 8)).astype("float32"))
    found = geartrain.grad(lambda x: ops.sum(layer(x)))(x)
    weight = layer.own_floats("kernel", "float32")
    np.testing.assert_allclose(found, np.ones((2, 3)) @ np.asarray(weight).T, rtol=1e-5)


def test_layers_are_made_with_a_policy():
    layer = layers.Dense(3, dtype="int8_from_mixed_bfloat16")
    layer.build((None, 4))
    assert layer.kernel.dtype.name == "int8"
    assert layer(np.ones((1, 4))).dtype.name == "bfloat16"
    layer = layers.Dense(3, dtype="int4/2_from_float32")
    layer.build((None, 5))
    assert layer.kernel_scale.shape == (3, 3)
    assert layers.Dense.from_config(layer.get_config()).dtype_policy == layer.dtype_policy


def test_a_config_says_how():
    config = quantizers.Int8QuantizationConfig(activation_quantizer=None)
    layer = layers.Dense(3)
    layer.build((None, 4))
    layer.quantize(config=config)
    same = layers.Dense.from_config(layer.get_config())
    assert same.quantization_config.activation_quantizer is None
    assert same.quantization_config.get_config() == config.get_config()


class Own(layers.Dense):
    pass


def built(layer):
    layer.build((None, 4))
    return layer


@pytest.mark.parametrize(
    ("ask", "kind", "text"),
    [
        (lambda: layers.Dense(3).quantize("int8"), ValueError, "isn't yet built"),
        (lambda: Sequential([layers.Dense(3)]).quantize("int8"), ValueError, "isn't yet built"),
        (lambda: built(layers.Dense(3)).quantize("int9"), ValueError, "Invalid quantization mode"),
        (lambda: built(layers.Dense(3)).quantize(), ValueError, "either `mode` or `config`"),
        (
            lambda: built(layers.Dense(3)).quantize("int4", config=quantizers.GPTQConfig([], None)),
            ValueError,
            "Contradictory",
        ),
        (lambda: network().quantize("gptq"), ValueError, "must pass a `GPTQConfig`"),
        (lambda: network().quantize("int8", what=1), ValueError, "Unrecognized keyword"),
        (lambda: built(layers.Embedding(3, 4)).quantize("float8"), NotImplementedError, "int8"),
        (lambda: built(layers.LayerNormalization()).quantize("int8"), NotImplementedError, "does"),
        (lambda: built(Own(3)).quantize("int8"), NotImplementedError, "Own"),
        (lambda: layers.Dense(3, quantization_config="int8"), ValueError, "quantization_config"),
        (lambda: quantizers.get("abs"), ValueError, "abs"),
        (lambda: quantizers.AbsMaxQuantizer(value_range=(0, 200)), ValueError, "value_range"),
        (lambda: quantizers.Int4QuantizationConfig(block_size=0), ValueError, "block_size"),
        (lambda: quantizers.pack_int4(np.ones(3)), TypeError, "Expected int8"),
        (lambda: quantizers.Quantizer().get_config(), NotImplementedError, "get_config"),
        (lambda: dtype_policies.get("int8"), ValueError, "Cannot convert `policy`"),
        (lambda: dtype_policies.Int4DTypePolicy("int4/0"), ValueError, "block_size"),
        (lambda: dtype_policies.GPTQDTypePolicy("gptq/5/1"), ValueError, "weight_bits"),
        (lambda: dtype_policies.AWQDTypePolicy("awq/4"), ValueError, "Expected format"),
        (lambda: dtype_policies.QuantizedDTypePolicy("int8", "float16"), ValueError, "well with"),
    ],
)
def test_what_is_refused(ask, kind, text):
    with pytest.raises(kind, match=text):
        ask()


def test_a_subclass_is_quantized_if_it_is_asked_for():
    layer = built(Own(3))
    layer.quantize("int8", type_check=False)
    with pytest.raises(ValueError, match="already quantized"):
        layer.quantize("int8", type_check=False)


@pytest.mark.parametrize("name", ["int8_from_float32", "float8_from_mixed_bfloat16",
                                  "int4/-1_from_float32", "gptq/4/128_from_float32",
                                  "awq/4/-1_from_bfloat16"])  # fmt: skip
def test_policies_have_names_and_configs(name):
    policy = dtype_policies.get(name)
    assert policy.name == name
    assert dtype_policies.deserialize(dtype_policies.serialize(policy)) == policy
    assert policy.quantization_mode == name.partition("_")[0].partition("/")[0]


def test_quantizers_are_written_down():
    for each in (
        quantizers.AbsMaxQuantizer(axis=(0, 1), epsilon=1e-5),
        quantizers.Int8QuantizationConfig(quantizers.AbsMaxQuantizer(axis=0)),
        quantizers.Int4QuantizationConfig(block_size=32),
        quantizers.Float8QuantizationConfig(),
    ):
        same = quantizers.deserialize(quantizers.serialize(each))
        assert type(same) is type(each)
        assert same.get_config() == each.get_config()


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        ("int8_from_float32", ["bias", "kernel", "kernel_scale"]),
        ("int4/4_from_float32", ["bias", "kernel", "kernel_scale", "kernel_zero", "g_idx"]),
        ("int4/-1_from_float32", ["bias", "kernel", "kernel_scale"]),
    ],
)
def test_a_policy_that_is_set_quantizes(policy, names):
    layer, same = built(layers.Dense(3)), built(layers.Dense(3))
    same.set_weights(layer.get_weights())
    layer.dtype_policy = policy
    assert layer.dtype_policy.name == policy
    assert [each.name for each in layer.weights] == names
    x = RANDOM.normal(size=(2, 4)).astype("float32")
    assert abs(np.asarray(layer(x)) - np.asarray(same(x))).max() < 1
    with pytest.raises(ValueError, match="GPTQConfig"):
        same.dtype_policy = "gptq/4/4_from_float32"
    assert same.quantization_mode is None
    embedding = built(layers.Embedding(3, 4))
    with pytest.raises(NotImplementedError, match="float8"):
        embedding.dtype_policy = "float8_from_float32"


def test_the_order_of_weights_is_keras_s():
    layer = built(layers.Dense(3))
    layer.quantize("int8")
    layer.enable_lora(2)
    names = [each.name for each in layer.weights]
    assert names == ["bias", "lora_kernel_a", "lora_kernel_b", "kernel", "kernel_scale"]
    layer = built(layers.Dense(3, dtype="float8_from_float32"))
    assert [each.name for each in layer.weights][-2:] == ["kernel", "bias"]
    store = {}
    layer.save_own_variables(store)
    assert [store[key].shape for key in "012"] == [(4, 3), (3,), ()]


def test_columns_of_packed_kernels():
    layer = layers.EinsumDense("abc,cde->abde", (None, 2, 3))
    layer.build((None, 4, 8))
    assert "gptq_unpacked_column_size" not in layer.get_config()
    layer.quantize(config=quantizers.GPTQConfig(None, None, group_size=4))
    assert layer.gptq_unpacked_column_size == 6
    assert layer.get_config()["gptq_unpacked_column_size"] == 6


@pytest.mark.parametrize("mode", ["int8", "int4"])
def test_attention_is_read_again_with_its_projections_in_few_bits(mode, tmp_path):
    model = attention()
    model.quantize(mode)
    x = np.array([[1, 5, 2]])
    found = model.predict(x, verbose=0)
    model.save(tmp_path / "model.keras")
    copied = models.clone_model(model)
    copied.set_weights(model.get_weights())
    for each in (models.load_model(tmp_path / "model.keras"), copied):
        assert each.layers[-1].query_dense.quantization_mode == mode
        np.testing.assert_array_equal(each.predict(x, verbose=0), found)


def test_a_layer_has_the_map_that_it_was_given():
    policies = dtype_policies.DTypePolicyMap(
        policy_map={"dense": dtype_policies.get("int8_from_float32")}
    )
    layer = built(layers.Dense(3, name="dense", dtype=policies))
    assert layer.dtype_policy is policies
    assert layer.quantization_mode == "int8"
    assert layer.get_config()["dtype"]["class_name"] == "DTypePolicyMap"
