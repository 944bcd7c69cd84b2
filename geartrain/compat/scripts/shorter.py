"""Loops that train by hand, made shorter for those who only try a script.

for step in range(10000):                      for step in __shorter__(range(10000), "step"):
    gan.train_on_batch(noise, targets)   ->        gan.train_on_batch(noise, targets)

Only loops that stand before a call of training are touched; `fit` has limits of its own.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from itertools import islice
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


def turns(items: Any, over: str) -> Any:
    """The first of what a loop is over: as many as there may be epochs, or steps."""
    from geartrain.data import Dataset

    most = limits.epochs if "epoch" in over else limits.steps
    if most is None:
        return items
    if isinstance(items, range):
        return items[:most]
    return islice(items, most) if isinstance(items, Dataset | Iterator) else items


class Shortening(ast.NodeTransformer):
    """Puts `__shorter__` around what loops that train are over."""

    def visit_For(self, node: ast.For) -> Any:
        """A loop, with those in it."""
        self.generic_visit(node)
        if _trains(node):
            over = ast.Constant(_first_name(node.target))
            called = ast.Name(NAME, ast.Load())
            node.iter = ast.copy_location(ast.Call(called, [node.iter, over], []), node.iter)
        return node


def _first_name(target: ast.AST) -> str:
    return next((each.id for each in ast.walk(target) if isinstance(each, ast.Name)), "")


def _trains(loop: ast.For) -> bool:
    """Whether a call in a loop trains something, by its name."""
    calls = (each.func for each in ast.walk(loop) if isinstance(each, ast.Call))
    names = {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")
             for each in calls}  # fmt: skip
    return bool(names & TRAINS) or any("train" in each and "step" in each for each in names)
