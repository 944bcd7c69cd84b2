"""The derivative of a normal form by one of its arrays, as a normal form again.

    out[i] = sum over k of x[i, k] * y[k]      by y:   dy[k] = sum over i of c[i] * x[i, k]

c is the derivative by `out`. An element of y reaches every `out` whose loops it stands in, so its
derivative is summed over the loops that are no index of its own.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Sequence
from itertools import count

from geartrain.kernels.form import Form, Loop

Expr = ast.expr
ZERO, ONE = ast.Constant(0.0), ast.Constant(1.0)
COTANGENT, RESULT, TIES = "cotangent", "result", "ties"  # and a number, where these are taken


class NoDerivative(ValueError):
    """The form has no derivative that could be written down."""


def derivative_form(form: Form, array: str) -> Form | None:
    """The derivative by an array, or None where nothing depends on it.

    Its arguments are the form's, then the derivative by the result (`cotangent`), then the result,
    and for max and min the number of elements that tie for each result (`ties`).
    """
    loads = {ast.dump(each): each for each in _loads(form.body) if each.value.id == array}  # type: ignore[attr-defined]
    if not loads:
        return None
    if len(loads) > 1:
        raise NoDerivative(f"{array} is read at several places: {_texts(list(loads.values()))}")
    (load,) = loads.values()
    letters = _letters(load)
    slope = differentiate(form.body, load)
    if _is_zero(slope):
        return None
    names = _fresh(form, COTANGENT, RESULT, TIES)
    body = _times(_times(_at(names[0], form.outer), _weight(form, *names[1:])), slope)
    rows = _outer_sizes(form, names[0])
    sizes = dict(rows)
    sizes |= dict(form.inner)
    outer = tuple((name, sizes[name]) for name in letters)
    inner = tuple(loop for loop in (*rows, *form.inner) if loop[0] not in letters)
    arguments = (*form.arguments, *names)
    op = "sum" if inner else ""
    name = f"{form.name}_by_{array}"
    return Form(name, arguments, outer, inner, op, body)


def ties_form(form: Form) -> Form:
    """How many elements of a max or a min are the result itself: they share the derivative."""
    (result,) = _fresh(form, RESULT)
    test = ast.Compare(copy.deepcopy(form.body), [ast.Eq()], [_at(result, form.outer)])
    body = ast.IfExp(test, ONE, ZERO)
    arguments = (*form.arguments, result)
    return Form(f"{form.name}_ties", arguments, form.outer, form.inner, "sum", body)


def _fresh(form: Form, *names: str) -> list[str]:
    """Names that neither the form's arguments nor its loops have yet."""
    taken = {*form.arguments, *(name for name, _ in (*form.outer, *form.inner))}
    order = next(number for number in count() if not taken & set(_numbered(names, number)))
    return _numbered(names, order)


def _numbered(names: Sequence[str], order: int) -> list[str]:
    return [f"{name}_{order}" if order else name for name in names]


def _outer_sizes(form: Form, cotangent: str) -> tuple[Loop, ...]:
    return tuple((name, f"{cotangent}.shape[{axis}]") for axis, (name, _) in enumerate(form.outer))


def _weight(form: Form, result: str, ties: str) -> Expr:
    """The derivative of the result by one element that it is made of."""
    if form.op == "prod":
        return ast.BinOp(_at(result, form.outer), ast.Div(), copy.deepcopy(form.body))
    if form.op in ("max", "min"):
        test = ast.Compare(copy.deepcopy(form.body), [ast.Eq()], [_at(result, form.outer)])
        share = ast.BinOp(ONE, ast.Div(), _at(ties, form.outer))
        return ast.IfExp(test, share, ZERO)
    return ONE


def _at(array: str, loops: tuple[Loop, ...]) -> Expr:
    names: list[Expr] = [ast.Name(name) for name, _ in loops]
    place = names[0] if len(names) == 1 else ast.Tuple(names, ast.Load())
    return ast.Subscript(ast.Name(array), place, ast.Load())


def _letters(load: ast.Subscript) -> list[str]:
    places = load.slice.elts if isinstance(load.slice, ast.Tuple) else [load.slice]
    names = [each.id for each in places if isinstance(each, ast.Name)]
    if len(names) != len(places) or len(set(names)) != len(names):
        raise NoDerivative(f"{ast.unparse(load)} is no plain element: its index is moved")
    return names


def _loads(node: Expr) -> list[ast.Subscript]:
    found = (each for each in ast.walk(node) if isinstance(each, ast.Subscript))
    return [each for each in found if isinstance(each.value, ast.Name)]  # else it is a size


def _texts(loads: list[ast.Subscript]) -> str:
    return ", ".join(map(ast.unparse, loads))


# -- the rules -----------------------------------------------------------------------------------


def differentiate(node: Expr, by: ast.Subscript) -> Expr:
    """The derivative of a value by one element of an array."""
    if ast.dump(node) == ast.dump(by):
        return ONE
    if isinstance(node, ast.Constant | ast.Subscript | ast.Name | ast.Compare | ast.BoolOp):
        return ZERO
    if isinstance(node, ast.BinOp):
        return _of_operator(node, by)
    if isinstance(node, ast.UnaryOp):
        slope = differentiate(node.operand, by)
        return _minus(ZERO, slope) if isinstance(node.op, ast.USub) else ZERO
    if isinstance(node, ast.IfExp):
        ways = [differentiate(each, by) for each in (node.body, node.orelse)]
        return ZERO if all(map(_is_zero, ways)) else ast.IfExp(copy.deepcopy(node.test), *ways)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _of_call(node, node.func.id, by)
    raise NoDerivative(f"{ast.unparse(node)} has no derivative")


