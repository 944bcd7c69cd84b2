"""`optimizers.legacy`: names of Keras 2 that Keras 3 keeps only to say that they are gone."""

from __future__ import annotations

from typing import Any

from geartrain.errors import explain


class Optimizer:
    """Raises ImportError when it is made: use the class of the same name in `optimizers`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = type(self).__name__
        raise ImportError(
            explain(
                "The optimizers of `optimizers.legacy` are gone, as in Keras 3",
                given=f"optimizers.legacy.{name}(...)",
                expected="the optimizer of that name in `optimizers`",
                remedy=f"optimizers.{name}(...)",
            )
        )


class Adagrad(Optimizer):
    """See `optimizers.Adagrad`."""


class Adam(Optimizer):
    """See `optimizers.Adam`."""


class Ftrl(Optimizer):
    """See `optimizers.Ftrl`."""


class RMSprop(Optimizer):
    """See `optimizers.RMSprop`."""


class SGD(Optimizer):
    """See `optimizers.SGD`."""


__all__ = ["SGD", "Adagrad", "Adam", "Ftrl", "Optimizer", "RMSprop"]
