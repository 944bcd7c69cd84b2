"""What notebooks import of IPython, for places without it: magics of one's own, `display`.

    from IPython.core.magic import register_cell_magic   ->   `Shell.register_magic_function`
    from IPython.display import Image, display           ->   `showing.display`, `Shown`

Where IPython is installed, its own is imported, which asks the same `Shell`.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from geartrain.compat.scripts.showing import display

RICH = ("Audio", "FileLink", "HTML", "IFrame", "Image", "JSON", "Javascript", "Latex", "Markdown",
        "Math", "SVG", "Video", "YouTubeVideo")  # fmt: skip


class Shown:
    """What a notebook would show as a picture or a page: here its kind and its source are printed.

    Args:
        data: what it would show.
        args: ignored, as nothing is drawn.
        filename: of what it would show.
        url: of what it would show.
        options: ignored, as nothing is drawn.
    """

    def __init__(
        self, data: Any = None, *args: Any, filename: Any = None, url: Any = None, **options: Any
    ) -> None:
        self.data, self.filename, self.url = data, filename, url

    def __repr__(self) -> str:
        named = self.filename or self.url or (self.data if isinstance(self.data, str) else "")
        return f"<{type(self).__name__} {str(named)[:60]}".rstrip() + ">"


def clear_output(wait: bool = False) -> None:
    """Nothing: there is no cell whose output could be taken away."""


def stand_in() -> None:
    """Let `import IPython` find the little that notebooks need, if it is not installed."""
    if "IPython" in sys.modules or find_spec("IPython") is not None:
        return
    for name, names in _modules().items():
        module = ModuleType(name, __doc__)
        module.__path__ = []
        vars(module).update(names)
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


def _modules() -> dict[str, dict[str, Any]]:
    asked = {"get_ipython": builtins.get_ipython}  # type: ignore[attr-defined]
    rich = {name: type(name, (Shown,), {}) for name in RICH}
    shows = {"display": display, "clear_output": clear_output, **rich}
    kinds = ("line", "cell", "line_cell")
    registering = {f"register_{kind}_magic": _registering(kind) for kind in kinds}
    return {
        "IPython": {**asked, "display": display},
        "IPython.core": {},
        "IPython.core.getipython": asked,
        "IPython.core.magic": registering,
        "IPython.display": shows,
    }


def _registering(kind: str) -> Callable[[Any], Any]:
    """The decorator that makes a function a magic; it takes another name for it, too."""

    def register(given: Any) -> Any:
        if isinstance(given, str):
            return lambda function: _register(function, kind, given)
        return _register(given, kind, given.__name__)

    return register


def _register(function: Any, kind: str, name: str) -> Any:
    shell = builtins.get_ipython()  # type: ignore[attr-defined]
    shell.register_magic_function(function, kind, name)
    return function
