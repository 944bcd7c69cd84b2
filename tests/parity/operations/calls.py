"""The calls of `cases.txt`, on arrays that both frameworks get, and what comes back as plain data.

A case is a line such as `cumsum(f, axis=0)`: the function's name in `ops`, and arguments made of
the arrays below. Arrays have 32 bits at most, as Keras on JAX computes in those.
"""

from pathlib import Path

import ml_dtypes
import numpy as np

CASES = (Path(__file__).parent / "cases.txt").read_text(encoding="utf-8").splitlines()


def arrays():
    """The arrays by name: small, of every kind, always the same."""
    rng = np.random.default_rng(0)

    def floats(*shape):
        return rng.uniform(0.05, 0.95, shape).astype("float32")

    f, g, square = floats(3, 4), floats(3, 4), floats(4, 4)
    broken, holes = f.copy(), f.copy()
    broken[0, 0], broken[1, 1], broken[2, 2] = np.nan, np.inf, -np.inf
    holes[0, 0] = holes[1, 2] = np.nan
    return {
        "np": np,
        "f": f,  # floats
        "g": g,
        "v": floats(4),
        "t": floats(2, 3, 4),
        "h": floats(3, 4).astype("float16"),
        "bf": floats(3, 4).astype(ml_dtypes.bfloat16),
        "s": floats(3, 4) * 1.8 - 0.9,  # between -1 and 1
        "z0": floats()[()],  # of rank 0
        "e0": floats(0, 4),  # empty
        "one": floats(1, 1),
        "big": np.array([[-1e4, -50.0, 0.0, 50.0, 1e4]], "float32"),
        "n": broken,  # with NaN and infinities
        "n0": holes,  # with NaN
        "isnan0": np.isnan(broken),
        "sq": floats(3, 3),
        "sq4": floats(4, 4),
        "spd": square @ square.T + np.eye(4, dtype="float32"),
        "x3": floats(2, 3),
        "y3": floats(2, 3),
        "i": rng.integers(0, 6, (3, 4)).astype("int32"),
        "u": rng.integers(0, 6, (3, 4)).astype("uint8"),
        "b": rng.uniform(size=(3, 4)) > 0.5,
        "c": (floats(3, 4) + 1j * floats(3, 4)).astype("complex64"),
        "w": np.array([1, 3, 3, 0, 2, 1], "int32"),
        "wf": floats(6),
        "seg": np.array([0, 2, 2], "int32"),
        "ix": np.array([[0, 1], [2, 2], [0, 1]]),
        "vals": floats(3) + 0.5,
        "img": floats(2, 8, 9, 3),
        "x1d": floats(2, 10, 3),
        "vol": floats(1, 5, 6, 4, 2),
        "k1": floats(3, 3, 4) - 0.5,
        "k2": floats(3, 3, 3, 4) - 0.5,
        "k3": floats(2, 2, 2, 2, 3) - 0.5,
        "kt": floats(3, 3, 5, 3) - 0.5,
        "dk": floats(3, 3, 3, 2) - 0.5,
        "pk": floats(1, 1, 6, 5) - 0.5,
        "q": floats(2, 5, 2, 4),
        "kk": floats(2, 6, 2, 4),
        "vv": floats(2, 6, 2, 4),
    }


def name_of(case):
    """The name of the function that a case calls."""
    return case.partition("(")[0]


def call(ops, case):
    """What a case gives, as nested lists of `(dtype, array)`, texts and numbers."""
    function = ops
    for part in name_of(case).split("."):
        function = getattr(function, part)
    return plain(eval(f"function{case[len(name_of(case)) :]}", {**arrays(), "function": function}))


def plain(value):
    """Tensors as `(dtype, array)`, sequences as lists, the rest as it is."""
    if isinstance(value, list | tuple) and not isinstance(value, str):
        return [plain(each) for each in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    array = np.asarray(value)
    name = array.dtype.name
    return (name, array.astype("float32") if name == "bfloat16" else array)
