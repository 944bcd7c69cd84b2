"""`Options`: what `with_options` takes. Order is kept unless `deterministic` is False."""

from __future__ import annotations

from typing import Any


class Options:
    """Words for how a pipeline is carried out.

    Only `deterministic` changes anything here: False lets parallel `map` give results as they are
    ready. What else TensorFlow's pipelines know (`autotune`, `threading`, `experimental_...`) is
    taken and kept, and nothing depends on it.

    >>> options = Options()
    >>> options.deterministic = False
    """

    deterministic: bool | None = None

    def __init__(self) -> None:
        self.threading = _Words()
        self.autotune = _Words()
        self.experimental_distribute = _Words()
        self.experimental_optimization = _Words()

    def merge(self, other: Options) -> Options:
        """These words, and those of others, which come first."""
        made = Options()
        vars(made).update(vars(self) | vars(other))
        return made

    def __repr__(self) -> str:
        return f"Options(deterministic={self.deterministic})"


class _Words:
    """Names with values, whatever they are."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)[name] = value
