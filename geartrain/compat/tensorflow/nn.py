"""`tf.nn`: operations of neural networks."""

from __future__ import annotations

from typing import Any, Self

from geartrain import ops
from geartrain import random as draws
from geartrain.compat.tensorflow.convolutions import *
from geartrain.compat.tensorflow.sizes import sizes_of
from geartrain.compat.tensorflow.transposed import *
from geartrain.compat.tensorflow.wrapping import axes_of, of_features, unary
from geartrain.tensor import Tensor

__all__ = [
    "atrous_conv2d", "avg_pool", "avg_pool1d", "avg_pool2d", "avg_pool3d", "batch_normalization",
    "bias_add", "compute_average_loss", "conv1d", "conv1d_transpose", "conv2d", "conv2d_transpose",
    "conv3d", "conv3d_transpose", "conv_transpose", "convolution", "crelu", "depth_to_space",
    "depthwise_conv2d", "dropout", "elu", "embedding_lookup", "gelu", "in_top_k", "l2_loss",
    "l2_normalize", "leaky_relu", "local_response_normalization", "log_poisson_loss", "log_softmax",
    "lrn", "max_pool", "max_pool1d", "max_pool2d", "max_pool3d", "moments", "normalize",
    "normalize_moments", "pool", "relu", "relu6", "scale_regularization_loss", "selu",
    "separable_conv2d", "sigmoid", "sigmoid_cross_entropy_with_logits", "silu", "softmax",
    "softmax_cross_entropy_with_logits", "softplus", "softsign", "space_to_depth",
    "sparse_softmax_cross_entropy_with_logits", "sufficient_statistics", "swish", "tanh", "top_k",
    "weighted_cross_entropy_with_logits", "weighted_moments", "zero_fraction",
]  # fmt: skip

elu = of_features("elu", ops.elu)
relu6 = of_features("relu6", ops.relu6)
relu = of_features("relu", ops.relu)
selu = of_features("selu", ops.selu)
softplus = of_features("softplus", ops.softplus)
softsign = of_features("softsign", ops.softsign)
sigmoid = unary("sigmoid", ops.sigmoid)
tanh = unary("tanh", ops.tanh)


