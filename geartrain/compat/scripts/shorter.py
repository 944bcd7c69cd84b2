"""Loops over `range` that train by hand, made shorter for those who only try a script.

for step in range(10000):                      for step in __shorter__(range(10000), "step"):
    gan.train_on_batch(noise, targets)   ->        gan.train_on_batch(noise, targets)

Only loops that stand before a call of training are touched; `fit` has limits of its own.
"""

from __future__ import annotations

import ast
import builtins
from typing import Any

from geartrain.training.limits import limits

NAME = "__shorter__"
TRAINS = {"apply", "apply_gradients", "fit", "fit_generator", "train_on_batch", "train_step",
          "fmin_l_bfgs_b", "test_on_batch", "training_step", "update_weights"}  # fmt: skip


def shortened(tree: ast.Module) -> ast.Module:
    """Code whose loops that train have no more turns than the limits say."""
    vars(builtins)[NAME] = turns
    found: ast.Module = Shortening().visit(tree)
    return ast.fix_missing_locations(found)


def turns(numbers: range, over: str) -> range:
    """The first numbers of a range: as many as there may be epochs, or steps."""
    most = limits.epochs if "epoch" in over else limits.steps
    return numbers if most is None else numbers[:most]


class Shortening(ast.NodeTransformer):
    """Puts `__shorter__` around the ranges of loops that train."""

    def visit_For(self, node: ast.For) -> Any:
        """A loop, with those in it."""
        self.generic_visit(node)
        if _is_range(node.iter) and isinstance(node.target, ast.Name) and _trains(node):
            over = ast.Constant(node.target.id)
            called = ast.Name(NAME, ast.Load())
            node.iter = ast.copy_location(ast.Call(called, [node.iter, over], []), node.iter)
        return node


def _is_range(node: ast.AST) -> bool:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return called and node.func.id == "range"  # type: ignore[attr-defined]


def _trains(loop: ast.For) -> bool:
    """Whether a call in a loop trains something, by its name."""
    calls = (each.func for each in ast.walk(loop) if isinstance(each, ast.Call))
    names = {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")
             for each in calls}  # fmt: skip
    return bool(names & TRAINS)
