"""Sums, products and the like; contractions."""

from __future__ import annotations

import string

from geartrain.export.program import Program, is_float, states
from geartrain.graph.graph import Node

REDUCED = {"sum": "ReduceSum", "prod": "ReduceProd", "max": "ReduceMax", "min": "ReduceMin"}


@states(*REDUCED)
def reduced(program: Program, node: Node, names: list[str]) -> str:
    """Over some axes, which are gone then."""
    name, axes = names[0], node.parameters["axes"]
    if not axes:
        return name
    operator = REDUCED[node.primitive.name]  # type: ignore[union-attr]
    if node.inputs[0].dtype.kind == "b":
        whole = program.cast(name, "int32")
        found = program.add(operator, whole, program.axes(axes), keepdims=0)
        return program.cast(found, node.dtype)
    return program.add(operator, name, program.axes(axes), keepdims=0)


@states("variance")
def variance(program: Program, node: Node, names: list[str]) -> str:
    """The mean of the squared distances from the mean."""
    if not node.parameters["axes"]:
        return program.add("Sub", names[0], names[0])
    axes = program.axes(node.parameters["axes"])
    mean = program.add("ReduceMean", names[0], axes, keepdims=1)
    apart = program.add("Sub", names[0], mean)
    return program.add("ReduceMean", program.add("Mul", apart, apart), axes, keepdims=0)


@states("contract")
def contract(program: Program, node: Node, names: list[str]) -> str:
    """A sum of products by letters: a matrix product, where it is one."""
    sums = node.parameters.get("sums")
    if sums is not None:
        names = [program.cast(each, sums) for each in names]
    lhs, rhs, out = (node.parameters[each] for each in ("lhs", "rhs", "out"))
    if is_matrix_product(lhs, rhs, out):
        found = program.add("MatMul", *names)
    else:
        found = program.add("Einsum", *names, equation=latin(f"{lhs},{rhs}->{out}"))
    return found if sums is None or node.dtype == sums else program.cast(found, node.dtype)


def latin(equation: str) -> str:
    """An equation with the first letters of the alphabet in the place of its own.

    >>> latin("nhφ,hφe->ne")
    'abc,bcd->ad'
    """
    own = dict.fromkeys(each for each in equation if each not in ",->")
    names = dict(zip(own, string.ascii_letters, strict=False))
    return "".join(names.get(each, each) for each in equation)


def is_matrix_product(lhs: str, rhs: str, out: str) -> bool:
    """Whether letters are those of a product of matrices, or of stacks of them.

    >>> is_matrix_product("bij", "jk", "bik"), is_matrix_product("ij", "kj", "ik")
    (True, False)
    """
    if len(lhs) < 2 or len(rhs) < 2 or lhs[-1] != rhs[-2]:
        return False
    stacked = rhs[:-2]
    fits = not stacked or stacked == lhs[:-2]
    return fits and out == lhs[:-1] + rhs[-1]


@states("cumulative_sum")
def cumulative_sum(program: Program, node: Node, names: list[str]) -> str:
    """Along an axis."""
    axis = program.constant(node.parameters["axis"], "int64")
    if is_float(node) or node.dtype.name in ("int32", "int64"):
        return program.add("CumSum", names[0], axis)
    return program.cast(program.add("CumSum", program.cast(names[0], "int64"), axis), node.dtype)
