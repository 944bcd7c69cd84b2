"""Files between Geartrain and Keras: each half runs under its own Python.

    python tests/saving/exchange.py write FOLDER [geartrain|keras]   models of the zoo, with outputs
    python tests/saving/exchange.py read FOLDER [geartrain|keras]    load them, compare the outputs

`make parity` has each write what the other reads.
"""

import importlib
import json
import sys
import traceback
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import zoo

TOLERANCE = 1e-6
FORMS = (".keras", ".weights.h5", ".h5")
# What Keras itself cannot read again of its own older files: operations, axes as lists, scores.
OLDER_LEAVES_OUT = {"operations", "more_operations", "transformer", "doubles", "halves", "norms",
                    "masked_words", "attentions"}  # fmt: skip


def flat(nest):
    if isinstance(nest, dict):
        return [leaf for key in sorted(nest) for leaf in flat(nest[key])]
    if isinstance(nest, list | tuple):
        return [leaf for each in nest for leaf in flat(each)]
    return [np.asarray(nest).astype("float64")]


def outputs(model, name):
    given = zoo.inputs_of(name)
    if name == "by_name":
        given = dict(zip("ab", given, strict=True))
    return flat(model(given, training=False))


def compiled(k, model, name):
    optimizer, loss = zoo.COMPILED[name]
    if optimizer == "schedule":
        decay = k.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
        optimizer = k.optimizers.SGD(decay, momentum=0.9)
    model.compile(optimizer, loss, metrics=["mae"])
    model.optimizer.build(model.trainable_variables)
    for at, variable in enumerate(model.optimizer.variables):
        if np.asarray(variable).ndim:
            variable.assign(np.full(variable.shape, 0.1 * at, "float32"))
    return model


def write(k, folder):
    written = 0
    for name, build in zoo.ZOO.items():
        try:
            model = zoo.fill(build(k))
            if zoo.COMPILED[name]:
                compiled(k, model, name)
            model.save(folder / f"{name}.keras")
            model.save_weights(folder / f"{name}.weights.h5")
            if name not in OLDER_LEAVES_OUT or k.__name__ == "tf_keras":
                model.save(folder / f"{name}.h5")
            np.savez(folder / f"{name}.npz", *outputs(model, name))
            written += 1
        except Exception as error:
            report(name, "write", error)
    print(f"{written} of {len(zoo.ZOO)} models written by {k.__name__}")
    return written == len(zoo.ZOO)


def report(name, what, error):
    print(f"{name}: {what}: {type(error).__name__}: {str(error)[:400]}")
    if "-v" in sys.argv:
        traceback.print_exception(error)


def loaded(k, path, name):
    """The model of a file; weights alone go into a model that is built anew."""
    if path.name.endswith(".weights.h5"):
        model = build_only(k, name)
        model.load_weights(path)
        return model
    return k.models.load_model(path)


def build_only(k, name):
    model = zoo.ZOO[name](k)
    return compiled(k, model, name) if zoo.COMPILED[name] else model


def check(k, folder, name, form):
    model = loaded(k, folder / f"{name}{form}", name)
    with np.load(folder / f"{name}.npz") as expected:
        for key, found in zip(expected, outputs(model, name), strict=True):
            scale = max(np.abs(expected[key]).max(), 1.0)
            tolerance = 1e-2 if name == "halves" else TOLERANCE
            gap = np.abs(found - expected[key]).max() / scale
            if not gap <= tolerance:
                raise ValueError(f"outputs differ by {gap:.2g}")
    if zoo.COMPILED[name] and form != ".weights.h5":
        state = [np.asarray(each) for each in model.optimizer.variables]
        wanted = [0.1 * at for at, each in enumerate(state) if each.ndim]
        if not np.allclose([each.ravel()[0] for each in state if each.ndim], wanted):
            raise ValueError("the optimizer's state differs")


def read(k, folder):
    right = dict.fromkeys(FORMS, 0)
    asked = dict.fromkeys(FORMS, 0)
    for name in zoo.ZOO:
        for form in FORMS:
            if form == ".h5" and name in OLDER_LEAVES_OUT:
                continue
            asked[form] += 1
            try:
                check(k, folder, name, form)
                right[form] += 1
            except Exception as error:
                report(name, form, error)
    print(json.dumps({form: f"{right[form]} of {asked[form]}" for form in FORMS}))
    return right == asked


if __name__ == "__main__":
    what, place, module = sys.argv[1:4]
    Path(place).mkdir(parents=True, exist_ok=True)
    done = {"write": write, "read": read}[what](importlib.import_module(module), Path(place))
    sys.exit(0 if done else f"{module}: not everything could be {what}")
