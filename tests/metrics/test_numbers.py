"""Every metric against the numbers of the real Keras, eagerly and compiled."""

import inspect
import json
import math
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import metrics
from tests.metrics.cases import CASES, VALUES, convert, facts, made, masked, run

FOLDER = Path(__file__).parent
KEPT = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
NUMBERS = np.load(FOLDER / "golden.npz")
EVERY = CASES | VALUES


def expected(key):
    """The arrays of a key, which are stored in one row."""
    shapes = [tuple(each) for each in KEPT["shapes"][key]]
    ends = np.cumsum([math.prod(each) for each in shapes])
    parts = np.split(NUMBERS[key], ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


@pytest.mark.parametrize("case", EVERY)
def test_numbers_are_those_of_keras(case):
    wanted, found = expected(str(list(EVERY).index(case))), run(geartrain, case)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one.shape == other.shape
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-5)


def test_masks_count_as_in_keras():
    for one, other in zip(masked(geartrain), expected("masked"), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", KEPT["signatures"])
def test_signatures_are_those_of_keras(name):
    own = [
        [each.name, None if each.default is each.empty else repr(each.default)]
        for each in inspect.signature(getattr(metrics, name)).parameters.values()
    ]
    assert own == KEPT["signatures"][name]


@pytest.mark.parametrize("case", EVERY)
def test_configs_and_state_are_those_of_keras(case):
    own, wanted = facts(geartrain, case), KEPT["facts"][case]
    assert own["config"] == own["again"]
    own = json.loads(json.dumps(own))
    for key in ("config", "again"):
        found = own.pop(key)
        for name, value in wanted.pop(key).items():
            assert found[name] == (pytest.approx(value) if name == "label_weights" else value)
    assert own == wanted


def test_compiled_metrics_are_the_eager_ones():
    """All of them in one program, which is compiled once; the second batch goes the same way."""
    compiled, eager = ({case: made(metrics, case) for case in CASES} for _ in range(2))
    inputs = {case: [convert(each) for each in CASES[case]()] for case in CASES}

    def update(*tensors):
        pairs = zip(tensors[::2], tensors[1::2], strict=True)
        for metric, pair in zip(compiled.values(), pairs, strict=True):
            metric.update_state(*pair)

    step = geartrain.jit(update)
    for part in (slice(0, 8), slice(8, 16)):
        step(*(each[part] for pair in inputs.values() for each in pair))
        for case, metric in eager.items():
            metric.update_state(*(each[part] for each in inputs[case]))
    assert step.host_calls == ()
    for case, metric in eager.items():
        pairs = zip(compiled[case].variables, metric.variables, strict=True)
        for one, other in pairs:
            np.testing.assert_allclose(
                one.numpy(), other.numpy(), rtol=2e-5, atol=1e-6, err_msg=case
            )
        np.testing.assert_allclose(compiled[case].result(), metric.result(), rtol=2e-5, atol=1e-6)
