"""Calls of `keras.backend`, for `make_backend_golden.py` and the test."""

import numpy as np

X = np.linspace(-2.0, 3.0, 24).reshape(2, 3, 4).astype("float32")
Y = np.cos(np.arange(24.0)).reshape(2, 3, 4).astype("float32")
P = np.abs(Y[:, 0]) / np.abs(Y[:, 0]).sum(-1, keepdims=True)
T = np.eye(4, dtype="float32")[[1, 3]]
IMAGES = np.sin(np.arange(2 * 5 * 6 * 3.0)).reshape(2, 5, 6, 3).astype("float32")
KERNEL = np.cos(np.arange(3 * 2 * 3 * 4.0)).reshape(3, 2, 3, 4).astype("float32")
VOLUMES = np.sin(np.arange(2 * 3 * 4 * 3 * 2.0)).reshape(2, 3, 4, 3, 2).astype("float32")

UNARY = ("abs exp sigmoid sign sin cos softplus softsign square tanh sqrt elu hard_sigmoid relu "
         "softmax round ones_like zeros_like batch_flatten flatten transpose l2_normalize "
         "count_params").split()  # fmt: skip
REDUCTIONS = "all any argmax argmin max mean min prod std sum var".split()
BINARY = "equal greater greater_equal less less_equal maximum minimum not_equal".split()

