"""TensorFlow's names, as the book types them, for what is here.

    import geartrain.compat.tensorflow as tf
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = 2 * x + 3
    tape.gradient(y, x)

Arguments are TensorFlow's; `name=` is taken and not needed. What computes is `geartrain.ops`, so
every function takes the symbolic tensors of a model as well. `tf.keras` is `geartrain`, `tf.data`
is `geartrain.data`.

Start reading at `wrapping.py`, then `arithmetic.py`.
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import Any as _Any

from geartrain import initializers as _initializers
from geartrain.autodiff import GradientTape, UnconnectedGradients, custom_gradient
from geartrain.autodiff import checkpoint as recompute_grad
from geartrain.compat.tensorflow import (
    config,
    debugging,
    distribute,
    dtypes,
    errors,
    image,
    io,
    linalg,
    math,
    nest,
    nn,
    random,
    strings,
    version,
)
from geartrain.compat.tensorflow.arithmetic import *
from geartrain.compat.tensorflow.arrays import *
from geartrain.compat.tensorflow.control import *
from geartrain.compat.tensorflow.creation import *
from geartrain.compat.tensorflow.debugging import (
    Assert,
    assert_equal,
    assert_greater,
    assert_less,
    assert_rank,
)
from geartrain.compat.tensorflow.dtypes import *
from geartrain.compat.tensorflow.function import function
from geartrain.compat.tensorflow.image import random_crop as _random_crop
from geartrain.compat.tensorflow.indexing import *
from geartrain.compat.tensorflow.inside import make_tensor_proto
from geartrain.compat.tensorflow.linalg import eig, eigvals
from geartrain.compat.tensorflow.math import scalar_mul
from geartrain.compat.tensorflow.names import *
from geartrain.compat.tensorflow.nn import space_to_depth
from geartrain.compat.tensorflow.strings import as_string
from geartrain.compat.tensorflow.tensor_array import TensorArray
from geartrain.compat.tensorflow.texts import RaggedTexts
from geartrain.compat.tensorflow.texts import RaggedTexts as RaggedTensor
from geartrain.compat.tensorflow.tracing import *
from geartrain.compat.tensorflow.variable import Variable
from geartrain.errors import nearest as _nearest
from geartrain.tensor import Tensor

__version__ = version.VERSION
newaxis = None

constant_initializer = _initializers.Constant
ones_initializer = _initializers.Ones
zeros_initializer = _initializers.Zeros
random_normal_initializer = _initializers.RandomNormal
random_uniform_initializer = _initializers.RandomUniform

_ALONE = {
    "TensorSpec": ("geartrain.data", "TensorSpec"),
    "SparseTensor": ("geartrain.compat.tensorflow.sparse", "SparseTensor"),
    "__internal__": ("geartrain.compat.tensorflow.internal", "internal"),
}
_OLDER = ("former", "messages")
_ROOMS = (
    "autodiff", "autograph", "bitwise", "data", "initializers", "lookup", "losses", "metrics",
    "optimizers", "signal", "sparse", "summary", "test", "tpu", "train",
)  # fmt: skip


def _rooms_of_older_names() -> _Any:
    """The modules that have more names of `tf`, each in its `NAMES`."""
    return (_import_module(f"geartrain.compat.tensorflow.{each}") for each in _OLDER)


def __getattr__(name: str) -> _Any:
    if name == "keras":
        return _import_module("geartrain")
    if name in _ALONE:
        room, inside = _ALONE[name]
        return getattr(_import_module(room), inside)
    if name in _ROOMS:
        return _import_module(f"geartrain.compat.tensorflow.{name}")
    for module in _rooms_of_older_names():
        if name in module.NAMES:
            return getattr(module, name)
    close = ", ".join(f"tf.{each}" for each in _nearest(name, __dir__()))
    raise AttributeError(
        f"module 'tensorflow' has no attribute {name!r} here"
        + (f"; there is {close}" if close else "; see docs/tensorflow.md for what there is")
    )


def __dir__() -> list[str]:
    return [
        *(each for each in globals() if not each.startswith("_")),
        *_ROOMS,
        "SparseTensor",
        "TensorSpec",
        "keras",
    ]
