"""`Regularizer`: a number for a weight, which is added to the loss."""

from __future__ import annotations

from typing import Any, Self


class Regularizer:
    """Called with a weight, gives a scalar that is added to the loss.

    A subclass defines `__call__(self, x)`, and `get_config` if it is to be written to a file.

    >>> from geartrain import ops, regularizers
    >>> class Largest(regularizers.Regularizer):
    ...     def __call__(self, x):
    ...         return ops.max(ops.absolute(x))
    >>> float(Largest()(ops.convert_to_tensor([1.0, -2.0])))
    2.0
    """

    def __call__(self, x: Any) -> Any:
        """The penalty; without a subclass, 0."""
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes the regularizer from."""
        raise NotImplementedError(f"{type(self).__name__} defines no get_config()")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The regularizer of a config."""
        return cls(**config)
