"""`Finder`: Python's import system asks it for `keras`, `tensorflow` and all that is below."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from geartrain.compat.door.facade import Facade
from geartrain.compat.door.framework import settle_framework
from geartrain.compat.door.messages import missing_message
from geartrain.compat.door.paths import ROOTS, canonical, is_path, sources_of


class Finder(MetaPathFinder, Loader):
    """Finds and makes the modules of the door."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for a path of the door; None for all others.

        Raises:
            ModuleNotFoundError: the path is below one of the door, and there is nothing.
        """
        root, _, below = fullname.partition(".")
        if root not in ROOTS:
            return None
        if is_path(fullname):
            return ModuleSpec(fullname, self, is_package=True)
        if not below:
            return None
        parent, _, name = fullname.rpartition(".")
        # Python swallows this error where it has the name of what `from` asks for.
        raise ModuleNotFoundError(missing_message(import_module(parent), name), name=parent)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The facade of a path; one path with several names has one."""
        name = canonical(spec.name)
        if name != spec.name:
            return import_module(name)
        if name == "keras":
            settle_framework()
        return Facade(name, sources_of(name), self)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do but to put back the spec, which another name replaced."""
        module.__spec__ = ModuleSpec(module.__name__, self, is_package=True)


FINDER = Finder()


def door_modules() -> list[str]:
    """The names of the imported modules that the door made."""
    return [name for name, module in list(sys.modules.items()) if isinstance(module, Facade)]
