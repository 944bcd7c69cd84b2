"""TensorFlow's names for tensors, variables, operations and the tape, as the book types them.

    import geartrain.compat.tensorflow as tf
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = 2 * x + 3
    tape.gradient(y, x)

Arguments are TensorFlow's; `name=` is taken and not needed. What computes is `geartrain.ops`.
"""

from geartrain.autodiff import GradientTape, UnconnectedGradients, custom_gradient
from geartrain.autodiff import checkpoint as recompute_grad
from geartrain.compat.tensorflow import linalg, math, nn, random
from geartrain.compat.tensorflow.arithmetic import *
from geartrain.compat.tensorflow.arrays import *
from geartrain.tensor import Tensor, Variable
from geartrain.tensor import as_dtype as _as_dtype

__all__ = [
    "GradientTape",
    "Tensor",
    "Variable",
    "UnconnectedGradients",
    "custom_gradient",
    "linalg",
    "math",
    "nn",
    "random",
    "recompute_grad",
]

bool = _as_dtype("bool")
int8, int16, int32, int64 = (_as_dtype(f"int{bits}") for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (_as_dtype(f"uint{bits}") for bits in (8, 16, 32, 64))
float16, float32, float64 = (_as_dtype(f"float{bits}") for bits in (16, 32, 64))
