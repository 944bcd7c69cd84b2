"""Short programs on Keras's names, and what they give as plain data.

A file of snippets has them between lines of `###`: lines of Python, the last of them an expression.
Both run them, Keras when `golden.json` is written and Geartrain when it is tested. What comes out
is told as shapes, dtypes and numbers; of an error, which kinds it is of.
"""

import ast
import math
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.txt"))
NAMES = (
    "activations", "backend", "config", "constraints", "dtype_policies", "initializers", "layers",
    "ops", "random", "regularizers", "saving", "tree", "utils",
)  # fmt: skip


def snippets(path):
    """The snippets of a file."""
    return [each.strip("\n") for each in path.read_text().split("###\n") if each.strip()]


def space(keras):
    """The names that snippets use."""

    def arrays(*shape, dtype="float32", seed=0):
        return np.random.default_rng(seed).uniform(-2, 2, shape).astype(dtype)

    def symbol(shape, dtype="float32"):
        return keras.KerasTensor(shape, dtype=dtype)

    rooms = {name: getattr(keras, name) for name in NAMES}
    return {**rooms, "keras": keras, "np": np, "ar": arrays, "K": symbol}


def outcomes(keras, path):
    """What the snippets of a file give; names are counted from its beginning."""
    keras.utils.clear_session()
    return [outcome(keras, each) for each in snippets(path)]


def outcome(keras, snippet):
    """What a snippet gives, as plain data."""
    names = space(keras)
    try:
        tree = ast.parse(snippet)
        last = ast.Expression(tree.body.pop().value)
        exec(compile(tree, "<snippet>", "exec"), names)
        return plain(keras, eval(compile(last, "<snippet>", "eval"), names))
    except Exception as error:
        kinds = [kind.__name__ for kind in type(error).__mro__[:-2]]
        return {"raises": kinds}


def plain(keras, value):
    """A result as plain data."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str | float):
        return str(value) if isinstance(value, str) else number(value)
    if isinstance(value, dict):
        return {str(key): plain(keras, value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [type(value).__name__, *(plain(keras, each) for each in value)]
    return plain_object(keras, value)


def plain_object(keras, value):
    """A tensor by its shape, dtype and numbers, a symbolic one without; or a class."""
    if isinstance(value, keras.KerasTensor):
        return ["symbol", list(value.shape), str(value.dtype)]
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, keras.Variable) or keras.ops.is_tensor(value):
        value = keras.ops.convert_to_numpy(value)
    if isinstance(value, np.ndarray | np.generic):
        return array(np.asarray(value))
    return f"<{value.__name__ if isinstance(value, type) else type(value).__name__}>"


def array(value):
    """An array as its dtype, shape and numbers."""
    if value.dtype.kind not in "biufc":
        value = value.astype("float32" if value.dtype.kind == "V" else str)
    flat = value.ravel().tolist()
    return [value.dtype.name, list(value.shape), *(plain_number(each) for each in flat)]


def plain_number(value):
    if isinstance(value, complex):
        return [number(value.real), number(value.imag)]
    return number(value) if isinstance(value, float) else value


def number(value):
    """A float that JSON can hold, with as many digits as are compared."""
    return f"{value:.6g}" if not math.isfinite(value) else float(f"{value:.7g}")


def agree(found, expected):
    """Whether two results are the same, numbers to 3e-5."""
    if isinstance(expected, dict) and "raises" in expected:
        raised = found["raises"] if isinstance(found, dict) and "raises" in found else []
        return bool(raised) and (expected["raises"][0] in raised or raised[0] in expected["raises"])
    if isinstance(expected, dict):
        alike = isinstance(found, dict) and found.keys() == expected.keys()
        return alike and all(agree(found[key], expected[key]) for key in expected)
    if isinstance(expected, list):
        alike = isinstance(found, list) and len(found) == len(expected)
        return alike and all(map(agree, found, expected))
    if isinstance(expected, float) and isinstance(found, int | float):
        return math.isclose(found, expected, rel_tol=3e-5, abs_tol=3e-5)
    return found == expected
