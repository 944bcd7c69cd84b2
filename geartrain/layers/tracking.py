"""What a layer holds: the layers, variables and seeds among its attributes.

    self.blocks = [Dense(4), Dense(4)]; self.scale = Variable(1.0)   ->   all three are found

Attributes are looked through in the order in which they were set, lists, tuples and dicts
included; nothing has to be registered. What is put into a list later comes when it is made:

    for _ in range(2): self.convs.append(Conv2D(...)); self.norms.append(BatchNormalization())
                                                            ->   conv, norm, conv, norm

 What was found is remembered (`remembered`) until something
changes: an attribute of any tracked object, whether a variable is trained, or what lies in one of
the lists and dicts that were looked through, which is compared whenever somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate, islice
from operator import is_, itemgetter
from types import FunctionType, MethodType
from typing import Any, ClassVar, TypeVar

import numpy as np

from geartrain.errors import explain
from geartrain.random import SeedGenerator
from geartrain.symbolic import Operation
from geartrain.symbolic.operation import ARGUMENTS, moments
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.changes import changes

T = TypeVar("T")

UNTRACKED = ARGUMENTS  # what a layer was made with, which it does not hold
MEMORY = "_memory"  # what was found in a tracked object
TIMES = "_times"  # when its attributes were set
# Attributes that hold what is another's, or nothing that is looked for.
OTHERS = frozenset((UNTRACKED, MEMORY, TIMES, "_called", "_used", "_losses", "output_shape"))
OWN_LISTS = ("_weights", "_variables")  # who changes them says so
PLAIN = frozenset((type(None), bool, int, float, str, bytes, FunctionType, MethodType))
LEAVES = (*PLAIN, Tensor, np.ndarray, np.generic, np.dtype)
# What is remembered: a class of the user's that defines one of them is asked each time.
RULES = ("weights", "variables", "trainable", "trainable_weights", "trainable_variables",
         "non_trainable_weights", "non_trainable_variables", "metrics", "held_metrics")  # fmt: skip


class Tracked:
    """An object whose attributes are looked through; it says when one of them changes.

    Attributes that are `aside` are passed by, as are objects whose class says `holds_nothing`.
    """

    aside: ClassVar[frozenset[str]] = OTHERS

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.aside:
            kinds: tuple[Any, Any] = type(value), type(vars(self).get(name))
            if not (_is_leaf(kinds[0]) and _is_leaf(kinds[1])):
                changes.note()
                vars(self).setdefault(TIMES, {})[name] = next(moments)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        changes.note()
        super().__delattr__(name)


class Memory:
    """What was found in a tracked object and in those inside of it, as long as it stays so.

    Args:
        owner: the object.
    """

    def __init__(self, owner: Tracked) -> None:
        self.mark = changes.mark
        self.found: dict[str, list[Any]] = {}
        self._contents: list[tuple[Any, list[Any]]] = []  # of lists and dicts, when looked through
        self.may_be_kept = True
        self._look_through(owner, set())

    def _look_through(self, owner: Tracked, known: set[int]) -> None:
        if id(owner) in known:
            return
        known.add(id(owner))
        kind: Any = type(owner)
        self.may_be_kept &= _follows_rules(kind)
        for name, value in vars(owner).items():
            kind = type(value)
            if name not in owner.aside and not _is_leaf(kind):
                self._look_at(value, known, compared=name not in OWN_LISTS)

    def _look_at(self, value: Any, known: set[int], *, compared: bool = True) -> None:
        if isinstance(value, Tracked):
            self._look_through(value, known)
        elif isinstance(value, list | tuple | dict):
            inside = _contents(value)
            if compared and not isinstance(value, tuple):
                self._contents.append((value, inside))
            for each in inside:
                self._look_at(each, known)

    def is_current(self) -> bool:
        """Whether nothing has changed."""
        return self.mark is changes.mark and all(
            len(value) == len(inside) and all(map(is_, _contents(value), inside))
            for value, inside in self._contents
        )

    def __deepcopy__(self, _: Any) -> None:
        """Nothing: a copy is looked through anew."""

    def __reduce__(self) -> Any:
        return type(None), ()


def remembered(owner: Any, what: str, find: Callable[[], list[T]]) -> list[T]:
    """What `find` gives, found once as long as nothing changes; a list of the caller's own.

    Args:
        owner: on it alone, with the objects inside, it depends; if it is not tracked, nothing is
            remembered.
        what: a name for it.
        find: finds it.
    """
    if not isinstance(owner, Tracked):
        return find()
    memory = vars(owner).get(MEMORY)
    if memory is None or not memory.is_current():
        memory = vars(owner)[MEMORY] = Memory(owner)
    found = memory.found.get(what)
    if found is None:
        found = find()
        if memory.may_be_kept:
            memory.found[what] = found
    return list(found)


def _contents(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


@lru_cache(maxsize=4096)
def _is_leaf(kind: Any) -> bool:
    """Whether objects of a kind hold nothing."""
    return issubclass(kind, LEAVES) or getattr(kind, "holds_nothing", False) is True


@lru_cache(maxsize=4096)
def _follows_rules(kind: Any) -> bool:
    """Whether what objects of a kind hold is found by our own rules."""
    strange = (each for each in kind.__mro__ if each.__module__.partition(".")[0] != "geartrain")
    return not any(name in vars(each) for each in strange for name in RULES)


def parts_of(owner: Any, kind: type[T]) -> list[T]:
    """The objects of a kind among an object's attributes, each once."""
    held = remembered(owner, "", lambda: _held(owner))
    return list(dict.fromkeys(each for each in held if isinstance(each, kind)))


def metrics_of(owner: Any) -> list[Any]:
    """The metrics among an object's attributes, which are told by what they can do."""
    held = ((each, type(each)) for each in _held(owner))
    return list(dict.fromkeys(each for each, kind in held if _is_metric(kind)))  # type: ignore[arg-type]


@lru_cache(maxsize=4096)
def _is_metric(kind: Any) -> bool:
    names = ("update_state", "result", "reset_state")
    return kind is not type and all(hasattr(kind, name) for name in names)


def _held(owner: Any) -> list[Any]:
    """What lies in attributes; numbers and texts, which hold nothing, are passed by quickly."""
    timed: list[tuple[int, Any]] = []
    aside, times = getattr(owner, "aside", OTHERS), vars(owner).get(TIMES, {})
    for name, value in vars(owner).items():
        if type(value) not in PLAIN and name not in aside:
            found: list[Any] = []
            _gather(value, found)
            own = [getattr(each, "made_at", 0) for each in found]
            moments = accumulate(own, max, initial=times.get(name, 0))
            timed += zip(islice(moments, 1, None), found, strict=True)
    return [each for _, each in sorted(timed, key=itemgetter(0))]


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
