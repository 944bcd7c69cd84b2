"""Functions of elements as graphs: symbols of an element run through a function once.

    lambda x, y: (x / 255, y)    ->    %0 = input, %1 = input, %2 = divide %0 255
                                       the result: (output 0, what was given as 1)

What needs numbers, or does something besides computing (`watching.py`), cannot be traced.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from geartrain import primitives
from geartrain.data.elements import read_leaf
from geartrain.data.spec import TensorSpec
from geartrain.data.watching import Impure, Watch, draws_outside
from geartrain.graph import Graph, trace
from geartrain.primitives.primitive import Spec
from geartrain.random.seed import GLOBAL, undrawn
from geartrain.symbolic import KerasTensor
from geartrain.tensor import Dim, NoNumbers, NoSize, Tensor, Variable
from geartrain.tensor.nest import flatten, map_nest, pack_like
from geartrain.tensor.text_tensor import STRING


class Untraceable(Exception):
    """A function has to run as it stands, and why."""


@dataclass(frozen=True)
class Output:
    """In the form of a result: an output of the graph."""

    number: int


@dataclass(frozen=True)
class Given:
    """In the form of a result: a leaf of the element, as it is."""

    number: int


@dataclass(frozen=True)
class Constant:
    """In the form of a result: the same in every call."""

    value: Any


class Traced(NamedTuple):
    """What a function does, and what its results are like.

    `result` is a nest whose leaves are `Output`, `Given` and `Constant`; `spec` is of that form.
    `draws` says whether layers or seeds were made, as a layer does that is called for the first
    time.
    """

    graph: Graph
    result: Any
    spec: Any
    draws: bool


rewriters: list[
    Callable[[Any], Any]
] = []  # that make functions traceable which are not (AutoGraph)


def trace_function(function: Callable[..., Any], spec: Any, *, in_rows: bool = False) -> Traced:
    """Let symbols of an element run through a function.

    Args:
        function: of an element; a tuple is as many arguments.
        spec: of the elements.
        in_rows: whether the graph is to take and give arrays with one more axis, of size 1.

    Raises:
        Untraceable: it must run as it stands.
    """
    try:
        return _traced(function, spec, in_rows)
    except Untraceable as error:
        asks = isinstance(error.__cause__, NoNumbers | NoSize)
        changed = next((each(function) for each in rewriters), None) if asks else None
        if changed is None:
            raise
    return _traced(changed, spec, in_rows)


def _traced(function: Callable[..., Any], spec: Any, in_rows: bool) -> Traced:
    if draws_outside(function):
        raise Untraceable("it draws from a generator of NumPy's or Python's")
    leaves = flatten(spec)
    specs = [_symbolic(number, each) for number, each in enumerate(leaves)]
    results: list[Any] = []

    def through(*tensors: Tensor) -> list[Tensor]:
        inputs = [_first(each, at.shape) for each, at in zip(tensors, specs, strict=True)]
        given = pack_like(spec, inputs)
        with Watch(_containers(given)):
            found = function(*given) if isinstance(given, tuple) else function(given)
        outputs: list[Tensor] = []
        results.append(_result(found, inputs, outputs))
        return [_as_row(each) for each in outputs] if in_rows else outputs

    before = GLOBAL.counts
    try:
        with undrawn(keep_weights=True), kept_draws():
            rows = [Spec((1, *each.shape), each.dtype) for each in specs] if in_rows else specs
            graph = trace(through, rows, name=getattr(function, "__name__", "function"))
            draws = before != GLOBAL.counts
    except (Untraceable, Impure) as error:
        raise Untraceable(str(error)) from None
    except Exception as error:
        raise Untraceable(_in_a_line(error)) from error
    return Traced(graph, results[0], _spec_of(results[0], leaves, graph, in_rows), draws)


def _in_a_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _symbolic(number: int, spec: Any) -> Spec:
    """What a leaf is traced as; axes of unknown size have symbols."""
    if not isinstance(spec, TensorSpec) or spec.shape is None or spec.dtype == STRING:
        raise Untraceable(f"an element is {spec}")
    sizes = (
        Dim("batch" if axis == 0 else f"size_{number}_{axis}") if size is None else size
        for axis, size in enumerate(spec.shape)
    )
    return Spec(tuple(sizes), spec.dtype)


def _first(row: Tensor, shape: Any) -> Tensor:
    return row if row.shape == shape else primitives.reshape(row, shape=shape)


def _as_row(x: Tensor) -> Tensor:
    return primitives.reshape(x, shape=(1, *x.shape))


def _containers(nest: Any) -> list[Any]:
    if isinstance(nest, dict):
        return [nest, *(found for each in nest.values() for found in _containers(each))]
    if isinstance(nest, tuple):
        return [found for each in nest for found in _containers(each)]
    return []


def _result(found: Any, inputs: list[Tensor], outputs: list[Tensor]) -> Any:
    numbers = {id(each): number for number, each in enumerate(inputs)}

    def place(leaf: Any) -> Any:
        if isinstance(leaf, Variable):
            leaf = leaf.value
        if isinstance(leaf, KerasTensor) or hasattr(leaf, "stage"):
            raise Untraceable(f"it gives a {type(leaf).__name__}")
        if not isinstance(leaf, Tensor) or not leaf.is_symbolic:
            return Constant(read_leaf(leaf))
        if id(leaf) in numbers:
            return Given(numbers[id(leaf)])
        outputs.append(leaf)
        return Output(len(outputs) - 1)

    nest = _sized(tuple(found) if isinstance(found, list) else found)
    _require_no_list(nest)
    return map_nest(place, nest)


def _sized(nest: Any) -> Any:
    """The nest with tensors in place of rows of sizes, as `tf.shape` gives them."""
    if type(nest) is tuple:
        return tuple(map(_sized, nest))
    if type(nest) is dict:
        return {key: _sized(each) for key, each in nest.items()}
    to_tensor = getattr(nest, "tensor", None)
    return to_tensor() if isinstance(nest, tuple) and to_tensor is not None else nest


def _require_no_list(nest: Any) -> None:
    if isinstance(nest, list):
        raise Untraceable("a list of tensors is one tensor")
    for each in (
        nest.values() if isinstance(nest, dict) else nest if isinstance(nest, tuple) else ()
    ):
        _require_no_list(each)


def _spec_of(result: Any, leaves: list[Any], graph: Graph, in_rows: bool) -> Any:
    def found(leaf: Output | Given | Constant) -> Any:
        if isinstance(leaf, Given):
            return leaves[leaf.number]
        if isinstance(leaf, Constant):
            return _constant_spec(leaf.value)
        node = graph.outputs[leaf.number]
        return TensorSpec(_plain(node.shape[1:] if in_rows else node.shape), node.dtype)

    return map_nest(found, result)


def _constant_spec(value: Any) -> Any:
    if value is None:
        return None
    array = np.asarray(value)
    return TensorSpec(array.shape, STRING if array.dtype.kind in "SUO" else array.dtype)


def _plain(shape: Any) -> tuple[int | None, ...]:
    return tuple(None if isinstance(size, Dim) else size for size in shape)


@contextmanager
def kept_draws() -> Iterator[None]:
    """Inside, what is drawn from the global rows of random numbers counts as not drawn."""
    keys, state, legacy = GLOBAL.keys.state.numpy().copy(), random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        GLOBAL.keys.state.assign(keys)
        random.setstate(state)
        np.random.set_state(legacy)  # noqa: NPY002
