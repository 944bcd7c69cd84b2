"""`Stranger`: finds `google.colab` where nobody else does, as outside of Colab."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, spec_from_file_location
from types import ModuleType

NAMES = ("google.colab", "google.colab.drive", "google.colab.files")
OURS = "geartrain.compat.colab"


class Stranger(MetaPathFinder, Loader):
    """The last to be asked: what is installed comes first."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A spec for a name of `google.colab`, or for an empty `google` around it."""
        if fullname == "google":
            return ModuleSpec(fullname, self, is_package=True)
        if fullname not in NAMES:
            return None
        found = find_spec(OURS + fullname.removeprefix("google.colab"))
        if found is None or found.origin is None:
            return None
        places = found.submodule_search_locations
        return spec_from_file_location(fullname, found.origin, submodule_search_locations=places)

    def create_module(self, spec: ModuleSpec) -> None:
        """An ordinary module."""

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


STRANGER = Stranger()
