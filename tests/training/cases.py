"""Trainings that are done with the real Keras and with ours: each gives numbers to be compared.

A case is a function of a library (`keras` or `geartrain`), which both have `layers`, `models` and
`optimizers`. Weights start from the numbers of one generator, in the models' own order.
"""

from __future__ import annotations

import numpy as np

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def begin(model, **settings):
    """Give a model fixed weights, and compile it."""
    rng = np.random.default_rng(7)
    start = [0.5 * rng.standard_normal(each.shape) for each in model.get_weights()]
    names = [each.path.rpartition("/")[2] for each in model.weights]
    model.set_weights(
        [
            np.abs(each) if "variance" in name else each
            for each, name in zip(start, names, strict=True)
        ]
    )
    model.compile(**settings)
    return model


def found(model, history, **more):
    """The history and the sums of the weights, as plain numbers."""
    sums = [float(np.sum(np.abs(each), dtype="float64")) for each in model.get_weights()]
    return {"history": history.history, "weights": sums, **more}


QUIET = {"verbose": 0, "shuffle": False}


def dense(lib, *sizes, features=3, last=None):
    inner = [lib.layers.Dense(size, activation="tanh") for size in sizes[:-1]]
    stack = [lib.layers.Input((features,)), *inner, lib.layers.Dense(sizes[-1], activation=last)]
    return lib.models.Sequential(stack)


@case
def classes(lib):
    """Class numbers, a smaller last batch, validation."""
    x, y = numbers(22, 3), np.arange(22) % 4
    model = begin(
        dense(lib, 5, 4, last="softmax"),
        optimizer=lib.optimizers.SGD(0.2),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(x, y, batch_size=8, epochs=3, validation_data=(x[:5], y[:5]), **QUIET)
    return found(model, history, predicted=model.predict(x[:3], verbose=0).tolist())


@case
def one_hot(lib):
    x, y = numbers(20, 3), np.eye(4)[np.arange(20) % 4]
    model = begin(
        dense(lib, 4, last="softmax"),
        optimizer=lib.optimizers.RMSprop(0.05),
        loss="categorical_crossentropy",
        metrics=["acc"],
    )
    return found(model, model.fit(x, y, batch_size=6, epochs=3, validation_split=0.2, **QUIET))


@case
def regression(lib):
    """Flat targets, an optimizer with momentum, two metrics that share their name."""
    x = numbers(18, 3)
    model = begin(
        dense(lib, 6, 1),
        optimizer=lib.optimizers.Adam(0.03),
        loss="mse",
        metrics=["mae", "mse", "mean_absolute_error"],
    )
    return found(model, model.fit(x, x.sum(1, keepdims=True), batch_size=5, epochs=4, **QUIET))


@case
def binary_with_weights(lib):
    """Weights for samples, in the loss and in some metrics, of validation too."""
    x = numbers(20, 3)
    y = (x[:, :1] > 0).astype("float32")
    weight = np.linspace(0.0, 2.0, 20)
    model = begin(
        dense(lib, 4, 1, last="sigmoid"),
        optimizer=lib.optimizers.SGD(0.5),
        loss="binary_crossentropy",
        metrics=["accuracy", "mae"],
        weighted_metrics=["accuracy", "mse"],
    )
    history = model.fit(
        x,
        y,
        batch_size=6,
        epochs=3,
        sample_weight=weight,
        validation_data=(x[5:], y[5:], weight[5:]),
        **QUIET,
    )
    evaluated = model.evaluate(x, y, sample_weight=weight, batch_size=7, verbose=0)
    return found(model, history, evaluated=evaluated)


@case
def weights_of_classes(lib):
    x, y = numbers(20, 3), np.arange(20) % 3
    model = begin(
        dense(lib, 3, last="softmax"),
        optimizer=lib.optimizers.SGD(0.3),
        loss="sparse_categorical_crossentropy",
        weighted_metrics=["accuracy"],
    )
    weights = {0: 0.5, 1: 3.0}
    first = model.fit(x, y, epochs=2, batch_size=8, class_weight=weights, **QUIET).history
    y = np.eye(3)[y]
    model = begin(
        dense(lib, 3, last="softmax"),
        optimizer=lib.optimizers.SGD(0.3),
        loss="categorical_crossentropy",
    )
    history = model.fit(x, y, epochs=2, batch_size=8, class_weight=weights, **QUIET)
    return found(model, history, first=first)


def two_outputs(lib, form):
    inputs = lib.layers.Input((3,), name="x")
    shared = lib.layers.Dense(4, activation="tanh", name="shared")(inputs)
    a = lib.layers.Dense(1, name="a")(shared)
    b = lib.layers.Dense(3, activation="softmax", name="b")(shared)
    outputs = {"list": [a, b], "dict": {"first": a, "second": b}}[form]
    return lib.models.Model(inputs, outputs)


@case
def two_outputs_in_a_list(lib):
    x = numbers(14, 3)
    y = [x.sum(1, keepdims=True), np.arange(14) % 3]
    model = begin(
        two_outputs(lib, "list"),
        optimizer=lib.optimizers.SGD(0.1),
        loss=["mse", "sparse_categorical_crossentropy"],
        loss_weights=[0.3, 2.0],
        metrics=[["mae"], ["accuracy"]],
    )
    history = model.fit(x, y, batch_size=4, epochs=3, validation_split=0.3, **QUIET)
    evaluated = model.evaluate(x, y, verbose=0)
    return found(model, history, evaluated=evaluated)


@case
def two_outputs_by_layer_names(lib):
    x = numbers(14, 3)
    y = {"a": x.sum(1, keepdims=True), "b": np.arange(14) % 3}
    model = begin(
        two_outputs(lib, "list"),
        optimizer=lib.optimizers.SGD(0.1),
        loss={"a": "mae", "b": "sparse_categorical_crossentropy"},
        loss_weights={"a": 0.5, "b": 1.0},
        metrics={"b": ["accuracy"], "a": "mse"},
    )
    return found(model, model.fit(x, y, batch_size=4, epochs=2, **QUIET))


@case
def two_outputs_in_a_dict(lib):
    x = numbers(12, 3)
    y = {"first": x.sum(1, keepdims=True), "second": np.arange(12) % 3}
    weights = {"first": np.linspace(0, 1, 12), "second": np.linspace(2, 1, 12)}
    model = begin(
        two_outputs(lib, "dict"),
        optimizer=lib.optimizers.SGD(0.1),
        loss={"first": "mse", "second": "sparse_categorical_crossentropy"},
        metrics={"second": ["accuracy"]},
        weighted_metrics={"first": ["mae"]},
    )
    history = model.fit(x, y, batch_size=5, epochs=2, sample_weight=weights, **QUIET)
    logs = model.train_on_batch(x, y, return_dict=True)
    return found(model, history, logs=logs)


@case
def two_inputs(lib):
    first, second = lib.layers.Input((3,), name="p"), lib.layers.Input((2,), name="q")
    joined = lib.layers.Concatenate()([lib.layers.Dense(2, name="d")(first), second])
    model = lib.models.Model([first, second], lib.layers.Dense(1, name="out")(joined))
    begin(model, optimizer=lib.optimizers.SGD(0.05), loss="mse")
    p, q = numbers(10, 3), numbers(10, 2, seed=1)
    y = p[:, :1] - q[:, :1]
    one = model.fit([p, q], y, batch_size=4, epochs=2, **QUIET).history
    history = model.fit({"p": p, "q": q}, y, batch_size=4, epochs=2, **QUIET)
    return found(model, history, one=one, predicted=model.predict([p, q], verbose=0).tolist())


@case
def regularizers_and_normalization(lib):
    """What regularizers add, dropout that drops nothing, batch statistics."""
    layers = lib.layers
    model = lib.models.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(5, kernel_regularizer="l2", bias_regularizer="l1"),
            layers.BatchNormalization(momentum=0.8),
            layers.Activation("relu"),
            layers.Dropout(0.0),
            layers.Dense(2, activity_regularizer="l2"),
        ]
    )
    begin(model, optimizer=lib.optimizers.SGD(0.05), loss="mse", metrics=["mae"])
    x = numbers(16, 4)
    history = model.fit(x, x[:, :2], batch_size=4, epochs=3, validation_split=0.25, **QUIET)
    return found(model, history)


