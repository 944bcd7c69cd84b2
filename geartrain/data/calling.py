"""A user's function, called with the tensors of an element; what it gives, as an element again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from geartrain.data.elements import Element, as_tensors, read_element
from geartrain.data.spec import DatasetSpec, TensorSpec, spec_of
from geartrain.data.stage import Stage
from geartrain.errors import explain
from geartrain.primitives.primitive import Spec
from geartrain.random.seed import GLOBAL, undrawn
from geartrain.symbolic import KerasTensor, infer_specs
from geartrain.tensor import Dim, Interpreter, Tensor, Variable, interpreting
from geartrain.tensor.interpreter import current_interpreter
from geartrain.tensor.nest import flatten, map_nest, pack_like
from geartrain.tensor.text_tensor import STRING


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

    def _note(self, element: Element) -> str:
        code = getattr(self.function, "__code__", None)
        at = f", {code.co_filename}:{code.co_firstlineno}" if code else ""
        name = getattr(self.function, "__name__", type(self.function).__name__)
        return f"in Dataset.{self.where}({name}{at}), of an element like {spec_of(element)}"

    def spec(self, source: Stage) -> Any:
        """What the results are like: found with symbols, or else of the first element."""
        try:
            return _traced(self.function, source.spec)
        except Exception:
            return self._seen(source)

    def _seen(self, source: Stage) -> Any:
        with undrawn(), kept_keys():
            element = source.first()
            if element is None:
                return source.spec
            found = spec_of(self(element))
        return _with_unknown(found, source.spec, element)


def _unlisted(found: Any) -> Any:
    """A list that a function gives is several results, as in `tf.data`; within it, a tensor."""
    return tuple(found) if isinstance(found, list) else found


class kept_keys:  # noqa: N801  (a context manager)
    """Inside, what is drawn from the global row of keys counts as not drawn."""

    def __enter__(self) -> None:
        self._before = GLOBAL.keys.state.numpy().copy()

    def __exit__(self, *_: object) -> None:
        GLOBAL.keys.state.assign(self._before)


def _traced(function: Callable[..., Any], spec: Any) -> Any:
    """The specs of a function's results, found by letting symbols run through it."""
    leaves = flatten(spec)
    for each in leaves:
        if not isinstance(each, TensorSpec) or each.shape is None or each.dtype == STRING:
            raise TypeError("no symbols for this")
    made: list[Any] = []
    specs = [_symbolic(number, each) for number, each in enumerate(leaves)]

    def through(*tensors: Tensor) -> list[Any]:
        given = pack_like(spec, tensors)
        found = function(*given) if isinstance(given, tuple) else function(given)
        made[:] = [map_nest(_as_symbol, _unlisted(found))]
        return flatten(made[0])

    with undrawn(), kept_keys():
        found = infer_specs(through, specs)
    return _tuples(pack_like(made[0], [_of_symbol(each) for each in found]))


def _symbolic(number: int, spec: TensorSpec) -> Spec:
    sizes = (
        Dim("batch" if axis == 0 else f"size_{number}_{axis}") if size is None else size
        for axis, size in enumerate(spec.shape)
    )
    return Spec(tuple(sizes), spec.dtype)


def _as_symbol(leaf: Any) -> Any:
    if isinstance(leaf, KerasTensor) or hasattr(leaf, "stage") or leaf is None:
        raise TypeError("no symbol for this")
    return leaf if isinstance(leaf, Tensor | Variable) else Tensor(np.asarray(read_element(leaf)))


def _of_symbol(found: Any) -> TensorSpec:
    sizes = tuple(None if isinstance(size, Dim) or size is None else size for size in found.shape)
    return TensorSpec(sizes, found.dtype)


def _tuples(nest: Any) -> Any:
    if isinstance(nest, list):
        raise TypeError("a list is one tensor")
    return nest


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
