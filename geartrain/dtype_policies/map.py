"""`DTypePolicyMap`: a policy for each path of a layer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Self

from geartrain.dtype_policies.policy import DTypePolicy, dtype_policy
from geartrain.dtype_policies.serialization import deserialize, get, serialize
from geartrain.errors import explain


class DTypePolicyMap(DTypePolicy, MutableMapping[str, DTypePolicy]):
    """A dict of policies by the path of a layer; a key may be a regular expression.

    A layer that is given a map takes the policy of its own path, and hands the map on.

    Args:
        default_policy: of paths that no key means; None is the default policy's.
        policy_map: paths and their policies.

    Raises:
        TypeError: `policy_map` is no dict.

    >>> from geartrain.dtype_policies import DTypePolicy, DTypePolicyMap
    >>> policies = DTypePolicyMap(policy_map={"encoder/.*": DTypePolicy("mixed_bfloat16")})
    >>> policies["encoder/dense"], policies["dense"]
    (<DTypePolicy "mixed_bfloat16">, <DTypePolicy "float32">)
    """

    def __init__(
        self, default_policy: Any = None, policy_map: Mapping[str, DTypePolicy] | None = None
    ) -> None:
        if isinstance(default_policy, DTypePolicyMap):
            raise ValueError(_default_message(default_policy))
        self._given = default_policy
        own = dtype_policy() if default_policy is None else default_policy
        self._default = DTypePolicy(own) if isinstance(own, str) else own
        if policy_map is not None and not isinstance(policy_map, dict):
            raise TypeError(_map_message(policy_map))
        self._policies: dict[str, DTypePolicy] = dict(policy_map or {})

    @property
    def name(self) -> str:
        """`map_` and the name of the default policy."""
        return f"map_{self._default.name}"

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of paths that no key means."""
        default: DTypePolicy = self._default
        return default

    @property
    def compute_dtype(self) -> str:
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        return self.default_policy.variable_dtype

    def __getitem__(self, key: str) -> DTypePolicy:
        """The policy of a path: of the path itself, else of the one expression that means it.

        Raises:
            ValueError: several expressions mean it.
        """
        if key in self._policies:
            return self._policies[key]
        found = [each for each in self._policies if re.fullmatch(each, key)]
        if len(found) > 1:
            raise ValueError(_several_message(key, found))
        return self._policies[found[0]] if found else self.default_policy

    def __setitem__(self, key: str, policy: DTypePolicy | str) -> None:
        """Add a policy, or the one of a name.

        Raises:
            ValueError: the path has one already, or it is no policy.
        """
        if key in self._policies or not isinstance(policy, DTypePolicy | str):
            raise ValueError(_item_message(key, policy, self._policies))
        policy = get(policy) if isinstance(policy, str) else policy
        self._policies[key] = policy

    def __delitem__(self, key: str) -> None:
        del self._policies[key]

    def __contains__(self, key: object) -> bool:
        return key in self._policies

    def get(self, key: str, default: Any = None) -> Any:
        """The policy of a path, as `self[key]`."""
        return self[key]

    def __len__(self) -> int:
        return len(self._policies)

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def get_config(self) -> dict[str, Any]:
        policies = {path: serialize(each) for path, each in self._policies.items()}
        given = self._given
        default = serialize(given) if isinstance(given, DTypePolicy) else given
        return {"default_policy": default, "policy_map": policies}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        default = config.get("default_policy")
        policies = config.get("policy_map") or {}
        return cls(
            deserialize(default, custom_objects) if isinstance(default, dict) else default,
            {path: deserialize(each, custom_objects) for path, each in policies.items()},
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DTypePolicyMap)
            and self.default_policy == other.default_policy
            and self._policies == other._policies
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        policies = [(path, each.name) for path, each in self._policies.items()]
        default = self.default_policy.name
        return f"<DTypePolicyMap at {id(self):#x} default_policy={default}, mapping={policies}>"


def _default_message(given: object) -> str:
    return explain(
        "The default of a DTypePolicyMap is one policy",
        given=f"default_policy={given!r}",
        expected="a DTypePolicy, or the name of one",
        remedy="DTypePolicyMap(default_policy='mixed_bfloat16')",
    )


def _map_message(given: object) -> str:
    return explain(
        "A DTypePolicyMap is made of a dict",
        given=f"policy_map={given!r} ({type(given).__name__})",
        expected="a dict of policies by path",
        remedy="DTypePolicyMap(policy_map={'encoder/dense': DTypePolicy('bfloat16')})",
    )


def _several_message(key: str, found: list[str]) -> str:
    return explain(
        "Several keys of the DTypePolicyMap mean this path",
        given=f"'{key}', and the keys {found}",
        expected="one key at most for each path",
        remedy=f"policies['{key}'] = DTypePolicy(...), which comes before expressions",
    )


def _item_message(key: str, policy: object, policies: Mapping[str, DTypePolicy]) -> str:
    taken = f"'{key}' has {policies[key]!r} already" if key in policies else "a DTypePolicy"
    return explain(
        "The DTypePolicyMap cannot take this policy",
        given=f"'{key}': {policy!r}",
        expected=taken if key not in policies else f"a new path: {taken}",
        remedy=f"del policies['{key}']" if key in policies else "DTypePolicy('bfloat16')",
    )
