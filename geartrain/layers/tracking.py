"""What a layer holds: the layers, variables and seeds among its attributes.

    self.blocks = [Dense(4), Dense(4)]; self.scale = Variable(1.0)   ->   all three are found

Attributes are looked through in the order in which they were set, lists, tuples and dicts
included, whenever somebody asks; nothing has to be registered.
"""

from __future__ import annotations

from functools import cache
from types import FunctionType, MethodType
from typing import Any, TypeVar

from geartrain.errors import explain
from geartrain.random import SeedGenerator
from geartrain.symbolic import Operation
from geartrain.symbolic.operation import ARGUMENTS
from geartrain.tensor import Variable

T = TypeVar("T")

UNTRACKED = ARGUMENTS  # what a layer was made with, which it does not hold
OTHERS = (UNTRACKED, "_called")  # attributes that hold what is another's
PLAIN = frozenset((type(None), bool, int, float, str, bytes, FunctionType, MethodType))


def parts_of(owner: Any, kind: type[T]) -> list[T]:
    """The objects of a kind among an object's attributes, each once."""
    return list(dict.fromkeys(each for each in _held(owner) if isinstance(each, kind)))


def metrics_of(owner: Any) -> list[Any]:
    """The metrics among an object's attributes, which are told by what they can do."""
    held = ((each, type(each)) for each in _held(owner))
    return list(dict.fromkeys(each for each, kind in held if _is_metric(kind)))  # type: ignore[arg-type]


@cache
def _is_metric(kind: Any) -> bool:
    names = ("update_state", "result", "reset_state")
    return kind is not type and all(hasattr(kind, name) for name in names)


def _held(owner: Any) -> list[Any]:
    """What lies in attributes; numbers and texts, which hold nothing, are passed by quickly."""
    found: list[Any] = []
    for name, value in vars(owner).items():
        if type(value) not in PLAIN and name not in OTHERS:
            _gather(value, found)
    return found


def _gather(value: Any, found: list[Any]) -> None:
    if isinstance(value, list | tuple):
        for each in value:
            _gather(each, found)
    elif isinstance(value, dict):
        for each in value.values():
            _gather(each, found)
    elif type(value) not in PLAIN:
        found.append(value)


def _found(value: Any, kind: type[T]) -> list[T]:
    found: list[Any] = []
    _gather(value, found)
    return [each for each in found if isinstance(each, kind)]


def add_state(layer: Any, name: str, value: Any) -> None:
    """Raise if an attribute would give a layer that is built a new weight, seed or layer.

    Raises:
        ValueError: it would.
    """
    kinds = (Variable, SeedGenerator, Operation)
    if value is not Variable and not isinstance(value, (*kinds, list, tuple, dict)):
        return
    new = [value] if value is Variable else [e for kind in kinds for e in _found(value, kind)]
    if not new:
        return
    held = {id(each) for kind in kinds for each in parts_of(layer, kind)}
    if all(id(each) in held for each in new):
        return
    raise ValueError(
        explain(
            f"{type(layer).__name__} '{layer.name}' is built, and takes no new state",
            given=f"self.{name} = "
            + ("a new weight" if value is Variable else f"a {type(new[0]).__name__}"),
            expected="weights, seeds and layers that are made in __init__ or in build",
            remedy=f"def build(self, input_shape): self.{name} = ...",
        )
    )
