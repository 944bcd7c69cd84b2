"""`DTypePolicy`: the dtype of a layer's weights, and that of what it computes."""

from __future__ import annotations

from typing import Any, Self

from geartrain.defaults import floatx
from geartrain.errors import explain
from geartrain.ops import cast, convert_to_tensor
from geartrain.tensor import Tensor, Variable, as_dtype, is_floating

MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
OTHER = ("string", "float8_e4m3fn", "float8_e5m2")  # of inputs that are no tensors of ours


class DTypePolicy:
    """How a layer chooses dtypes.

    Args:
        name: a dtype, for weights and results alike; "mixed_float16" or "mixed_bfloat16", which
            keep weights in float32 and compute in half the bytes; None is the default policy's.

    Raises:
        TypeError: the name is no text.
        ValueError: it is the name of no dtype and no mixed policy.

    >>> policy = DTypePolicy("mixed_bfloat16")
    >>> policy.compute_dtype, policy.variable_dtype
    ('bfloat16', 'float32')
    """

    def __init__(self, name: str | None = None) -> None:
        name = dtype_policy().name if name is None else name
        if not isinstance(name, str):
            raise TypeError(_name_message(name))
        self._name = name
        self._compute_dtype, self._variable_dtype = _parsed(name)

    @property
    def name(self) -> str:
        """What the policy was made with."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """The dtype in which a layer computes."""
        return self._compute_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of a layer's weights."""
        return self._variable_dtype

    @property
    def quantization_mode(self) -> str | None:
        """How weights are quantized; None: they are not."""
        return None

    def convert_input(self, x: Any, autocast: bool, dtype: Any) -> Any:
        """What a layer gets for an argument: arrays become tensors, floats of `dtype`.

        Args:
            x: a tensor, a variable, an array; anything else stays what it is.
            autocast: whether floats are cast.
            dtype: to which.
        """
        if isinstance(x, Variable):
            x = x.value
        elif not isinstance(x, Tensor):
            if not (hasattr(x, "__array__") or hasattr(x, "__dlpack__")):
                return x
            x = convert_to_tensor(x)
        return cast(x, dtype) if autocast and is_floating(x.dtype) else x

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes the policy from."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The policy of a config."""
        return cls(**config)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.name == getattr(other, "name", None)

    __hash__ = None  # type: ignore[assignment]  # as Keras has it

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self.name}">'


FloatDTypePolicy = DTypePolicy
_chosen: list[Any] = []


def dtype_policy() -> Any:
    """The policy of layers that are given none: that of `set_dtype_policy`, else `floatx`'s.

    >>> dtype_policy()
    <DTypePolicy "float32">
    """
    return _chosen[0] if _chosen else DTypePolicy(floatx())


def set_dtype_policy(policy: Any) -> None:
    """Say which policy layers have that are given none.

    Args:
        policy: a `DTypePolicy`, or the name of one.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(policy, str):
        from geartrain.dtype_policies.serialization import get  # which knows this class

        policy = get(policy)
    if not isinstance(policy, DTypePolicy):
        raise ValueError(_policy_message(policy))
    _chosen[:] = [policy]


def forget_dtype_policy() -> None:
    """Let the default policy be `floatx`'s again."""
    _chosen.clear()


def _parsed(name: str) -> tuple[str, str]:
    """The dtype to compute in, and that of weights."""
    if name in MIXED:
        return MIXED[name], "float32"
    if name in OTHER:
        return name, name
    try:
        dtype = as_dtype(name).name
    except TypeError:
        raise ValueError(_name_message(name)) from None
    return dtype, dtype


def _name_message(name: object) -> str:
    return explain(
        "This names no dtype policy",
        given=f"name={name!r} ({type(name).__name__})",
        expected="'mixed_float16', 'mixed_bfloat16' or the name of a dtype, such as 'float32'",
        remedy="dtype_policies.DTypePolicy('mixed_bfloat16')",
    )


def _policy_message(policy: object) -> str:
    return explain(
        "set_dtype_policy takes a policy",
        given=f"{policy!r} ({type(policy).__name__})",
        expected="a DTypePolicy, or the name of one",
        remedy="config.set_dtype_policy('mixed_bfloat16')",
    )
