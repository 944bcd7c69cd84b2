"""Floats of eight bits: rounded to, and scaled so that the largest magnitude fits.

    e4m3fn   3 bits of fraction, least exponent -6,  largest number 448      values, weights
    e5m2     2 bits of fraction, least exponent -14, largest number 57344    derivatives

The numbers are kept as floats of the dtype that is computed in: rounded to what eight bits can say.

Source: Micikevicius et al., "FP8 formats for deep learning" (2022), sections 3 and 4.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from geartrain import ops
from geartrain.errors import explain
from geartrain.tensor import Tensor

FRACTION = 23  # bits of a float32's


class Format(NamedTuple):
    """What eight bits can say."""

    fraction: int  # bits
    least: int  # exponent of normal numbers
    largest: float


FORMATS = {
    "float8_e4m3fn": Format(3, -6, 448.0),
    "float8_e5m2": Format(2, -14, 57344.0),
}
E4M3, E5M2 = FORMATS


def compute_float8_scale(amax: Any, scale: Any, dtype_max: float, margin: int = 0) -> Tensor:
    """What numbers are divided by, so that the largest one becomes the largest of the format.

    Args:
        amax: the largest magnitude; with 0, or one that is not finite, the scale stays.
        scale: the one so far.
        dtype_max: the largest number of the format.
        margin: powers of two left free above.

    >>> round(float(compute_float8_scale(3.0, 1.0, 448.0)) * 448, 5)
    3.0
    """
    amax, scale = ops.convert_to_tensor(amax), ops.convert_to_tensor(scale)
    usable = ops.logical_and(ops.greater(amax, 0.0), ops.isfinite(amax))
    known = ops.where(usable, amax, ops.ones_like(amax))
    found = ops.divide(dtype_max / 2.0**margin, known)
    return ops.reciprocal(ops.where(usable, found, ops.reciprocal(scale)))


def compute_float8_amax_history(x: Any, amax_history: Any) -> Tensor:
    """The largest magnitudes so far with that of `x` in front; the eldest goes."""
    history = ops.convert_to_tensor(amax_history)
    largest = ops.cast(ops.max(ops.absolute(x)), history.dtype)
    moved = ops.roll(history, -1)
    return ops.concatenate([ops.reshape(largest, (1,)), moved[1:]])


def quantize_and_dequantize(
    inputs: Any, scale: Any, quantized_dtype: Any, compute_dtype: Any
) -> Tensor:
    """The inputs over the scale, rounded to a format of eight bits, times the scale.

    Args:
        inputs: floats.
        scale: what they are divided by; a number.
        quantized_dtype: "float8_e4m3fn" or "float8_e5m2".
        compute_dtype: of what comes out.

    Raises:
        ValueError: the format is not known.
    """
    name = getattr(quantized_dtype, "name", None) or str(quantized_dtype)
    if name not in FORMATS:
        raise ValueError(_format_message(quantized_dtype))
    own = ops.cast(scale, compute_dtype)
    shrunk = ops.divide(ops.cast(inputs, compute_dtype), own)
    rounded = ops.cast(rounded_to(shrunk, FORMATS[name]), compute_dtype)
    return ops.multiply(rounded, own)


def rounded_to(x: Any, form: Format) -> Tensor:
    """The nearest numbers of a format (of two, the even one), in float32; larger ones are cut."""
    x = ops.clip(ops.cast(x, "float32"), -form.largest, form.largest)
    dropped = FRACTION - form.fraction
    bits = ops.view(x, "int32")
    odd = ops.bitwise_and(ops.right_shift(bits, dropped), 1)
    raised = ops.add(bits, ops.add(odd, (1 << (dropped - 1)) - 1))
    normal = ops.view(ops.bitwise_and(raised, -(1 << dropped)), "float32")
    step = 2.0 ** (form.least - form.fraction)
    small = ops.multiply(ops.round(ops.divide(x, step)), step)
    found: Tensor = ops.where(ops.less(ops.absolute(x), 2.0**form.least), small, normal)
    return found


def _format_message(given: Any) -> str:
    return explain(
        "This is no format of eight bits",
        given=f"quantized_dtype={given!r}",
        expected=" or ".join(map(repr, FORMATS)),
        remedy=f"quantized_dtype={E4M3!r}",
    )
