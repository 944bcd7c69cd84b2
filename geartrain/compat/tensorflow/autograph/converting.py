"""A function made of another one's rewritten source, with the same globals, closure and lines.

    file of the user's  ->  its syntax tree  ->  the function's own part, rewritten  ->  code

The tree is that of the whole file, so that lines are the user's; errors and warnings show them.
"""

from __future__ import annotations
import __future__

import ast
import copy
import functools
import linecache
import types
import weakref
from collections.abc import Iterator
from typing import Any

from geartrain.compat.tensorflow.autograph import runtime
from geartrain.compat.tensorflow.autograph.jumps import AG, CannotRewrite
from geartrain.compat.tensorflow.autograph.rewriting import Definition, rewritten

_codes: weakref.WeakKeyDictionary[types.CodeType, types.CodeType | None]
_codes = weakref.WeakKeyDictionary()


def convert_function(function: types.FunctionType) -> types.FunctionType | None:
    """The function that asks at run time whether tensors decide; None where that cannot be made.

    It cannot be where the source is not at hand, of generators, and of what was rewritten.
    """
    code = function.__code__
    if AG in code.co_freevars:
        return None
    if code not in _codes:
        _codes[code] = _code_of(code)
    new = _codes[code]
    return None if new is None else _like(function, new)


def convert(function: Any) -> Any:
    """The same of anything that can be called.

    Raises:
        CannotRewrite: it cannot be made.
    """
    if isinstance(function, functools.partial):
        return functools.partial(convert(function.func), *function.args, **function.keywords)
    if isinstance(function, types.MethodType):
        return types.MethodType(convert(function.__func__), function.__self__)
    if not isinstance(function, types.FunctionType):
        raise CannotRewrite("not a function of Python's")
    found = convert_function(function)
    if found is None:
        raise CannotRewrite("its source is not at hand, or cannot be rewritten")
    return found


def source_of(function: types.FunctionType) -> str:
    """The rewritten source of a function, to be read.

    Raises:
        CannotRewrite: it cannot be made.
    """
    node, _ = _found(function.__code__)
    new = rewritten(copy.deepcopy(node))
    if isinstance(new, ast.FunctionDef):
        new.decorator_list = []
    return ast.unparse(new)


def _like(function: types.FunctionType, code: types.CodeType) -> types.FunctionType:
    """A function of new code, and of all else that the old one has."""
    old = function.__closure__ or ()
    cells = dict(zip(function.__code__.co_freevars, old, strict=True))
    cells[AG] = types.CellType(runtime)
    missing = [each for each in code.co_freevars if each not in cells]
    if missing:
        raise CannotRewrite(f"it has no {missing[0]}")
    closure = tuple(cells[each] for each in code.co_freevars)
    name, defaults = function.__name__, function.__defaults__
    new = types.FunctionType(code, function.__globals__, name, defaults, closure)
    new.__kwdefaults__ = function.__kwdefaults__
    new.__dict__.update(function.__dict__)
    new.__qualname__, new.__doc__ = function.__qualname__, function.__doc__
    return new


def _code_of(code: types.CodeType) -> types.CodeType | None:
    try:
        node, owner = _found(code)
        _require_same(_compiled(copy.deepcopy(node), owner, code), code)
        return _compiled(rewritten(copy.deepcopy(node)), owner, code)
    except (CannotRewrite, SyntaxError):
        return None


# -- the source ------------------------------------------------------------------------------------


def _found(code: types.CodeType) -> tuple[Definition, str | None]:
    """The part of a file's tree that a function was made of, and the class that it is in.

    Raises:
        CannotRewrite: there is none, or several on a line.
    """
    tree = _tree(code.co_filename)
    found = [
        (node, owner)
        for node, owner in _definitions(tree, None)
        if _name(node) == code.co_name and _first_line(node) == code.co_firstlineno
    ]
    if len(found) > 1:
        found = [each for each in found if _spans(each[0], code)]
    if len(found) != 1:
        raise CannotRewrite("its source is not at hand")
    return found[0]


