"""`fit_generator` and its like, and predictions as classes: methods of models in Keras 2."""

from __future__ import annotations

from typing import Any

import numpy as np

from geartrain.compat.keras.renamed import renamed
from geartrain.tensor import Array

FIT = {
    "nb_epoch": "epochs",
    "samples_per_epoch": "steps_per_epoch",
    "nb_val_samples": "validation_steps",
    "val_samples": "steps",
    "max_q_size": "max_queue_size",
    "nb_worker": "workers",
    "pickle_safe": "use_multiprocessing",
}
FEEDING = ("workers", "use_multiprocessing", "max_queue_size", "wait_time")


def fit_generator(
    self: Any,
    generator: Any,
    steps_per_epoch: int | None = None,
    epochs: int = 1,
    verbose: int = 1,
    callbacks: Any = None,
    validation_data: Any = None,
    validation_steps: int | None = None,
    class_weight: Any = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    shuffle: bool = True,
    initial_epoch: int = 0,
    **kwargs: Any,
) -> Any:
    """`fit` on batches that a generator gives."""
    kwargs = renamed("fit_generator", kwargs, FIT)
    given: dict[str, Any] = {
        "steps_per_epoch": steps_per_epoch,
        "epochs": epochs,
        "verbose": verbose,
        "callbacks": callbacks,
        "validation_data": validation_data,
        "validation_steps": validation_steps,
        "class_weight": class_weight,
        "shuffle": shuffle,
        "initial_epoch": initial_epoch,
        **without_feeding(kwargs),
    }
    return self.fit(generator, **given)


def evaluate_generator(
    self: Any,
    generator: Any,
    steps: int | None = None,
    callbacks: Any = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    verbose: int = 0,
    **kwargs: Any,
) -> Any:
    """`evaluate` on batches that a generator gives."""
    given = without_feeding(renamed("evaluate_generator", kwargs, FIT))
    return self.evaluate(
        generator, **{"steps": steps, "callbacks": callbacks, "verbose": verbose, **given}
    )


def predict_generator(
    self: Any,
    generator: Any,
    steps: int | None = None,
    callbacks: Any = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    verbose: int = 0,
    **kwargs: Any,
) -> Any:
    """`predict` on batches that a generator gives."""
    given = without_feeding(renamed("predict_generator", kwargs, FIT))
    return self.predict(
        generator, **{"steps": steps, "callbacks": callbacks, "verbose": verbose, **given}
    )


def without_feeding(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments without those on who makes the batches: a `PyDataset` says that itself."""
    return {name: value for name, value in kwargs.items() if name not in FEEDING}


def predict_proba(
    self: Any, x: Any, batch_size: int | None = None, verbose: int = 0, steps: int | None = None
) -> Array:
    """`predict`, under the name that scikit-learn has for it."""
    found: Array = self.predict(x, batch_size=batch_size, verbose=verbose, steps=steps)
    return found


def predict_classes(
    self: Any, x: Any, batch_size: int | None = None, verbose: int = 0, steps: int | None = None
) -> Array:
    """The number of each sample's likeliest class; of one output, whether it is above 1/2."""
    found = predict_proba(self, x, batch_size, verbose, steps)
    if found.shape[-1] > 1:
        return np.asarray(found.argmax(axis=-1))
    return (found > 0.5).astype("int32")
