"""What is computed by Keras and by Geartrain, from the same numbers: one function a case.

Each function takes the framework (`keras`, or `geartrain` under that name) and returns arrays.
"""

import numpy as np

SEED = 20260101


def rng():
    return np.random.default_rng(SEED)


def probabilities(samples=6, classes=4):
    raw = rng().uniform(0.01, 1, (samples, classes)).astype("float32")
    return raw / raw.sum(-1, keepdims=True)


def one_hot(samples=6, classes=4):
    return np.eye(classes, dtype="float32")[rng().integers(0, classes, samples)]


def as_array(value):
    return np.asarray(value, dtype="float64")


def dense_forward(keras):
    found = []
    for activation in ("linear", "relu", "softmax", "sigmoid", "tanh"):
        layer = keras.layers.Dense(5, activation=activation)
        draw = rng()
        x = draw.standard_normal((4, 7)).astype("float32")
        layer(x)
        layer.set_weights(
            [draw.standard_normal(shape).astype("float32") for shape in ((7, 5), (5,))]
        )
        found.append(as_array(layer(x)))
    return found


def losses(keras):
    p, y = probabilities(), one_hot()
    z = rng().standard_normal((6, 4)).astype("float32")
    return [
        as_array(each)
        for each in (
            keras.losses.CategoricalCrossentropy()(y, p),
            keras.losses.CategoricalCrossentropy(from_logits=True)(y, z),
            keras.losses.SparseCategoricalCrossentropy()(y.argmax(-1), p),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y.argmax(-1), z),
            keras.losses.BinaryCrossentropy()(y, p),
            keras.losses.BinaryCrossentropy(from_logits=True)(y, z),
            keras.losses.MeanSquaredError()(y, p),
            keras.losses.MeanAbsoluteError()(y, p),
        )
    ]


def certain_losses(keras):
    """Probabilities of 0 and 1, which are clipped."""
    p = np.array([[0, 1, 0], [1, 0, 0]], "float32")
    y = np.array([[0, 1, 0], [0, 0, 1]], "float32")
    return [
        as_array(keras.losses.CategoricalCrossentropy()(y, p)),
        as_array(keras.losses.BinaryCrossentropy()(y, p)),
    ]


def metrics(keras):
    p, y = probabilities(40), one_hot(40)
    found = []
    for metric, target, output in (
        (keras.metrics.CategoricalAccuracy(), y, p),
        (keras.metrics.SparseCategoricalAccuracy(), y.argmax(-1), p),
        (keras.metrics.BinaryAccuracy(), y[:, :1], p[:, :1]),
        (keras.metrics.MeanSquaredError(), y, p),
        (keras.metrics.MeanAbsoluteError(), y, p),
    ):
        for part in (slice(0, 16), slice(16, 40)):
            metric.update_state(target[part], output[part])
        found.append(as_array(metric.result()))
    return found


OPTIMIZERS = {
    "sgd": lambda keras: keras.optimizers.SGD(0.1),
    "sgd_momentum": lambda keras: keras.optimizers.SGD(0.1, momentum=0.9),
    "sgd_nesterov": lambda keras: keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "rmsprop": lambda keras: keras.optimizers.RMSprop(0.01),
    "rmsprop_centered": lambda keras: keras.optimizers.RMSprop(0.01, centered=True),
    "rmsprop_momentum": lambda keras: keras.optimizers.RMSprop(0.01, momentum=0.9),
    "adam": lambda keras: keras.optimizers.Adam(0.01),
}


def regression_steps(keras, optimizer):
    """Eight steps of a small regression, batch by batch, from given weights."""
    draw = rng()
    x = draw.standard_normal((64, 5)).astype("float32")
    y = draw.standard_normal((64, 1)).astype("float32")
    weights = [
        draw.standard_normal(shape).astype("float32") for shape in ((5, 6), (6,), (6, 1), (1,))
    ]
    model = keras.Sequential([keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)])
    model(x)
    model.set_weights(weights)
    model.compile(optimizer=OPTIMIZERS[optimizer](keras), loss="mse")
    model.fit(x, y, batch_size=8, epochs=1, shuffle=False, verbose=0)
    return [as_array(each) for each in model.get_weights()]


def digits_steps(keras):
    """Twenty steps of the chapter's network, on made-up images."""
    draw = rng()
    x = draw.random((320, 784)).astype("float32")
    y = np.eye(10, dtype="float32")[draw.integers(0, 10, 320)]
    shapes = ((784, 64), (64,), (64, 10), (10,))
    weights = [(draw.standard_normal(shape) * 0.05).astype("float32") for shape in shapes]
    model = keras.Sequential(
        [keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    )
    model(x[:1])
    model.set_weights(weights)
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, batch_size=16, epochs=1, shuffle=False, verbose=0)
    found = [history.history["loss"], history.history["accuracy"], model.evaluate(x, y, verbose=0)]
    return [as_array(each) for each in (*found, model.get_weights()[2], model.get_weights()[3])]


CASES = {
    "certain_losses": certain_losses,
    "dense_forward": dense_forward,
    "digits_steps": digits_steps,
    "losses": losses,
    "metrics": metrics,
    **{
        f"steps_{name}": (lambda keras, name=name: regression_steps(keras, name))
        for name in OPTIMIZERS
    },
}