@case
def masks(lib):
    """Padding counts nowhere: not in the layer, the loss, the metric."""
    words = np.array([[1, 2, 0, 0], [3, 1, 2, 0], [2, 2, 2, 2], [1, 0, 0, 0], [3, 3, 0, 0]])
    model = lib.models.Sequential(
        [
            lib.layers.Input((4,), dtype="int32"),
            lib.layers.Embedding(4, 3, mask_zero=True),
            lib.layers.SimpleRNN(3, return_sequences=True),
            lib.layers.Dense(1),
        ]
    )
    begin(model, optimizer=lib.optimizers.SGD(0.1), loss="mse")
    y = numbers(5, 4, 1)
    history = model.fit(words, y, batch_size=2, epochs=3, **QUIET)
    weight = np.arange(20.0).reshape(5, 4) / 10
    weighted = model.fit(words, y, batch_size=2, sample_weight=weight, **QUIET).history
    return found(model, history, weighted=weighted)


@case
def batches_of_a_generator(lib):
    """Epochs by number of batches, of training and validation, at chosen epochs."""
    x = numbers(60, 3)
    y = x.sum(1, keepdims=True)

    def batches(size, times):
        for _ in range(times):
            for at in range(0, 60, size):
                yield x[at : at + size], y[at : at + size]

    model = begin(dense(lib, 1), optimizer=lib.optimizers.SGD(0.05), loss="mse", metrics=["mae"])
    history = model.fit(
        batches(7, 3),
        steps_per_epoch=4,
        epochs=4,
        validation_data=(x, y),
        validation_batch_size=13,
        validation_steps=3,
        validation_freq=[2, 4],
        verbose=0,
    )
    evaluated = model.evaluate(batches(9, 1), steps=5, verbose=0)
    return found(model, history, evaluated=evaluated)


@case
def single_batches(lib):
    """Each of them counts for itself."""
    x = numbers(12, 3)
    y = x.sum(1, keepdims=True)
    model = begin(dense(lib, 1), optimizer=lib.optimizers.SGD(0.05), loss="mse", metrics=["mae"])
    told = [model.train_on_batch(x[:5], y[:5]), model.train_on_batch(x[5:], y[5:])]
    told.append(model.test_on_batch(x, y))
    model.reset_metrics()
    told.append(model.test_on_batch(x, y, sample_weight=np.arange(12.0)))
    told.append(model.predict_on_batch(x[:2]).tolist())
    return {"told": told}


@case
def steps_of_arrays(lib):
    """Epochs that are parts of a pass over arrays go on where the last one stopped."""
    x = numbers(20, 3)
    y = x.sum(1, keepdims=True)
    model = begin(dense(lib, 1), optimizer=lib.optimizers.SGD(0.05), loss="mse")
    history = model.fit(x, y, batch_size=4, steps_per_epoch=2, epochs=2, **QUIET)
    evaluated = model.evaluate(x, y, batch_size=4, steps=2, verbose=0)
    return found(model, history, evaluated=evaluated)
