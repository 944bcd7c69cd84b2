"""The arguments of a class of a family: its own defaults and order, written down once.

@signed(strides=(1, 1), dilation_rate=(1, 1))
class Conv2D(BaseConv): ...

inspect.signature(Conv2D)   ->   (filters, kernel_size, strides=(1, 1), padding='valid', ...)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

C = TypeVar("C", bound=type)


def signed(*, order: Sequence[str] = (), **defaults: Any) -> Callable[[C], C]:
    """A decorator that gives a class the `__init__` of its family with other defaults.

    Args:
        order: arguments that stand in this order, at the place of the first of them.
        **defaults: the defaults that differ.
    """

    def decorate(cls: C) -> C:
        inner: Any = cls.__init__  # type: ignore[misc]
        signature = _signature(inspect.signature(inner), order, defaults)

        @wraps(inner)
        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
            given = signature.bind(self, *args, **kwargs).arguments
            given.pop("self")
            further = given.pop("kwargs", {})
            inner(self, **{**defaults, **given, **further})

        __init__.__signature__ = signature  # type: ignore[attr-defined]
        type.__setattr__(cls, "__init__", __init__)
        return cls

    return decorate


def _signature(
    signature: inspect.Signature, order: Sequence[str], defaults: dict[str, Any]
) -> inspect.Signature:
    known = dict(signature.parameters)
    names = list(known)
    places = sorted(names.index(name) for name in order)
    for place, name in zip(places, order, strict=True):
        names[place] = name
    parameters = [
        known[name].replace(default=defaults[name]) if name in defaults else known[name]
        for name in names
    ]
    return signature.replace(parameters=parameters)
