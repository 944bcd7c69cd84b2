"""Optimizers: how weights follow their gradients downhill, under Keras's names.

An optimizer's state is variables, and its update is operations on tensors, so that it compiles into
the training step. Learning rates that depend on the step are in `schedules`.

Start reading at `optimizer.py`, then `sgd.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.errors import unknown_name
from geartrain.optimizers.optimizer import Optimizer
from geartrain.rooms import LaterNames, loading_later
from geartrain.serialization import deserialize_of, serialize_keras_object

with loading_later(__name__):
    from geartrain.optimizers import legacy, schedules
    from geartrain.optimizers.adadelta import Adadelta
    from geartrain.optimizers.adafactor import Adafactor
    from geartrain.optimizers.adagrad import Adagrad
    from geartrain.optimizers.adam import Adam
    from geartrain.optimizers.adamax import Adamax
    from geartrain.optimizers.adamw import AdamW
    from geartrain.optimizers.ftrl import Ftrl
    from geartrain.optimizers.lamb import Lamb
    from geartrain.optimizers.lion import Lion
    from geartrain.optimizers.loss_scale_optimizer import LossScaleOptimizer
    from geartrain.optimizers.multi_optimizer import MultiOptimizer
    from geartrain.optimizers.muon import Muon
    from geartrain.optimizers.nadam import Nadam
    from geartrain.optimizers.optimizer_map import OptimizerMap
    from geartrain.optimizers.rmsprop import RMSprop
    from geartrain.optimizers.schedule_free_adamw import ScheduleFreeAdamW
    from geartrain.optimizers.sgd import SGD


OWN = (
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "Muon",
    "Nadam",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
)
WRAPPERS = ("LossScaleOptimizer", "MultiOptimizer")
NAMES = LaterNames(__name__, {each.lower(): each for each in OWN})
WITH_WRAPPERS = LaterNames(__name__, {each.lower(): each for each in (*OWN, *WRAPPERS)})

_made_of = deserialize_of("optimizers", lambda: WITH_WRAPPERS)


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """An optimizer as plain data, of which `deserialize` makes one again; without its state."""
    config: dict[str, Any] = serialize_keras_object(optimizer)
    return config


def deserialize(config: Any, custom_objects: Any = None) -> Any:
    """The optimizer that a config tells of.

    Args:
        config: what `serialize` gave; the class's name may be in small letters.
        custom_objects: your own classes by name.
    """
    if isinstance(config, dict) and str(config.get("class_name")).lower() in WITH_WRAPPERS:
        config = {**config, "class_name": config["class_name"].lower(), "module": None}
    return _made_of(config, custom_objects)


def get(identifier: Any) -> Any:
    """The optimizer that a name, a config, a class or an object means; None is none.

    Raises:
        ValueError: nothing has the name.
    """
    if identifier is None or isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, type) and issubclass(identifier, Optimizer):
        return identifier()  # type: ignore[call-arg]
    if isinstance(identifier, str):
        found = NAMES.get(identifier.lower()) or _registered(identifier)
        if found is not None:
            return found()
    raise ValueError(
        unknown_name("optimizer", identifier, NAMES, remedy="model.compile(optimizer={}, ...)")
    )


def _registered(name: str) -> Any:
    """A class of the user's own under a name."""
    found = _made_of(name)
    return (lambda: found) if isinstance(found, Optimizer) else None


__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "legacy",
    "schedules",
    "serialize",
]
