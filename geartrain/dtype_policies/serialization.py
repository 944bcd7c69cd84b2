"""Policies as configs, and what an argument `dtype` means."""

from __future__ import annotations

from typing import Any

from geartrain.dtype_policies.policy import DTypePolicy, dtype_policy
from geartrain.dtype_policies.quantized import (
    AWQDTypePolicy,
    GPTQDTypePolicy,
    Int4DTypePolicy,
    QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy,
    quantized_of_name,
)
from geartrain.errors import explain
from geartrain.tensor import as_dtype

KINDS = (
    DTypePolicy,
    QuantizedDTypePolicy,
    QuantizedFloat8DTypePolicy,
    Int4DTypePolicy,
    GPTQDTypePolicy,
    AWQDTypePolicy,
)


def get(identifier: Any) -> Any:
    """The policy that a name, a dtype, a config or a policy means; None is the default one.

    Raises:
        ValueError: it means none.
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, str):
        return quantized_of_name(identifier) or DTypePolicy(identifier)
    if isinstance(identifier, dict):
        return deserialize(identifier)
    try:
        return DTypePolicy(as_dtype(identifier).name)
    except TypeError:
        raise ValueError(_message(identifier)) from None


def serialize(dtype_policy: Any) -> dict[str, Any]:
    """A policy as a config that can be written to JSON.

    >>> serialize(DTypePolicy("mixed_bfloat16"))["config"]
    {'name': 'mixed_bfloat16'}
    """
    return {
        "module": "keras" if type(dtype_policy) is DTypePolicy else "keras.dtype_policies",
        "class_name": type(dtype_policy).__name__,
        "config": dtype_policy.get_config(),
        "registered_name": None,
    }


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The policy of a config; anything but a dict stays what it is.

    Raises:
        ValueError: it is the config of no policy.
    """
    if not isinstance(config, dict):
        return config
    from geartrain.dtype_policies.map import DTypePolicyMap  # which serializes what it holds

    known: dict[str, Any] = {each.__name__: each for each in (*KINDS, DTypePolicyMap)}
    known |= {"FloatDTypePolicy": DTypePolicy, "Policy": DTypePolicy, **(custom_objects or {})}
    kind = known.get(str(config.get("class_name")))
    if kind is None:
        raise ValueError(_message(config))
    return kind.from_config(config["config"])


def _message(given: object) -> str:
    return explain(
        "This means no dtype policy",
        given=f"dtype={given!r}",
        expected="a dtype, the name of a policy, a DTypePolicy, or None for the default one",
        remedy="dtype='mixed_bfloat16'",
    )
