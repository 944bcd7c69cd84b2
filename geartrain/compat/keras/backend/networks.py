"""What layers are made of: products, convolutions, pooling, normalisation, crossentropies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geartrain import losses, ops
from geartrain.defaults import image_data_format
from geartrain.errors import explain

__all__ = [
    "batch_dot", "batch_normalization", "bias_add", "binary_crossentropy",
    "binary_focal_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy",
    "conv1d", "conv2d", "conv2d_transpose", "conv3d", "ctc_batch_cost", "ctc_decode",
    "ctc_label_dense_to_sparse", "depthwise_conv2d",
    "dot", "normalize_batch_in_training", "pool2d", "pool3d", "separable_conv2d",
    "sparse_categorical_crossentropy",
]  # fmt: skip


def dot(x: Any, y: Any) -> Any:
    """The product over the last axis of x and the last but one of y.

    >>> dot([[1.0, 2.0]], [[3.0], [4.0]]).tolist()
    [[11.0]]
    """
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    return ops.tensordot(x, y, axes=([-1], [max(len(y.shape) - 2, 0)]))


def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """The products of each sample of x with that of y, over an axis of each.

    Args:
        x: (batch, ...).
        y: (batch, ...).
        axes: the axis of both, or of each; None: the last of x, the last but one of y.

    >>> batch_dot([[1.0, 2.0]], [[3.0, 4.0]], axes=1).tolist()
    [[11.0]]
    """
    x, y = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    pair = _contracted(len(x.shape), len(y.shape), axes)
    letters = iter("abcdefghijklmnopqrstuvw")
    left = ["z", *(next(letters) for _ in x.shape[1:])]
    right = ["z", *(next(letters) for _ in y.shape[1:])]
    right[pair[1]] = left[pair[0]]
    kept = [each for each in left[1:] + right[1:] if each != left[pair[0]]]
    found = ops.einsum(f"{''.join(left)},{''.join(right)}->z{''.join(kept)}", x, y)
    return found if kept else ops.expand_dims(found, -1)


def _contracted(left: int, right: int, axes: Any) -> tuple[int, int]:
    if axes is None:
        return left - 1, right - 2 if right > 2 else right - 1
    first, second = (axes, axes) if isinstance(axes, int) else axes
    return first % left, second % right


def bias_add(x: Any, bias: Any, data_format: Any = None) -> Any:
    """A number added to each channel."""
    bias = ops.convert_to_tensor(bias)
    if (data_format or image_data_format()) == "channels_first" and len(x.shape) > 2:
        ones = (1,) * (len(x.shape) - 2)
        shape = (1, bias.shape[0], *ones) if len(bias.shape) == 1 else (1, *bias.shape)
        return ops.add(x, ops.reshape(bias, shape))
    return ops.add(x, bias)


def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """gamma * (x - mean) / sqrt(var + epsilon) + beta."""
    return ops.batch_normalization(x, mean, var, axis, offset=beta, scale=gamma, epsilon=epsilon)


def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Sequence[int], epsilon: float = 1e-3
) -> tuple[Any, Any, Any]:
    """The batch normalised by its own mean and variance, and these."""
    axes = tuple(reduction_axes)
    mean, var = ops.moments(x, axes=axes, keepdims=True)
    shape = [1 if at in axes else size for at, size in enumerate(x.shape)]
    beta, gamma = (each if each is None else ops.reshape(each, shape) for each in (beta, gamma))
    found = ops.multiply(ops.subtract(x, mean), ops.rsqrt(ops.add(var, epsilon)))
    found = found if gamma is None else ops.multiply(found, gamma)
    found = found if beta is None else ops.add(found, beta)
    return found, ops.squeeze(mean, axes), ops.squeeze(var, axes)


# -- convolutions ----------------------------------------------------------------------------------


def conv1d(
    x: Any,
    kernel: Any,
    strides: int = 1,
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: int = 1,
) -> Any:
    """A convolution along one axis; "causal" looks at what was before."""
    if padding == "causal":
        before = dilation_rate * (kernel.shape[0] - 1)
        x, padding = ops.pad(x, ((0, 0), (before, 0), (0, 0))), "valid"
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv2d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution of images."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv3d(
    x: Any,
    kernel: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = (1, 1, 1),
) -> Any:
    """A convolution of volumes."""
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """The opposite way of a convolution, to images of a size."""
    steps = (strides, strides) if isinstance(strides, int) else tuple(strides)
    first = (data_format or image_data_format()) == "channels_first"
    axes = (2, 3) if first else (1, 2)
    smallest = [
        (x.shape[axis] - 1) * step
        + (kernel.shape[at] if padding == "valid" else step)
        - (0 if padding == "valid" else step)
        for at, (axis, step) in enumerate(zip(axes, steps, strict=True))
    ]
    given = output_shape[2:] if first else output_shape[1:3]
    base = [
        s + (0 if padding == "valid" else k - 2 * (k // 2))
        for s, k in zip(smallest, kernel.shape[:2], strict=True)
    ]
    extra = tuple(int(size) - small for size, small in zip(given, base, strict=True))
    return ops.conv_transpose(x, kernel, steps, padding, extra, data_format, dilation_rate)


def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution of each channel by itself."""
    return ops.depthwise_conv(x, depthwise_kernel, strides, padding, data_format, dilation_rate)


