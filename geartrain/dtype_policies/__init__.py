"""In which dtype a layer keeps its weights, and in which it computes.

`DTypePolicy("mixed_bfloat16")`: weights in float32, products in bfloat16. `DTypePolicyMap` has a
policy for each path of a layer.

Start reading at `policy.py`.
"""

from geartrain.dtype_policies.map import DTypePolicyMap
from geartrain.dtype_policies.policy import DTypePolicy, FloatDTypePolicy, dtype_policy
from geartrain.dtype_policies.quantized import (
    AWQDTypePolicy,
    GPTQDTypePolicy,
    Int4DTypePolicy,
    QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy,
)
from geartrain.dtype_policies.serialization import deserialize, get, serialize

__all__ = [
    "AWQDTypePolicy",
    "DTypePolicy",
    "DTypePolicyMap",
    "FloatDTypePolicy",
    "GPTQDTypePolicy",
    "Int4DTypePolicy",
    "QuantizedDTypePolicy",
    "QuantizedFloat8DTypePolicy",
    "deserialize",
    "dtype_policy",
    "get",
    "serialize",
]
