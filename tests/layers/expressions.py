"""What expressions of layers give, in Keras and in Geartrain, as JSON has it."""

import copy

import numpy as np


def adapted(layer, data):
    layer.adapt(data)
    return layer


def run(layers, expression, names):
    """What an expression gives, or the name of the error that it raises."""
    words = {"L": layers, "np": np, "adapted": adapted, **copy.deepcopy(names)}
    try:
        return plain(eval(expression, words))
    except Exception as error:
        return {"raises": type(error).__name__}


def plain(value):
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple) or type(value).__name__ == "ListWrapper":
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.generic):
        return value.item()
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        kind = "string" if array.dtype == object else array.dtype.name
        return {"dtype": kind, "shape": list(array.shape), "values": plain(array.tolist())}
    if isinstance(value, float):
        return float(f"{value:.7g}")
    return value if isinstance(value, str | int | None) else type(value).__name__


def assert_alike(found, expected, absolute=1e-6):
    """Raise where nests differ: numbers by more than 1e-5 of themselves."""
    assert isinstance(found, type(expected)) or {type(found), type(expected)} == {int, float}
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for name in expected:
            assert_alike(found[name], expected[name], absolute)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for own, other in zip(found, expected, strict=True):
            assert_alike(own, other, absolute)
    elif isinstance(expected, float):
        assert np.isclose(found, expected, rtol=1e-5, atol=absolute, equal_nan=True)
    else:
        assert found == expected
