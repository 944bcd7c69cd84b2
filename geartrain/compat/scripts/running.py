"""Running a script or a notebook that was written for Keras or TensorFlow, on Geartrain."""

from __future__ import annotations

import ast
import builtins
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from geartrain.compat.door import install
from geartrain.compat.door.framework import settle_framework
from geartrain.compat.scripts.failing import failure_text, remember_source
from geartrain.compat.scripts.ipython import stand_in
from geartrain.compat.scripts.magics import Shell, as_python
from geartrain.compat.scripts.notebook import Cell, read_cells
from geartrain.compat.scripts.shorter import shortened
from geartrain.compat.scripts.showing import Figures, display, display_value
from geartrain.errors import explain
from geartrain.training.limits import limits


@dataclass(frozen=True)
class Options:
    """How to run a file.

    Args:
        max_epochs: the most epochs of each `fit`, and turns of loops over epochs that train.
        max_steps: the most steps of each epoch, and turns of other loops that train.
        keep_going: whether a notebook goes on behind a cell that failed.
        shell: whether lines such as `!ls` are run.
        figures: a folder that figures are saved in.
        arguments: what the script finds in `sys.argv` behind its name.
    """

    max_epochs: int | None = None
    max_steps: int | None = None
    keep_going: bool = False
    shell: bool = False
    figures: Path | None = None
    arguments: Sequence[str] = field(default=())


def run_file(path: Path, options: Options) -> int:
    """Run a script or a notebook; gives the exit code, 1 where it failed.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no notebook, and its name says so.
    """
    if not path.is_file():
        raise FileNotFoundError(_no_file_message(path))
    path = path.absolute()
    notebook = path.suffix == ".ipynb"
    cells = read_cells(path) if notebook else [Cell(0, path.read_text(encoding="utf-8"))]
    install()
    limits.epochs, limits.steps = options.max_epochs, options.max_steps
    return Run(path, options, notebook=notebook).cells(cells)


class Run:
    """A file that is being run: the module that its code is in, and what it asks of a notebook."""

    def __init__(self, path: Path, options: Options, *, notebook: bool) -> None:
        self.path, self.options, self.notebook = path, options, notebook
        self.figures = Figures(options.figures and options.figures.absolute())
        self.module = ModuleType("__main__")
        self.failed = self.inner = 0

    def cells(self, cells: Sequence[Cell]) -> int:
        """Run cells in order; gives the exit code."""
        self._prepare(any("matplotlib" in each.source for each in cells))
        for cell in cells:
            if not self._ran(cell):
                self.failed += 1
                if not self.options.keep_going:
                    break
            if self.notebook:
                self.figures.show()
        if self.notebook:
            ran = cell.number - self.failed if cells else 0
            self._say(f"{ran} of {len(cells)} cells ran")
        return 1 if self.failed else 0

    def _prepare(self, draws: bool) -> None:
        """The surroundings that Python or Jupyter gives code: names, arguments, folders."""
        shell = Shell(
            self._say,
            runs_commands=self.options.shell,
            run=self._run_inner,
            user_ns=vars(self.module),
        )
        vars(builtins).update(display=display, get_ipython=lambda: shell)
        sys.modules["__main__"] = self.module
        sys.argv = [str(self.path), *self.options.arguments]
        sys.path.insert(0, str(self.path.parent))
        if self.notebook:
            stand_in()
            os.chdir(self.path.parent)
        else:
            self.module.__file__ = str(self.path)
        if draws:
            self.figures.use()

    def _ran(self, cell: Cell) -> bool:
        """Run a cell, and say what failed."""
        name = f"<{self.path.name}, cell {cell.number}>" if self.notebook else str(self.path)
        place = f"{self.path}, cell {cell.number}" if self.notebook else str(self.path)
        try:
            settle_framework()  # a cell before may have chosen another
            self._execute(cell.source, name)
        except Exception as error:
            sys.stdout.flush()
            print(failure_text(error, place), file=sys.stderr, flush=True)
            return False
        return True

    def _run_inner(self, source: str) -> None:
        """Code that a cell asks to be run as one."""
        self.inner += 1
        self._execute(source, f"<{self.path.name}, code {self.inner} that a cell runs>")

    def _execute(self, source: str, name: str) -> None:
        code = as_python(source) if self.notebook else source
        remember_source(name, code)
        tree = ast.parse(code, name)
        if self.options.max_epochs is not None or self.options.max_steps is not None:
            tree = shortened(tree)
        shown = self._last_value(tree, code) if self.notebook else None
        space = vars(self.module)
        exec(compile(tree, name, "exec"), space)  # noqa: S102  (the user's own file)
        if shown is not None:
            display_value(eval(compile(shown, name, "eval"), space))  # noqa: S307

    def _last_value(self, tree: ast.Module, code: str) -> ast.Expression | None:
        """The last line of a cell, taken off, if a notebook would show its value."""
        last = tree.body[-1] if tree.body else None
        if not isinstance(last, ast.Expr) or code.rstrip().endswith(";"):
            return None
        tree.body.pop()
        return ast.Expression(last.value)

    def _say(self, note: str) -> None:
        print(f"[geartrain] {note}", file=sys.stderr, flush=True)


def _no_file_message(path: Path) -> str:
    return explain(
        f"There is no file {path}",
        given=str(path.absolute()),
        expected="a script (.py) or a notebook (.ipynb)",
        remedy=f"ls {path.absolute().parent}",
    )
