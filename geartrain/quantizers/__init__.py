"""Whole numbers of few bits in the place of floats: how they are found, packed and described.

Start reading at `rounding.py`, which has the formulas; `quantizer.py` makes objects of them,
`config.py` says how a layer is quantized.
"""

from typing import Any

from geartrain.errors import unknown_name
from geartrain.rooms import LaterNames, loading_later
from geartrain.serialization import deserialize_of, named_class, serialize_keras_object

with loading_later(__name__):
    from geartrain.quantizers.calibrated import AWQConfig, GPTQConfig
    from geartrain.quantizers.config import (
        Float8QuantizationConfig,
        Int4QuantizationConfig,
        Int8QuantizationConfig,
        QuantizationConfig,
    )
    from geartrain.quantizers.fake import fake_quant_with_min_max_vars
    from geartrain.quantizers.float8 import (
        compute_float8_amax_history,
        compute_float8_scale,
        quantize_and_dequantize,
    )
    from geartrain.quantizers.packing import pack_int4, unpack_int4
    from geartrain.quantizers.quantizer import AbsMaxQuantizer, Quantizer
    from geartrain.quantizers.rounding import (
        abs_max_quantize,
        abs_max_quantize_grouped_with_zero_point,
    )

NAMES = LaterNames(
    __name__, dict.fromkeys(("abs_max_quantizer", "AbsMaxQuantizer"), "AbsMaxQuantizer")
)

deserialize = deserialize_of("quantizers", lambda: NAMES)


def serialize(initializer: Any) -> Any:
    """A quantizer as a config that can be written to JSON.

    >>> serialize(AbsMaxQuantizer(axis=0))["config"]["axis"]
    (0,)
    """
    return serialize_keras_object(initializer)


def get(identifier: Any, **kwargs: Any) -> Any:
    """The quantizer that a name, a class, a config or an object means; None is none.

    Args:
        identifier: what means it.
        **kwargs: to make it with, where a name or a class is given.

    Raises:
        ValueError: no quantizer has the name.
    """
    if identifier is None or isinstance(identifier, dict):
        return None if identifier is None else deserialize(identifier)
    if isinstance(identifier, str):
        identifier = named_class("quantizers", NAMES, identifier) or identifier
    if isinstance(identifier, type):
        return identifier(**kwargs)
    if callable(identifier):
        return identifier
    raise ValueError(unknown_name("quantizer", identifier, NAMES, remedy="quantizers.get({})"))


__all__ = [
    "AWQConfig",
    "AbsMaxQuantizer",
    "Float8QuantizationConfig",
    "GPTQConfig",
    "Int4QuantizationConfig",
    "Int8QuantizationConfig",
    "QuantizationConfig",
    "Quantizer",
    "abs_max_quantize",
    "abs_max_quantize_grouped_with_zero_point",
    "compute_float8_amax_history",
    "compute_float8_scale",
    "deserialize",
    "fake_quant_with_min_max_vars",
    "get",
    "pack_int4",
    "quantize_and_dequantize",
    "serialize",
    "unpack_int4",
]