def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: Any = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution of each channel by itself, then one of the channels at each place."""
    return ops.separable_conv(
        x, depthwise_kernel, pointwise_kernel, strides, padding, data_format, dilation_rate
    )


def pool2d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: Any = None,
    pool_mode: str = "max",
) -> Any:
    """The largest, or the mean ("avg"), of each window of images."""
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode)


def pool3d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: Any = None,
    pool_mode: str = "max",
) -> Any:
    """The same of volumes."""
    return _pooled(x, pool_size, strides, padding, data_format, pool_mode)


def _pooled(
    x: Any, pool_size: Any, strides: Any, padding: str, data_format: Any, pool_mode: str
) -> Any:
    pools = {"max": ops.max_pool, "avg": ops.average_pool}
    if pool_mode not in pools:
        raise ValueError(_mode_message(pool_mode))
    return pools[pool_mode](x, pool_size, strides, padding, data_format)


# -- losses of each sample -------------------------------------------------------------------------


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """-t log(o) - (1 - t) log(1 - o), element by element."""
    return ops.binary_crossentropy(target, output, from_logits=from_logits)


def binary_focal_crossentropy(
    target: Any,
    output: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
) -> Any:
    """The same where what is known well already counts less, element by element."""
    one, other = ops.expand_dims(target, -1), ops.expand_dims(output, -1)
    return losses.binary_focal_crossentropy(
        one, other, apply_class_balancing, alpha, gamma, from_logits=from_logits
    )


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """-sum(t log(o)) along the axis of the classes."""
    return ops.categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


def categorical_focal_crossentropy(
    target: Any,
    output: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    axis: int = -1,
) -> Any:
    """The same where what is known well already counts less."""
    return losses.categorical_focal_crossentropy(
        target, output, alpha, gamma, from_logits=from_logits, axis=axis
    )


def sparse_categorical_crossentropy(
    target: Any,
    output: Any,
    from_logits: bool = False,
    axis: int = -1,
    ignore_class: int | None = None,
) -> Any:
    """-log(o) of the class that each target is the number of."""
    return losses.sparse_categorical_crossentropy(
        target, output, from_logits, ignore_class=ignore_class, axis=axis
    )


def ctc_batch_cost(y_true: Any, y_pred: Any, input_length: Any, label_length: Any) -> Any:
    """The CTC loss of each sample; the last class is the blank.

    Args:
        y_true: (batch, labels), numbers of classes.
        y_pred: (batch, steps, classes), probabilities.
        input_length: (batch, 1), steps of each sample.
        label_length: (batch, 1), labels of each sample.
    """
    logits = ops.log(ops.add(y_pred, 1e-7))
    labels, blank = ops.cast(y_true, "int32"), y_pred.shape[-1] - 1
    filled = ops.squeeze(ops.cast(label_length, "int32"), -1)
    steps = ops.squeeze(ops.cast(input_length, "int32"), -1)
    found = ops.ctc_loss(labels, logits, filled, steps, mask_index=blank)
    return ops.expand_dims(found, 1)


def ctc_decode(
    y_pred: Any, input_length: Any, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Any], Any]:
    """The likeliest labels of each sample, and how likely they are; the last class is the blank."""
    strategy = "greedy" if greedy else "beam_search"
    beams: dict[str, Any] = {} if greedy else {"beam_width": beam_width, "top_paths": top_paths}
    paths, scores = ops.ctc_decode(
        ops.log(ops.add(y_pred, 1e-7)), ops.cast(input_length, "int32"), strategy=strategy,
        mask_index=y_pred.shape[-1] - 1, **beams,
    )  # fmt: skip
    return ops.unstack(paths, axis=0), scores


def ctc_label_dense_to_sparse(labels: Any, label_lengths: Any) -> Any:
    """The labels of all samples in one row, without what stands behind each one's length."""
    known = ops.less(ops.arange(labels.shape[1]), ops.reshape(label_lengths, (-1, 1)))
    return labels[known.numpy()]


def _mode_message(mode: Any) -> str:
    return explain(
        "Pooling has two modes",
        given=f"pool_mode={mode!r}",
        expected="'max' or 'avg'",
        remedy="pool_mode='max'",
    )
