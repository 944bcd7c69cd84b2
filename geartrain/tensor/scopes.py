"""Scopes: names in front of those of variables, and the device."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Self

from geartrain.errors import explain
from geartrain.tensor.interpreter import duty


class name_scope:  # noqa: N801  (Keras's name)
    """Puts a name in front of the paths of the variables that are made inside.

    Args:
        name: without a slash.
        **kwargs: taken for the sake of Keras's users.

    Raises:
        ValueError: the name is no text, or has a slash in it.

    >>> from geartrain import Variable, name_scope
    >>> with name_scope("encoder"):
    ...     Variable(1.0, name="scale").path
    'encoder/scale'
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        if not isinstance(name, str) or "/" in name:
            raise ValueError(_name_message(name))
        self.name = name
        self._outside: list[tuple[str, ...]] = []

    def __enter__(self) -> Self:
        self._outside.append(duty.path)
        duty.path = (*duty.path, self.name) if self.name else duty.path
        return self

    def __exit__(self, *error: object) -> None:
        duty.path = self._outside.pop()


def device(device_name: str) -> AbstractContextManager[None]:
    """A place where tensors are on a device: there is the CPU.

    Raises:
        RuntimeError: it is another device.
        ValueError: it is no name of one.

    >>> with device("cpu:0"):
    ...     pass
    """
    if not isinstance(device_name, str):
        raise ValueError(_device_message(device_name))
    if device_name.lower().split(":")[0] not in ("cpu", "/cpu"):
        raise RuntimeError(_device_message(device_name))
    return nullcontext()


def _name_message(name: object) -> str:
    return explain(
        "This cannot be the name of a scope",
        given=f"name={name!r}",
        expected="text without a slash: one scope inside of another gives a path",
        remedy="with name_scope('encoder'):",
    )


def _device_message(name: object) -> str:
    return explain(
        "There is no such device",
        given=f"device({name!r})",
        expected="'cpu'",
        remedy="device('cpu')",
    )
