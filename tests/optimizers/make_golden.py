"""Compute what Keras's optimizers and schedules give, or check (`--check`) that they still do.

KERAS_BACKEND=jax python tests/optimizers/make_golden.py [--check]

Beside the numbers it stores the arguments, the configs, and the names of the optimizers' variables.
"""

import inspect
import json
import os
import sys
from pathlib import Path

os.environ["JAX_ENABLE_X64"] = "1"  # else there is no float64
os.environ["JAX_DISABLE_JIT"] = "1"  # conditions are Python's then, in which variables may change

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import cases

FOLDER = Path(__file__).parent
RATES = "schedules"


def main():
    numbers = found()
    if "--check" in sys.argv:
        check(numbers)
        return
    lengths = [len(each) for each in numbers.values()]
    np.savez_compressed(
        FOLDER / "golden.npz", values=np.concatenate(list(numbers.values())), lengths=lengths
    )
    text = json.dumps(facts(), separators=(",", ":")).replace("]],", "]],\n").replace("},", "},\n")
    (FOLDER / "golden.json").write_text(text + "\n", encoding="utf-8")


def found():
    """Every number, by its key."""
    numbers = {}
    for case in cases.CASES:
        for dtype in cases.DTYPES:
            numbers[cases.parts(case, dtype)] = cases.run(keras, case, dtype)
    for name, schedule in cases.schedules(keras):
        rates = [float(schedule(step)) for step in range(cases.SCHEDULE_STEPS)]
        numbers[name] = np.array(rates)
    return numbers


def facts():
    return {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "signatures": {name: arguments(getattr(keras.optimizers, name)) for name in classes()}
        | {
            f"schedules.{name}": arguments(getattr(keras.optimizers.schedules, name))
            for name in cases.SCHEDULES
        },
        "configs": {name: config(name) for name in cases.OWN},
        "variables": {case: names(case) for case in cases.CASES},
    }


def classes():
    further = ("LossScaleOptimizer", "MultiOptimizer", "OptimizerMap", "Optimizer")
    return [*cases.OWN, *further]


def arguments(cls):
    """The arguments of a class, and their defaults as text."""
    return [
        [each.name, None if each.default is each.empty else repr(each.default)]
        for each in inspect.signature(cls.__init__).parameters.values()
        if each.name != "self"
    ]


def config(name):
    return getattr(keras.optimizers, name)(0.25, name="named").get_config()


def names(case):
    optimizer, _ = cases.setting(keras, case, "float32")
    return [cases.description(each) for each in optimizer.variables]


def check(numbers):
    kept = np.load(FOLDER / "golden.npz")
    values = np.split(kept["values"], np.cumsum(kept["lengths"])[:-1])
    for (key, now), before in zip(numbers.items(), values, strict=True):
        np.testing.assert_allclose(now, before, rtol=1e-5, atol=1e-6, err_msg=key)
    stored = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(facts())) | {"keras": 0} == stored | {"keras": 0}
    print(f"{len(numbers)} optimizers and schedules: Keras {keras.__version__} agrees")


if __name__ == "__main__":
    main()
