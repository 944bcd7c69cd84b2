"""Names of a user's own classes and functions: registered for good, or for a while.

@register_keras_serializable("my_package")      "my_package>Swish"   ->   Swish
class Swish(Layer): ...
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self, TypeVar

from geartrain.errors import explain

T = TypeVar("T")

_OBJECTS: dict[str, Any] = {}  # by registered name
_NAMES: dict[Any, str] = {}


class Scopes(threading.local):
    """The custom objects of the scopes that a thread is in, the innermost first."""

    def __init__(self) -> None:
        self.open: tuple[Mapping[str, Any], ...] = ()


_scopes = Scopes()


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[T], T]:
    """A decorator: models with this class or function can be loaded without `custom_objects`.

    Args:
        package: stands before the name, "package>name", to keep two of one name apart.
        name: None is the class's or function's own.

    Raises:
        ValueError: a class without `get_config()`.

    >>> from geartrain import layers, saving
    >>> @saving.register_keras_serializable("shapes")
    ... class Doubling(layers.Layer):
    ...     def call(self, inputs):
    ...         return 2 * inputs
    >>> saving.get_registered_name(Doubling)
    'shapes>Doubling'
    """

    def register(thing: T) -> T:
        if inspect.isclass(thing) and not hasattr(thing, "get_config"):
            raise ValueError(_no_config_message(thing))
        own = name if name is not None else getattr(thing, "__name__", repr(thing))
        _OBJECTS[f"{package}>{own}"] = thing
        _NAMES[thing] = f"{package}>{own}"
        return thing

    return register


def get_registered_name(obj: Any) -> str:
    """The name under which a class or function was registered, else its own."""
    try:
        found = _NAMES.get(obj)
    except TypeError:  # what has no hash was not registered
        found = None
    return found if found is not None else str(getattr(obj, "__name__", obj))


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """What a name stands for: in the open scopes, among what was registered, in the arguments.

    None, if nothing has the name.
    """
    for known in (*_scopes.open, _OBJECTS, custom_objects or {}, module_objects or {}):
        if name in known:
            return known[name]
    return None


def get_custom_objects() -> dict[str, Any]:
    """The dict of all that is registered, by name; what is put into it counts as registered."""
    return _OBJECTS


class CustomObjectScope:
    """Within it, names stand for these objects in whatever is loaded.

    Args:
        custom_objects: classes and functions by name.

    >>> from geartrain import saving
    >>> with saving.CustomObjectScope({"twice": lambda x: 2 * x}):
    ...     saving.get_registered_object("twice")(4)
    8
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None) -> None:
        self.custom_objects = dict(custom_objects or {})

    def __enter__(self) -> Self:
        self._before = _scopes.open
        _scopes.open = (self.custom_objects, *self._before)
        return self

    def __exit__(self, *exception: object) -> None:
        _scopes.open = self._before


custom_object_scope = CustomObjectScope


@contextmanager
def within(custom_objects: Mapping[str, Any] | None) -> Iterator[None]:
    """Be in a scope of these objects, if there are any."""
    if not custom_objects:
        yield
        return
    with CustomObjectScope(custom_objects):
        yield


def _no_config_message(thing: Any) -> str:
    return explain(
        f"{thing.__name__} cannot be registered",
        given="a class without get_config()",
        expected="get_config(), which gives the arguments to make such an object from",
        remedy="def get_config(self): return {'size': self.size}",
    )
