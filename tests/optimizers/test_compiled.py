"""Steps that are compiled agree with eager ones, and call nothing on the host."""

import numpy as np
import pytest

import geartrain as keras
from geartrain import jit, layers, models, optimizers
from geartrain.random import set_random_seed
from tests.optimizers import cases

COMPILED = [
    *(case for case in cases.CASES if case.endswith((" all", " plain"))),
    *cases.SPECIAL,
    *cases.PREPARED,
]


def run_compiled(case):
    optimizer, variables = cases.setting(keras, case, "float32")
    step = jit(lambda *gradients: optimizer.apply(gradients, variables))
    for each in cases.gradients(case, "float32"):
        step(*each)
    return cases.flat([*variables, *optimizer.variables])


@pytest.mark.parametrize("case", COMPILED)
def test_compiled_steps_agree(case):
    eager = cases.run(keras, case, "float32")
    np.testing.assert_allclose(run_compiled(case), eager, rtol=2e-5, atol=2e-6)


FITTED = {
    "a schedule": lambda: optimizers.SGD(optimizers.schedules.CosineDecay(0.1, 8)),
    "a scale": lambda: optimizers.LossScaleOptimizer(optimizers.Adam(0.01), 8.0, 3),
    "gathered": lambda: optimizers.RMSprop(0.01, gradient_accumulation_steps=2, clipnorm=1.0),
    "means": lambda: optimizers.AdamW(0.01, use_ema=True, ema_overwrite_frequency=3),
    "two": lambda: optimizers.MultiOptimizer(
        optimizers.OptimizerMap(optimizers.SGD(0.1), {".*bias": optimizers.Lion(0.01)})
    ),
}


@pytest.mark.parametrize("name", FITTED)
def test_fit_agrees_with_eager_fit(name):
    x = np.random.default_rng(0).standard_normal((24, 3)).astype("float32")
    y = x @ np.ones((3, 1), "float32")
    found = []
    for eagerly in (True, False):
        set_random_seed(1)
        model = models.Sequential([layers.Dense(4, activation="tanh", input_shape=(3,)),
                                   layers.Dense(1)])  # fmt: skip
        model.compile(optimizer=FITTED[name](), loss="mse", run_eagerly=eagerly)
        model.fit(x, y, batch_size=4, epochs=2, verbose=0)
        found.append(cases.flat([*model.weights, *model.optimizer.variables]))
    np.testing.assert_allclose(found[1], found[0], rtol=1e-4, atol=1e-5)
