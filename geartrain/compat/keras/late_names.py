"""Names that Matplotlib has dropped, put back when the module is imported, should it be.

from matplotlib import cm; cm.get_cmap("jet")     gone since Matplotlib 3.9; `pyplot` has it still
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

MODULE = "matplotlib.cm"


def get_cmap(name: Any = None, lut: int | None = None) -> Any:
    """The scale of colours of a name; `lut` says of how many."""
    from matplotlib import pyplot

    return pyplot.get_cmap(name, lut)


def complete(module: ModuleType) -> None:
    """Give the module what it lacks."""
    if not hasattr(module, "get_cmap"):
        module.get_cmap = get_cmap  # type: ignore[attr-defined]


class Completing(Loader):
    """Loads a module as another one would, and completes it."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The module, if its loader makes it itself."""
        found: ModuleType | None = self.loader.create_module(spec)
        return found

    def exec_module(self, module: ModuleType) -> None:
        """Run its code, then complete it."""
        self.loader.exec_module(module)
        complete(module)


class Watcher(MetaPathFinder):
    """Waits for the import of the module."""

    def __init__(self) -> None:
        self._looking = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that others find, with a loader that completes the module."""
        if fullname != MODULE or self._looking:
            return None
        self._looking = True
        try:
            spec = find_spec(fullname)
        finally:
            self._looking = False
        if spec is not None and spec.loader is not None:
            spec.loader = Completing(spec.loader)
        return spec


WATCHER = Watcher()


def watch() -> None:
    """Complete the module now, or when it is imported."""
    if MODULE in sys.modules:
        complete(sys.modules[MODULE])
    elif WATCHER not in sys.meta_path:
        sys.meta_path.insert(0, WATCHER)


def stop() -> None:
    """Wait no longer, and take back what was put there."""
    if WATCHER in sys.meta_path:
        sys.meta_path.remove(WATCHER)
    module = sys.modules.get(MODULE)
    if module is not None and vars(module).get("get_cmap") is get_cmap:
        del module.get_cmap
