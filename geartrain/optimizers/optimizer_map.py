"""`OptimizerMap`: which optimizer a variable follows, by its path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Self

from geartrain.errors import explain
from geartrain.optimizers.optimizer import Optimizer
from geartrain.serialization import deserialize_keras_object, serialize_keras_object


class OptimizerMap(MutableMapping[str, Optimizer]):
    """Regular expressions and optimizers; a path that none of them matches whole has the default.

    Args:
        default_optimizer: that of all other variables.
        optimizer_map: optimizers by regular expression.

    Raises:
        TypeError: the default is no optimizer.

    >>> from geartrain import optimizers
    >>> table = optimizers.OptimizerMap(optimizers.SGD(), {"encoder/.*": optimizers.Adam()})
    >>> type(table["encoder/dense/kernel"]).__name__, type(table["decoder"]).__name__
    ('Adam', 'SGD')
    """

    def __init__(
        self, default_optimizer: Optimizer, optimizer_map: Mapping[str, Any] | None = None
    ) -> None:
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(_no_optimizer_message("default_optimizer", default_optimizer))
        self._default_optimizer = default_optimizer
        self._optimizer_map: dict[str, Any] = dict(optimizer_map or {})

    @property
    def default_optimizer(self) -> Optimizer:
        """The optimizer of paths that nothing matches."""
        return self._default_optimizer

    def __getitem__(self, key: str) -> Any:
        """The optimizer of a path."""
        if key in self._optimizer_map:
            return self._optimizer_map[key]
        for pattern, optimizer in self._optimizer_map.items():
            if re.fullmatch(pattern, key):
                return optimizer
        return self._default_optimizer

    def __setitem__(self, key: str, optimizer: Any) -> None:
        """Give the paths that a regular expression matches an optimizer.

        Raises:
            ValueError: the expression has one, is no string, or the value is no optimizer.
        """
        if not isinstance(key, str):
            raise ValueError(_no_string_message(key))
        if key in self._optimizer_map:
            raise ValueError(_taken_message(key, self._optimizer_map[key]))
        if not isinstance(optimizer, Optimizer):
            raise ValueError(_no_optimizer_message(f"optimizer_map[{key!r}]", optimizer))
        self._optimizer_map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        del self._optimizer_map[key]

    def __len__(self) -> int:
        return len(self._optimizer_map)

    def __iter__(self) -> Iterator[str]:
        return iter(self._optimizer_map)

    def get_config(self) -> dict[str, Any]:
        """The arguments to make such a table with."""
        return {
            "default_optimizer": serialize_keras_object(self._default_optimizer),
            "optimizer_map": {
                key: serialize_keras_object(each) for key, each in self._optimizer_map.items()
            },
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """A table of what `get_config` gave."""
        return cls(
            deserialize_keras_object(config["default_optimizer"], custom_objects=custom_objects),
            {
                key: deserialize_keras_object(each, custom_objects=custom_objects)
                for key, each in (config.get("optimizer_map") or {}).items()
            },
        )


def _no_optimizer_message(where: str, given: Any) -> str:
    return explain(
        "OptimizerMap holds optimizers",
        given=f"{where}={given!r}",
        expected="an optimizer",
        remedy="OptimizerMap(optimizers.SGD(), {'encoder/.*': optimizers.Adam()})",
    )


def _no_string_message(key: Any) -> str:
    return explain(
        "OptimizerMap's keys are regular expressions",
        given=f"the key {key!r}",
        expected="a string",
        remedy="optimizer_map['encoder/.*'] = optimizers.Adam()",
    )


def _taken_message(key: str, optimizer: Any) -> str:
    return explain(
        f"{key!r} already exists in the OptimizerMap",
        given=f"optimizer_map[{key!r}] = ..., which is {type(optimizer).__name__} now",
        expected="another key",
        remedy=f"del optimizer_map[{key!r}] first",
    )
