"""Calls of activations, regularizers, constraints and initializers, for either library.

Each case is a function of the library that gives an array; it runs with the real Keras, which
writes the golden values, and with Geartrain, which is compared with them.
"""

import itertools

import numpy as np

DRAW = np.random.default_rng(7)
SMALL = np.array([-30.0, -4.0, -1.5, -1.0, -0.5, -0.2, 0.0, 0.3, 0.5, 1.0, 2.5, 4.0, 7.0, 30.0])
MATRIX = DRAW.standard_normal((5, 4)) * 2
KERNEL = DRAW.standard_normal((3, 3, 2, 4))
DTYPES = ("float32", "float64")

ACTIVATIONS = {
    "celu": [{}, {"alpha": 0.5}],
    "elu": [{}, {"alpha": 0.5}],
    "exponential": [{}],
    "gelu": [{}, {"approximate": True}],
    "glu": [{}],
    "hard_shrink": [{}, {"threshold": 1.2}],
    "hard_sigmoid": [{}],
    "hard_silu": [{}],
    "hard_swish": [{}],
    "hard_tanh": [{}],
    "leaky_relu": [{}, {"negative_slope": 0.5}],
    "linear": [{}],
    "log_sigmoid": [{}],
    "log_softmax": [{}, {"axis": 0}],
    "mish": [{}],
    "relu": [
        {},
        {"negative_slope": 0.1},
        {"max_value": 3.0},
        {"threshold": 1.0},
        {"negative_slope": 0.1, "max_value": 3.0, "threshold": 0.7},
    ],
    "relu6": [{}],
    "selu": [{}],
    "sigmoid": [{}],
    "silu": [{}],
    "soft_shrink": [{}, {"threshold": 1.2}],
    "softmax": [{}, {"axis": 0}],
    "softplus": [{}],
    "softsign": [{}],
    "sparse_plus": [{}],
    "sparsemax": [{"axis": 0}],  # along -1 that of Keras 3.15.1 sums to 1.2 for this row
    "sparse_sigmoid": [{}],
    "squareplus": [{}, {"b": 2.0}],
    "swish": [{}],
    "tanh": [{}],
    "tanh_shrink": [{}],
    "threshold": [{"threshold": 0.4, "default_value": -2.0}],
}
REGULARIZERS = {
    "L1": [{}, {"l1": 0.3}],
    "L2": [{}, {"l2": 0.3}],
    "L1L2": [{}, {"l1": 0.3, "l2": 0.2}, {"l1": None, "l2": 1.0}],
    "OrthogonalRegularizer": [{}, {"factor": 0.5}, {"factor": 0.5, "mode": "columns"}],
}
CONSTRAINTS = {
    "MaxNorm": [{}, {"max_value": 1.0}, {"max_value": 1.0, "axis": 1}],
    "MinMaxNorm": [
        {},
        {"min_value": 0.5, "max_value": 2.0, "rate": 0.3},
        {"min_value": 3.0, "max_value": 4.0, "axis": 1},
    ],
    "NonNeg": [{}],
    "UnitNorm": [{}, {"axis": 1}],
}
EXACT_INITIALIZERS = {
    "Constant": [({}, (2, 3)), ({"value": 3.5}, (2,))],
    "Identity": [({}, (2, 3)), ({"gain": 2.0}, (3, 3))],
    "Ones": [({}, (2, 3))],
    "STFT": [
        ({"side": side, "window": window, "scaling": scaling, "periodic": periodic}, (6, 1, 4))
        for side, window, scaling, periodic in itertools.product(
            ("real", "imag"),
            ("hann", "hamming", None),
            ("density", "spectrum", None),
            (False, True),
        )
    ],
    "Zeros": [({}, (2, 3))],
}
RANDOM_INITIALIZERS = {
    "GlorotNormal": [{}],
    "GlorotUniform": [{}, {"input_axes": [0], "output_axes": [2]}],
    "HeNormal": [{}],
    "HeUniform": [{}],
    "LecunNormal": [{}],
    "LecunUniform": [{}],
    "Orthogonal": [{}, {"gain": 3.0}],
    "RandomNormal": [{}, {"mean": 1.0, "stddev": 0.3}],
    "RandomUniform": [{}, {"minval": 0.5, "maxval": 2.0}],
    "TruncatedNormal": [{}, {"mean": 1.0, "stddev": 0.3}],
    "VarianceScaling": [
        {"scale": 2.0, "mode": mode, "distribution": distribution}
        for mode in ("fan_in", "fan_out", "fan_avg")
        for distribution in ("truncated_normal", "untruncated_normal", "uniform")
    ],
}
RANDOM_SHAPE = (40, 30, 50)


