"""Elementwise primitives. ONNX broadcasts by itself, so that a `broadcast_to` may be left out."""

from __future__ import annotations

import math

from geartrain.export.program import Program, is_float, no_statement_message, states
from geartrain.graph.graph import Node, Role

SAME = {
    "abs": "Abs", "add": "Add", "arccos": "Acos", "arccosh": "Acosh", "arcsin": "Asin",
    "arcsinh": "Asinh", "arctan": "Atan", "arctanh": "Atanh", "ceil": "Ceil", "cos": "Cos",
    "cosh": "Cosh", "erf": "Erf", "exp": "Exp", "floor": "Floor", "is_nan": "IsNaN",
    "is_inf": "IsInf", "log": "Log", "logical_not": "Not", "maximum": "Max", "minimum": "Min",
    "negative": "Neg", "power": "Pow", "round_even": "Round", "sigmoid": "Sigmoid", "sign": "Sign",
    "sin": "Sin", "sinh": "Sinh", "softplus": "Softplus", "sqrt": "Sqrt", "stop_gradient":
    "Identity", "subtract": "Sub", "tan": "Tan", "tanh": "Tanh", "multiply": "Mul",
    "select": "Where", "logical_and": "And", "logical_or": "Or",
}  # fmt: skip
COMPARED = {
    "equal": "Equal", "greater": "Greater", "greater_equal": "GreaterOrEqual", "less": "Less",
    "less_equal": "LessOrEqual",
}  # fmt: skip
BITS = {"bitwise_and": "And", "bitwise_or": "Or", "bitwise_xor": "Xor", "bitwise_not": "Not"}
BASES = {"log2": 2.0, "log10": 10.0}


def operands(program: Program, node: Node) -> list[str]:
    """The names of the inputs, without broadcasting, as long as one has the whole shape."""
    spread = [_spreads(each) for each in node.inputs]
    if all(spread):
        spread[0] = False
    return [
        program.names[each.inputs[0] if wide else each]
        for each, wide in zip(node.inputs, spread, strict=True)
    ]


def _spreads(node: Node) -> bool:
    named = node.primitive is not None and node.primitive.name == "broadcast_to"
    return node.role is Role.OPERATION and named


@states(*SAME)
def same(program: Program, node: Node, _: list[str]) -> str:
    """An operator of ONNX's own."""
    return program.add(SAME[node.primitive.name], *operands(program, node))  # type: ignore[union-attr]


@states(*COMPARED)
def compared(program: Program, node: Node, _: list[str]) -> str:
    """Comparisons, of bools as numbers."""
    pair = operands(program, node)
    if node.inputs[0].dtype.kind == "b":
        pair = [program.cast(each, "int32") for each in pair]
    return program.add(COMPARED[node.primitive.name], *pair)  # type: ignore[union-attr]


@states("not_equal")
def not_equal(program: Program, node: Node, names: list[str]) -> str:
    """Not equal."""
    return program.add("Not", compared_equal(program, node, names))


def compared_equal(program: Program, node: Node, _: list[str]) -> str:
    """Equal."""
    pair = operands(program, node)
    if node.inputs[0].dtype.kind == "b":
        pair = [program.cast(each, "int32") for each in pair]
    return program.add("Equal", *pair)


@states(*BITS)
def bits(program: Program, node: Node, _: list[str]) -> str:
    """Bit by bit; of bools they are the logical ones."""
    word = "" if node.dtype.kind == "b" else "Bitwise"
    return program.add(word + BITS[node.primitive.name], *operands(program, node))  # type: ignore[union-attr]


@states("divide")
def divide(program: Program, node: Node, _: list[str]) -> str:
    """Of floats."""
    return program.add("Div", *operands(program, node))


@states("floor_divide")
def floor_divide(program: Program, node: Node, _: list[str]) -> str:
    """Rounded down; ONNX rounds whole numbers towards 0."""
    x, y = operands(program, node)
    if is_float(node):
        return program.add("Floor", program.add("Div", x, y))
    rest = program.add("Mod", x, y)  # has the sign of y
    return program.add("Div", program.add("Sub", x, rest), y)


