"""Optimizers and schedules to run here and in Keras: the library is passed in."""

import itertools
import re
from contextlib import contextmanager

import numpy as np

STEPS = 10
SHAPES = {"kernel": (3, 2), "bias": (2,)}
DTYPES = ("float32", "float64")

COMMON = {
    "plain": {},
    "decay": {"weight_decay": 0.1},
    "clipnorm": {"clipnorm": 0.5},
    "clipvalue": {"clipvalue": 0.3},
    "global": {"global_clipnorm": 0.6},
    "mean": {"use_ema": True, "ema_momentum": 0.9},
    "mean_taken": {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3},
    "gathered": {"gradient_accumulation_steps": 3},
    "scaled": {"loss_scale_factor": 8.0},
    "all": {
        "gradient_accumulation_steps": 2,
        "use_ema": True,
        "ema_momentum": 0.5,
        "ema_overwrite_frequency": 2,
        "weight_decay": 0.01,
        "global_clipnorm": 1.0,
        "loss_scale_factor": 2.0,
    },
}
OWN = {
    "SGD": [{"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"nesterov": True}],
    "RMSprop": [
        {"rho": 0.5},
        {"momentum": 0.9},
        {"centered": True},
        {"centered": True, "momentum": 0.5, "epsilon": 1e-3},
    ],
    "Adam": [{"amsgrad": True}, {"beta_1": 0.5, "beta_2": 0.6}, {"epsilon": 0.1}],
    "AdamW": [{"amsgrad": True, "weight_decay": 0.2}, {"beta_1": 0.0}],
    "Adamax": [{"beta_1": 0.5, "beta_2": 0.6}, {"epsilon": 0.1}],
    "Nadam": [{"beta_1": 0.5, "beta_2": 0.6}, {"epsilon": 0.1}],
    "Adagrad": [{"initial_accumulator_value": 0.0}, {"epsilon": 0.1}],
    "Adadelta": [{"rho": 0.5}, {"epsilon": 0.1}],
    "Ftrl": [
        {"learning_rate_power": -0.3},
        {"learning_rate_power": 0.0},
        {"initial_accumulator_value": 1.0},
        {"l1_regularization_strength": 0.3},
        {"l2_regularization_strength": 0.3},
        {"l2_shrinkage_regularization_strength": 0.3},
        {"beta": 0.2},
        {"beta": 0.2, "l1_regularization_strength": 0.1, "l2_regularization_strength": 0.1},
    ],
    "Lion": [{"beta_1": 0.5, "beta_2": 0.6}],
    "Lamb": [{"beta_1": 0.5, "beta_2": 0.6}, {"epsilon": 0.1}],
    "Adafactor": [
        {"relative_step": False},
        {"clip_threshold": 0.5},
        {"beta_2_decay": -0.5, "epsilon_1": 1e-3, "epsilon_2": 0.5},
    ],
    "Muon": [
        {"nesterov": False},
        {"rms_rate": None},
        {"momentum": 0.5, "ns_steps": 3},
        {"exclude_layers": ["kern"]},
        {"adam_lr_ratio": 0.5, "adam_weight_decay": 0.3, "weight_decay": None},
        {"muon_a": 3.0, "muon_b": -4.0, "muon_c": 1.8, "epsilon": 0.1},
    ],
    "ScheduleFreeAdamW": [
        {"warmup_steps": 4},
        {"beta_1": 0.5, "beta_2": 0.6},
        {"epsilon": 0.1, "warmup_steps": 20},
    ],
}

COSINE = {"initial_learning_rate": 0.1, "decay_steps": 10}
SCHEDULES = {
    "ExponentialDecay": [(0.1, 7, 0.5), (0.1, 7, 0.5, True), (0.3, 3.5, 0.9)],
    "InverseTimeDecay": [(0.1, 7, 0.5), (0.1, 7, 0.5, True)],
    "PiecewiseConstantDecay": [([3, 9], [1.0, 0.5, 0.1]), ([10], [0.2, 0.3])],
    "PolynomialDecay": [
        (0.1, 10),
        (0.1, 10, 0.01, 2.0),
        (0.1, 10, 0.01, 0.5, True),
        (0.1, 7, 0.0, 1.0, True),
    ],
    "CosineDecay": [
        (0.1, 10),
        (0.1, 10, 0.2),
        COSINE
        | {"initial_learning_rate": 0.0, "warmup_target": 0.5, "warmup_steps": 5, "alpha": 0.1},
        COSINE | {"warmup_target": 0.3},
        COSINE | {"warmup_steps": 5},
    ],
    "CosineDecayRestarts": [
        (0.1, 5),
        (0.1, 5, 1.0),
        (0.1, 5, 1.5, 0.9, 0.1),
        (0.1, 7, 2.0, 0.5),
        (0.1, 4, 3.0),
    ],
}
SCHEDULE_STEPS = 64


def schedules(keras):
    """Every schedule of the table."""
    for name, rows in SCHEDULES.items():
        for number, given in enumerate(rows):
            made = getattr(keras.optimizers.schedules, name)
            yield f"{name} {number}", made(**given) if isinstance(given, dict) else made(*given)


def decaying(keras):
    return keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5)


def scaled(keras, inner, **arguments):
    return keras.optimizers.LossScaleOptimizer(inner, **arguments)


SPECIAL = {
    "SGD scheduled": lambda k: k.optimizers.SGD(decaying(k)),
    "Adam scheduled and gathered": lambda k: k.optimizers.Adam(
        decaying(k), gradient_accumulation_steps=3
    ),
    "Adafactor scheduled": lambda k: k.optimizers.Adafactor(decaying(k)),
    "SGD of a function": lambda k: k.optimizers.SGD(lambda: 0.25),
    "LossScaleOptimizer grows": lambda k: scaled(
        k, k.optimizers.SGD(0.1, momentum=0.9), initial_scale=4.0, dynamic_growth_steps=3
    ),
    "LossScaleOptimizer of Adam": lambda k: scaled(
        k, k.optimizers.AdamW(0.1, clipnorm=0.4), initial_scale=16.0, dynamic_growth_steps=2
    ),
    "MultiOptimizer": lambda k: k.optimizers.MultiOptimizer(
        k.optimizers.OptimizerMap(k.optimizers.SGD(0.1), {"bi.s": k.optimizers.Adam(0.1)})
    ),
    "MultiOptimizer scaled": lambda k: k.optimizers.MultiOptimizer(
        k.optimizers.OptimizerMap(k.optimizers.RMSprop(0.1), {"kernel": k.optimizers.Lion(0.1)}),
        loss_scale_factor=4.0,
    ),
}
NOT_FINITE = {2: np.inf, 6: np.nan}  # at these steps, for optimizers that are to bear it


def excluded(optimizer, _):
    optimizer.exclude_from_weight_decay(var_names=["^bi"])


def bounded(keras, variables):
    variables[0].constraint = keras.constraints.NonNeg()


def overwritten(_, variables):
    variables[1].overwrite_with_gradient = True


PREPARED = {
    "excluded from decay": (lambda k: k.optimizers.AdamW(0.1, weight_decay=0.5), excluded, None),
    "constrained": (lambda k: k.optimizers.SGD(0.1), None, bounded),
    "constrained and meant": (
        lambda k: k.optimizers.SGD(0.1, use_ema=True, ema_overwrite_frequency=2),
        None,
        bounded,
    ),
    "overwritten": (lambda k: k.optimizers.Adam(0.1), None, overwritten),
    "overwritten and gathered": (
        lambda k: k.optimizers.Adam(0.1, gradient_accumulation_steps=3, use_ema=True),
        None,
        overwritten,
    ),
}


def makers():
    """What makes the optimizer of each case, by name."""
    for kind, rows in OWN.items():
        for label, common in COMMON.items():
            yield f"{kind} {label}", kind, common
        for number, own in enumerate(rows):
            yield f"{kind} {number}", kind, own


MAKERS = {name: (kind, arguments) for name, kind, arguments in makers()}
CASES = [*MAKERS, *SPECIAL, *PREPARED]


def optimizer_of(keras, case):
    """The optimizer of a case."""
    if case in MAKERS:
        kind, arguments = MAKERS[case]
        return getattr(keras.optimizers, kind)(0.1, **arguments)
    return SPECIAL[case](keras) if case in SPECIAL else PREPARED[case][0](keras)


def starts(dtype):
    """The first values of the variables."""
    draw = np.random.default_rng(1)
    return [draw.standard_normal(shape).astype(dtype) for shape in SHAPES.values()]


def gradients(case, dtype):
    """The gradients of every step."""
    draw = np.random.default_rng(2)
    for step in range(STEPS):
        found = [draw.standard_normal(shape).astype(dtype) for shape in SHAPES.values()]
        if case.startswith("LossScale"):
            found[1][0] = NOT_FINITE.get(step, found[1][0])
        yield found


def setting(keras, case, dtype):
    """The optimizer and the variables of a case."""
    variables = [
        keras.Variable(start, dtype=dtype, name=name)
        for name, start in zip(SHAPES, starts(dtype), strict=True)
    ]
    optimizer = optimizer_of(keras, case)
    if case in PREPARED:
        _, of_optimizer, of_variables = PREPARED[case]
        if of_optimizer:
            of_optimizer(optimizer, keras)
        if of_variables:
            of_variables(keras, variables)
    optimizer.build(variables)
    return optimizer, variables


def run(keras, case, dtype):
    """The variables, and the optimizer's, after the steps: one array."""
    with floats_of(keras, dtype):
        optimizer, variables = setting(keras, case, dtype)
        for each in gradients(case, dtype):
            optimizer.apply(each, variables)
        return flat([*variables, *optimizer.variables])


@contextmanager
def floats_of(keras, dtype):
    """Make a dtype the default one, so that learning rates and betas are in it as well."""
    before = keras.config.floatx()
    keras.config.set_floatx(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


def run_stateless(keras, case, dtype):
    """The same, with values that are handed on."""
    optimizer, variables = setting(keras, case, dtype)
    trained = [each.value for each in variables]
    own = [each.value for each in optimizer.variables]
    for each in gradients(case, dtype):
        trained, own = optimizer.stateless_apply(own, each, trained)
    return flat([*trained, *own])


def flat(values):
    """All numbers in one array of float64."""
    parts = [np.asarray(each.numpy() if hasattr(each, "numpy") else each) for each in values]
    return np.concatenate([part.astype("float64").ravel() for part in parts])


def description(variable):
    """Name, shape and dtype; of a name that is a number's, and of an int's size, nothing."""
    name = re.sub(r"^variable_\d+$", "variable", variable.name)
    return [name, list(variable.shape), str(variable.dtype).replace("int64", "int32")]


def parts(case, dtype):
    """The key of a golden value."""
    return f"{case} {dtype}"


KEYS = [parts(*each) for each in itertools.product(CASES, DTYPES)]
