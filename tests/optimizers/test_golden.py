"""Every optimizer and schedule against Keras's numbers, names, configs and signatures."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

import geartrain as keras
from geartrain import jit, optimizers
from tests.optimizers import cases

FOLDER = Path(__file__).parent
FACTS = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
TOLERANCES = {"float32": {"rtol": 1e-5, "atol": 1e-6}, "float64": {"rtol": 1e-10, "atol": 1e-12}}
# Keras takes means and norms in float32 on JAX, also of float64; test_formulas.py is exact here.
MEANS_IN_FLOAT32 = ("Adafactor", "Muon")


def golden():
    """Keras's numbers by key, in the order in which they were written."""
    kept = np.load(FOLDER / "golden.npz")
    values = np.split(kept["values"], np.cumsum(kept["lengths"])[:-1])
    names = [name for name, _ in cases.schedules(keras)]
    return dict(zip([*cases.KEYS, *names], values, strict=True))


GOLDEN = golden()


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("case", cases.CASES)
def test_ten_steps(case, dtype):
    found = cases.run(keras, case, dtype)
    rounded = case.startswith(MEANS_IN_FLOAT32)
    tolerance = TOLERANCES["float32" if rounded else dtype]
    np.testing.assert_allclose(found, GOLDEN[cases.parts(case, dtype)], **tolerance)


@pytest.mark.parametrize("name", [name for name, _ in cases.schedules(keras)])
def test_schedules(name):
    schedule = dict(cases.schedules(keras))[name]
    found = [float(schedule(step)) for step in range(cases.SCHEDULE_STEPS)]
    np.testing.assert_allclose(found, GOLDEN[name], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", [name for name, _ in cases.schedules(keras)])
def test_schedules_compile(name):
    schedule = dict(cases.schedules(keras))[name]
    steps = np.arange(cases.SCHEDULE_STEPS)
    compiled = jit(schedule)
    np.testing.assert_allclose(compiled(steps).numpy(), GOLDEN[name], rtol=1e-5, atol=1e-7)
    assert compiled(np.int32(3)).shape == ()


@pytest.mark.parametrize("case", cases.CASES)
def test_variables_have_their_names(case):
    optimizer, _ = cases.setting(keras, case, "float32")
    assert [cases.description(each) for each in optimizer.variables] == FACTS["variables"][case]


@pytest.mark.parametrize("name", FACTS["signatures"])
def test_signatures(name):
    room, _, cls = name.rpartition(".")
    made = getattr(getattr(optimizers, room) if room else optimizers, cls)
    given = list(inspect.signature(made.__init__).parameters.values())[1:]
    found = [
        [each.name, None if each.default is each.empty else repr(each.default)] for each in given
    ]
    assert found == FACTS["signatures"][name]


@pytest.mark.parametrize("name", FACTS["configs"])
def test_configs(name):
    optimizer = getattr(optimizers, name)(0.25, name="named")
    assert optimizer.get_config() == FACTS["configs"][name]
    assert list(optimizer.get_config()) == list(FACTS["configs"][name])


WITHOUT_STATE = [case for case in cases.CASES if case.endswith(" all")]


@pytest.mark.parametrize("case", [*WITHOUT_STATE, *cases.SPECIAL, *cases.PREPARED])
def test_steps_without_state(case):
    found = cases.run_stateless(keras, case, "float32")
    np.testing.assert_array_equal(found, cases.run(keras, case, "float32"))
