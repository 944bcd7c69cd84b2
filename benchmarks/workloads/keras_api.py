"""The jobs on the Keras API: the same lines run on Keras, over any backend, and on Geartrain."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

import numpy as np

from workloads import data, observe

Figures = dict[str, Any]


class KerasJobs:
    """The jobs, on the library of that name (`keras` or `geartrain`)."""

    def __init__(self, library: str) -> None:
        self.library = library

    def mnist(self, options: Figures) -> Figures:
        """The book's first network: five epochs and the test, from launch to test accuracy.

        The library is imported before the data are read, as in the book's listing.
        """
        self._module("models")
        (x, y), (test_x, test_y) = data.digits()
        memory = observe.MemoryGauge()
        memory.mark()
        self._module("utils").set_random_seed(options["seed"])
        network = self.digits_network()
        clock = self._epoch_clock()
        network.fit(
            x,
            y,
            epochs=options["epochs"],
            batch_size=128,
            verbose=options.get("verbose", 0),
            callbacks=[clock],
        )
        _, accuracy = network.evaluate(test_x, test_y, verbose=0)
        return {
            "epochs_s": clock.epochs_s,
            "epoch_s": min(clock.epochs_s[1:]),
            "whole_s": observe.since_launch_s(),
            **memory.figures(),
            "test_accuracy": float(accuracy),
        }

    def tiny(self, options: Figures) -> Figures:
        """A small regression, where a step's cost is the framework's own."""
        x, y = data.tiny()
        network = self.tiny_network()

        def fit(epochs: int) -> None:
            network.fit(x, y, epochs=epochs, batch_size=16, verbose=0)

        epoch_s = observe.steady_epoch_s(fit, seconds=options["seconds"])
        loss = float(np.mean((network.predict(x, verbose=0) - y) ** 2))
        return {"step_s": epoch_s / -(-len(x) // 16), "loss": loss}

    def startup(self, options: Figures) -> Figures:
        """From launch to the end of the first training step, with the time of each stage."""
        started = observe.since_launch_s()
        import_module(self.library)
        network = self.tiny_network()
        built = observe.since_launch_s()
        x, y = data.tiny()
        history = network.fit(x[:16], y[:16], epochs=1, batch_size=16, verbose=0)
        loss = float(history.history["loss"][0])  # waits for the step where it runs on its own
        return {
            "interpreter_s": started,
            "built_s": built,
            "first_step_s": observe.since_launch_s(),
            "loss": loss,
        }

    def latency(self, options: Figures) -> Figures:
        """One row through the digits' network: by `predict`, and by calling the model."""
        row = np.random.default_rng(1).random((1, data.MNIST_SIZES[0]), dtype=np.float32)
        network = self.digits_network()
        seconds = options["seconds"]
        return {
            "predict_s": observe.median_call_s(
                lambda: network.predict(row, verbose=0), seconds=seconds
            ),
            "call_s": observe.median_call_s(lambda: self._numpy(network(row)), seconds=seconds),
        }

    def digits_network(self) -> Any:
        """The book's first network, compiled."""
        models, layers = self._module("models"), self._module("layers")
        network = models.Sequential()
        network.add(layers.Dense(512, activation="relu", input_shape=(28 * 28,)))
        network.add(layers.Dense(10, activation="softmax"))
        network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
        return network

    def tiny_network(self) -> Any:
        """13-64-64-1 for regression, compiled."""
        models, layers = self._module("models"), self._module("layers")
        network = models.Sequential()
        network.add(layers.Dense(64, activation="relu", input_shape=(13,)))
        network.add(layers.Dense(64, activation="relu"))
        network.add(layers.Dense(1))
        network.compile(optimizer="rmsprop", loss="mse")
        return network

    def _epoch_clock(self) -> Any:
        """A callback that reads the clock when each epoch's numbers are there."""

        class EpochClock(self._module("callbacks").Callback):  # type: ignore[misc]
            def on_train_begin(self, logs: Any = None) -> None:
                self.epochs_s: list[float] = []
                self._last = time.perf_counter()

            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                float(logs["loss"])  # waits for the epoch where it runs on its own
                now = time.perf_counter()
                self.epochs_s.append(now - self._last)
                self._last = now

        return EpochClock()

    def _numpy(self, tensor: Any) -> np.ndarray:
        if self.library == "keras":
            return self._module("ops").convert_to_numpy(tensor)
        return np.asarray(tensor)

    def _module(self, name: str) -> Any:
        return import_module(f"{self.library}.{name}")
