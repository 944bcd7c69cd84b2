"""Taking in: which statements make a sum, a product, a maximum or a minimum of values."""

from __future__ import annotations

import ast

from geartrain.kernels.language import function_name
from geartrain.kernels.sizes import parsed

OPS: dict[type[ast.operator], str] = {ast.Add: "sum", ast.Mult: "prod"}
EXTREMES = {"maximum": "max", "minimum": "min"}
IDENTITIES = {"sum": ("0", "0.0"), "prod": ("1", "1.0"), "max": ("-inf",), "min": ("inf",)}


def accumulated(target: ast.expr, value: ast.expr) -> tuple[str, ast.expr | None]:
    """What `total = total + value` takes in, and how: the operation and the value, else None.

    >>> target, value = ast.parse("z"), ast.parse("max(z, x[i])", mode="eval").body
    >>> op, element = accumulated(ast.Name("z"), value)
    >>> op, ast.unparse(element)
    ('max', 'x[i]')
    """
    op, sides = _sides(value)
    name = ast.unparse(target)
    for old, new in (sides, sides[::-1]) if sides else ():
        if ast.unparse(old) == name:
            return op, new
    if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Sub):
        return "", None
    if ast.unparse(value.left) != name:
        return "", None
    return "sum", ast.copy_location(ast.UnaryOp(ast.USub(), value.right), value)


def _sides(value: ast.expr) -> tuple[str, tuple[ast.expr, ...]]:
    if isinstance(value, ast.BinOp) and type(value.op) in OPS:
        return OPS[type(value.op)], (value.left, value.right)
    if isinstance(value, ast.Call) and len(value.args) == 2:
        op = EXTREMES.get(str(function_name(value.func)))
        return (op, tuple(value.args)) if op else ("", ())
    return "", ()


def is_start(op: str, value: ast.expr) -> bool:
    """Whether it is what a total of no values is."""
    return ast.unparse(value) in IDENTITIES[op]


def identity(op: str) -> ast.expr:
    """What a total takes in that does not change it."""
    return parsed(IDENTITIES[op][-1])


def combined(op: str, first: ast.expr, second: ast.expr) -> ast.expr:
    """What a total that began with `first` is, with `second` taken in."""
    if op in ("sum", "prod"):
        operator = ast.Add() if op == "sum" else ast.Mult()
        return ast.BinOp(first, operator, second)
    name = "maximum" if op == "max" else "minimum"
    return ast.Call(ast.Name(name, ast.Load()), [first, second], [])
