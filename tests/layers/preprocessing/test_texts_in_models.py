"""Texts go into models: to `fit`, `evaluate`, `predict` and calls."""

import numpy as np
import pytest

import geartrain
from geartrain import Model, Sequential, layers, models

TEXTS = np.array(["the cat sat", "the dog ran away", "a cat", "dogs and cats"] * 3, object)
Y = np.array([0, 1, 0, 1] * 3)


def vectorizer(**options):
    layer = layers.TextVectorization(**{"max_tokens": 20, "output_sequence_length": 5, **options})
    layer.adapt(TEXTS)
    return layer


def network(first=None):
    geartrain.utils.set_random_seed(0)
    entrance = [layers.Input((1,), dtype="string")] if first is None else []
    return Sequential(
        [
            *entrance,
            first or vectorizer(),
            layers.Embedding(20, 4),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1),
        ]
    )


def test_an_input_of_texts():
    entrance = layers.Input((1,), dtype="string")
    assert entrance.dtype == "string"
    assert "dtype=string" in repr(entrance)
    numbers = vectorizer()(entrance)
    assert (numbers.shape, numbers.dtype) == ((None, 5), "int64")


def test_texts_in_every_form_give_the_same():
    model = network()
    expected = model(vectorizer_free(model)).numpy()
    for given in (
        TEXTS,
        TEXTS[:, None],
        TEXTS.tolist(),
        TEXTS.astype(str),
        TEXTS[:, None].tolist(),
    ):
        np.testing.assert_allclose(model.predict(given, verbose=0), expected, rtol=1e-5)
        np.testing.assert_allclose(model(given), expected, rtol=1e-5)
    coded = np.array([text.encode() for text in TEXTS], object)
    np.testing.assert_allclose(model.predict(coded, verbose=0), expected, rtol=1e-5)


def vectorizer_free(model):
    """The texts as the model wants them, through its own first layer: a check by hand."""
    rows = model.layers[0](TEXTS)
    assert rows.shape == (len(TEXTS), 5)
    return TEXTS[:, None]


def test_training_is_as_on_the_numbers():
    with_texts, words = network(), vectorizer()
    on_numbers = network(layers.Identity())
    on_numbers.build((None, 5))
    on_numbers.set_weights(with_texts.get_weights())
    options = {"epochs": 3, "batch_size": 5, "shuffle": False, "verbose": 0}
    histories = []
    for model, x in ((with_texts, TEXTS), (on_numbers, words(TEXTS).numpy())):
        model.compile("sgd", "mse", metrics=["mae"])
        histories.append(model.fit(x, Y, validation_data=(x, Y), **options).history)
    for name, expected in histories[1].items():
        np.testing.assert_allclose(histories[0][name], expected, rtol=1e-5)
    (call,) = with_texts.programs[next(iter(with_texts.programs))].host_calls
    assert call.startswith("TextVectorization")  # all else is machine code
    np.testing.assert_allclose(
        with_texts.evaluate(TEXTS, Y, verbose=0), on_numbers.evaluate(words(TEXTS), Y, verbose=0)
    )


def test_rows_as_long_as_the_longest_text():
    model = network(vectorizer(output_sequence_length=None))
    model.compile("sgd", "mse")
    model.fit(TEXTS, Y, batch_size=5, shuffle=False, verbose=0)
    found = model.predict(TEXTS, batch_size=3, verbose=0)
    one = np.concatenate([model(TEXTS[at : at + 3]).numpy() for at in range(0, len(TEXTS), 3)])
    np.testing.assert_allclose(found, one, rtol=1e-5)


@pytest.mark.parametrize("mode", ["multi_hot", "count", "tf_idf"])
def test_vectors_of_bigrams(mode):
    words = vectorizer(ngrams=2, output_mode=mode, output_sequence_length=None)
    entrance = layers.Input((1,), dtype="string")
    model = Model(entrance, layers.Dense(2)(words(entrance)))
    expected = model.layers[-1](words(TEXTS).numpy().astype("float32"))
    np.testing.assert_allclose(model.predict(TEXTS, verbose=0), expected, rtol=1e-5)


