"""`import IPython` where it is not installed: the few names that notebooks take from it.

    from IPython.core.magic import register_cell_magic   # `%%name` of the notebook's own
    from IPython.display import display, clear_output

With IPython installed, its own modules are used; they find `get_ipython` among the builtins.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from geartrain.compat.scripts.showing import display

KINDS = ("line", "cell", "line_cell")


def stand_in(get_ipython: Callable[[], Any]) -> None:
    """Let the names that notebooks take from IPython be found, unless it is installed."""
    if "IPython" in sys.modules or find_spec("IPython") is not None:
        return
    magic = {f"register_{kind}_magic": _registers(get_ipython, kind) for kind in KINDS}
    shown = {"display": display, "clear_output": _clear_output}
    _module("IPython", get_ipython=get_ipython, display=display)
    _module("IPython.core")
    _module("IPython.core.magic", **magic)
    _module("IPython.core.getipython", get_ipython=get_ipython)
    _module("IPython.display", **shown)


def _clear_output(*args: Any, **options: Any) -> None:
    """Nothing to clear: what was printed stays."""


def _registers(get_ipython: Callable[[], Any], kind: str) -> Callable[[Any], Any]:
    """The decorator of a kind of magic, with or without a name of its own."""

    def register(given: Any) -> Any:
        if isinstance(given, str):
            return lambda func: _registered(get_ipython(), func, kind, given)
        return _registered(get_ipython(), given, kind, given.__name__)

    return register


def _registered(shell: Any, func: Any, kind: str, name: str) -> Any:
    shell.register_magic_function(func, kind, name)
    return func


def _module(name: str, **names: Any) -> None:
    module = ModuleType(name, "Stands in for a module of IPython, which is not installed.")
    module.__path__ = []  # so that what is below can be imported
    vars(module).update(names)
    sys.modules[name] = module
    above, _, last = name.rpartition(".")
    if above and not hasattr(sys.modules[above], last):
        setattr(sys.modules[above], last, module)
