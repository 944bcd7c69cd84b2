"""Every loss against the numbers of the real Keras, eagerly and compiled."""

import inspect
import json
import math
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import losses
from tests.losses.cases import CASES, convert, facts, made, masked, run

FOLDER = Path(__file__).parent
KEPT = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
NUMBERS = np.load(FOLDER / "golden.npz")
# Of the largest number. Keras takes means of float64 in float32: so many digits agree.
TOLERANCES = {"float32": 1e-5, "float64": 5e-6, "float16": 2e-2, "bfloat16": 4e-2}


def expected(key):
    """The arrays of a key, which are stored in one row."""
    shapes = [tuple(each) for each in KEPT["shapes"][key]]
    ends = np.cumsum([math.prod(each) for each in shapes])
    parts = np.split(NUMBERS[key], ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


# In narrow dtypes 1 - 1e-7 is 1: the losses of certain outputs depend on the order of rounding.
COMPARED = [
    (case, dtype)
    for case in CASES
    for dtype in TOLERANCES
    if not (dtype.endswith("16") and "certain" in case)
]


@pytest.mark.parametrize(("case", "dtype"), COMPARED)
def test_numbers_are_those_of_keras(case, dtype):
    tolerance = TOLERANCES[dtype]
    wanted = expected(f"{list(CASES).index(case)}.{dtype}")
    found = run(geartrain, case, dtype)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one.shape == other.shape
        scale = max(1.0, float(np.abs(other).max(initial=0)))
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance * scale)


def in_numpy(case):
    """Losses of samples by their formulas, in float64."""
    y, p = CASES[case]()
    e = y - p
    q = p / p.sum(-1, keepdims=True)
    return {
        "BinaryCrossentropy()": lambda: -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(-1),
        "CategoricalCrossentropy()": lambda: -(y * np.log(q)).sum(-1),
        "Huber(delta=0.3)": lambda: np.where(abs(e) <= 0.3, e**2 / 2, 0.3 * abs(e) - 0.045).mean(
            -1
        ),
        "LogCosh()": lambda: np.log(np.cosh(e)).mean(-1),
        "MeanAbsoluteError()": lambda: abs(e).mean(-1),
        "MeanSquaredError()": lambda: (e**2).mean(-1),
        "MeanSquaredLogarithmicError()": lambda: ((np.log1p(y) - np.log1p(p)) ** 2).mean(-1),
        "Poisson()": lambda: (p - y * np.log(p + 1e-7)).mean(-1),
        "SquaredHinge()": lambda: (np.maximum(1 - y * p, 0) ** 2).mean(-1),
    }[case]()


@pytest.mark.parametrize(
    "case",
    [
        "BinaryCrossentropy()",
        "CategoricalCrossentropy()",
        "Huber(delta=0.3)",
        "LogCosh()",
        "MeanAbsoluteError()",
        "MeanSquaredError()",
        "MeanSquaredLogarithmicError()",
        "Poisson()",
        "SquaredHinge()",
    ],
)
def test_float64_keeps_its_digits(case):
    y, p = (convert(each, "float64") for each in CASES[case]())
    found = made(losses, case, reduction=None, dtype="float64")(y, p)
    np.testing.assert_allclose(found, in_numpy(case), rtol=1e-10)


def test_masks_count_as_in_keras():
    for one, other in zip(masked(geartrain), expected("masked"), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", KEPT["signatures"])
def test_signatures_are_those_of_keras(name):
    own = [
        [each.name, None if each.default is each.empty else repr(each.default)]
        for each in inspect.signature(getattr(losses, name)).parameters.values()
    ]
    assert own == KEPT["signatures"][name]


@pytest.mark.parametrize("case", CASES)
def test_configs_hold_what_those_of_keras_hold(case):
    own, wanted = facts(geartrain, case), KEPT["facts"][case]
    assert (own["name"], own["dtype"]) == (wanted["name"], wanted["dtype"])
    assert own["config"] == own["again"]
    own_config = json.loads(json.dumps(own["config"]))
    assert wanted["config"].items() <= own_config.items()


def test_compiled_losses_are_the_eager_ones():
    """All of them in one program, which is compiled once."""
    inputs = {case: [convert(each, "float32") for each in CASES[case]()] for case in CASES}
    made_once = {case: made(losses, case) for case in CASES}

    def every(*tensors):
        pairs = zip(tensors[::2], tensors[1::2], strict=True)
        return [loss(y, p) for loss, (y, p) in zip(made_once.values(), pairs, strict=True)]

    flat = [each for pair in inputs.values() for each in pair]
    compiled = geartrain.jit(every)
    found = compiled(*flat)
    for case, one in zip(CASES, found, strict=True):
        other = made_once[case](*inputs[case])
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6, err_msg=case)
