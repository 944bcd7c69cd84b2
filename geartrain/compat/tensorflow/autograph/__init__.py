"""AutoGraph: Python's own `if`, `while` and `for` where tensors decide, as part of a graph.

    @tf.function
    def collatz(n):                       %1 = while_loop %n       (n != 1 | select, ...)
        steps = 0                  ->
        while n != 1: ...

Only a function that could not be traced as it stands comes here: its source is rewritten so that
each choice and each loop asks, when it is reached, whether a tensor decides. If it does, both ways
of the choice are traced and chosen between, and the loop becomes one node; else Python's own
statement runs. What cannot be rewritten runs operation by operation, as before.

Source: Moldovan et al., "AutoGraph: Imperative-style Coding with Graph-based Performance" (2018).

Start reading at `rewriting.py`: what code becomes. `jumps.py` comes before it, `running.py` and
`calls.py` are what it calls.
"""

from __future__ import annotations

from typing import Any

from geartrain.compat.tensorflow.autograph import experimental
from geartrain.compat.tensorflow.autograph.calls import do_not_convert
from geartrain.compat.tensorflow.autograph.converting import convert, source_of
from geartrain.compat.tensorflow.autograph.jumps import CannotRewrite

__all__ = ["CannotRewrite", "convert", "do_not_convert", "experimental", "set_verbosity", "to_code",
           "to_graph", "trace"]  # fmt: skip


def to_graph(
    entity: Any, recursive: bool = True, experimental_optional_features: Any = None
) -> Any:
    """A function whose choices and loops ask whether tensors decide.

    Raises:
        ValueError: its source is not at hand, or it is a generator.
    """
    try:
        return convert(getattr(entity, "python_function", entity))
    except CannotRewrite as error:
        raise ValueError(f"{entity!r} cannot be rewritten: {error}") from None


def to_code(entity: Any, recursive: bool = True, experimental_optional_features: Any = None) -> str:
    """The source of such a function, to be read.

    Raises:
        ValueError: its source is not at hand, or it is a generator.
    """
    try:
        return source_of(getattr(entity, "python_function", entity))
    except CannotRewrite as error:
        raise ValueError(f"{entity!r} cannot be rewritten: {error}") from None


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Taken for the sake of TensorFlow's users: a warning says what could not be rewritten."""


def trace(*args: Any) -> None:
    """Print values while a function is traced."""
    print(*args)
