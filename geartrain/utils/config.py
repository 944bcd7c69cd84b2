"""`Config`: settings as attributes and as a dict, which can be frozen."""

from __future__ import annotations

import json
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any

from geartrain.errors import explain, nearest

OWN = ("_values", "_is_frozen")


class Config:
    """A dict whose values are attributes as well.

    Args:
        **kwargs: the values.

    >>> config = Config(units=64)
    >>> config.rate = 0.5
    >>> config["units"], config.as_dict()
    (64, {'units': 64, 'rate': 0.5})
    """

    _values: dict[str, Any]
    _is_frozen: bool

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_values", dict(kwargs))
        object.__setattr__(self, "_is_frozen", False)

    @property
    def frozen(self) -> bool:
        """Whether it can be changed."""
        return self._is_frozen

    def freeze(self) -> None:
        """Let nothing be changed from now on."""
        object.__setattr__(self, "_is_frozen", True)

    def unfreeze(self) -> None:
        """Let it be changed again."""
        object.__setattr__(self, "_is_frozen", False)

    def _require_thawed(self) -> None:
        if self._is_frozen:
            raise ValueError(_frozen_message())

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __setitem__(self, key: str, value: Any) -> None:
        self._require_thawed()
        self._values[key] = value

    def __getattr__(self, name: str) -> Any:
        if name in OWN or name not in self._values:
            raise AttributeError(_missing_message(self, name))
        return self._values[name]

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __delitem__(self, key: str) -> None:
        self._require_thawed()
        del self._values[key]

    def __delattr__(self, name: str) -> None:
        del self[name]

    def pop(self, *args: Any) -> Any:
        """Take a value out, as a dict does."""
        self._require_thawed()
        return self._values.pop(*args)

    def update(self, *args: Mapping[str, Any], **kwargs: Any) -> None:
        """Take values in, as a dict does."""
        self._require_thawed()
        self._values.update(*args, **kwargs)

    def get(self, keyname: str, value: Any = None) -> Any:
        """A value, or another one where there is none."""
        return self._values.get(keyname, value)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._values.keys()

    def values(self) -> ValuesView[Any]:
        """The values."""
        return self._values.values()

    def items(self) -> ItemsView[str, Any]:
        """The names with their values."""
        return self._values.items()

    def as_dict(self) -> dict[str, Any]:
        """A dict of the values."""
        return dict(self._values)

    def to_json(self) -> str:
        """The values as JSON."""
        return json.dumps(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __repr__(self) -> str:
        return f"<Config {self._values}>"


def _frozen_message() -> str:
    return explain(
        "A frozen Config does not change",
        given="an attempt to change it",
        expected="a Config that is not frozen",
        remedy="config.unfreeze()",
    )


def _missing_message(config: Config, name: str) -> str:
    known = list(vars(config).get("_values", {}))
    close = nearest(name, known)
    return explain(
        "Config has no such value",
        given=repr(name),
        expected="one of: " + (", ".join(known) or "none"),
        remedy=f"config.{(close or [name])[0]}" if close else f"config.{name} = ...",
    )
