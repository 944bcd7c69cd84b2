"""`Stranger`: finds what notebooks and KerasTuner import where nobody else does.

google.colab                       outside of Colab
tensorboard.plugins.hparams.api    without TensorBoard, which KerasTuner takes for granted
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_file_location
from types import ModuleType

EMPTY = ("google", "tensorboard", "tensorboard.plugins", "tensorboard.plugins.hparams")
OURS = {
    "google.colab": "geartrain.compat.colab",
    "google.colab.drive": "geartrain.compat.colab.drive",
    "google.colab.files": "geartrain.compat.colab.files",
    "tensorboard.plugins.hparams.api": "geartrain.compat.hparams",
}
NAMES = (*OURS, *EMPTY[1:])


class Stranger(MetaPathFinder, Loader):
    """The last to be asked: what is installed comes first."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for one of our modules, or for an empty one around it."""
        if fullname in EMPTY:
            return ModuleSpec(fullname, self, is_package=True)
        if fullname not in OURS:
            return None
        found = find_spec(OURS[fullname])
        if found is None or found.origin is None:
            return None
        places = found.submodule_search_locations
        return spec_from_file_location(fullname, found.origin, submodule_search_locations=places)

    def create_module(self, spec: ModuleSpec) -> None:
        """An ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


STRANGER = Stranger()


def is_there(name: str) -> bool:
    """Whether a module is installed, and not only made up here."""
    found = find_spec(name)
    return found is not None and found.loader is not STRANGER
