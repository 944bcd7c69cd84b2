"""What the stored numbers do not say: compiled models, files, and errors."""

import numpy as np
import pytest

import geartrain
from geartrain import layers, ops
from geartrain.layers.preprocessing.fingerprint import siphash


def test_numbers_are_prepared_inside_compiled_functions():
    normal = layers.Normalization()
    normal.adapt(np.array([[0.0, 4.0], [2.0, 8.0]], "float32"))
    ranges = layers.Discretization([0.0, 1.0])
    places = layers.IntegerLookup(vocabulary=[30, 10, 20], num_oov_indices=2, mask_token=0)
    classes = layers.CategoryEncoding(4, "count")

    @geartrain.jit
    def prepared(x, n):
        return normal(x), ranges(x), places(n), classes(n)

    x = np.array([[-0.5, 0.5], [1.0, 3.0]], "float32")
    n = np.array([[0, 10], [30, 7]], "int64")
    eager = normal(x), ranges(x), places(n), classes(n)
    for own, expected in zip(prepared(x, n), eager, strict=True):
        np.testing.assert_allclose(own.numpy(), expected.numpy(), rtol=1e-6)
        assert own.dtype == expected.dtype
    assert prepared.host_calls == ()


@pytest.mark.parametrize("mode", ["multi_hot", "count", "tf_idf", "one_hot"])
def test_looking_up_is_the_same_compiled(mode):
    weights = [0.5, 2.0] if mode == "tf_idf" else None
    layer = layers.IntegerLookup(vocabulary=[5, 7], output_mode=mode, idf_weights=weights)
    n = np.array([[5, 9, 7], [7, 7, 5]])
    np.testing.assert_allclose(geartrain.jit(layer)(n).numpy(), layer(n).numpy())


def test_a_model_normalizes():
    normal = layers.Normalization()
    normal.adapt(np.random.default_rng(0).normal(5, 3, (50, 3)).astype("float32"))
    model = geartrain.Sequential([layers.Input((3,)), normal, layers.Dense(1)])
    model.compile("sgd", "mse")
    before = normal.mean.numpy()
    model.fit(np.ones((8, 3), "float32"), np.ones((8, 1), "float32"), epochs=1, verbose=0)
    np.testing.assert_array_equal(normal.mean.numpy(), before)


def test_batches_are_put_together():
    data = np.random.default_rng(1).normal(3, 2, (50, 4)).astype("float32")
    whole, parts = layers.Normalization(), layers.Normalization()
    whole.adapt(data)
    parts.adapt(batch for batch in np.split(data, [7, 20]))
    np.testing.assert_allclose(parts.mean.numpy(), whole.mean.numpy(), rtol=1e-6)
    np.testing.assert_allclose(parts.variance.numpy(), whole.variance.numpy(), rtol=1e-6)


def test_vocabularies_come_back_from_files(tmp_path):
    layer = layers.TextVectorization(output_mode="tf_idf")
    layer.adapt(["the cat sat", "the dog"])
    layer.save_assets(tmp_path)
    store = {}
    layer.save_own_variables(store)
    other = layers.TextVectorization.from_config(layer.get_config())
    other.load_assets(tmp_path)
    other.load_own_variables(store)
    assert other.get_vocabulary() == layer.get_vocabulary()
    texts = ["the cat", "a dog the the"]
    np.testing.assert_array_equal(other(texts).numpy(), layer(texts).numpy())
    assert (tmp_path / "vocabulary.txt").read_text() == "[UNK]\nthe\nsat\ndog\ncat"


def test_a_file_of_tokens_is_a_vocabulary(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("b\na\n")
    layer = layers.StringLookup(vocabulary=str(path))
    assert layer.get_vocabulary() == ["[UNK]", "b", "a"]
    assert layer.get_config()["vocabulary"] is None
    assert layer.get_config()["vocabulary_size"] == 3


@pytest.mark.parametrize(
    "layer",
    [
        layers.StringLookup(vocabulary=["a", "b"], output_mode="count"),
        layers.IntegerLookup(vocabulary=[3, 4], mask_token=0),
        layers.TextVectorization(vocabulary=["a"], ngrams=2),
        layers.Hashing(4, salt=[1, 2]),
        layers.HashedCrossing(4, output_mode="one_hot"),
        layers.Normalization(mean=[1.0, 2.0], variance=[1.0, 2.0]),
        layers.Discretization(num_bins=3, output_mode="one_hot"),
        layers.CategoryEncoding(3, output_mode="one_hot"),
        layers.Rescaling(2.0),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_configs_come_back(layer):
    config = layer.get_config()
    assert type(layer).from_config(config).get_config() == config


def test_functions_standardize_and_split():
    layer = layers.TextVectorization(
        standardize=lambda texts: np.char.replace(texts, "-", " "),
        split=lambda texts: [text.split() for text in texts.tolist()],
    )
    layer.adapt(["a-b b", "c"])
    assert layer.get_vocabulary() == ["", "[UNK]", "b", "c", "a"]


def test_siphash_is_that_of_the_paper_for_a_short_text():
    assert siphash(b"", (0x0706050403020100, 0x0F0E0D0C0B0A0908)) == 0x726FDB47DD0E0E31


def test_numbers_without_machine_code_are_a_host_call():
    layer = layers.Hashing(5, salt=3)
    compiled = geartrain.jit(layer)
    numbers = np.arange(6).reshape(3, 2)
    np.testing.assert_array_equal(compiled(numbers), layer(numbers))
    assert len(compiled.host_calls) == 1
    assert "text_call" in compiled.host_calls[0]


def test_what_is_no_text_is_named():
    layer = layers.StringLookup(vocabulary=["a"])
    with pytest.raises(TypeError, match="IntegerLookup"):
        layer([1, 2])
    with pytest.raises(TypeError, match="fillna"):
        layer(np.array(["a", None], object))
    with pytest.raises(ValueError, match="different lengths"):
        layer([["a"], ["a", "b"]])


def test_a_layer_that_learned_nothing_says_so():
    with pytest.raises(RuntimeError, match=r"layer.adapt\(data\)"):
        layers.TextVectorization()(["a"])
    with pytest.raises(ValueError, match="num_oov_indices"):
        layers.StringLookup(vocabulary=["a"], num_oov_indices=0)(["b"])


def test_counting_weighs_with_derivatives():
    layer, weights = layers.CategoryEncoding(3, "count"), ops.convert_to_tensor([[1.0, 2.0]])
    variable = geartrain.Variable(weights)
    with geartrain.GradientTape() as tape:
        total = ops.sum(layer([[0, 2]], count_weights=variable) * np.array([5.0, 6.0, 7.0]))
    np.testing.assert_allclose(tape.gradient(total, variable).numpy(), [[5.0, 7.0]])
