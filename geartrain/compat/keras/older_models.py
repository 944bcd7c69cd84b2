"""Models that take Keras 1's and 2's arguments: what `habits` puts into their classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from importlib import import_module
from typing import Any

import numpy as np

from geartrain import models
from geartrain.callbacks import Callback
from geartrain.compat.keras import generators, older_losses, older_steps
from geartrain.compat.keras.generators import FEEDING
from geartrain.compat.keras.losses import OLDER_NAMES
from geartrain.compat.keras.older_optimizers import for_model
from geartrain.compat.keras.renamed import renamed
from geartrain.errors import explain
from geartrain.tensor.nest import flatten, map_nest
from geartrain.training.steps import Steps
from geartrain.training.trainer import Trainer

Patch = tuple[Any, str, Any]
TENSORS = {"input": "inputs", "output": "outputs"}
FIT = {"nb_epoch": "epochs", "nb_val_samples": "validation_steps"}
COMPILE = (
    "experimental_run_tf_function",
    "sample_weight_mode",
    "class_mode",
    "target_tensors",
    "metrics_names",
)
NAMED = ("loss", "metrics", "weighted_metrics")
TRAINED = "_trained_at_compile"  # the attribute that keeps what `compile` saw


def model_patches() -> Iterator[Patch]:
    """Older methods, and older arguments of today's."""
    for name in ("fit_generator", "evaluate_generator", "predict_generator", "predict_classes",
                 "predict_proba"):  # fmt: skip
        yield models.Model, name, getattr(generators, name)
    yield models.Model, "__new__", staticmethod(_taking(models.Model.__new__, TENSORS))
    yield models.Functional, "__init__", _alone(_taking(models.Functional.__init__, TENSORS))
    yield Trainer, "fit", _telling(_taking(Trainer.fit, FIT, FEEDING))
    yield Trainer, "evaluate", _taking(Trainer.evaluate, FIT, FEEDING)
    yield Trainer, "predict", _silent(_taking(Trainer.predict, FIT, FEEDING))
    yield Trainer, "compiled_loss", older_steps.compiled_loss
    yield Trainer, "compiled_metrics", property(older_steps.compiled_metrics)
    yield models.Model, "compile", _noting(models.Model.compile)
    yield models.Model, "metrics_names", property(metrics_names)
    yield Steps, "variables_to_train", property(variables_to_train)
    yield models.Model, "reset_states", reset_states
    yield Trainer, "distribute_strategy", property(distribute_strategy)
    for name in older_losses.__all__:
        yield models.Model, name, property(getattr(older_losses, name))
    yield models.Model, "to_yaml", to_yaml
    for name in ("updates", "state_updates"):
        yield models.Model, name, property(nothing)


def distribute_strategy(model: Any) -> Any:
    """Over which machines TensorFlow would say that the model is spread: `tf.distribute`'s."""
    return import_module("geartrain.compat.tensorflow.distribute").get_strategy()


