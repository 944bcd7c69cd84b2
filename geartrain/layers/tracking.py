"""What a layer holds: the layers, variables and seeds among its attributes.

    self.blocks = [Dense(4), Dense(4)]; self.scale = Variable(1.0)   ->   all three are found

Attributes are looked through in the order in which they were set, lists, tuples and dicts
included, whenever somebody asks; nothing has to be registered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from geartrain.errors import explain
from geartrain.random import SeedGenerator
from geartrain.symbolic import Operation
from geartrain.symbolic.operation import ARGUMENTS
from geartrain.tensor import Variable

T = TypeVar("T")

UNTRACKED = ARGUMENTS  # what a layer was made with, which it does not hold


def parts_of(owner: Any, kind: type[T]) -> list[T]:
    """The objects of a kind among an object's attributes, each once."""
    held = (value for name, value in vars(owner).items() if name not in (UNTRACKED, "_called"))
    return list(dict.fromkeys(each for value in held for each in _found(value, kind)))


def metrics_of(owner: Any) -> list[Any]:
    """The metrics among an object's attributes, which are told by what they can do."""
    held = (value for name, value in vars(owner).items() if name != UNTRACKED)
    found = (each for value in held for each in _found(value, object))
    return list(dict.fromkeys(each for each in found if _is_metric(each)))


def _is_metric(each: Any) -> bool:
    return not isinstance(each, type) and all(
        hasattr(type(each), name) for name in ("update_state", "result", "reset_state")
    )


def _found(value: Any, kind: type[T]) -> Iterator[T]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _found(each, kind)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _found(each, kind)
    elif isinstance(value, kind):
        yield value


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
