"""`Stranger`: finds a few modules of others where nobody else does, for those who ask beside Keras.

google.colab                       where a notebook is not in Colab
tensorboard, and its hparams       where it is not installed: KerasTuner asks for them before it
                                   looks whether there is anything to be written
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_file_location
from types import ModuleType

# The names, each with the module of ours that it stands for; None is a package with nothing in it.
NAMES = {
    "google": None,
    "google.colab": None,
    "google.colab.drive": "geartrain.compat.colab.drive",
    "google.colab.files": "geartrain.compat.colab.files",
    "tensorboard": "geartrain.compat.tensorboard",
    "tensorboard.plugins": None,
    "tensorboard.plugins.hparams": None,
    "tensorboard.plugins.hparams.api": "geartrain.compat.tensorboard.hparams",
}


class Stranger(MetaPathFinder, Loader):
    """The last to be asked: what is installed comes first."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for a name of the list; None for all others."""
        if fullname not in NAMES:
            return None
        ours = NAMES[fullname]
        if ours is None:
            return ModuleSpec(fullname, self, is_package=True)
        found = find_spec(ours)
        if found is None or found.origin is None:
            return None
        places = found.submodule_search_locations
        return spec_from_file_location(fullname, found.origin, submodule_search_locations=places)

    def create_module(self, spec: ModuleSpec) -> None:
        """An ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


STRANGER = Stranger()


def stranger_modules() -> list[str]:
    """The names of the imported modules that were found here."""
    places = tuple(str(each) for each in ("compat/colab", "compat/tensorboard"))
    return [name for name in NAMES if _is_ours(sys.modules.get(name), places)]


def _is_ours(module: ModuleType | None, places: tuple[str, ...]) -> bool:
    if module is None:
        return False
    file = str(getattr(module, "__file__", None) or "").replace("\\", "/")
    return module.__loader__ is STRANGER or any(each in file for each in places)
