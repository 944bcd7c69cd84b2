"""Write down under which names Keras keeps operations in files: run by the real Keras.

    KERAS_BACKEND=jax .peers/keras-jax/bin/python tests/saving/make_operation_names.py [--check]

An operation in a functional model stands in its config as an object of a class, "Mean" of
"keras.src.ops.numpy": some arguments of the function are the class's ("axis"), others are those of
its call ("x"). Which is found by looking at the signatures.
"""

import importlib
import inspect
import json
import pkgutil
import re
import sys
from pathlib import Path

import keras

TABLE = Path(__file__).parents[2] / "geartrain" / "models" / "operation_names.json"
OTHER_NAMES = {
    "all_close": "allclose",
    "batch_norm": "batch_normalization",
    "c_dist": "cdist",
    "is_in": "isin",
    "layer_norm": "layer_normalization",
    "rms_norm": "rms_normalization",
    "search_sorted": "searchsorted",
}


def snake_case(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def found():
    base = keras.ops.abs.__module__.rpartition(".")[0]
    operation = importlib.import_module(base + ".operation").Operation
    modules = [
        importlib.import_module(f"{base}.{each.name}")
        for each in pkgutil.iter_modules(importlib.import_module(base).__path__)
        if not each.name.endswith("_test")
    ]
    modules.append(importlib.import_module(keras.activations.relu.__module__))
    for module in modules:
        for name, cls in vars(module).items():
            ours = inspect.isclass(cls) and cls.__module__ == module.__name__
            if ours and issubclass(cls, operation) and cls is not operation and name != "Function":
                yield module.__name__, name, cls


def names_of(function):
    return [
        ("*" if each.kind is each.VAR_POSITIONAL else "") + each.name
        for each in inspect.signature(function).parameters.values()
        if each.name not in ("self", "name") and each.kind is not each.VAR_KEYWORD
    ]


def table():
    rows = {}
    for module, name, cls in found():
        made = names_of(cls.__init__) if "__init__" in vars(cls) else []
        function = snake_case(name)
        place = module if module.endswith(".activations") else module.rpartition(".")[2]
        kind = "activation " if module.endswith(".activations") else ""
        key = kind + OTHER_NAMES.get(function, function)
        rows[key] = [place, name, made, names_of(cls.call)]
    return rows


if __name__ == "__main__":
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(table().items()))
    text = "{\n" + lines + "\n}\n"
    if "--check" in sys.argv:
        sys.exit(TABLE.read_text() != text and "the names of operations have changed")
    TABLE.write_text(text)
