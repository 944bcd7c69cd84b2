"""The jobs on the Keras API: the same lines run on Keras, over any backend, and on Geartrain."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

import numpy as np

from workloads import data, networks, observe
from workloads.training import TRAININGS

Figures = dict[str, Any]
FEW_ROWS, LATER_FITS = 2, 3


class KerasJobs:
    """The jobs, on the library of that name (`keras` or `geartrain`)."""

    def __init__(self, library: str) -> None:
        self.library = library

    def mnist(self, options: Figures) -> Figures:
        """The book's first network: five epochs and the test, from launch to test accuracy.

        The library is imported before the data are read, as in the book's listing.
        """
        self._keras().models  # noqa: B018
        (x, y), (test_x, test_y) = data.digits()
        memory = observe.MemoryGauge()
        memory.mark()
        self._keras().utils.set_random_seed(options["seed"])
        network = networks.digits(self._keras())
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
        network = networks.houses(self._keras())

        def fit(epochs: int) -> None:
            network.fit(x, y, epochs=epochs, batch_size=16, verbose=0)

        epoch_s = observe.steady_epoch_s(fit, seconds=options["seconds"])
        loss = float(np.mean((network.predict(x, verbose=0) - y) ** 2))
        return {"step_s": epoch_s / -(-len(x) // 16), "epoch_s": epoch_s, "loss": loss}

    def houses(self, options: Figures) -> Figures:
        """The book's k-fold validation of house prices, from launch to the mean of the folds.

        The network is made anew for each fold, and validated after each epoch.
        """
        keras, folds, epochs = self._keras(), options["folds"], options["epochs"]
        x, y = data.tiny()
        count = len(x) // folds
        errors = []
        for fold in range(folds):
            held = slice(fold * count, (fold + 1) * count)
            kept = np.r_[: held.start, held.stop : len(x)]
            network = networks.houses(keras, metrics=["mae"])
            history = network.fit(
                x[kept],
                y[kept],
                validation_data=(x[held], y[held]),
                epochs=epochs,
                batch_size=16,
                verbose=0,
            ).history
            errors.append([float(each) for each in history["val_mae"]])
        mean = np.mean(errors, axis=0)
        return {"whole_s": observe.since_launch_s(), "mae": float(mean.min()), "epochs": len(mean)}

    def startup(self, options: Figures) -> Figures:
        """From launch to the end of the first training step, with the time of each stage."""
        started = observe.since_launch_s()
        network = networks.houses(self._keras())
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
        network = networks.digits(self._keras())
        seconds = options["seconds"]
        return {
            "predict_s": observe.median_call_s(
                lambda: network.predict(row, verbose=0), seconds=seconds
            ),
            "call_s": observe.median_call_s(lambda: self._numpy(network(row)), seconds=seconds),
        }

    def calls(self, options: Figures) -> Figures:
        """What a call costs that has next to nothing to compute: 16 rows of house prices."""
        keras = self._keras()
        network = networks.houses(keras)
        x, y = (each[:16] for each in data.tiny())
        jobs = {
            "train_on_batch_s": lambda: network.train_on_batch(x, y),
            "test_on_batch_s": lambda: network.test_on_batch(x, y),
            "predict_on_batch_s": lambda: self._numpy(network.predict_on_batch(x)),
            "fit_s": lambda: network.fit(x, y, batch_size=16, epochs=1, verbose=0),
            "evaluate_s": lambda: network.evaluate(x, y, batch_size=16, verbose=0),
            "predict_s": lambda: network.predict(x, verbose=0),
            "model_s": lambda: self._numpy(network(x)),
        }
        seconds = options["seconds"] / len(jobs)
        return {name: observe.median_call_s(job, seconds=seconds) for name, job in jobs.items()}

    def train(self, options: Figures) -> Figures:
        """One of the book's networks in a long `fit`: the best epoch once compiled."""
        keras, training = self._keras(), TRAININGS[options["network"]]
        rows = options.get("rows", training.rows)
        x, y = training.data(rows)
        keras.utils.set_random_seed(1)
        network = training.network(keras)
        clock = self._epoch_clock()
        network.fit(
            x,
            y,
            epochs=options["epochs"],
            batch_size=training.batch,
            verbose=0,
            callbacks=[clock],
        )
        epoch_s = min(clock.epochs_s[1:])
        return {
            "epochs_s": clock.epochs_s,
            "epoch_s": epoch_s,
            "step_s": epoch_s / training.steps(rows),
            "losses": clock.losses,
            "loss_kept": clock.losses[-1] / clock.losses[0],
        }

    def compile(self, options: Figures) -> Figures:
        """What the first `fit` of one step takes more than later ones: to trace and to compile.

        Another network has been trained by then, so that all modules are imported; and the step
        has few rows, so that memory which it touches first is little.
        """
        keras = self._keras()
        self._first_fit_s(networks.houses(keras), *data.tiny())
        return {
            f"{name}_s": self._first_fit_s(
                TRAININGS[name].network(keras), *TRAININGS[name].data(FEW_ROWS)
            )
            for name in options["networks"]
        }

    def _first_fit_s(self, network: Any, x: np.ndarray, y: np.ndarray) -> float:
        def fit() -> None:
            history = network.fit(x, y, epochs=1, batch_size=len(x), verbose=0)
            float(history.history["loss"][0])

        first_s = observe.elapsed_s(fit)
        return first_s - min(observe.elapsed_s(fit) for _ in range(LATER_FITS))

    def _epoch_clock(self) -> Any:
        """A callback that reads the clock when each epoch's numbers are there."""

        class EpochClock(self._keras().callbacks.Callback):  # type: ignore[misc]
            def on_train_begin(self, logs: Any = None) -> None:
                self.epochs_s: list[float] = []
                self.losses: list[float] = []
                self._last = time.perf_counter()

            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                self.losses.append(float(logs["loss"]))  # waits, where it runs on its own
                now = time.perf_counter()
                self.epochs_s.append(now - self._last)
                self._last = now

        return EpochClock()

    def _numpy(self, tensor: Any) -> np.ndarray:
        if self.library == "keras":
            return self._keras().ops.convert_to_numpy(tensor)
        return np.asarray(tensor)

    def _keras(self) -> Any:
        return import_module(self.library)
