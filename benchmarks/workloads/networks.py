"""The book's networks on the Keras API: `keras` is the module `keras`, or `geartrain`.

Each function gives a compiled network. The sizes are those of *Deep Learning with Python*; where
an edition says nothing, the head of the function says what was taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WORDS = 10_000
LSTM_LENGTH, LSTM_WIDTH = 200, 32
TEXT_LENGTH, TEXT_WIDTH, TEXT_HEADS, TEXT_DENSE = 128, 128, 2, 32
PET_SIDE = 150
PET_FILTERS = (32, 64, 128, 128)
NORMALISED_FILTERS = (32, 64, 128)


def digits(keras: Any) -> Any:
    """784-512-10: the book's first network."""
    network = keras.models.Sequential()
    network.add(keras.layers.Dense(512, activation="relu", input_shape=(28 * 28,)))
    network.add(keras.layers.Dense(10, activation="softmax"))
    network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return network


def houses(keras: Any, metrics: Sequence[str] = ()) -> Any:
    """13-64-64-1: a regression on a small table."""
    layers = keras.layers
    network = keras.models.Sequential()
    network.add(layers.Dense(64, activation="relu", input_shape=(13,)))
    network.add(layers.Dense(64, activation="relu"))
    network.add(layers.Dense(1))
    network.compile(optimizer="rmsprop", loss="mse", metrics=list(metrics))
    return network


def reviews(keras: Any) -> Any:
    """10,000-16-16-1 on multi-hot words."""
    layers = keras.layers
    network = keras.models.Sequential()
    network.add(layers.Dense(16, activation="relu", input_shape=(WORDS,)))
    network.add(layers.Dense(16, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return network


def digits_convnet(keras: Any) -> Any:
    """Convolutions of 32, 64 and 64 filters on 28 x 28 images."""
    layers = keras.layers
    network = keras.models.Sequential()
    network.add(layers.Conv2D(32, (3, 3), activation="relu", input_shape=(28, 28, 1)))
    network.add(layers.MaxPooling2D((2, 2)))
    network.add(layers.Conv2D(64, (3, 3), activation="relu"))
    network.add(layers.MaxPooling2D((2, 2)))
    network.add(layers.Conv2D(64, (3, 3), activation="relu"))
    network.add(layers.Flatten())
    network.add(layers.Dense(64, activation="relu"))
    network.add(layers.Dense(10, activation="softmax"))
    network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return network


def pets_normalised(keras: Any) -> Any:
    """Dogs and cats: three times convolution, batch normalisation, relu and pooling.

    The book's third-edition networks are made of such blocks; filters and depth are ours.
    """
    layers = keras.layers
    network = keras.models.Sequential()
    network.add(keras.Input((PET_SIDE, PET_SIDE, 3)))
    for filters in NORMALISED_FILTERS:
        network.add(layers.Conv2D(filters, (3, 3), padding="same", use_bias=False))
        network.add(layers.BatchNormalization())
        network.add(layers.Activation("relu"))
        network.add(layers.MaxPooling2D((2, 2)))
    network.add(layers.GlobalAveragePooling2D())
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return network


def pets_convnet(keras: Any) -> Any:
    """Dogs and cats: four convolutions on 150 x 150 x 3 images, each with a pooling after it."""
    layers = keras.layers
    network = keras.models.Sequential()
    network.add(keras.Input((PET_SIDE, PET_SIDE, 3)))
    for filters in PET_FILTERS:
        network.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D((2, 2)))
    network.add(layers.Flatten())
    network.add(layers.Dropout(0.5))
    network.add(layers.Dense(512, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(
        optimizer=keras.optimizers.RMSprop(learning_rate=1e-4),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return network


def lstm(keras: Any) -> Any:
    """Words embedded in 32 numbers, an LSTM of 32 units over 200 of them."""
    layers = keras.layers
    network = keras.models.Sequential()
    network.add(keras.Input((LSTM_LENGTH,), dtype="int32"))
    network.add(layers.Embedding(WORDS, LSTM_WIDTH))
    network.add(layers.LSTM(LSTM_WIDTH))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return network


def transformer(keras: Any) -> Any:
    """An encoder of width 128 over 128 words: attention of 2 heads, each as wide as the whole."""
    layers = keras.layers
    network = keras.models.Sequential()
    network.add(keras.Input((TEXT_LENGTH,), dtype="int32"))
    network.add(_words_and_places(keras, TEXT_LENGTH, WORDS, TEXT_WIDTH))
    network.add(_encoder(keras, TEXT_WIDTH, TEXT_DENSE, TEXT_HEADS))
    network.add(layers.GlobalMaxPooling1D())
    network.add(layers.Dropout(0.5))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return network


def _words_and_places(keras: Any, length: int, words: int, width: int) -> Any:
    """Each word's vector plus that of its place."""

    class WordsAndPlaces(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.words = keras.layers.Embedding(words, width)
            self.places = keras.layers.Embedding(length, width)

        def call(self, rows: Any) -> Any:
            return self.words(rows) + self.places(keras.ops.arange(length))

    return WordsAndPlaces()


def _encoder(keras: Any, width: int, dense_width: int, heads: int) -> Any:
    """Attention to all places, then two dense layers; each adds to its input and is normalised.

    Vaswani et al., "Attention Is All You Need", 2017, section 3.1.
    """
    layers = keras.layers

    class Encoder(layers.Layer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.attention = layers.MultiHeadAttention(num_heads=heads, key_dim=width)
            self.widen = layers.Dense(dense_width, activation="relu")
            self.narrow = layers.Dense(width)
            self.attended = layers.LayerNormalization()
            self.projected = layers.LayerNormalization()

        def call(self, x: Any) -> Any:  # (batch, length, width)
            x = self.attended(x + self.attention(x, x))
            return self.projected(x + self.narrow(self.widen(x)))

    return Encoder()
