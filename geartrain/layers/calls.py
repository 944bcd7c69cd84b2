"""A layer's call: who is being called inside of whom, what for, and with which arguments.

model(x, training=True)   ->   every layer inside, at any depth, computes for training
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.ops import cast, convert_to_tensor
from geartrain.symbolic import is_guessed, is_keras_tensor
from geartrain.symbolic.operation import signature_of
from geartrain.tensor import DType, Tensor, Variable, is_floating
from geartrain.tensor.interpreter import duty
from geartrain.tensor.nest import flatten, map_nest
from geartrain.tensor.text_tensor import TextTensor

TEXT = "OSTU"  # kinds of NumPy's dtypes of texts


class Surroundings(threading.local):
    """The call that is going on in a thread: whether it trains."""

    def __init__(self) -> None:
        self.training: bool | None = None
        self.number = 0  # of outermost calls so far
        self.inside = False
        self.blank = False  # whether new weights are zeros, as their numbers come from a file

    @property
    def path(self) -> tuple[str, ...]:
        """The names of the layers whose calls are going on, the outermost first."""
        return duty.path


surroundings = Surroundings()


class calling:  # noqa: N801  (used as a function)
    """Be inside of a layer of this name (None: the path stays), to train or not.

    Args:
        scope: the name.
        training: whether to train.
        caller: the layer, where it is a call: an outermost one gets a number.
    """

    __slots__ = ("_before", "_caller", "_scope", "_training")

    def __init__(self, scope: str | None, training: bool | None, caller: Any = None) -> None:
        self._scope, self._training, self._caller = scope, training, caller

    def __enter__(self) -> None:
        self._before = duty.path, surroundings.training, surroundings.inside
        if self._scope is not None:
            duty.path = (*self._before[0], self._scope)
        surroundings.training = self._training
        if self._caller is not None and not surroundings.inside:
            surroundings.inside = True
            surroundings.number += 1
            self._caller._last_call = surroundings.number

    def __exit__(self, *error: object) -> None:
        duty.path, surroundings.training, surroundings.inside = self._before


@contextmanager
def blank_weights(blank: bool = True) -> Iterator[None]:
    """Make weights of zeros, and draw nothing: for a model whose weights are loaded at once.

    Args:
        blank: whether to; else nothing is changed.
    """
    before, surroundings.blank = surroundings.blank, surroundings.blank or blank
    try:
        yield
    finally:
        surroundings.blank = before


class reading_as:  # noqa: N801  (likewise)
    """Read float variables in this dtype; None reads them in their own."""

    __slots__ = ("_before", "_dtype")

    def __init__(self, dtype: DType | None) -> None:
        self._dtype = dtype

    def __enter__(self) -> None:
        self._before = duty.autocast
        duty.autocast = self._dtype

    def __exit__(self, *error: object) -> None:
        duty.autocast = self._before


def chosen_training(given: bool | None, signature: inspect.Signature) -> bool | None:
    """Whether a call trains: as it says, as the call around it does, or by `call`'s default."""
    if given is not None:
        return given
    if surroundings.training is not None:
        return surroundings.training
    parameter = signature.parameters.get("training")
    return None if parameter is None or parameter.default is parameter.empty else parameter.default


def as_tensors(given: Any, dtype: DType) -> Any:
    """A nest with its arrays and variables as tensors, floats of another dtype cast to this one.

    Numbers, None and other objects stay what they are.
    """
    if given is None or isinstance(given, bool):
        return given
    return map_nest(lambda each: _as_tensor(each, dtype), given)


def as_input(given: Any, dtype: DType) -> Any:
    """The same for the first argument, of which numbers become a tensor as well."""
    if isinstance(given, Tensor | np.ndarray):
        return _as_tensor(given, dtype)
    leaves = flatten(given)
    if leaves and all(isinstance(each, bool | int | float) for each in leaves):
        return _as_tensor(convert_to_tensor(given), dtype)
    if leaves and isinstance(leaves[0], str | bytes):
        return _of_texts(given)
    return as_tensors(given, dtype)


def holds_symbols(argument: Any) -> bool:
    """Whether a symbolic tensor is among what an argument holds."""
    if argument is None or type(argument) in (Tensor, bool):
        return False
    return any(map(is_keras_tensor, flatten(argument)))


