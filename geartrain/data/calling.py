"""A user's function, called with the tensors of an element; what it gives, as an element again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from geartrain.data.elements import Element, as_tensors, read_element
from geartrain.data.native import Compiling
from geartrain.data.spec import DatasetSpec, TensorSpec, blank, common, spec_of
from geartrain.data.stage import Stage
from geartrain.data.tracing import Untraceable, kept_draws, trace_function
from geartrain.errors import explain
from geartrain.random.seed import GLOBAL, undrawn
from geartrain.tensor import Interpreter, Tensor, Variable, interpreting
from geartrain.tensor.interpreter import current_interpreter
from geartrain.tensor.nest import flatten, map_nest

SEEN = 2  # elements that say what a function gives, where symbols cannot


class Call:
    """A function of elements.

    Args:
        where: the method that it was given to, for messages.
        function: the user's; a tuple is as many arguments.

    Raises:
        ValueError: it cannot be called.
    """

    def __init__(self, where: str, function: Callable[..., Any]) -> None:
        if not callable(function):
            raise ValueError(_callable_message(where, function))
        self.where, self.function = where, function

    def __call__(self, element: Element) -> Element:
        return read_element(_unlisted(self.raw(element)))

    def raw(self, element: Element) -> Any:
        """What the function gives, as it gives it."""
        given = as_tensors(element)
        try:
            return self.function(*given) if isinstance(given, tuple) else self.function(given)
        except Exception as error:
            error.add_note(self._note(element))
            raise

    @cached_property
    def compiling(self) -> Compiling:
        """What makes machine code of the function."""
        return Compiling(self.function, self, f"Dataset.{self.where}({self._name})")

    @property
    def _name(self) -> str:
        code = getattr(self.function, "__code__", None)
        at = f", {code.co_filename}:{code.co_firstlineno}" if code else ""
        return f"{getattr(self.function, '__name__', type(self.function).__name__)}{at}"

    def _note(self, element: Element) -> str:
        return f"in Dataset.{self.where}({self._name}), of an element like {spec_of(element)}"

    def spec(self, source: Stage) -> Any:
        """What the results are like: found with symbols, or else of the first elements."""
        try:
            return trace_function(self.function, source.spec).spec
        except Untraceable:
            return self._seen(source)

    def _of_blank(self, spec: Any) -> Any:
        """What it gives for an element of zeros, where there is none; that kind, if it fails."""
        try:
            return spec_of(self(blank(spec)))
        except Exception:
            return spec

    def _seen(self, source: Stage) -> Any:
        with undrawn(), kept_draws():
            element = source.first()
            if element is None:
                return self._of_blank(source.spec)
            element = map_nest(_whole_array, element)
            found = _result_spec(self(element), element, source.spec)
            if _sizes_in(found) - _sizes_in(spec_of(element)):
                for each in source.firsts(SEEN)[1:]:
                    found = self._also_of(found, each)
        return _with_unknown(found, source.spec, element)

    def _also_of(self, found: Any, element: Element) -> Any:
        """What stands for another result, too: sizes that differ are unknown."""
        try:
            return common(found, spec_of(self(element)))
        except Exception:
            return found


def _result_spec(found: Any, element: Element, source: Any) -> Any:
    """Specs of one result; what is given on as it came is like what came."""
    given = {id(x): s for x, s in zip(flatten(element), flatten(source), strict=False)}
    return map_nest(lambda leaf: given.get(id(leaf)) or spec_of(leaf), found)


def _whole_array(leaf: Any) -> Any:
    return np.asarray(leaf) if isinstance(leaf, np.generic) else leaf


def _sizes_in(spec: Any) -> set[Any]:
    shapes = (each.shape for each in flatten(spec) if isinstance(each, TensorSpec))
    return {size for shape in shapes for size in shape or ()}


def _unlisted(found: Any) -> Any:
    """A list that a function gives is several results, as in `tf.data`; within it, a tensor."""
    return tuple(found) if isinstance(found, list) else found


def _with_unknown(found: Any, source: Any, element: Element) -> Any:
    """Specs of one result, whose first size is None if it is the unknown one of the element."""
    unknown = {
        np.shape(leaf)[0]
        for leaf, spec in zip(flatten(element), flatten(source), strict=False)
        if isinstance(spec, TensorSpec) and spec.shape and spec.shape[0] is None and np.ndim(leaf)
    }

    def relaxed(spec: Any) -> Any:
        if isinstance(spec, DatasetSpec) or spec is None or not spec.shape:
            return spec
        if spec.shape[0] not in unknown:
            return spec
        return TensorSpec((None, *spec.shape[1:]), spec.dtype)

    return map_nest(relaxed, found)


class Watching(Interpreter):
    """Carries out operations as usual, and notes whether a variable was given a value."""

    def __init__(self) -> None:
        self.usual = current_interpreter()
        self.has_assigned = False

    def apply(self, primitive: Any, inputs: tuple[Tensor, ...], parameters: dict[str, Any]) -> Any:
        return self.usual.apply(primitive, inputs, parameters)

    def read(self, variable: Variable) -> Tensor:
        return self.usual.read(variable)

    def assign(self, variable: Variable, value: Tensor) -> None:
        self.has_assigned = True
        self.usual.assign(variable, value)


class Order:
    """Whether a function's calls must come in order, as each leaves something for the next.

    A layer that draws random numbers moves its state on; such a function is called for one element
    after another, so that the same seed gives the same numbers. It is found by the first call.
    """

    def __init__(self, call: Call) -> None:
        self.call = call

    def first(self, element: Element) -> Element:
        """The first call."""
        watching, drawn = Watching(), GLOBAL.counts
        with interpreting(watching):
            found = self.call(element)
        self.matters = watching.has_assigned or GLOBAL.counts != drawn
        return found

    @cached_property
    def matters(self) -> bool:
        """Whether they must; before the first call, they do."""
        return True


def _callable_message(where: str, function: Any) -> str:
    return explain(
        f"Dataset.{where} takes a function of an element",
        given=f"{function!r} ({type(function).__name__})",
        expected="a function; of elements that are tuples, one with as many arguments",
        remedy=f"dataset.{where}(lambda x, y: ...)",
    )
