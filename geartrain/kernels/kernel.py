"""`kernel`: a function of the loop language as an operation.

@geartrain.kernel
def row_sums(x): ...        row_sums.naive(x)    plain Python, one number at a time
                            row_sums(x)          machine code, or a node of what is traced
                            grad(...)            by its own derivative
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, reduce, update_wrapper
from typing import Any

import numpy as np

from geartrain.compiler import jit
from geartrain.errors import explain
from geartrain.kernels.derivative import TIES, NoDerivative, derivative_form, ties_form
from geartrain.kernels.form import Form
from geartrain.kernels.language import Source
from geartrain.kernels.normal import normal_form
from geartrain.primitives import Cost, Primitive, Sample, Spec, bind, cast
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.naive import compiled_loops
from geartrain.primitives.primitive import Cotangents
from geartrain.tensor import Array, DType, Shape, Size, Tensor, Variable, promote
from geartrain.tensor.dtypes import FLOAT32

Inputs = tuple[Tensor, ...]
Gradient = Callable[..., Any]


class LoopPrimitive(Primitive):
    """A primitive made of a normal form: its loops are those of a user's kernel."""

    def __init__(self, form: Form, gradient: Gradient | None = None) -> None:
        super().__init__()
        self.name = form.name  # type: ignore[misc]
        self.form = form
        self.own_gradient = gradient

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        shapes = dict(zip(self.form.arguments, (each.shape for each in inputs), strict=True))
        for name, rank in self._ranks.items():
            if len(shapes[name]) != rank:
                raise ValueError(_rank_message(self.form, name, rank, shapes[name]))
        shape = tuple(_size(text, shapes) for _, text in self.form.outer)
        return Spec(shape, self._dtype(inputs))

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """The rank of each array that is read."""
        found: dict[str, int] = {}
        for node in ast.walk(self.form.body):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
                place = node.slice
                found[node.value.id] = len(place.elts) if isinstance(place, ast.Tuple) else 1
        return {name: rank for name, rank in found.items() if not name.startswith(TIES)}

    def _dtype(self, inputs: Sequence[Spec]) -> DType:
        """That of the argument which is copied; else that of all arguments, floats at least."""
        if self.form.keeps_dtype:
            return inputs[0].dtype
        dtype = inputs[0].dtype
        for each in inputs[1:]:
            dtype = promote(dtype, each.dtype)
        return FLOAT32 if dtype.kind in "biu" else dtype

    @cached_property
    def _compiled(self) -> jit:
        def call(*tensors: Tensor) -> Tensor:
            output: Tensor = bind(self, *tensors)
            return output

        return jit(call)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        """In machine code, where there is some; a host call of a compiled function loops."""
        spec = self.infer(*(Spec(each.shape, each.dtype) for each in inputs))
        out = np.empty([int(str(size)) for size in spec.shape], spec.dtype)
        compiled_loops(self.loops())(*inputs, out)
        return out

    def carry_out(self, arrays: Sequence[Array], parameters: Any) -> Any:
        return self._compiled.run(*arrays)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        return self.form.loops()

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        if self.own_gradient is not None:
            found = self.own_gradient(cotangent, *inputs)
            return tuple(found) if isinstance(found, list | tuple) else (found,)
        shared = self.form.op in ("max", "min")
        ties = bind(self._ties, *inputs, output) if shared else output
        return tuple(
            None if each is None else bind(each, *inputs, cotangent, output, ties)
            for each in self._derivatives
        )

    @cached_property
    def _ties(self) -> LoopPrimitive:
        return LoopPrimitive(ties_form(self.form))

    @cached_property
    def _derivatives(self) -> tuple[LoopPrimitive | None, ...]:
        try:
            forms = [derivative_form(self.form, name) for name in self.form.arguments]
        except NoDerivative as error:
            raise NotImplementedError(_gradient_message(self.form, str(error))) from None
        return tuple(None if each is None else LoopPrimitive(each) for each in forms)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs)
        return Cost(static_count(out), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        """Its user knows which; it is not listed with the gears."""
        yield from ()


def _size(text: str, shapes: dict[str, Shape]) -> Size:
    """The size that `x.shape[1]` or a number names."""
    if "." not in text:
        return int(text)
    name, _, rest = text.partition(".shape[")
    return shapes[name][int(rest.rstrip("]"))]


class Kernel:
    """A function of the loop language, ready to run.

    Attributes:
        naive: the Python function itself, for NumPy arrays.
        form: what was recognised, in words: a map, a reduction or a contraction.
        loops: the normal form, as text.
    """

    def __init__(self, function: Callable[..., Any], gradient: Gradient | None = None) -> None:
        update_wrapper(self, function)
        source = Source.of(function)
        found = normal_form(source)
        self.function = self.naive = function
        self.form = found.kind
        self.loops = found.loops()
        self._primitive = LoopPrimitive(found, gradient)
        self._check = _checker(source)

    def __call__(self, *arrays: Any) -> Tensor:
        """Run on tensors or arrays, which are converted to one dtype."""
        if len(arrays) != len(self._primitive.form.arguments):
            raise TypeError(_count_message(self, len(arrays)))
        tensors = _of_one_dtype([_tensor(each) for each in arrays])
        self._check(*tensors)
        output: Tensor = bind(self._primitive, *tensors)
        return output

    def explain(self) -> str:
        """What was recognised, and the loops that run."""
        return f"{self!r}\n{self.loops}"

    def __repr__(self) -> str:
        return f"<kernel {self._primitive.form.name}: {self.form}>"


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
    <kernel vector_dot: contraction to (), summed over i>
    >>> float(dot([1.0, 2.0], [3.0, 4.0]))
    11.0
    """
    if function is None:
        return lambda given: Kernel(given, gradient)
    return Kernel(function, gradient)


def _tensor(x: Any) -> Tensor:
    if isinstance(x, Tensor | Variable):
        return x.value if isinstance(x, Variable) else x
    array = np.asarray(x)
    small = {"f": np.float32, "i": np.int32}.get(array.dtype.kind)
    return Tensor(array if hasattr(x, "dtype") or small is None else array.astype(small))


def _of_one_dtype(tensors: Sequence[Tensor]) -> list[Tensor]:
    dtype = reduce(promote, (each.dtype for each in tensors))
    return [each if each.dtype == dtype else cast(each, dtype=dtype) for each in tensors]


def _checker(source: Source) -> Callable[..., None]:
    """A function that runs the asserts which stand before the loops."""
    checks = [each for each in source.tree.body if isinstance(each, ast.Assert)]
    if not checks:
        return lambda *_: None
    body: list[ast.stmt] = list(checks)
    check = ast.FunctionDef("check", source.tree.args, body, [], None)
    for argument in (*check.args.args,):
        argument.annotation = None
    tree = ast.fix_missing_locations(ast.Module([check], []))
    ast.increment_lineno(tree, source.first_line - 1)
    namespace: dict[str, Any] = dict(source.function.__globals__)
    exec(compile(tree, source.file, "exec"), namespace)  # noqa: S102  (the user's own asserts)
    run: Callable[..., None] = namespace["check"]

    def checked(*arrays: Any) -> None:
        try:
            run(*arrays)
        except AssertionError as error:
            raise ValueError(_assert_message(source, arrays, error)) from None

    return checked


def _assert_message(source: Source, arrays: Sequence[Any], error: AssertionError) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    line = frame.tb_lineno if frame is not None else source.first_line
    text = source.lines[line - source.first_line].strip()
    names = zip(source.arguments, arrays, strict=True)
    return explain(
        f"Kernel {source.tree.name} cannot take these arrays",
        given=", ".join(f"{name} of shape {each.shape}" for name, each in names),
        expected=f"{text} (line {line} of {source.file})",
        remedy="arrays of the shapes that the assert asks for",
    )


def _rank_message(form: Form, name: str, rank: int, shape: Shape) -> str:
    return explain(
        f"Kernel {form.name} cannot take this array",
        given=f"{name} of shape {shape}",
        expected=f"an array of rank {rank}, as the kernel's indices have it",
        axis=f"rank {len(shape)} against {rank}",
        remedy=f"{name}.reshape(...), to rank {rank}",
    )


def _count_message(kernel: Kernel, count: int) -> str:
    names = kernel._primitive.form.arguments
    return explain(
        f"Kernel {kernel._primitive.form.name} takes other arguments",
        given=f"{count} arrays",
        expected=f"{len(names)}: {', '.join(names)}",
        remedy=f"{kernel._primitive.form.name}({', '.join(names)})",
    )


def _gradient_message(form: Form, reason: str) -> str:
    return explain(
        f"Kernel {form.name} has no derivative of its own",
        given=reason,
        expected="arrays that are each read at one plain index, and differentiable functions",
        remedy=f"@kernel(gradient=...), or custom_gradient around {form.name}",
    )