@states("remainder")
def remainder(program: Program, node: Node, _: list[str]) -> str:
    """With the sign of the divisor."""
    x, y = operands(program, node)
    if not is_float(node):
        return program.add("Mod", x, y)
    times = program.add("Floor", program.add("Div", x, y))
    return program.add("Sub", x, program.add("Mul", times, y))


@states("fmod")
def fmod(program: Program, node: Node, _: list[str]) -> str:
    """With the sign of the number that is divided."""
    return program.add("Mod", *operands(program, node), fmod=1)


@states("relu")
def relu(program: Program, node: Node, names: list[str]) -> str:
    """max(x, 0)."""
    if is_float(node):
        return program.add("Relu", names[0])
    return program.add("Max", names[0], program.number(0, node))


@states("square")
def square(program: Program, _: Node, names: list[str]) -> str:
    """x * x."""
    return program.add("Mul", names[0], names[0])


@states("rsqrt")
def rsqrt(program: Program, _: Node, names: list[str]) -> str:
    """1 / sqrt(x)."""
    return program.add("Reciprocal", program.add("Sqrt", names[0]))


@states("expm1")
def expm1(program: Program, node: Node, names: list[str]) -> str:
    """exp(x) - 1 = 2 tanh(x / 2) / (1 - tanh(x / 2)), which is exact near 0."""
    one, two = program.number(1, node), program.number(2, node)
    half = program.add("Tanh", program.add("Div", names[0], two))
    near = program.add("Div", program.add("Mul", two, half), program.add("Sub", one, half))
    far = program.add("Sub", program.add("Exp", names[0]), one)
    small = program.add("Less", program.add("Abs", names[0]), one)
    return program.add("Where", small, near, far)


@states("log1p")
def log1p(program: Program, node: Node, names: list[str]) -> str:
    """log(1 + x) = 2 artanh(x / (2 + x)), which is exact near 0."""
    one, two = program.number(1, node), program.number(2, node)
    ratio = program.add("Div", names[0], program.add("Add", two, names[0]))
    near = program.add("Mul", two, program.add("Atanh", ratio))
    far = program.add("Log", program.add("Add", one, names[0]))
    half = program.number(0.5, node)
    small = program.add("Less", program.add("Abs", names[0]), half)
    return program.add("Where", small, near, far)


@states(*BASES)
def log_of_base(program: Program, node: Node, names: list[str]) -> str:
    """log x / log base."""
    factor = program.number(1 / math.log(BASES[node.primitive.name]), node)  # type: ignore[union-attr]
    return program.add("Mul", program.add("Log", names[0]), factor)


@states("exp2")
def exp2(program: Program, node: Node, names: list[str]) -> str:
    """2 ^ x."""
    return program.add("Pow", program.number(2, node), names[0])


@states("erfc")
def erfc(program: Program, node: Node, names: list[str]) -> str:
    """1 - erf x."""
    return program.add("Sub", program.number(1, node), program.add("Erf", names[0]))


@states("trunc")
def trunc(program: Program, _: Node, names: list[str]) -> str:
    """Towards 0."""
    size = program.add("Floor", program.add("Abs", names[0]))
    return program.add("Mul", program.add("Sign", names[0]), size)


@states("cbrt")
def cbrt(program: Program, node: Node, names: list[str]) -> str:
    """The sign, times |x| ^ (1 / 3)."""
    third = program.number(1 / 3, node)
    size = program.add("Pow", program.add("Abs", names[0]), third)
    return program.add("Mul", program.add("Sign", names[0]), size)


@states("is_finite")
def is_finite(program: Program, _: Node, names: list[str]) -> str:
    """Neither infinite nor NaN."""
    infinite, nan = (program.add(each, names[0]) for each in ("IsInf", "IsNaN"))
    return program.add("Not", program.add("Or", infinite, nan))


@states("cast")
def cast(program: Program, node: Node, names: list[str]) -> str:
    """Another dtype."""
    if node.dtype.kind == "c":
        raise ValueError(no_statement_message(node, "complex numbers"))
    if node.dtype == node.inputs[0].dtype:
        return names[0]
    return program.cast(names[0], node.dtype)
