"""The arguments of a call by their names, and back: as Python binds them, but quicker.

    call(self, inputs, mask=None)      layer(x, mask=m)   ->   {"inputs": x, "mask": m}

`inspect.Signature.bind` takes 10 us, as it provides for everything that Python allows. Nearly all
calls of layers have plain arguments only, each once; others are left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from geartrain.errors import explain
from geartrain.symbolic.operation import signature_of

Arguments = dict[str, Any]


class Plan:
    """What is known of the arguments of a `call`, whose first one is the layer itself.

    Attributes:
        names: of the other arguments, in order.
    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self.signature = signature_of(call)
        _, *parameters = self.signature.parameters.values() or (None,)
        self.names = {each.name: each for each in parameters}
        self._required = [each.name for each in parameters if each.default is each.empty]
        self._is_plain = all(each.kind is each.POSITIONAL_OR_KEYWORD for each in parameters)

    def bound(self, layer: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Arguments:
        """The arguments by name, in the order of the signature; none for the layer.

        Raises:
            TypeError: as Python raises it.
        """
        found = dict(zip(self.names, args, strict=False))
        fits = len(args) <= len(self.names) and not found.keys() & kwargs
        if kwargs and fits:
            fits = all(name in self.names for name in kwargs)
            given = {**found, **kwargs}
            found = {name: given[name] for name in self.names if name in given}
        if self._is_plain and fits and all(name in found for name in self._required):
            return found
        return dict(list(self.signature.bind(layer, *args, **kwargs).arguments.items())[1:])

    def unbound(self, layer: Any, arguments: Arguments) -> tuple[tuple[Any, ...], Arguments]:
        """Arguments by name as positional ones, as far as none is missing, and named ones."""
        if not self._is_plain:
            bound = self.signature.bind_partial()
            bound.arguments = {"self": layer, **arguments}
            return bound.args[1:], bound.kwargs
        args: list[Any] = []
        for name in self.names:
            if name not in arguments:
                break
            args.append(arguments[name])
        if len(args) == len(arguments):
            return tuple(args), {}
        first = list(self.names)[: len(args)]
        return tuple(args), {name: arguments[name] for name in arguments if name not in first}


@lru_cache(maxsize=2048)
def plan_of(call: Callable[..., Any]) -> Plan:
    """The plan of a class's `call`."""
    return Plan(call)
