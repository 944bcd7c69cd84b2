"""Numbers without a row in their table are an error before a step, never foreign memory."""

import numpy as np
import pytest

from geartrain import Model, Sequential, layers, models

INSIDE = np.array([[0, 3], [1, 2]])


def stack():
    return Sequential([layers.Embedding(4, 2), layers.Flatten(), layers.Dense(1)])


def nested():
    return Sequential([Sequential([layers.Input((2,)), *stack().layers]), layers.Dense(1)])


def graph():
    words, beside = layers.Input((2,), name="words"), layers.Input((1,), name="beside")
    x = layers.Flatten()(layers.Embedding(4, 2)(words))
    return Model(
        {"words": words, "beside": beside}, layers.Dense(1)(layers.concatenate([x, beside]))
    )


@pytest.mark.parametrize("make", [stack, nested])
@pytest.mark.parametrize("wrong", [4, 100_000_000, -1])
def test_a_stack_says_which_numbers_it_knows(make, wrong):
    model = make()
    model.compile("sgd", "mse", run_eagerly=True)
    model.predict(INSIDE, verbose=0)
    numbers = INSIDE.copy()
    numbers[1, 1] = wrong
    for call in (
        lambda: model.predict(numbers, verbose=0),
        lambda: model.fit(numbers, np.ones((2, 1)), verbose=0),
        lambda: model.predict_on_batch(numbers),
    ):
        with pytest.raises(ValueError, match=r"0 to 3 \(set by input_dim=4\)"):
            call()


def test_a_graph_finds_the_table_behind_each_entrance():
    model = graph()
    model.compile("sgd", "mse", run_eagerly=True)
    beside = np.full((2, 1), 9.0)
    assert model.predict({"words": INSIDE, "beside": beside}, verbose=0).shape == (2, 1)
    with pytest.raises(ValueError, match="has no row for"):
        model.predict({"words": INSIDE + 1, "beside": beside}, verbose=0)


def test_a_graph_that_was_looked_at_is_saved_as_before(tmp_path):
    model = graph()
    model.predict({"words": INSIDE, "beside": np.ones((2, 1))}, verbose=0)
    model.save(tmp_path / "model.keras")
    same = models.load_model(tmp_path / "model.keras")
    assert [each.path for each in same.weights] == [each.path for each in model.weights]
