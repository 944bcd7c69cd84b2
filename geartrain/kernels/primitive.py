"""`LoopPrimitive`: one form of a kernel as a gear, which runs four ways and is differentiated."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.kernels.compiled import Compiled
from geartrain.kernels.derivative import NoDerivative, derivative_form, ties_form
from geartrain.kernels.form import Form
from geartrain.kernels.sizes import Shapes, size_of, turns_of
from geartrain.primitives import PRIMITIVES, Cost, Primitive, Sample, Spec, bind
from geartrain.primitives.families import bytes_of, static_count
from geartrain.primitives.naive import compiled_loops
from geartrain.primitives.primitive import Cotangents
from geartrain.tensor import Array, Shape, Tensor, format_shape

Inputs = tuple[Tensor, ...]


class LoopPrimitive(Primitive):
    """A primitive whose loops are a form of a user's kernel; its arrays are of one dtype."""

    def __init__(self, form: Form, name: str = "") -> None:
        super().__init__()
        name = name or form.name
        # passes know gears by their names: a user's `transpose` is none of them
        self.name = f"kernel_{name}" if name in PRIMITIVES else name  # type: ignore[misc]
        self.form = form

    def infer(self, *inputs: Spec, **parameters: Any) -> Spec:
        shapes = self._shapes(inputs)
        return Spec(tuple(turns_of(text, shapes) for _, text in self.form.outer), inputs[0].dtype)

    def _shapes(self, inputs: Sequence[Spec]) -> dict[str, Shape]:
        return dict(zip(self.form.arguments, (each.shape for each in inputs), strict=True))

    @cached_property
    def _compiled(self) -> Compiled:
        def call(*tensors: Tensor) -> Tensor:
            output: Tensor = bind(self, *tensors)
            return output

        return Compiled(call, self.name, self.form.arguments)

    def evaluate(self, *inputs: Array, **parameters: Any) -> Array:
        """Loops of plain Python: a host call of a compiled function, for lack of machine code."""
        specs = [Spec(each.shape, each.dtype) for each in inputs]
        spec = self.infer(*specs)
        out = np.empty([int(str(size)) for size in spec.shape], spec.dtype)
        compiled_loops(self.loops(*specs))(*inputs, out)
        return out

    def carry_out(self, arrays: Sequence[Array], parameters: Any) -> Any:
        return self._compiled(arrays)

    def loops(self, *inputs: Spec, **parameters: Any) -> str:
        whole = inputs[0].dtype.kind in "iu" if inputs else False
        return placed(self.form, self._shapes(inputs), whole=whole).loops(self.name)

    def gradient(
        self, cotangent: Tensor, inputs: Inputs, output: Tensor, **parameters: Any
    ) -> Cotangents:
        shared = self.form.op in ("max", "min")
        ties = bind(self._ties, *inputs, output) if shared else output
        return tuple(
            None if each is None else self._slope(each, given, (*inputs, cotangent, output, ties))
            for each, given in zip(self._derivatives, inputs, strict=True)
        )

    def _slope(self, derivative: LoopPrimitive, given: Tensor, arrays: Inputs) -> Tensor:
        """The derivative by one array, which has that array's shape if it was read whole."""
        found: Tensor = bind(derivative, *arrays)
        if found.shape != given.shape:
            raise NotImplementedError(
                _gradient_message(
                    self.name,
                    f"loops that read {format_shape(found.shape)} "
                    f"of an array of shape {format_shape(given.shape)}",
                )
            )
        return found

    @cached_property
    def _ties(self) -> LoopPrimitive:
        return LoopPrimitive(ties_form(self.form))

    @cached_property
    def _derivatives(self) -> tuple[LoopPrimitive | None, ...]:
        try:
            forms = [derivative_form(self.form, name) for name in self.form.arguments]
        except NoDerivative as error:
            raise NotImplementedError(_gradient_message(self.name, str(error))) from None
        return tuple(None if each is None else LoopPrimitive(each) for each in forms)

    def cost(self, *inputs: Spec, **parameters: Any) -> Cost:
        out = self.infer(*inputs)
        return Cost(static_count(out), bytes_of(*inputs, out))

    def samples(self) -> Iterator[Sample]:
        """Its user knows which; it is not listed with the gears."""
        yield from ()


def placed(form: Form, shapes: Shapes, *, whole: bool = False) -> Form:
    """The form for arrays of these shapes: numbers for sizes, and each index a sum of multiples.

    x[i - k] for k in range(x.shape[-1])    ->    x[i + k * -1] for k in range(3)

    Beside whole numbers, `0.0` is written 0.
    """
    text = _Placed(shapes, whole)
    inner = tuple((name, ast.unparse(text.turns(size))) for name, size in form.inner)
    body = ast.fix_missing_locations(text.visit(copy.deepcopy(form.body)))
    return Form(form.name, form.arguments, form.outer, inner, form.op, body)


class _Placed(ast.NodeTransformer):
    def __init__(self, shapes: Shapes, whole: bool) -> None:
        self.shapes = shapes
        self.whole = whole

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        number = node.value
        return ast.Constant(int(number)) if self.whole and isinstance(number, float) else node

    def size(self, text: str) -> ast.expr:
        """A size: a number, or the axis that has a size which is known later."""
        size = size_of(text, self.shapes)
        if isinstance(size, int):
            return ast.Constant(size)
        for name, shape in self.shapes.items():
            if size in shape:
                return ast.parse(f"{name}.shape[{shape.index(size)}]", mode="eval").body
        raise KeyError(text)

    def turns(self, text: str) -> ast.expr:
        """How often a loop of this size turns."""
        size = self.size(text)
        number = turns_of(text, self.shapes)
        return ast.Constant(number) if isinstance(number, int) else size

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.value, ast.Attribute):
            return self.size(ast.unparse(node))
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        moved = [_as_sum(self.visit(each)) for each in places]
        index = moved[0] if len(moved) == 1 else ast.Tuple(moved, ast.Load())
        return ast.Subscript(node.value, index, ast.Load())


def _as_sum(node: ast.expr) -> ast.expr:
    """An index without subtractions, but inside of divisions."""
    if not isinstance(node, ast.BinOp) or isinstance(node.op, ast.FloorDiv | ast.Mod):
        return node
    left, right = _as_sum(node.left), _as_sum(node.right)
    if not isinstance(node.op, ast.Sub):
        return ast.BinOp(left, node.op, right)
    if isinstance(right, ast.Constant):
        return ast.BinOp(left, ast.Add(), ast.Constant(-int(str(right.value))))
    return ast.BinOp(left, ast.Add(), ast.BinOp(right, ast.Mult(), ast.Constant(-1)))


def _gradient_message(name: str, reason: str) -> str:
    return explain(
        f"Kernel {name} has no derivative of its own",
        given=reason,
        expected="arrays that are each read whole, at one plain index, and smooth functions",
        remedy=f"@kernel(gradient=...), or custom_gradient around {name}",
    )
