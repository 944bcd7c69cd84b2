"""`Facade`: a module under another library's name, which looks its names up in ours."""

from __future__ import annotations

from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from geartrain.compat.door.messages import missing_message
from geartrain.compat.door.paths import DEEP_FILES, is_path

ABSENT = object()
SPOKEN = ("__internal__", "__version__")  # names with underscores that programs ask for


class Facade(ModuleType):
    """A module that has the names of others, and of the modules below it.

    Args:
        name: under which it is imported.
        sources: the modules whose names it has; the first one that has a name gives it.
        loader: who made it.
    """

    def __init__(self, name: str, sources: tuple[str, ...], loader: Any) -> None:
        super().__init__(name, f"The names of {name}, which {' and '.join(sources)} have.")
        self.__path__: list[str] = []  # so that Python asks the finder for what is below
        self.__loader__, self.__package__ = loader, name
        self.__spec__ = ModuleSpec(name, loader, is_package=True)
        self.__sources__ = sources

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return [each for each in public_names(self) if hasattr(self, each)]  # import *
        if name == "__file__":  # scripts print it, to see what they run
            return import_module(self.__sources__[0]).__file__
        if name.startswith("__") and name not in SPOKEN:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        found = self._found(name)
        if found is ABSENT:
            raise AttributeError(missing_message(self, name))
        return found

    def _found(self, name: str) -> Any:
        """What the sources have of a name, or the module below."""
        below = f"{self.__name__}.{name}"
        if below in DEEP_FILES:  # a file, which may have a function of its own name
            return import_module(below)
        for source in self.__sources__:
            found = getattr(import_module(source), name, ABSENT)  # `tf.newaxis` is None
            if not isinstance(found, ModuleType):
                if found is not ABSENT:
                    return found
            elif is_path(below):
                break
            elif not self.__name__.startswith("keras"):  # a file of ours is promised to nobody
                return found
        return import_module(below) if is_path(below) else ABSENT

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Facade):
            return  # Python's import binds it, where a function may have the same name
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *public_names(self)})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"module {self.__name__!r} is not callable")


def public_names(facade: Facade) -> list[str]:
    """The names that the sources of a facade give away."""
    names: set[str] = set()
    for source in facade.__sources__:
        module = import_module(source)
        given = getattr(module, "__all__", None)
        given = dir(module) if given is None else given
        names |= {each for each in given if not each.startswith("_")}
    return sorted(names)