def _of_operator(node: ast.BinOp, by: ast.Subscript) -> Expr:
    left, right = node.left, node.right
    first, second = differentiate(left, by), differentiate(right, by)
    if _is_zero(first) and _is_zero(second):
        return ZERO
    if isinstance(node.op, ast.Add):
        return _plus(first, second)
    if isinstance(node.op, ast.Sub):
        return _minus(first, second)
    if isinstance(node.op, ast.Mult):
        return _plus(_times(first, right), _times(left, second))
    if isinstance(node.op, ast.Div):
        return _minus(_over(first, right), _over(_times(second, node), right))
    if isinstance(node.op, ast.Pow):
        return _of_power(left, right, first, second)
    raise NoDerivative(f"{ast.unparse(node)} has no derivative")


def _of_power(base: Expr, exponent: Expr, by_base: Expr, by_exponent: Expr) -> Expr:
    lower = _call("power", base, _minus(exponent, ONE))
    found = _times(_times(exponent, lower), by_base)
    if _is_zero(by_exponent):
        return found
    whole = _times(_call("power", base, exponent), _call("log", base))
    return _plus(found, _times(whole, by_exponent))


def _of_call(node: ast.Call, name: str, by: ast.Subscript) -> Expr:
    if name in ("maximum", "minimum"):
        first, second = node.args
        wins: ast.cmpop = ast.Gt() if name == "maximum" else ast.Lt()
        ways = [differentiate(each, by) for each in (first, second)]
        test = ast.Compare(copy.deepcopy(first), [wins], [copy.deepcopy(second)])
        return ZERO if all(map(_is_zero, ways)) else ast.IfExp(test, *ways)
    if name == "power":
        slopes = [differentiate(each, by) for each in node.args]
        return _of_power(node.args[0], node.args[1], slopes[0], slopes[1])
    if name == "floor_divide":
        return ZERO
    if name == "remainder":
        first, second = node.args
        turns = _times(_call("floor_divide", first, second), differentiate(second, by))
        return _minus(differentiate(first, by), turns)
    if len(node.args) > 1:
        raise NoDerivative(f"{name} has no derivative here")
    (argument,) = node.args
    inner = differentiate(argument, by)
    if _is_zero(inner):
        return ZERO
    if name not in SLOPES:
        raise NoDerivative(f"{name} has no derivative here")
    return _times(SLOPES[name](argument), inner)


def _call(name: str, *arguments: Expr) -> Expr:
    return ast.Call(ast.Name(name), [copy.deepcopy(each) for each in arguments], [])


SLOPES: dict[str, Callable[[Expr], Expr]] = {
    "abs": lambda x: ast.IfExp(_compare(x, ast.Gt()), ONE, _sign_below(x)),
    "cos": lambda x: _minus(ZERO, _call("sin", x)),
    "erf": lambda x: _times(
        ast.Constant(1.1283791670955126), _call("exp", _minus(ZERO, _times(x, x)))
    ),
    "exp": lambda x: _call("exp", x),
    "expm1": lambda x: _call("exp", x),
    "floor": lambda _: ZERO,
    "log": lambda x: _over(ONE, x),
    "log1p": lambda x: _over(ONE, _plus(ONE, x)),
    "rsqrt": lambda x: _over(_times(ast.Constant(-0.5), _call("rsqrt", x)), x),
    "sin": lambda x: _call("cos", x),
    "sqrt": lambda x: _over(ast.Constant(0.5), _call("sqrt", x)),
    "tanh": lambda x: _minus(ONE, _times(_call("tanh", x), _call("tanh", x))),
}


def _compare(x: Expr, op: ast.cmpop) -> Expr:
    return ast.Compare(copy.deepcopy(x), [op], [ZERO])


def _sign_below(x: Expr) -> Expr:
    return ast.IfExp(_compare(x, ast.Lt()), ast.Constant(-1.0), ZERO)


def _is_zero(node: Expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def _is_one(node: Expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1


def _plus(first: Expr, second: Expr) -> Expr:
    if _is_zero(first) or _is_zero(second):
        return second if _is_zero(first) else first
    return ast.BinOp(copy.deepcopy(first), ast.Add(), copy.deepcopy(second))


def _minus(first: Expr, second: Expr) -> Expr:
    numbers = [ast.literal_eval(each) for each in (first, second) if isinstance(each, ast.Constant)]
    if len(numbers) == 2:
        return ast.Constant(numbers[0] - numbers[1])
    if _is_zero(second):
        return first
    if _is_zero(first):
        return ast.UnaryOp(ast.USub(), copy.deepcopy(second))
    return ast.BinOp(copy.deepcopy(first), ast.Sub(), copy.deepcopy(second))


def _times(first: Expr, second: Expr) -> Expr:
    if _is_zero(first) or _is_zero(second):
        return ZERO
    if _is_one(first) or _is_one(second):
        return second if _is_one(first) else first
    return ast.BinOp(copy.deepcopy(first), ast.Mult(), copy.deepcopy(second))


def _over(first: Expr, second: Expr) -> Expr:
    if _is_zero(first):
        return ZERO
    return ast.BinOp(copy.deepcopy(first), ast.Div(), copy.deepcopy(second))