def require_tensors(layer: Any, args: Sequence[Any]) -> None:
    """Raise for numbers and texts without names, behind the first argument.

    Raises:
        ValueError: there are such.
    """
    for each in flatten(list(args[1:])) if len(args) > 1 else ():
        if isinstance(each, bool | int | float | str | bytes):
            raise ValueError(_place_message(layer, each))


def require_numbers(layer: Any, first: Any) -> None:
    """Raise where a layer of ours is given nothing, or texts that it does nothing with.

    Raises:
        ValueError: it is.
    """
    if first is None and (layer.told_spec() is None or layer.takes_texts):
        return
    if first is None or (isinstance(first, TextTensor) and not layer.takes_texts):
        raise ValueError(_numbers_message(layer, first))


def _numbers_message(layer: Any, given: object) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' computes with numbers",
        given="None" if given is None else "texts",
        expected="a tensor, or an array of numbers",
        remedy="layer(np.asarray(x))"
        if given is None
        else "layers.StringLookup(...) or layers.TextVectorization(...) before it",
    )


def _place_message(layer: Any, given: object) -> str:
    return explain(
        f"{type(layer).__name__} '{layer.name}' takes only tensors without their names",
        given=f"{given!r} ({type(given).__name__})",
        expected="numbers, texts and switches by the names of call's arguments",
        remedy=f"layer(x, training={given!r})" if isinstance(given, bool) else "layer(x, name=...)",
    )


def known_shapes(nest: Any) -> Any:
    """The shapes of a nest of tensors, with None for sizes that are not known."""
    return map_nest(lambda x: tuple(map(_known, x.shape)) if isinstance(x, Tensor) else None, nest)


def _of_texts(given: Any) -> Any:
    """Texts as tensors: of a dict one for each name, of lists one for all."""
    if isinstance(given, dict):
        return {name: _of_texts(each) for name, each in given.items()}
    return TextTensor(np.asarray(given, object))


def _as_tensor(leaf: Any, dtype: DType) -> Any:
    if isinstance(leaf, Variable):
        leaf = leaf.value
    elif not isinstance(leaf, Tensor):
        if not (hasattr(leaf, "__array__") or hasattr(leaf, "__dlpack__")):
            return leaf
        own = getattr(leaf, "dtype", None)
        if getattr(own, "kind", "?") in TEXT or own == "string":
            return TextTensor(np.asarray(leaf))  # for layers that look words up
        leaf = convert_to_tensor(leaf)
    wanted = is_floating(dtype) and is_floating(leaf.dtype) and leaf.dtype != dtype
    return cast(leaf, dtype) if wanted else leaf


def shapes_of(given: Any) -> Any:
    """The shapes of a nest of tensors, in its form; None where there is something else in it."""
    leaves = flatten(given)
    if not leaves or not all(isinstance(each, Tensor) for each in leaves):
        return None
    return map_nest(lambda each: tuple(map(_known, each.shape)), given)


def _known(size: Any) -> int | None:
    """A size that a weight may have, else None."""
    return size if isinstance(size, int) and not is_guessed(size) else None


def build_arguments(build: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """What `build` is called with: its only argument gets the shape of the first tensor.

    Of several, `query_shape` gets that of the argument `query`, and so on.

    Raises:
        ValueError: one of several is not the shape of an argument.
    """
    shapes = {f"{name}_shape": shapes_of(each) for name, each in arguments.items()}
    shapes = {name: each for name, each in shapes.items() if each is not None}
    named = [
        each
        for name, each in signature_of(build).parameters.items()
        if name != "self" and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    if len(named) == 1:
        return {named[0].name: next(iter(shapes.values()), None)}
    missing = [e.name for e in named if e.name not in shapes and e.default is e.empty]
    if missing:
        raise ValueError(_shapes_message(missing, shapes))
    return {each.name: shapes[each.name] for each in named if each.name in shapes}


def _shapes_message(missing: Sequence[str], shapes: Any) -> str:
    return explain(
        "build() asks for shapes that nobody knows",
        given=f"build(self, ..., {', '.join(missing)})",
        expected=f"{', '.join(shapes) or 'no shape'}: the names of call's tensors, with _shape",
        remedy="def build(self, input_shape), or def build(self, query_shape, value_shape)",
    )
