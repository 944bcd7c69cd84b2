"""Arrays that a function of the loop language makes: `x.copy()`, `np.zeros(shape)` and others."""

from __future__ import annotations

import ast

from geartrain.kernels.arrays import Array, Path, View
from geartrain.kernels.elements import Elements
from geartrain.kernels.values import LIBRARIES, is_library, number_of

MAKERS = {"zeros": 0.0, "empty": None, "ones": 1.0}
MAKERS |= {f"{name}_like": begins for name, begins in MAKERS.items()}


class Makers(Elements):
    """Reads the statements that make arrays."""

    def _new_array(self, name: str, value: ast.expr) -> View | None:
        """The array that `x.copy()`, `np.zeros(shape)` or `np.zeros_like(x)` makes."""
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            return None
        made, of = value.func.attr, value.func.value
        if is_library(value.func, "copy", "array") and len(value.args) == 1:  # np.copy(x)
            made, of, value = "copy", value.args[0], ast.copy_location(ast.Call(of, [], []), value)
        if made == "copy":
            copied = self.array_of(of)
            if copied is None or value.args or value.keywords:
                raise self.error(value, "copy an array: x.copy()")
            now = self.copied(copied, value)
            return View(Array(name, home=self._home(), shape_like=now, begins=now))
        if is_library(value.func, "full") and len(value.args) == 2 and not value.keywords:
            return View(self._shaped_array(name, made, value.args[0], self._number(value.args[1])))
        if made not in MAKERS or not isinstance(of, ast.Name) or of.id not in LIBRARIES:
            return None
        if len(value.args) != 1 or not all(map(self._is_own_dtype, value.keywords)):
            raise self.error(value, f"np.{made} takes a shape alone; the dtype is the arguments'")
        begins = None if MAKERS[made] is None else number_of(float(str(MAKERS[made])))
        return View(self._shaped_array(name, made, value.args[0], begins))

    def _number(self, node: ast.expr) -> ast.expr:
        value = self.value(node)
        names = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
        if names - {"inf", "nan"}:
            raise self.error(node, "an array begins as one number: np.full(shape, 0.5)")
        return value

    def _is_own_dtype(self, given: ast.keyword) -> bool:
        """`dtype=x.dtype`."""
        of = given.value
        own = isinstance(of, ast.Attribute) and of.attr == "dtype"
        return given.arg == "dtype" and own and self.array_of(of.value) is not None  # type: ignore[attr-defined]

    def _home(self) -> Path:
        """The loops for each of whose turns an array is made anew."""
        return self.path

    def _shaped_array(
        self, name: str, made: str, shape: ast.expr, begins: ast.expr | None
    ) -> Array:
        like = self.array_of(shape) if made.endswith("_like") else self.shaped(shape)
        if like is not None:
            return Array(name, home=self._home(), shape_like=like, begins=begins)
        elements = shape.elts if isinstance(shape, ast.Tuple | ast.List) else [shape]
        sizes = tuple(self.certain_size(each) for each in elements)
        return Array(name, home=self._home(), sizes=sizes, begins=begins)