def softmax(logits: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """e^x over the sum of e^x along an axis: the last, unless another is named."""
    return ops.softmax(logits, -1 if axis is None else axis)


def log_softmax(logits: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """The logarithm of the softmax."""
    return ops.log_softmax(logits, -1 if axis is None else axis)


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Tensor:
    """x times the probability of a normal number below x."""
    return ops.gelu(features, approximate)


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """x, below 0 alpha x."""
    return ops.leaky_relu(features, alpha)


def silu(features: Any, beta: Any = 1.0) -> Tensor:
    """x sigmoid(beta x)."""
    return ops.multiply(features, ops.sigmoid(ops.multiply(features, beta)))


swish = silu


def crelu(features: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """The relu of x and of -x beside each other."""
    return ops.relu(ops.concatenate([features, ops.negative(features)], axis))


def dropout(
    x: Any, rate: Any, noise_shape: Any = None, seed: int | None = None, name: str | None = None
) -> Tensor:
    """x with elements set to 0 at a rate, the others divided by 1 - rate."""
    return draws.dropout(x, rate, noise_shape, seed)


def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance along some axes."""
    return ops.moments(x, axes_of(axes), keepdims)


def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance where elements count as often as their weights say."""
    along, weights = axes_of(axes), ops.broadcast_to(frequency_weights, sizes_of(x))
    total = ops.sum(weights, along, True)
    mean = ops.divide(ops.sum(ops.multiply(x, weights), along, True), total)
    squares = ops.square(ops.subtract(x, mean))
    variance = ops.divide(ops.sum(ops.multiply(squares, weights), along, True), total)
    both = (mean, variance)
    return both if keepdims else (ops.squeeze(mean, along), ops.squeeze(variance, along))


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: float,
    name: str | None = None,
) -> Tensor:
    """scale (x - mean) / sqrt(variance + epsilon) + offset."""
    factor = ops.rsqrt(ops.add(variance, variance_epsilon))
    factor = factor if scale is None else ops.multiply(factor, scale)
    found = ops.multiply(ops.subtract(x, mean), factor)
    return found if offset is None else ops.add(found, offset)


def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Half the sum of squares."""
    return ops.divide(ops.sum(ops.square(t)), 2)


def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None
) -> Tensor:
    """x / sqrt(max(sum of squares along some axes, epsilon))."""
    along = axes_of(dim if axis is None else axis)
    squares = ops.sum(ops.square(x), along, keepdims=True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(squares, epsilon)))


def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The tensor divided by its norm along some axes, and the norm."""
    from geartrain.compat.tensorflow.arithmetic import norm

    length = norm(tensor, ord, axis, keepdims=True)
    return ops.divide(tensor, length), length


def bias_add(
    value: Any, bias: Any, data_format: str | None = None, name: str | None = None
) -> Tensor:
    """A number for each channel added."""
    if data_format is None or not data_format.startswith("NC"):
        return ops.add(value, bias)
    return ops.add(value, ops.reshape(bias, (-1, *(1,) * (ops.ndim(value) - 2))))


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """Which part of the elements is 0."""
    return ops.mean(ops.cast(ops.equal(value, 0), "float32"))


def top_k(
    input: Any,
    k: int = 1,
    sorted: bool = True,
    index_type: Any = "int32",
    name: str | None = None,
) -> Any:
    """The k largest elements of the last axis, and their places."""
    values, places = ops.top_k(input, int(k), sorted)
    return TopK(values, ops.cast(places, index_type))


class TopK(tuple[Any, ...]):
    """What `top_k` gives: `values` and `indices`."""

    __slots__ = ()

    def __new__(cls, values: Tensor, indices: Tensor) -> Self:
        return super().__new__(cls, (values, indices))

    @property
    def values(self) -> Tensor:
        """The largest elements."""
        found: Tensor = self[0]
        return found

    @property
    def indices(self) -> Tensor:
        """Their places."""
        found: Tensor = self[1]
        return found


def in_top_k(targets: Any, predictions: Any, k: int, name: str | None = None) -> Tensor:
    """Whether the class of each sample is among the k with the highest predictions."""
    return ops.in_top_k(targets, predictions, k)


def embedding_lookup(
    params: Any, ids: Any, max_norm: float | None = None, name: str | None = None
) -> Tensor:
    """The rows of the numbers; longer ones than `max_norm` are made shorter."""
    rows = ops.take(params, ids, 0)
    if max_norm is None:
        return rows
    length = ops.sqrt(ops.sum(ops.square(rows), -1, keepdims=True))
    return ops.divide(ops.multiply(rows, max_norm), ops.maximum(length, max_norm))


# -- losses ------------------------------------------------------------------------------------


def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> Tensor:
    """The crossentropy of probabilities and logits along an axis."""
    return ops.negative(ops.sum(ops.multiply(labels, ops.log_softmax(logits, axis)), axis))


def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> Tensor:
    """The crossentropy of classes, given by their numbers, and logits."""
    return ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)


def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """max(x, 0) - x z + log(1 + e^-|x|), for logits x and labels z."""
    positive = ops.subtract(ops.relu(logits), ops.multiply(logits, labels))
    return ops.add(positive, ops.log1p(ops.exp(ops.negative(ops.absolute(logits)))))


def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> Tensor:
    """The same, where true labels count `pos_weight` times as much."""
    weight = ops.add(1, ops.multiply(ops.subtract(pos_weight, 1), labels))
    tail = ops.add(
        ops.log1p(ops.exp(ops.negative(ops.absolute(logits)))), ops.relu(ops.negative(logits))
    )
    rest = ops.multiply(ops.subtract(1, labels), logits)
    return ops.add(rest, ops.multiply(weight, tail))


def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """e^c - z c, for the logarithm c of the rate and counts z; in full with Stirling's z log z."""
    loss = ops.subtract(ops.exp(log_input), ops.multiply(log_input, targets))
    if not compute_full_loss:
        return loss
    z = ops.maximum(targets, 1)
    log_factorial = z * ops.log(z) - z + 0.5 * ops.log(2 * 3.141592653589793 * z)
    return ops.add(loss, ops.where(ops.greater(targets, 1), log_factorial, 0.0))


def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None
) -> Tensor:
    """The sum of the losses, each times its weight, divided by the number of samples."""
    losses = ops.convert_to_tensor(per_example_loss)
    weighted = losses if sample_weight is None else ops.multiply(losses, sample_weight)
    count = sizes_of(losses)[0] if global_batch_size is None else global_batch_size
    return ops.divide(ops.sum(weighted), ops.cast(count, weighted.dtype))


def scale_regularization_loss(regularization_loss: Any) -> Tensor:
    """The sum of a regularization loss, divided by the number of replicas, of which one is here."""
    return ops.sum(regularization_loss)


def sufficient_statistics(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor, Tensor, Any]:
    """How many elements there are along some axes, their sum, the sum of their squares; the shift.

    The sums are those of x - shift.
    """
    tensor, along = ops.convert_to_tensor(x), axes_of(axes)
    moved = tensor if shift is None else ops.subtract(tensor, shift)
    count = ops.sum(ops.ones_like(tensor), along)
    count = ops.reshape(count, (-1,))[0]
    return (
        count,
        ops.sum(moved, along, keepdims),
        ops.sum(ops.square(moved), along, keepdims),
        shift if shift is None else ops.convert_to_tensor(shift),
    )


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance, of what `sufficient_statistics` gives."""
    mean = ops.divide(mean_ss, counts)
    variance = ops.subtract(ops.divide(variance_ss, counts), ops.square(mean))
    return (mean if shift is None else ops.add(mean, shift)), variance
