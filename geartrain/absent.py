"""Public names of Keras that are not here, and why: what asks for one is told.

`tests/repo/test_keras_names.py` holds the list against Keras's own.
"""

from __future__ import annotations

OTHERS = "it runs another framework's arrays inside of a layer, which could not be compiled"

ABSENT = {
    "SymbolicScope": "shapes are found by symbolic tensors alone; there is no mode to be in",
    "callbacks.OrbaxCheckpoint": "Orbax keeps JAX's arrays; callbacks.BackupAndRestore and "
    "callbacks.ModelCheckpoint keep ours",
    "config.enable_unsafe_deserialization": "no code is ever run from a file, whatever is asked "
    "for; custom_objects={...} gives a file the functions that it names",
    "layers.FlaxLayer": OTHERS,
    "layers.JaxLayer": OTHERS,
    "layers.TFSMLayer": f"{OTHERS}; load the model's .keras file, whose layers are ours",
    "layers.TorchModuleWrapper": f"{OTHERS}; geartrain.kernel compiles loops of one's own",
}


def why_absent(module: str, name: str) -> str:
    """Why a public name of Keras is not in a module; "" if it is none of these.

    >>> why_absent("keras", "SymbolicScope")
    'shapes are found by symbolic tensors alone; there is no mode to be in'
    """
    room = module.partition(".")[2]
    return ABSENT.get(f"{room}.{name}" if room else name, "")


def absence(module: str, name: str) -> str:
    """What is said of a name that a module has not."""
    why = why_absent(module, name)
    return f"module {module!r} has no attribute {name!r}" + (f": {why}" if why else "")
