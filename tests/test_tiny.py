"""The outside behaviour in ten seconds: the book's listing, on a slice of the real digits."""

import numpy as np

from geartrain import layers, models


def build():
    network = models.Sequential()
    network.add(layers.Dense(512, activation="relu", input_shape=(28 * 28,)))
    network.add(layers.Dense(10, activation="softmax"))
    network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return network


def test_the_listing_learns_to_read_digits(digits, capsys):
    (x, y), (x_test, y_test) = digits
    network = build()
    network.summary()
    history = network.fit(x, y, epochs=3, batch_size=128)
    assert list(history.history) == ["accuracy", "loss"]
    assert history.history["loss"][-1] < history.history["loss"][0]
    test_loss, test_acc = network.evaluate(x_test, y_test)
    assert test_acc > 0.9
    assert test_loss < 0.4
    printed = capsys.readouterr().out
    assert "Total params: 407,050 (1.55 MB)" in printed
    assert "47/47 [==============================] - " in printed
    assert " - loss: 0." in printed
    assert " - accuracy: 0." in printed


def test_prediction_gives_probabilities(digits):
    (_, _), (x_test, _) = digits
    probabilities = build().predict(x_test[:7], verbose=0)
    assert isinstance(probabilities, np.ndarray)
    assert probabilities.shape == (7, 10)
    np.testing.assert_allclose(probabilities.sum(-1), 1, rtol=1e-5)
