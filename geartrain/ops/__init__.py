"""The public operations: the names, arguments and results of `keras.ops`.

Each function is a few lines over `geartrain.primitives`: it converts, promotes and broadcasts its
arguments, then calls primitives. What computes, differentiates or compiles lives below.

Start reading at `core.py` (how arguments are prepared), then `numpy.py`.
"""

from geartrain.ops import methods
from geartrain.ops.core import (
    arange,
    cast,
    convert_to_tensor,
    full,
    ones,
    ones_like,
    shape,
    size_of,
    zeros,
    zeros_like,
)
from geartrain.ops.linalg import dot, matmul, outer, tensordot
from geartrain.ops.nn import (
    binary_crossentropy,
    categorical_crossentropy,
    log_softmax,
    logsumexp,
    relu,
    sigmoid,
    softmax,
    sparse_categorical_crossentropy,
)
from geartrain.ops.numpy import (
    abs,
    absolute,
    add,
    argmax,
    argmin,
    broadcast_to,
    clip,
    divide,
    equal,
    exp,
    expand_dims,
    floor,
    greater,
    greater_equal,
    isnan,
    less,
    less_equal,
    log,
    logical_and,
    logical_not,
    logical_or,
    max,
    maximum,
    mean,
    min,
    minimum,
    multiply,
    negative,
    not_equal,
    one_hot,
    power,
    prod,
    ravel,
    reshape,
    rsqrt,
    sign,
    sqrt,
    square,
    squeeze,
    std,
    stop_gradient,
    subtract,
    sum,
    take,
    tanh,
    transpose,
    var,
    where,
)

methods.install()

__all__ = [name for name in globals() if not name.startswith("_") and name != "methods"]
