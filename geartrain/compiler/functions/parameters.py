"""What a function calls its arguments; of a method, without its instance."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from typing import Any

from geartrain.errors import unknown_name

BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Parameters:
    """The parameters of a function, by number and by name."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._found = _parameters(function)
        # Those that can be given without a name.
        self.positions = tuple(each.name for each in self._found if each.kind in BY_POSITION)

    def name(self, number: int) -> str:
        """What the function calls its argument of this number."""
        for at, each in enumerate(self._found):
            if each.kind is inspect.Parameter.VAR_POSITIONAL:
                return f"{each.name}[{number - at}]"
            if at == number and each.kind is not inspect.Parameter.KEYWORD_ONLY:
                return each.name
        return f"argument[{number}]"

    def by_name(self, arguments: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call by the names that the function has for them, in its order."""
        if not named and len(arguments) <= len(self.positions):
            return dict(zip(self.positions, arguments, strict=False))
        given = {self.name(number): each for number, each in enumerate(arguments)}
        for each in self._found:
            if each.name in named and each.name not in given:
                given[each.name] = named[each.name]
        return {**given, **named}

    def check_name(self, name: str, function: str) -> None:
        """Raise ValueError where the function has no argument of this name."""
        kinds = [each.kind for each in self._found]
        known = [each.name for each in self._found]
        if name not in known and inspect.Parameter.VAR_KEYWORD not in kinds and "[" not in name:
            remedy = f"jit({function}, static_argnames=({{}},))"
            raise ValueError(unknown_name(f"argument of {function}", name, known, remedy=remedy))


def _parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    """The parameters of a function; of a method, those after its instance."""
    try:
        found = tuple(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # a builtin without a signature
        return (inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL),)
    return found[1:] if isinstance(function, Method) else found


class Method:
    """A function with its first argument, which it does not keep alive."""

    def __init__(self, function: Callable[..., Any], instance: Callable[[], Any]) -> None:
        update_wrapper(self, function)
        self.function = function
        self.instance = instance

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.function(self.instance(), *arguments, **named)


class Bound:
    """A compiled method of an instance, which lives as long as this does."""

    def __init__(self, compiled: Callable[..., Any], instance: Any) -> None:
        self._compiled = compiled
        self.__self__ = instance

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._compiled(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)


def word(path: str) -> str:
    """A path as a word, for the names of kernels: `x['w'][0]` as `x_w_0`."""
    return re.sub(r"\W+", "_", path).strip("_")


def itself(instance: Any) -> Any:
    """The instance; bound to one, it stands for a reference to it that does not die."""
    return instance
