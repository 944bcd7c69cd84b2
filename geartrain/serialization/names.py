"""Public names, which configs are written in: a class to its name, and a name to its class.

    geartrain.layers.dense.Dense   ->   ("keras.layers", "Dense")   ->   Dense

A room of ours stands for a module of Keras, so that each reads what the other wrote. Only the rooms
below are ever looked into, and only what they name as public.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from types import FunctionType
from typing import Any

# Rooms of ours by the module of Keras that they stand for; ROOMS says in which to look for a name.
WRITTEN = {
    "applications": "keras.applications",
    "activations": "keras.activations",
    "constraints": "keras.constraints",
    "distillation": "keras.distillation",
    "dtype_policies": "keras",
    "initializers": "keras.initializers",
    "layers": "keras.layers",
    "losses": "keras.losses",
    "metrics": "keras.metrics",
    "models": "keras",
    "models.feature_space": "keras.utils",
    "ops": "keras.ops",
    "optimizers": "keras.optimizers",
    "optimizers.schedules": "keras.optimizers.schedules",
    "quantizers": "keras.quantizers",
    "random": "keras.random",
    "regularizers": "keras.regularizers",
}
IN_KERAS_ITSELF = ("models", "dtype_policies", "layers", "random", "initializers", "optimizers",
                   "quantizers")  # fmt: skip
# What Keras has no public name for, and writes so.
WITHOUT_PUBLIC_NAME = {
    "CustomScaleLayer": "keras.src.applications.inception_resnet_v2",
    "Functional": "keras.src.models.functional",
    "LayerScale": "keras.src.applications.convnext",
    "DTypePolicyMap": "keras.dtype_policies",
    **{
        f"{kind}DTypePolicy": "keras.dtype_policies"
        for kind in ("Quantized", "QuantizedFloat8", "Int4", "GPTQ", "AWQ")
    },
    "AbsMaxQuantizer": "keras.quantizers",
}
# Where older versions kept what has moved.
FORMER = {
    "engine": "models",
    "mixed_precision": "dtype_policies",
    "schedules": "optimizers.schedules",
    "saving": "models",
    "utils": "models.feature_space",
}
FUNCTION_ROOMS = ("activations", "losses", "metrics", "ops", "ops.nn", "ops.image", "ops.linalg")
PREFIXES = ("keras.src.", "keras.", "geartrain.", "tf_keras.src.", "tf_keras.", "keras.api.")
WHOLE = ("keras", "geartrain", "tf_keras")


def public_name(cls: type) -> tuple[str, str] | None:
    """The module of Keras and the name under which a class of ours is known, else None."""
    room = _room_of(cls.__module__)
    if room is None:
        return None
    if cls.__name__ in WITHOUT_PUBLIC_NAME:
        return WITHOUT_PUBLIC_NAME[cls.__name__], cls.__name__
    given = import_module(f"geartrain.{room}")
    names = [cls.__name__, *getattr(given, "__all__", ())]
    for name in names:
        if getattr(given, name, None) is cls:
            return WRITTEN[room], name
    return None


def _room_of(module: str) -> str | None:
    """The room that a module of ours is in, the deepest that has a name of its own."""
    top, _, rest = module.partition(".")
    if top != "geartrain":
        return None
    parts = rest.split(".")
    named = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((room for room in named if room in WRITTEN), None)


def rooms_of(module: str) -> tuple[str, ...]:
    """The rooms to look into for a module's name in a file; none, if it is not Keras's or ours."""
    if module in WHOLE:
        return IN_KERAS_ITSELF
    prefix = next((each for each in PREFIXES if module.startswith(each)), None)
    if prefix is None:
        return ()
    parts = module.removeprefix(prefix).removeprefix("src.").removeprefix("api.").split(".")
    if parts[0] == "optimizers" and any("schedule" in part for part in parts[1:]):
        return ("optimizers.schedules",)
    room = FORMER.get(parts[0], parts[0])
    return (room,) if room in WRITTEN else ()


def find_class(module: str, name: str) -> Any:
    """The public class of a name in a module of Keras's or ours, else None."""
    for room in rooms_of(module):
        found = public_attribute(room, name)
        if inspect.isclass(found) and hasattr(found, "from_config"):
            return found
    return None


def find_function(name: str) -> Any:
    """The public function of a name that a model may hold: an activation, a loss, an operation."""
    for room in FUNCTION_ROOMS:
        found = public_attribute(room, name)
        if isinstance(found, FunctionType) and not name.startswith(("get", "serial", "deserial")):
            return found
    return None


def public_attribute(room: str, name: str) -> Any:
    """What a room gives under a public name, else None; nothing outside of our rooms is seen."""
    if name.startswith("_") or not name.isidentifier():
        return None
    try:
        found = getattr(import_module(f"geartrain.{room}"), name, None)
    except ModuleNotFoundError:
        return None
    own = getattr(found, "__module__", None) or ""
    return found if own.split(".")[0] == "geartrain" else None
