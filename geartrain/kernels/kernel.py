"""`kernel`: a function of the loop language as an operation.

@geartrain.kernel
def row_sums(x): ...        row_sums.naive(x)    plain Python, one number at a time
                            row_sums(x)          machine code, or a node of what is traced
                            grad(...)            by its own derivative
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce, update_wrapper
from typing import Any

import numpy as np

from geartrain.autodiff import custom_gradient
from geartrain.errors import explain
from geartrain.kernels.compiled import Compiled
from geartrain.kernels.fit import check_fit
from geartrain.kernels.integers import check_integers
from geartrain.kernels.language import Source
from geartrain.kernels.normal import normal_form
from geartrain.kernels.primitive import LoopPrimitive
from geartrain.primitives import bind, cast
from geartrain.tensor import Array, Tensor, Variable, promote
from geartrain.tensor.dtypes import FLOAT32, native
from geartrain.tensor.interpreter import duty

Gradient = Callable[..., Any]


class Kernel:
    """A function of the loop language, ready to run.

    Attributes:
        naive: the Python function itself, for NumPy arrays.
        form: what was recognised, in words: a map, a reduction or a contraction.
        loops: the normal form, as text.
    """

    def __init__(self, function: Callable[..., Any], gradient: Gradient | None = None) -> None:
        update_wrapper(self, function)
        self.program = normal_form(Source.of(function))
        self.function = self.naive = function
        self.form = self.program.kind
        self.loops = self.program.loops()
        forms = self.program.forms
        names = [self.program.name if len(forms) == 1 else "" for _ in forms]
        self._primitives = [
            LoopPrimitive(form, name) for form, name in zip(forms, names, strict=True)
        ]
        self._compiled = Compiled(self._bound, self.program.name, self.program.arguments)
        self._apply = self._bound if gradient is None else _with_gradient(self._bound, gradient)

    def __call__(self, *arrays: Any, **named: Any) -> Any:
        """Run on tensors or arrays, which are converted to one dtype.

        Returns:
            The result as a tensor, or a tuple of tensors where the function returns several.

        Raises:
            ValueError: an assert does not hold (an AssertionError as well), or loops fill an array
                in part.
            IndexError: an index leaves its array.
            TypeError: the number of arrays is another one, or a dtype cannot be kept.
        """
        if named:
            rest = self.program.arguments[len(arrays) :]
            if set(named) != set(rest):
                raise TypeError(_names_message(self, named, rest))
            arrays = (*arrays, *(named[name] for name in rest))
        if len(arrays) != len(self.program.arguments):
            raise TypeError(_count_message(self, len(arrays)))
        if duty.quiet and (found := self._compiled.at_once(arrays)) is not None:
            return found
        tensors = [each if type(each) is Tensor else _tensor(each) for each in arrays]
        if duty.quiet:
            values = [each.value for each in tensors if type(each.value) is np.ndarray]
            if len(values) == len(tensors):
                return self._compiled(values)
        return self._apply(*tensors)

    def _bound(self, *tensors: Tensor) -> Any:
        """Check that the arrays fit, and carry out the forms one after the other."""
        check_fit(self.program, {n: each.shape for n, each in self._named(tensors)})
        values = dict(self._named(self._of_one_dtype(tensors)))
        for primitive in self._primitives:
            inputs = [values[name] for name in primitive.form.arguments]
            values[primitive.form.name] = bind(primitive, *inputs)
        results = tuple(values[name] for name in self.program.results)
        return results[0] if len(results) == 1 else results

    def _named(self, tensors: Sequence[Tensor]) -> list[tuple[str, Tensor]]:
        return list(zip(self.program.arguments, tensors, strict=True))

    def _of_one_dtype(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        dtype = reduce(promote, (each.dtype for each in tensors))
        if dtype.kind in "biu":
            if self.program.keeps_dtype:
                check_integers(self.program, dtype)
            else:
                dtype = FLOAT32
        return [each if each.dtype == dtype else cast(each, dtype=dtype) for each in tensors]

    @property
    def host_calls(self) -> tuple[str, ...]:
        """What ran with plain Python for lack of machine code, in the signatures so far."""
        programs = self._compiled.programs.values()
        calls = (call for each in programs for call in each.host_calls)
        return tuple(dict.fromkeys(calls))

    def explain(self) -> str:
        """What was recognised, and the loops that run."""
        return f"{self!r}\n{self.loops}"

    def __repr__(self) -> str:
        return f"<kernel {self.program.name}: {self.form}>"


def kernel(function: Callable[..., Any] | None = None, *, gradient: Gradient | None = None) -> Any:
    """Make an operation of a function of the loop language (a decorator).

    Args:
        function: the function; `geartrain.kernels.language` says what it may be made of.
        gradient: takes the derivative by the result and the arrays, and gives that by each array;
            None derives it from the loops.

    Raises:
        LoopError: the function is outside of the language; it points at the line.

    >>> from geartrain.naive import naive_vector_dot
    >>> dot = kernel(naive_vector_dot)
    >>> dot
    <kernel naive_vector_dot: contraction to (), summed over i>
    >>> float(dot([1.0, 2.0], [3.0, 4.0]))
    11.0
    """
    if function is None:
        return lambda given: Kernel(given, gradient)
    return Kernel(function, gradient)


def _with_gradient(bound: Callable[..., Any], gradient: Gradient) -> Callable[..., Any]:
    """The same function, with a derivative of the user's own."""

    def run(*tensors: Tensor) -> tuple[Any, Callable[..., Any]]:
        def slopes(*cotangents: Tensor) -> Any:
            found = gradient(*cotangents, *tensors)
            return found if len(tensors) > 1 or not isinstance(found, list | tuple) else found[0]

        return bound(*tensors), slopes

    return custom_gradient(run)


def _tensor(x: Any) -> Tensor:
    if isinstance(x, Tensor | Variable):
        return x.value if isinstance(x, Variable) else x
    array = np.asarray(x)
    if array.dtype.kind in "OSUMm":
        raise TypeError(_no_numbers_message(x, array))
    small = {"f": np.float32, "i": np.int32}.get(array.dtype.kind)
    return Tensor(native(array) if hasattr(x, "dtype") or small is None else array.astype(small))


def _count_message(kernel: Kernel, count: int) -> str:
    names = kernel.program.arguments
    return explain(
        f"Kernel {kernel.program.name} takes other arguments",
        given=f"{count} arrays",
        expected=f"{len(names)}: {', '.join(names)}",
        remedy=f"{kernel.program.name}({', '.join(names)})",
    )


def _names_message(kernel: Kernel, named: dict[str, Any], rest: Sequence[str]) -> str:
    return explain(
        f"Kernel {kernel.program.name} takes other arguments",
        given=f"arrays by the names {', '.join(named)}",
        expected=f"{', '.join(rest) or 'none'} by name, after those by position",
        remedy=f"{kernel.program.name}({', '.join(kernel.program.arguments)})",
    )


def _no_numbers_message(given: Any, array: Array) -> str:
    return explain(
        "A kernel takes arrays of numbers",
        given=f"{type(given).__name__} {str(given)[:40]!r}, an array of dtype {array.dtype}",
        expected="bools, integers, floats or complex numbers",
        remedy='np.asarray(..., "float32")',
    )