def test_features_of_texts_and_numbers():
    city = layers.Input((1,), dtype="string", name="city")
    year = layers.Input((1,), dtype="int64", name="year")
    parts = [
        layers.HashedCrossing(7, output_mode="one_hot")([city, year]),
        layers.StringLookup(vocabulary=["Paris", "Rome"], output_mode="one_hot")(city),
        layers.Hashing(5, output_mode="one_hot")(year),
        layers.CategoryEncoding(4, output_mode="one_hot")(
            layers.StringLookup(vocabulary=["Oslo"])(city)
        ),
    ]
    model = Model({"city": city, "year": year}, layers.Dense(1)(layers.Concatenate()(parts)))
    x = {"city": np.array(["Paris", "Rome", "Oslo"]), "year": np.array([1998, 2004, 1998])}
    np.testing.assert_allclose(model.predict(x, verbose=0), model(x), rtol=1e-5)
    model.compile("sgd", "mse")
    before = model.evaluate(x, np.ones(3), verbose=0)
    model.fit(x, np.ones(3), epochs=5, verbose=0)
    assert model.evaluate(x, np.ones(3), verbose=0) < before


def test_a_model_of_ones_own_and_batches_of_a_generator():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.words, self.rest = vectorizer(), network(layers.Identity())

        def call(self, texts):
            return self.rest(self.words(texts))

    model = Own()
    model.compile("sgd", "mse")
    batches = ((TEXTS[at : at + 4], Y[at : at + 4]) for at in range(0, 12, 4))
    model.fit(batches, verbose=0)
    model.fit(TEXTS.tolist(), Y, verbose=0)
    np.testing.assert_allclose(model.predict(TEXTS, verbose=0), model(TEXTS), rtol=1e-5)
    eager = Own()
    eager.compile("sgd", "mse", run_eagerly=True)
    eager.fit(TEXTS, Y, verbose=0)
    np.testing.assert_allclose(eager.predict(TEXTS, verbose=0), eager(TEXTS), rtol=1e-5)


def test_a_model_that_takes_texts_comes_back_from_its_file(tmp_path):
    pytest.importorskip("h5py")
    inner = network(layers.Identity())
    entrance = layers.Input((1,), dtype="string")
    model = Model(entrance, inner(vectorizer()(entrance)))
    for each in (model, network()):
        expected = each.predict(TEXTS, verbose=0)
        each.save(tmp_path / "texts.keras")
        loaded = models.load_model(tmp_path / "texts.keras")
        np.testing.assert_allclose(loaded.predict(TEXTS, verbose=0), expected, rtol=1e-6)


def test_texts_for_models_of_numbers_and_the_other_way_round():
    numbers = Sequential([layers.Input((1,)), layers.Dense(1)])
    with pytest.raises(ValueError, match="can only use numbers"):
        numbers.predict(np.array(["a", "b"]), verbose=0)
    entrance = layers.Input((1,), dtype="string")
    with pytest.raises(TypeError, match="takes texts"):
        Model(entrance, vectorizer()(entrance)).predict(np.ones((3, 1)), verbose=0)
    with pytest.raises(TypeError, match="Texts are no numbers"):
        layers.Dense(2)(entrance)
    mixed = np.array(["a", None], object)
    with pytest.raises(ValueError, match="can only use numbers"):
        network().predict(mixed, verbose=0)


def test_a_vocabulary_that_changes_is_obeyed():
    words = layers.TextVectorization(output_mode="multi_hot", vocabulary=["cat"])
    model = Sequential([words])
    assert model.predict(["cat dog"], verbose=0).tolist() == [[1, 1]]
    words.set_vocabulary(["dog", "cat"])
    assert model.predict(["cat bird"], verbose=0).tolist() == [[1, 0, 1]]
