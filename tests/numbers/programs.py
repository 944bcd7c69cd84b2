"""Many programs, by name: what is promised about numbers is tested on all of them.

python -m tests.numbers.programs        a digest of every program's results, one a line

The environment chooses: FAMILIES some of them by name, EVERY=4 each fourth program.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator

import numpy as np

from geartrain import jit, layers, models, ops
from geartrain.callbacks import LambdaCallback
from geartrain.compiler.programs import frame, shortcut
from geartrain.primitives import PRIMITIVES
from geartrain.primitives.families import Elementwise, Reduction
from geartrain.utils import set_random_seed

LENGTH = 1009  # a prime: no vector, tile or share of it is full
AWKWARD = [(1,), (17,), (LENGTH,), (3, 1001), (1001, 3), (7, 5, 3, 33)]
REDUCTIONS = {
    "sum": ops.sum,
    "mean": ops.mean,
    "max": ops.max,
    "prod": ops.prod,
    "variance": ops.var,
    "log_sum_exp": ops.logsumexp,
    "softmax": ops.softmax,
    "norm": lambda x, axis: ops.sqrt(ops.sum(x * x, axis)),
}
PRODUCTS = [(1, 1009, 1), (1, 300, 200), (300, 200, 1), (37, 41, 43), (130, 257, 129), (64, 3, 65)]

Program = Callable[[], list[np.ndarray]]


def awkward(sample, dtype):
    """A sample's inputs, repeated to a prime number of rows where the family allows it."""
    inputs = [each.astype(dtype) if each.dtype.kind == "f" else each for each in sample.inputs]
    return [np.resize(each, (LENGTH, *each.shape[1:])) if each.ndim else each for each in inputs]


def primitives() -> Iterator[tuple[str, Program]]:
    """Every primitive's samples; those of element-wise ones and reductions made long."""
    for name, primitive in sorted(PRIMITIVES.items()):
        for number, sample in enumerate(primitive.samples()):
            for dtype in ("float32", "float64"):
                long = isinstance(primitive, Elementwise | Reduction)
                yield f"{name} {number} {dtype}", of_sample(primitive, sample, dtype, long)


def of_sample(primitive, sample, dtype, long) -> Program:
    def run():
        inputs = awkward(sample, dtype) if long else sample.inputs
        inputs = [each.astype(dtype) if each.dtype.kind == "f" else each for each in inputs]
        found = jit(lambda *tensors: primitive(*tensors, **sample.parameters))(*inputs)
        return [each.numpy() for each in (found if isinstance(found, tuple) else (found,))]

    return run


def reductions() -> Iterator[tuple[str, Program]]:
    """Reductions of awkward sizes, over every axis."""
    for name, function in REDUCTIONS.items():
        for shape in AWKWARD:
            for axis in range(len(shape)):
                yield f"{name} of {shape} over {axis}", of_reduction(function, shape, axis)


def of_reduction(function, shape, axis) -> Program:
    def run():
        x = np.random.default_rng(1).uniform(0.5, 1.5, shape).astype("float32")
        return [jit(lambda a: function(a, axis))(x).numpy()]

    return run


def products() -> Iterator[tuple[str, Program]]:
    """Matrix products of awkward sizes, and their gradients by way of transposes."""
    for rows, depth, columns in PRODUCTS:
        yield f"product {rows} {depth} {columns}", of_product(rows, depth, columns)


def of_product(rows, depth, columns) -> Program:
    def function(x, y):
        return ops.matmul(x, y), ops.matmul(ops.transpose(y), ops.transpose(x))

    def run():
        rng = np.random.default_rng(2)
        x, y = rng.standard_normal((rows, depth)), rng.standard_normal((depth, columns))
        found = jit(function)(x.astype("float32"), y.astype("float32"))
        return [each.numpy() for each in found]

    return run


def trainings() -> Iterator[tuple[str, Program]]:
    """Small models, trained by every kind of optimizer; an epoch's last batch is smaller."""
    for optimizer in ("adam", "rmsprop", "sgd"):
        for loss in ("mse", "categorical_crossentropy"):
            yield f"{optimizer} {loss}", of_training(optimizer, loss)
    for optimizer in ("adafactor", "lamb", "muon"):  # whose updates sum over whole variables
        yield f"{optimizer} mse", of_training(optimizer, "mse")