def called(function, array, **arguments):
    def run(keras, dtype):
        given = keras.ops.convert_to_tensor(array.astype(dtype))
        return np.asarray(function(keras, **arguments)(given))

    return run


def activation_case(name, arguments):
    def function(keras):
        return lambda x: getattr(keras.activations, name)(x, **arguments)

    return called(function, SMALL.reshape(2, 7)[:, :6] if name == "glu" else SMALL.reshape(2, 7))


def room_case(room, name, arguments, array):
    return called(lambda keras: getattr(getattr(keras, room), name)(**arguments), array)


def initializer_case(name, arguments, shape):
    def run(keras, dtype):
        return np.asarray(getattr(keras.initializers, name)(**arguments)(shape, dtype=dtype))

    return run


def moments_case(name, arguments):
    """Mean, standard deviation, least and greatest of what is drawn."""

    def run(keras, dtype):
        drawn = getattr(keras.initializers, name)(seed=3, **arguments)
        numbers = np.asarray(drawn(RANDOM_SHAPE, dtype=dtype), "float64")
        return np.array([numbers.mean(), numbers.std(), numbers.min(), numbers.max()])

    return run


def labelled(name, arguments):
    return f"{name}({', '.join(f'{key}={value}' for key, value in arguments.items())})"


def exact_cases():
    """Label and function of every case whose numbers are fixed."""
    for name, grid in ACTIVATIONS.items():
        for arguments in grid:
            yield f"activations.{labelled(name, arguments)}", activation_case(name, arguments)
    for room, families in (("regularizers", REGULARIZERS), ("constraints", CONSTRAINTS)):
        for name, grid in families.items():
            for number, arguments in enumerate(grid):
                wide = KERNEL if number == 0 and name != "OrthogonalRegularizer" else MATRIX
                square = MATRIX[:4] if name == "OrthogonalRegularizer" else wide
                yield (
                    f"{room}.{labelled(name, arguments)}",
                    room_case(room, name, arguments, square),
                )
    for name, grid in EXACT_INITIALIZERS.items():
        for arguments, shape in grid:
            label = f"initializers.{labelled(name, arguments)} {shape}"
            yield label, initializer_case(name, arguments, shape)


def moment_cases():
    """Label and function of every case that is drawn."""
    for name, grid in RANDOM_INITIALIZERS.items():
        for arguments in grid:
            yield f"initializers.{labelled(name, arguments)}", moments_case(name, arguments)


EXACT = dict(exact_cases())
MOMENTS = dict(moment_cases())


def config_of(keras, room, name, arguments):
    """The serialized config of an object, as plain data."""
    return getattr(keras, room).serialize(getattr(getattr(keras, room), name)(**arguments))


CONFIGS = (
    [
        (room, name, arguments)
        for room, families in (("regularizers", REGULARIZERS), ("constraints", CONSTRAINTS))
        for name, grid in families.items()
        for arguments in grid[1:] or grid
    ]
    + [
        ("initializers", name, {**arguments, "seed": 3})
        for name, grid in RANDOM_INITIALIZERS.items()
        for arguments in grid
    ]
    + [
        ("initializers", name, arguments)
        for name in EXACT_INITIALIZERS
        for arguments, _ in EXACT_INITIALIZERS[name]
    ]
)