def _taking(
    method: Callable[..., Any],
    names: dict[str, str],
    dropped: tuple[str, ...] = (),
    where: str = "Model",
) -> Callable[..., Any]:
    """A method that takes older names of its arguments as well."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        return method(*args, **renamed(where, kwargs, names, dropped))

    return call


def _alone(init: Callable[..., None]) -> Callable[..., None]:
    """An `__init__` for which a list of one output is that output, as `predict` gives it back."""

    @wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        given = dict(zip(("inputs", "outputs"), args, strict=False)) | kwargs
        outputs = given.get("outputs", given.get("output"))
        if isinstance(outputs, list | tuple) and len(outputs) == 1:
            name = "outputs" if "outputs" in given else "output"
            given[name] = outputs[0]
            args, kwargs = args[2:], given
        init(self, *args, **kwargs)

    return __init__


def _silent(predict: Callable[..., Any]) -> Callable[..., Any]:
    """A `predict` that shows no bar unless it is asked to, as it did then."""

    @wraps(predict)
    def call(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        return predict(self, x, *args, **(kwargs if len(args) > 1 else {"verbose": 0, **kwargs}))

    return call


def _telling(fit: Callable[..., Any]) -> Callable[..., Any]:
    """A `fit` whose callbacks have the data of the validation, as those of Keras 2 had."""

    @wraps(fit)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        told = kwargs.get("callbacks")
        waiting = [each for each in flatten(told) if isinstance(each, Callback)]
        if waiting:
            held_out = _held_out(*args[:2], **kwargs)
            for each in waiting:
                vars(each)["validation_data"] = held_out
        return fit(self, *args, **kwargs)

    return call


def _held_out(
    x: Any = None,
    y: Any = None,
    validation_data: Any = None,
    validation_split: float = 0.0,
    **others: Any,
) -> Any:
    """The data of the validation in one list, as Keras 2 gave it: inputs, targets, weights."""
    if validation_data is None and validation_split and isinstance(y, np.ndarray | list):
        parts: Any = [x, y]
        kept = int(len(flatten(x)[0]) * (1.0 - validation_split))
        validation_data = tuple(map_nest(lambda each: each[kept:], each) for each in parts)
    if not isinstance(validation_data, tuple):
        return validation_data
    several = [each if isinstance(each, list) else [each] for each in validation_data]
    return [each for some in several for each in some if each is not None]


def _noting(compile_: Callable[..., None]) -> Callable[..., None]:
    """A `compile` that keeps which variables train: `trainable` has its say there and then.

    Losses and metrics may have older names.
    """

    @wraps(compile_)
    def call(self: Any, *args: Any, **kwargs: Any) -> None:
        given = {k: v for k, v in kwargs.items() if k not in COMPILE}
        named = {k: _by_today(v) if k in NAMED else v for k, v in given.items()}
        placed, named = _metrics_third([*args[:1], *map(_by_today, args[1:])], named)
        if placed:
            placed[0] = for_model(placed[0], self)
        elif "optimizer" in named:
            named["optimizer"] = for_model(named["optimizer"], self)
        compile_(self, *placed, **named)
        vars(self)[TRAINED] = Seen(self.trainable_variables if self.built else ())

    return call


def _metrics_third(args: list[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments of `compile`, where metrics stood in the third place, before the weights."""
    third = flatten(args[2]) if len(args) > 2 else []
    if not third or isinstance(third[0], int | float):
        return args, kwargs
    beside = {"loss_weights": args[3]} if len(args) > 3 else {}
    return args[:2], {**kwargs, **beside, "metrics": args[2]}


def _by_today(given: Any) -> Any:
    """A nest of losses or metrics, with functions for the names that are gone."""
    if isinstance(given, str):
        return OLDER_NAMES.get(given, given)
    return map_nest(_by_today, given) if isinstance(given, list | tuple | dict) else given


class Seen:
    """Variables that are noted, and do not belong to who notes them: a list would make them so."""

    def __init__(self, variables: Iterable[Any]) -> None:
        self.variables = list(variables)


def variables_to_train(self: Any) -> Any:
    """The variables that trained when the model was compiled; all, if it had none then."""
    seen = vars(self).get(TRAINED)
    return self.trainable_variables if seen is None else seen.variables or self.trainable_variables


def metrics_names(self: Any) -> list[str]:
    """The names of what `evaluate` gives, in order."""
    found: list[str] = []
    for metric in self.metrics:
        asked = flatten(getattr(metric, "asked", []))
        named = [each if isinstance(each, str) else each.__name__ for each in asked if each]
        found += getattr(metric, "keys", None) or named or [metric.name]
    return found


def nothing(self: Any) -> list[Any]:
    """No updates: a step assigns what it changes where `call` says so."""
    return []


def to_yaml(self: Any, **kwargs: Any) -> str:
    """Not here, as in Keras since 2.6: reading such a file could run any code.

    Raises:
        RuntimeError: always; `to_json` writes the same.
    """
    raise RuntimeError(yaml_message("model.to_yaml()", "text = model.to_json()"))


def reset_states(self: Any) -> None:
    """Forget the states of recurrent layers that are kept from batch to batch."""
    for layer in self.layers:
        forget = getattr(layer, "reset_states", None) or getattr(layer, "reset_state", None)
        if forget is not None:
            forget()


def yaml_message(call: str, remedy: str) -> str:
    """What is said of YAML."""
    return explain(
        "Models are not kept as YAML: reading it could run any code",
        given=call,
        expected="JSON",
        remedy=remedy,
    )