def of_training(optimizer, loss, *, batches=False, **options) -> Program:
    """Train; with `batches`, every step is a native call of its own."""

    def run():
        model, (x, y) = network(optimizer, loss), data()
        watcher = LambdaCallback(on_train_batch_end=lambda batch, logs: None)
        history = model.fit(
            x, y, epochs=2, batch_size=16, verbose=0, callbacks=[watcher] * batches, **options
        )
        outputs = [model.predict(x, batch_size=16, verbose=0)]
        losses = [np.array(each) for each in history.history.values()]
        return [*model.get_weights(), *losses, *outputs]

    return run


def networks() -> Iterator[tuple[str, Program]]:
    """Networks of every kind of layer, trained for an epoch of batches, the last one smaller."""
    for name, (inner, shape, whole) in NETWORKS.items():
        yield name, of_network(inner, shape, whole)


def of_network(inner, shape, whole) -> Program:
    def run():
        set_random_seed(6)
        model = models.Sequential([layers.Input(shape), *inner(), layers.Dense(3)])
        model.compile(optimizer="adam", loss="mse")
        rng = np.random.default_rng(4)
        x = rng.integers(0, 50, (22, *shape)) if whole else rng.standard_normal((22, *shape))
        y = rng.standard_normal((22, 3)).astype("float32")
        model.fit(x.astype("int32" if whole else "float32"), y, batch_size=8, verbose=0)
        return [*model.get_weights(), model.predict(x[:5], verbose=0)]

    return run


def convolutional():
    return [
        layers.Conv2D(32, 3, activation="relu", padding="same"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Dropout(0.5),
        layers.GlobalAveragePooling2D(),
    ]


def recurrent():
    return [layers.Embedding(50, 12), layers.LSTM(13, return_sequences=True), layers.GRU(7)]


def normalized():
    return [
        layers.Embedding(50, 24),
        layers.LayerNormalization(),
        layers.Conv1D(17, 3, activation="gelu"),
        layers.GlobalMaxPooling1D(),
    ]


NETWORKS = {
    "convolutional": (convolutional, (13, 11, 3), False),
    "recurrent": (recurrent, (19,), True),
    "normalized": (normalized, (21,), True),
}


def network(optimizer, loss):
    """Two layers, the second one of an awkward width."""
    set_random_seed(5)
    model = models.Sequential(
        [
            layers.Dense(33, activation="tanh", input_shape=(13,)),
            layers.Dense(7, activation="softmax"),
        ]
    )
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    return model


def data(samples=101):
    """Random samples of seven classes."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((samples, 13)).astype("float32")
    return x, np.eye(7, dtype="float32")[rng.integers(0, 7, samples)]


FAMILIES = {
    "primitives": primitives,
    "reductions": reductions,
    "products": products,
    "trainings": trainings,
    "networks": networks,
}


def digest(arrays) -> str:
    """The SHA-256 of arrays' dtypes, shapes and bits."""
    found = hashlib.sha256()
    for each in arrays:
        found.update(f"{each.dtype} {each.shape}".encode() + each.tobytes())
    return found.hexdigest()


def use_threads_always(monkeypatch=None) -> None:
    """Small programs run on one thread, which would prove nothing here."""
    limits = [(frame, "SMALL_FLOPS", 0), (frame, "SMALL_BYTES", 0), (shortcut, "MAX_FLOPS", -1)]
    for module, name, limit in limits:
        if monkeypatch:
            monkeypatch.setattr(module, name, limit)
        else:
            setattr(module, name, limit)


def main() -> None:
    """Print every program's digest."""
    use_threads_always()
    every = int(os.environ.get("EVERY", "1"))
    for family in os.environ.get("FAMILIES", " ".join(FAMILIES)).split():
        for name, program in list(FAMILIES[family]())[::every]:
            print(family, name, digest(program()), sep="\t")


if __name__ == "__main__":
    main()
