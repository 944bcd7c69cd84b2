"""GPTQ and AWQ: better than rounding, for models, in files, and what is refused."""

import numpy as np
import pytest

from geartrain import Model, Sequential, dtype_policies, layers, models, ops, quantizers
from geartrain.models.calibrating import token_windows
from geartrain.quantizers.awq import awq, error_of
from geartrain.quantizers.gptq import BLOCK, gptq
from geartrain.quantizers.steps import Rounded, steps_of

RANDOM = np.random.default_rng(0)
TOKENS = RANDOM.integers(0, 11, (20, 12)).astype("int32")
GPTQ, AWQ = quantizers.GPTQConfig, quantizers.AWQConfig


class Letters:
    def tokenize(self, text):
        return [ord(each) % 11 for each in text]


def alike(rows, count=400):
    """Inputs that go together, the first of them the largest."""
    drawn = np.random.default_rng(3)
    together = drawn.normal(size=(count, rows // 4)) @ drawn.normal(size=(rows // 4, rows))
    noise = drawn.normal(size=(count, rows))
    return (together + 0.3 * noise) * np.geomspace(3, 0.3, rows)


def block(equation="abc,cd->abd"):
    inputs = layers.Input((None, 8))
    x = layers.Dense(12, "relu")(inputs)
    return Model(inputs, layers.EinsumDense(equation, (None, 8), bias_axes="d")(x))


def network(**kwargs):
    """A model of two blocks, and the structure of it."""
    embed, blocks = layers.Embedding(11, 8), [block(**kwargs), block(**kwargs)]
    model = Sequential([layers.Input((None,), dtype="int32"), embed, *blocks, layers.Dense(4)])
    for place, variable in enumerate(model.weights):
        drawn = np.random.default_rng(place).normal(size=variable.shape)
        variable.assign(drawn.astype("float32") * 0.5)
    return model, {"pre_block_layers": [embed], "sequential_blocks": blocks}


def config(kind, structure, dataset=TOKENS, tokenizer=None, **kwargs):
    tokenizer = tokenizer or Letters()
    size = {"num_samples": 20, "sequence_length": 12, "group_size": 4, **kwargs}
    return kind(dataset, tokenizer, quantization_layer_structure=structure, **size)


@pytest.mark.parametrize("options", [{}, {"symmetric": True}, {"per_channel": False}])
@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("ordered", [False, True])
def test_gptq_is_better_than_rounding(options, bits, ordered):
    weight, x = RANDOM.normal(size=(24, 6)), alike(24)
    steps = steps_of(weight, bits, 8, **options)
    moments = x.T @ x
    by_itself = Rounded(steps.rounded(weight), steps).floats() - weight
    found = gptq(weight, moments, steps, activation_order=ordered)
    assert error_of(found.floats() - weight, moments) < 0.8 * error_of(by_itself, moments)
    assert found.whole.min() >= 0
    assert found.whole.max() <= 2**bits - 1


def test_errors_are_handed_on_from_block_to_block():
    rows = BLOCK + 30
    weight, x = RANDOM.normal(size=(rows, 2)), alike(rows, 2 * rows)
    steps = steps_of(weight, 4)
    found = gptq(weight, x.T @ x, steps)
    work, upper = weight.copy(), np.linalg.cholesky(np.linalg.inv(_damped(x.T @ x))).T
    for row in range(rows):  # the algorithm without blocks
        whole = steps.whole(row, work[row])
        error = (work[row] - (whole - steps.zero[:, 0]) * steps.scale[:, 0]) / upper[row, row]
        work[row + 1 :] -= np.outer(upper[row, row + 1 :], error)
        np.testing.assert_array_equal(found.whole[:, row], whole)


def _damped(moments):
    return moments + 0.01 * np.mean(np.diag(moments)) * np.eye(len(moments))


def test_inputs_that_are_always_zero_have_no_say():
    weight, x = RANDOM.normal(size=(6, 3)), alike(6)
    x[:, 2] = 0
    found = gptq(weight, x.T @ x, steps_of(weight, 4))
    assert np.isfinite(found.floats()).all()
    assert np.isfinite(awq(weight, x.T @ x, np.abs(x).mean(axis=0)).floats()).all()


def test_awq_is_better_than_rounding_and_finer_where_inputs_are_large():
    weight, x = RANDOM.normal(size=(24, 6)), alike(24)
    moments, sizes = x.T @ x, np.abs(x).mean(axis=0)
    found = awq(weight, moments, sizes, group_size=8)
    by_itself = awq(weight, moments, sizes, group_size=8, grid_points=1)
    assert (by_itself.factors == 1).all()
    errors = [error_of(each.floats() - weight, moments) for each in (found, by_itself)]
    assert errors[0] < 0.7 * errors[1]
    assert found.factors[sizes.argmax()] > found.factors[sizes.argmin()]


@pytest.mark.parametrize("numbers", [[1.0, 2.0, 1.5], [-1.0, -2.0, -1.5], [0.0, 0.0, 0.0]])
def test_groups_of_one_sign_have_steps_to_zero(numbers):
    weight = np.array(numbers)[:, None]
    for symmetric in (False, True):
        steps = steps_of(weight, 8, symmetric=symmetric)
        whole = steps.rounded(weight)
        assert ((steps.zero >= 0) & (steps.zero <= 255)).all()
        np.testing.assert_allclose(steps.floats(whole), weight, atol=0.01)


@pytest.mark.parametrize("kind", [GPTQ, AWQ])
def test_a_model_is_nearer_to_itself_than_rounded(kind):
    model, structure = network()
    before = model.predict(TOKENS, verbose=0)
    rounded, parts = network()
    for each in parts["sequential_blocks"]:
        for layer in each.layers[1:]:
            layer.quantize(config=config(kind, None))
            setattr(layer, f"is_{layer.quantization_mode}_calibrated", True)
    model.quantize(config=config(kind, structure))
    near, far = (abs(each.predict(TOKENS, verbose=0) - before).mean() for each in (model, rounded))
    assert 0 < near < 0.6 * far
    np.testing.assert_allclose(model(TOKENS), model.predict(TOKENS, verbose=0), atol=1e-5)


@pytest.mark.parametrize("kind", [GPTQ, AWQ])
def test_what_is_kept(kind, tmp_path):
    model, structure = network()
    model.quantize(config=config(kind, structure))
    dense = structure["sequential_blocks"][0].layers[1]
    more = ["awq_scales"] if kind is AWQ else []
    names = ["kernel", "kernel_scale", "kernel_zero", *more, "g_idx"]
    assert [each.name for each in dense.weights] == ["bias", *names]
    assert dense.quantized_kernel.shape == (6, 8)
    assert dense.kernel.shape == (12, 8)
    assert model.layers[-1].quantization_mode is None  # outside of the blocks
    model.save(tmp_path / "model.keras")
    same = models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(same.predict(TOKENS, verbose=0), model.predict(TOKENS, verbose=0))
    other = same.layers[1].layers[1]
    assert other.dtype_policy == dense.dtype_policy
    assert getattr(other, f"is_{dense.quantization_mode}_calibrated")
    assert other.quantization_config.get_config() == dense.quantization_config.get_config()


def test_low_rank_trains_beside_calibrated_numbers():
    model, structure = network()
    model.quantize(config=config(GPTQ, structure))
    dense = structure["sequential_blocks"][0].layers[1]
    kept = dense.quantized_kernel.numpy()
    dense.enable_lora(2)
    model.compile("sgd", "mse")
    y = np.zeros((20, 12, 4))
    first = model.evaluate(TOKENS, y, verbose=0)
    model.fit(TOKENS, y, epochs=2, verbose=0)
    assert model.evaluate(TOKENS, y, verbose=0) < first
    np.testing.assert_array_equal(dense.quantized_kernel.numpy(), kept)


@pytest.mark.parametrize(
    ("equation", "output", "shape"),
    [
        ("abc,dc->abd", (None, 5), (2, 4, 8)),
        ("abc,cde->abed", (None, 3, 2), (2, 4, 8)),
        ("btnh,nhd->btd", (None, 5), (2, 4, 2, 4)),
        ("btnh,hdn->btd", (None, 5), (2, 4, 2, 4)),
        ("...c,cd->...d", (5,), (2, 8)),
    ],
)
def test_kernels_are_matrices_in_any_order(equation, output, shape):
    layer = layers.EinsumDense(equation, output)
    x = RANDOM.normal(size=shape).astype("float32")
    before = np.asarray(layer(x))
    layer.quantize(config=GPTQ(None, None, weight_bits=8, group_size=4))
    np.testing.assert_array_equal(layer(x), before)  # with the floats still
    kernel = layer._kernel.numpy()
    matrix = layer.as_matrix(kernel)
    np.testing.assert_array_equal(layer.of_matrix(ops.convert_to_tensor(matrix)), kernel)
    sums = np.asarray(layer.rows_of(x)) @ matrix
    np.testing.assert_allclose(np.sort(sums.ravel()), np.sort(before.ravel()), atol=1e-5)
    layer.is_gptq_calibrated = True
    np.testing.assert_allclose(layer(x), before, atol=0.02)


def test_a_layer_made_of_its_policy_takes_a_file():
    layer = layers.Dense(5, dtype="gptq/4/4_from_float32")
    layer.build((None, 10))
    assert [each.name for each in layer.weights][:2] == ["bias", "kernel"]
    store = {
        "0": np.ones(5),
        "1": np.full((3, 10), 0x21, "uint8"),
        "2": np.full((5, 3), 2.0),
        "3": np.ones((5, 3)),
        "4": np.arange(10) // 4.0,
    }
    layer.load_own_variables(store)
    assert layer.is_gptq_calibrated
    expected = np.array([0, 2, 0, 2, 0]) * 10 + 1  # (1 - 1) * 2 and (2 - 1) * 2, ten of each
    np.testing.assert_allclose(layer(np.ones((1, 10)))[0], expected)


def test_windows_are_spread_over_the_tokens():
    rows = [np.arange(10), np.arange(10, 40)]
    found = token_windows(rows, None, 4, 5)
    assert found.shape == (4, 5)
    assert (np.diff(found, axis=1) == 1).all()
    assert (np.diff(np.sort(found[:, 0])) >= 9).all()
    short = token_windows(["ab"], Letters(), 3, 4)  # said again until it is enough
    assert set(short.ravel()) == set(Letters().tokenize("ab"))
    called = token_windows(["ab"], lambda text: [7] * len(text), 2, 2)
    assert (called == 7).all()


def test_filters_choose_layers_of_blocks():
    model, structure = network()
    model.quantize("gptq", config=config(GPTQ, structure), filters="einsum")
    inner = [each.layers[1:] for each in structure["sequential_blocks"]]
    assert [[one.quantization_mode for one in each] for each in inner] == [[None, "gptq"]] * 2


def test_a_model_may_know_its_structure():
    class Own(Model):
        def get_quantization_layer_structure(self, mode=None):
            return structure if mode == "awq" else None

    model, structure = network()
    own = Own(model.inputs, model.outputs)
    assert Model.get_quantization_layer_structure(own, "awq") is None
    own.quantize(config=config(AWQ, None))
    assert structure["sequential_blocks"][0].layers[1].is_awq_calibrated
    with pytest.raises(ValueError, match="valid quantization structure"):
        own.quantize(config=config(GPTQ, None))


def batched():
    layer = layers.EinsumDense("abcd,adbe->acbe", (None, 2, 3))
    layer.build((3, 2, 4, 5))
    layer.quantize(config=GPTQ(None, None))


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"structure": None}, ValueError, "valid quantization structure"),
        ({"structure": [1]}, ValueError, "valid quantization structure"),
        ({"structure": {"pre_block_layers": []}}, ValueError, "No sequential blocks"),
        ({"dataset": None}, ValueError, "requires a dataset and a tokenizer"),
        ({"dataset": []}, ValueError, "dataset is empty"),
        ({"dataset": "one text"}, TypeError, "must be an iterable"),
    ],
)
def test_what_is_refused(change, kind, text):
    model, structure = network()
    with pytest.raises(kind, match=text):
        model.quantize(config=config(GPTQ, **{"structure": structure, **change}))
    assert structure["sequential_blocks"][0].layers[1].quantization_mode is None


def test_layers_that_are_refused():
    with pytest.raises(ValueError, match="2D"):
        batched()
    layer = layers.Embedding(3, 4)
    layer.build(None)
    with pytest.raises(NotImplementedError, match="gptq"):
        layer.quantize(config=GPTQ(None, None))
    assert dtype_policies.get("awq/4/-1_from_float32").weight_bits == 4
