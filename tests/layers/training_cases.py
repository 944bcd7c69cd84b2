"""Small models, trained for some steps from the same weights by Keras and by Geartrain."""

import numpy as np

SEED = 20261122
SAMPLES, BATCH, EPOCHS = 22, 8, 2


def images(draw):
    return draw.standard_normal((SAMPLES, 10, 9, 2)).astype("float32")


def series(draw):
    return draw.standard_normal((SAMPLES, 7, 3)).astype("float32")


def words(draw):
    return draw.integers(0, 15, (SAMPLES, 6)).astype("int32")


def convnet(keras):
    layers = keras.layers
    return [
        layers.Conv2D(6, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(4, 3, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(1),
    ]


def normalized_convnet(keras):
    layers = keras.layers
    return [
        layers.Conv2D(6, 3, use_bias=False),
        layers.BatchNormalization(momentum=0.8),
        layers.Activation("relu"),
        layers.SeparableConv2D(5, 3, padding="same", strides=2),
        layers.DepthwiseConv2D(2, activation="tanh"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(1),
    ]


def decoder(keras):
    layers = keras.layers
    return [
        layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2DTranspose(3, 3, strides=2, padding="same", activation="relu"),
        layers.UpSampling2D(2),
        layers.AveragePooling2D(2),
        layers.ZeroPadding2D(1),
        layers.Cropping2D(2),
        layers.GlobalMaxPooling2D(),
        layers.Dense(1),
    ]


def regularized(keras):
    layers, penalties = keras.layers, keras.regularizers
    return [
        layers.Conv1D(5, 3, kernel_regularizer=penalties.L1L2(0.01, 0.02), padding="causal"),
        layers.Flatten(),
        layers.Dense(
            4, activation="relu", bias_regularizer="l2", activity_regularizer=penalties.L2(0.1)
        ),
        layers.Dense(1, kernel_constraint=keras.constraints.MaxNorm(0.5)),
    ]


def lstm(keras):
    layers = keras.layers
    return [layers.LSTM(5, return_sequences=True), layers.LSTM(4), layers.Dense(1)]


def gru(keras):
    layers = keras.layers
    return [
        layers.Bidirectional(layers.GRU(4, return_sequences=True)),
        layers.SimpleRNN(3),
        layers.Dense(1),
    ]


def bag_of_words(keras):
    layers = keras.layers
    return [layers.Embedding(15, 6), layers.GlobalAveragePooling1D(), layers.Dense(1)]


def transformer(keras):
    class Encoder(keras.layers.Layer):
        """As users write it: layers and a small model inside."""

        def __init__(self, features, inner, heads, **kwargs):
            super().__init__(**kwargs)
            self.attention = keras.layers.MultiHeadAttention(num_heads=heads, key_dim=features)
            self.projection = keras.Sequential(
                [keras.layers.Dense(inner, activation="relu"), keras.layers.Dense(features)]
            )
            self.first = keras.layers.LayerNormalization()
            self.second = keras.layers.LayerNormalization()

        def call(self, inputs):
            x = self.first(inputs + self.attention(inputs, inputs))
            return self.second(x + self.projection(x))

    class Positions(keras.layers.Layer):
        """Token and position embeddings, added."""

        def __init__(self, length, size, features, **kwargs):
            super().__init__(**kwargs)
            self.tokens = keras.layers.Embedding(size, features)
            self.positions = keras.layers.Embedding(length, features)

        def call(self, inputs):
            return self.tokens(inputs) + self.positions(np.arange(inputs.shape[-1]))

    layers = keras.layers
    return [Positions(6, 15, 8), Encoder(8, 12, 2), layers.GlobalMaxPooling1D(), layers.Dense(1)]


MODELS = {
    "bag_of_words": (bag_of_words, words),
    "convnet": (convnet, images),
    "decoder": (decoder, images),
    "gru": (gru, series),
    "lstm": (lstm, series),
    "normalized_convnet": (normalized_convnet, images),
    "regularized": (regularized, series),
    "transformer": (transformer, words),
}


def made(keras, name, **compiling):
    """The model with its weights, and what it is trained on."""
    make, inputs = MODELS[name]
    draw = np.random.default_rng(SEED)
    x = inputs(draw)
    y = draw.standard_normal((SAMPLES, 1)).astype("float32")
    model = keras.Sequential(make(keras))
    model(x[:2])
    numbers = [draw.standard_normal(each.shape).astype("float32") * 0.3 for each in model.weights]
    model.set_weights([np.abs(each) if each.ndim == 1 else each for each in numbers])
    model.compile(optimizer="sgd", loss="mse", **compiling)
    return model, x, y


def train(keras, name, **compiling):
    """The losses, predictions and weights after some epochs; the last batch is smaller."""
    model, x, y = made(keras, name, **compiling)
    history = model.fit(x, y, batch_size=BATCH, epochs=EPOCHS, shuffle=False, verbose=0)
    loss = model.evaluate(x, y, batch_size=BATCH, verbose=0)
    predicted = model.predict(x, batch_size=BATCH, verbose=0)
    numbers = [history.history["loss"], loss, predicted, *model.get_weights()]
    return [np.asarray(each, dtype="float32") for each in numbers]