CASES = [
    *((name, (X,), {}) for name in UNARY if name != "batch_flatten"),
    *((name, (X,), {"axis": 1}) for name in REDUCTIONS),
    *((name, (X,), {"axis": -1, "keepdims": True}) for name in ("mean", "max", "sum", "std")),
    ("mean", (X > 0,), {}),
    *((name, (X, Y), {}) for name in BINARY),
    ("log", (np.abs(X) + 1,), {}),
    ("pow", (np.abs(X), 1.25), {}),
    ("relu", (X,), {"alpha": 0.1, "max_value": 2.0, "threshold": 0.5}),
    ("clip", (X, -1.0, 1.0), {}),
    ("l2_normalize", (X,), {"axis": -1}),
    ("cumsum", (X,), {"axis": 1}),
    ("cumprod", (X,), {"axis": 2}),
    ("batch_flatten", (X,), {}),
    ("reshape", (X, (4, 6)), {}),
    ("permute_dimensions", (X, (2, 0, 1)), {}),
    ("concatenate", ([X, Y],), {"axis": 1}),
    ("stack", ([X, Y],), {"axis": 1}),
    ("expand_dims", (X,), {"axis": 1}),
    ("squeeze", (X[:1], 0), {}),
    ("gather", (X, [1, 0, 1]), {}),
    ("one_hot", (np.array([1, 0, 2]), 4), {}),
    ("reverse", (X, 1), {}),
    ("tile", (X, (1, 2, 1)), {}),
    ("repeat", (X[0], 3), {}),
    ("repeat_elements", (X, 2, 1), {}),
    ("temporal_padding", (X,), {"padding": (1, 2)}),
    ("spatial_2d_padding", (IMAGES,), {"padding": ((1, 2), (0, 1))}),
    ("spatial_3d_padding", (VOLUMES,), {"padding": ((1, 2), (0, 1), (1, 1))}),
    ("resize_images", (IMAGES, 2, 3, "channels_last"), {}),
    ("resize_images", (IMAGES, 2, 2, "channels_last"), {"interpolation": "bilinear"}),
    ("resize_volumes", (VOLUMES, 2, 1, 2, "channels_last"), {}),
    ("arange", (1, 7, 2), {}),
    ("eye", (3,), {}),
    ("constant", (2.0,), {"shape": (2, 2)}),
    ("zeros", ((2, 3),), {}),
    ("ones", ((2, 3),), {}),
    ("cast", (X, "int32"), {}),
    ("cast_to_floatx", (np.arange(3),), {}),
    ("switch", (X > 0, X, Y), {}),
    ("in_top_k", (P, np.array([1, 3]), 2), {}),
    ("dot", (X, Y[0].T), {}),
    ("dot", (X[0], Y[0].T), {}),
    ("batch_dot", (X, Y), {"axes": 2}),
    ("batch_dot", (X, np.swapaxes(Y, 1, 2)), {}),
    ("batch_dot", (X, Y), {"axes": (1, 1)}),
    ("batch_dot", (X[:, 0], Y[:, 0]), {"axes": 1}),
    ("bias_add", (X, np.arange(4.0, dtype="float32")), {}),
    ("batch_normalization", (X, X.mean((0, 1)), X.var((0, 1)), np.ones(4, "float32"),
                             np.full(4, 2, "float32")), {}),
    ("conv1d", (X, KERNEL[:2, :, 0, :2].swapaxes(1, 2).repeat(2, 1)), {}),
    ("conv1d", (X, KERNEL[:2, :, 0, :2].swapaxes(1, 2).repeat(2, 1)), {"padding": "causal"}),
    ("conv2d", (IMAGES, KERNEL), {}),
    ("conv2d", (IMAGES, KERNEL), {"strides": (2, 1), "padding": "same"}),
    ("conv2d_transpose", (IMAGES, np.swapaxes(KERNEL, 2, 3), (2, 10, 12, 4)),
     {"strides": (2, 2), "padding": "same"}),
    ("conv2d_transpose", (IMAGES, np.swapaxes(KERNEL, 2, 3), (2, 11, 12, 4)),
     {"strides": (2, 2)}),
    ("depthwise_conv2d", (IMAGES, KERNEL), {}),
    ("separable_conv2d", (IMAGES, KERNEL[..., :1], np.ones((1, 1, 3, 2), "float32")), {}),
    ("pool2d", (IMAGES, (2, 2)), {"strides": (2, 2)}),
    ("pool2d", (IMAGES, (2, 3)), {"padding": "same", "pool_mode": "avg"}),
    ("pool3d", (VOLUMES, (2, 2, 2)), {}),
    ("binary_crossentropy", (T, P), {}),
    ("binary_crossentropy", (T, Y[:, 0]), {"from_logits": True}),
    ("binary_focal_crossentropy", (T, P), {}),
    ("categorical_crossentropy", (T, P), {}),
    ("categorical_crossentropy", (T, Y[:, 0]), {"from_logits": True}),
    ("categorical_focal_crossentropy", (T, P), {}),
    ("sparse_categorical_crossentropy", (np.array([1, 3]), P), {}),
    ("ctc_batch_cost", (np.array([[0, 1], [1, 2]]), np.abs(X) / np.abs(X).sum(-1, keepdims=True),
                        np.array([[3], [3]]), np.array([[2], [1]])), {}),
    ("foldl", (lambda a, b: a * 0.5 + b, X), {}),
    ("foldr", (lambda a, b: a * 0.5 + b, X), {}),
    ("map_fn", (lambda x: x * 2, X), {}),
]  # fmt: skip


def step(x, states):
    new = states[0] * 0.5 + x
    return new * 2, [new]


SERIES = [
    {},
    {"go_backwards": True},
    {"mask": np.array([[True, False, True], [False, True, True]])},
    {"mask": np.array([[True, False, True], [False, True, True]]), "zero_output_for_mask": True},
]


def values(K):
    """What every case gives, as nests of lists."""
    found = []
    for name, args, given in CASES:
        tensors = [K.constant(x, dtype=x.dtype) if hasattr(x, "dtype") else x for x in args]
        found.append(plain(getattr(K, name)(*tensors, **given)))
    for given in SERIES:
        last, outputs, states = K.rnn(step, K.constant(X), [K.zeros((2, 4))], **given)
        found.append([plain(each) for each in (last, outputs, *states)])
    return found


def plain(value):
    array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    return {
        "shape": list(array.shape),
        "values": np.round(array.astype("float64"), 6).ravel().tolist(),
    }