def _tree(file: str) -> ast.Module:
    lines = linecache.getlines(file)
    if not lines:
        raise CannotRewrite("its source is not at hand")
    return _parsed("".join(lines), file)


@functools.lru_cache(maxsize=8)
def _parsed(text: str, file: str) -> ast.Module:
    return ast.parse(text, file)


def _definitions(node: ast.AST, owner: str | None) -> Iterator[tuple[Definition, str | None]]:
    """The functions in a tree, each with the innermost class around it."""
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        yield node, owner
    inside = node.name if isinstance(node, ast.ClassDef) else owner
    for child in ast.iter_child_nodes(node):
        yield from _definitions(child, inside)


def _name(node: Definition) -> str:
    return node.name if isinstance(node, ast.FunctionDef) else "<lambda>"


def _first_line(node: Definition) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return min([node.lineno, *(each.lineno for each in decorators)])


def _spans(node: Definition, code: types.CodeType) -> bool:
    """Whether the columns of a function's code lie in its part of the tree."""
    body = node.body if isinstance(node, ast.Lambda) else node.body[0]
    places = {(first, at) for first, _, at, _ in code.co_positions() if at}
    return (body.lineno, body.col_offset) in places


# -- the code --------------------------------------------------------------------------------------


def _compiled(node: Definition, owner: str | None, code: types.CodeType) -> types.CodeType:
    """The code of a function within one that has its free variables.

    It is in a class of the same name, if it was in one, for the names that begin with `__`.
    """
    inner: list[ast.stmt] = [_plain(node)]
    names = [*code.co_freevars, *([] if AG in code.co_freevars else [AG])]
    arguments = ast.arguments([], [ast.arg(each) for each in names], None, [], [], None, [])
    factory = ast.FunctionDef("ag_factory__", arguments, inner, [])
    vars(factory)["type_params"] = []  # asked for from Python 3.12 on
    body: list[ast.stmt] = [factory]
    if owner is not None:
        outside = ast.ClassDef(owner, [], [], body, [])
        vars(outside)["type_params"] = []
        body = [outside]
    tree = ast.fix_missing_locations(ast.Module(body, []))
    future = code.co_flags & __future__.annotations.compiler_flag
    whole = compile(tree, code.co_filename, "exec", flags=future, dont_inherit=True)
    return _within(whole, _name(node), owner)


def _require_same(found: types.CodeType, code: types.CodeType) -> None:
    """Raise where the file is no longer what the function was made of.

    Code may have more names than its source has: pytest rewrites what it asserts.
    """
    names = set(found.co_names) <= set(code.co_names)
    parameters = found.co_varnames[: found.co_argcount] == code.co_varnames[: code.co_argcount]
    numbers = {repr(x) for x in found.co_consts if isinstance(x, int | float | str)}
    if not (names and parameters and numbers <= {repr(x) for x in code.co_consts}):
        raise CannotRewrite("its source has changed since")


def _plain(node: Definition) -> ast.stmt:
    """A definition without what is evaluated when it is made: decorators, defaults, notes."""
    given = node.args
    for each in [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]:
        if each is not None:
            each.annotation = None
    given.defaults = [ast.Constant(None) for _ in given.defaults]
    given.kw_defaults = [None if each is None else ast.Constant(None) for each in given.kw_defaults]
    if isinstance(node, ast.Lambda):
        return ast.Expr(node)
    node.decorator_list, node.returns = [], None
    return node


def _within(code: types.CodeType, name: str, owner: str | None) -> types.CodeType:
    path = [*([owner] if owner is not None else []), "ag_factory__", name]
    for each in path:
        code = next(
            constant
            for constant in code.co_consts
            if isinstance(constant, types.CodeType) and constant.co_name == each
        )
    return code
