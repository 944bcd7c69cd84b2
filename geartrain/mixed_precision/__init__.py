"""Computing in half the bytes, weights in float32: Keras's older names of dtype policies.

`mixed_precision.set_global_policy("mixed_bfloat16")` is `config.set_dtype_policy`. bfloat16 has
the range of float32; gradients of float16 can vanish, which `LossScaleOptimizer` prevents.

Source: Micikevicius et al., "Mixed precision training" (2018).

Start reading at `geartrain/dtype_policies/policy.py`.
"""

from __future__ import annotations

from typing import Any

from geartrain.dtype_policies.policy import DTypePolicy, dtype_policy, set_dtype_policy

Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy

__all__ = [
    "DTypePolicy",
    "LossScaleOptimizer",
    "Policy",
    "dtype_policy",
    "global_policy",
    "set_dtype_policy",
    "set_global_policy",
]


def __getattr__(name: str) -> Any:
    if name == "LossScaleOptimizer":
        from geartrain import optimizers

        return getattr(optimizers, name)
    raise AttributeError(f"module 'geartrain.mixed_precision' has no attribute {name!r}")
