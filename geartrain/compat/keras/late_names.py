"""What other packages lack for scripts that run here, put into a module when it is imported.

from matplotlib import cm; cm.get_cmap("jet")    gone since Matplotlib 3.9; `pyplot` has it still
keras_hub: model.generate("A text")              compiled, which KerasHub does on engines it knows
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from geartrain.compat.tensorflow.function import function

# Of KerasHub: the classes whose `generate` goes step by step, by the modules that define them.
GENERATING = {
    "keras_hub.src.models.causal_lm": "CausalLM",
    "keras_hub.src.models.image_to_image": "ImageToImage",
    "keras_hub.src.models.inpaint": "Inpaint",
    "keras_hub.src.models.seq_2_seq_lm": "Seq2SeqLM",
    "keras_hub.src.models.text_to_image": "TextToImage",
}


def get_cmap(name: Any = None, lut: int | None = None) -> Any:
    """The scale of colours of a name; `lut` says of how many."""
    from matplotlib import pyplot

    return pyplot.get_cmap(name, lut)


def compiling(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`make_generate_function`, which gives the step of generation compiled, unless told not to."""

    @wraps(make)
    def made(self: Any) -> Any:
        before = self.generate_function
        found = make(self)
        if before is None and found == self.generate_step and not self.run_eagerly:
            found = self.generate_function = function(self.generate_step)
        return found

    return made


def complete(module: ModuleType) -> None:
    """Give the module what it lacks."""
    if module.__name__ == "matplotlib.cm":
        if not hasattr(module, "get_cmap"):
            module.get_cmap = get_cmap  # type: ignore[attr-defined]
        return
    owner = getattr(module, GENERATING[module.__name__], None)
    make = vars(owner).get("make_generate_function") if owner is not None else None
    if make is not None and not hasattr(make, "__wrapped__"):
        owner.make_generate_function = compiling(make)  # type: ignore[union-attr]


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
    """Waits for the import of the modules."""

    def __init__(self) -> None:
        self._looking = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that others find, with a loader that completes the module."""
        if self._looking or not _is_completed(fullname):
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


def _is_completed(name: str) -> bool:
    return name == "matplotlib.cm" or name in GENERATING


def watch() -> None:
    """Complete the modules now, or when they are imported."""
    for name in filter(_is_completed, list(sys.modules)):
        complete(sys.modules[name])
    if WATCHER not in sys.meta_path:
        sys.meta_path.insert(0, WATCHER)


def stop() -> None:
    """Wait no longer, and take back what was put there."""
    if WATCHER in sys.meta_path:
        sys.meta_path.remove(WATCHER)
    module = sys.modules.get("matplotlib.cm")
    if module is not None and vars(module).get("get_cmap") is get_cmap:
        del module.get_cmap
    for name in filter(GENERATING.__contains__, list(sys.modules)):
        owner = getattr(sys.modules[name], GENERATING[name])
        owner.make_generate_function = owner.make_generate_function.__wrapped__
