"""Compute what Keras gives for every case, or check (`--check`) that it still gives it.

KERAS_BACKEND=jax python tests/layers/make_golden.py [--check | --new]

`--new` computes the cases that are not stored yet, and keeps the others. Beside the numbers it
stores the arguments of the layers, their weights, and what models become that were trained for
some steps.
"""

import inspect
import json
import sys
from pathlib import Path

import keras
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.layers.cases import CASES, name_of, run
from tests.layers.gate import GATES
from tests.layers.gate import facts as facts_of
from tests.layers.training_cases import MODELS, train

FOLDER = Path(__file__).parent


def main():
    stored = kept() if "--new" in sys.argv else {}
    facts, arrays = {}, {}
    for number, case in enumerate(CASES):
        facts[case], outputs = stored[case] if case in stored else run(keras.layers, case)
        arrays |= {f"{number}.{at}": each for at, each in enumerate(outputs)}
    for name in MODELS:
        outputs = stored[name][1] if name in stored else train(keras, name)
        arrays |= {f"{name}.{at}": each for at, each in enumerate(outputs)}
    if "--check" in sys.argv:
        check(facts, arrays)
        return
    np.savez_compressed(FOLDER / "golden.npz", **arrays)
    content = {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "signatures": {name: arguments(name) for name in sorted({*map(name_of, CASES)})},
        "facts": facts,
        "gates": {name: facts_of(keras.layers, case) for name, case in GATES.items()},
    }
    text = json.dumps(content, indent=None, separators=(",", ":")).replace('},"', '},\n"')
    (FOLDER / "golden.json").write_text(text + "\n", encoding="utf-8")


def kept():
    """The facts and the outputs of each case, as they are stored."""
    facts = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))["facts"]
    numbers, outputs = np.load(FOLDER / "golden.npz"), {}
    for key in numbers:
        outputs.setdefault(key.rpartition(".")[0], []).append(numbers[key])
    cases = {case: (own, outputs[str(at)]) for at, (case, own) in enumerate(facts.items())}
    return cases | {name: (None, outputs[name]) for name in MODELS if name in outputs}


def arguments(name):
    """The arguments of a layer, and their defaults as text."""
    signature = inspect.signature(getattr(keras.layers, name).__init__)
    return [
        [each.name, None if each.default is each.empty else repr(each.default)]
        for each in signature.parameters.values()
        if each.name not in ("self", "kwargs")
    ]


def check(facts, arrays):
    stored = json.loads((FOLDER / "golden.json").read_text(encoding="utf-8"))
    numbers = np.load(FOLDER / "golden.npz")
    assert json.loads(json.dumps(facts)) == stored["facts"]
    for name, case in GATES.items():
        assert facts_of(keras.layers, case) == stored["gates"][name], name
    for key in numbers:
        np.testing.assert_allclose(arrays[key], numbers[key], rtol=1e-4, atol=1e-5, err_msg=key)
    print(f"{len(CASES)} layers, {len(MODELS)} models: Keras {keras.__version__} agrees")


if __name__ == "__main__":
    main()
