"""Every public name of Keras is here with its signature, or stands in a list with the reason.

`keras_names.txt` is written by `make_keras_names.py` with the real Keras. `geartrain/absent.py` has
what is missing: the name, and why.
"""

import inspect
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import geartrain
from geartrain.absent import ABSENT
from geartrain.compat.door.messages import missing_message

HERE = Path(__file__).parent
STORED = dict(
    line.split("\t") for line in (HERE / "keras_names.txt").read_text().splitlines() if line
)
REASONS = ABSENT


def ours(name: str) -> Any:
    """The thing of a name, or None."""
    thing: Any = geartrain
    for part in name.rstrip(".").split("."):
        try:
            thing = getattr(thing, part)
        except AttributeError:
            try:
                thing = import_module(f"{thing.__name__}.{part}")
            except (ImportError, AttributeError):
                return None
    return thing


def signature(thing: Any) -> str:
    """As `make_keras_names.py` writes it."""
    try:
        own = inspect.isclass(thing)
        found = inspect.signature(thing.__init__ if own else thing)
    except (TypeError, ValueError):
        return "?"
    parts = []
    for each in list(found.parameters.values())[int(own) :]:  # without self
        star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
        default = "" if each.default is each.empty else f"={shown(each.default)}"
        mark = "/" if each.kind is each.POSITIONAL_ONLY else ""
        mark = "!" if each.kind is each.KEYWORD_ONLY else mark
        parts.append(f"{star}{each.name}{mark}{default}")
    return ", ".join(parts)


def shown(default: Any) -> str:
    return repr(default) if not callable(default) else getattr(default, "__name__", "object")


def trouble(name: str, wanted: str) -> str | None:
    """What is wrong with a name."""
    thing = ours(name)
    if thing is None:
        return "missing"
    if wanted in ("module", "value", "?") or not callable(thing):
        return None
    found = signature(thing)
    return None if found == wanted else f"has ({found}), not ({wanted})"


def reason_for(name: str) -> str | None:
    return REASONS.get(name)


@cache
def troubles() -> dict[str, str]:
    found = {name: trouble(name, wanted) for name, wanted in STORED.items()}
    return {name: told for name, told in found.items() if told}


def test_every_name_of_keras_is_here_or_has_a_reason():
    without = {name: told for name, told in troubles().items() if reason_for(name) is None}
    lines = [f"{name}: {told}" for name, told in without.items()]
    assert not lines, "\n".join(lines)


def test_no_reason_is_left_for_what_is_here():
    idle = set(REASONS) - set(troubles())
    assert not idle, "take these out of geartrain/absent.py: " + ", ".join(idle)


@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_told(name):
    room, _, last = name.rpartition(".")
    module = import_module(f"geartrain.{room}".rstrip("."))
    with pytest.raises(AttributeError) as failure:
        getattr(module, last)
    assert REASONS[name] in str(failure.value)
    told = missing_message(ModuleType(f"keras.{room}".rstrip(".")), last)
    assert REASONS[name] in told


@pytest.mark.parametrize("name", ["ops.add", "layers.Dense", "Variable", "config.set_floatx"])
def test_a_name_that_is_missing_would_be_seen(name):
    assert name in STORED
    assert trouble(name, STORED[name]) is None
    assert trouble(f"{name}_", "x") == "missing"
    assert trouble(name, "not_its_arguments").startswith("has (")
