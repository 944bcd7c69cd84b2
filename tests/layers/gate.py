"""What is asked of every layer: a case of each, and the facts that Keras has of it."""

import json

import numpy as np

from tests.layers.cases import CASES, arguments_of, leaves, name_of

SEED = 20261121


def gates():
    """One case of each class: the first that asks nothing of the call, if there is one."""
    found = {}
    for case in CASES:
        simple = " | " not in case
        if name_of(case) not in found or (simple and " | " in found[name_of(case)]):
            found[name_of(case)] = case
    return found


GATES = gates()


def words(layers, batch=2):
    """The words of a case, for a batch of any size."""
    draw = np.random.default_rng(SEED)
    return {
        "L": layers,
        "f": lambda *shape: draw.standard_normal((batch, *shape[1:])).astype("float32"),
        "i": lambda limit, *shape: draw.integers(0, limit, (batch, *shape[1:])).astype("int32"),
        "b": lambda *shape: draw.random((batch, *shape[1:])) < 0.7,
    }


def made(layers, case):
    """A case's layer."""
    return eval(f"L.{arguments_of(case)[0]}", words(layers))


def given(layers, case, batch=2):
    """What a case's layer is called with."""
    _, inputs, named = arguments_of(case)
    own = words(layers, batch)
    return eval(f"({inputs},)", own), eval(f"dict({named})", own)


def facts(layers, case):
    """What can be asked of a layer without its numbers."""
    layer = made(layers, case)
    args, kwargs = given(layers, case)
    outputs = layer(*args, **kwargs)
    return {
        "trainable": len(layer.trainable_variables),
        "non_trainable": len(layer.non_trainable_variables),
        "weights": len(layer.weights),
        "masking": bool(layer.supports_masking),
        "output": [[list(each.shape), str(np.dtype(each.dtype))] for each in leaves(outputs)],
        "config": None if "Lambda" in case else plain(layer.get_config()),
    }


def plain(config):
    """A config as JSON has it, without names, which are numbered, and dtypes."""
    if isinstance(config, dict):
        left_out = ("name", "dtype", "build_config", "shared_object_id")
        return {key: plain(each) for key, each in config.items() if key not in left_out}
    if isinstance(config, list | tuple):
        return [plain(each) for each in config]
    return json.loads(json.dumps(config))
