"""`remat` and `RematScope`: what a layer computes is computed again on the way back, not kept.

It takes less memory and more time; the numbers are the same.

Source: Chen, Xu, Zhang and Guestrin, "Training deep nets with sublinear memory cost" (2016).
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import Any, Self

from geartrain.autodiff import checkpoint
from geartrain.errors import unknown_name
from geartrain.layers.calls import calling, reading_as, surroundings
from geartrain.tensor.interpreter import duty

MODES = ("full", "activations", "larger_than", "list_of_layers")


class Scopes(threading.local):
    """The scopes that are open in a thread."""

    def __init__(self) -> None:
        self.open: list[RematScope] = []


scopes = Scopes()


class RematScope:
    """Layers that are made inside keep less for the way back.

    Args:
        mode: which layers keep nothing of what they compute: "full": all; "activations": those
            with an activation; "larger_than": those whose symbolic outputs are large;
            "list_of_layers": those named; None: none, as without a scope.
        output_size_threshold: how many numbers are large.
        layer_names: the layers of "list_of_layers".

    Raises:
        ValueError: another mode.

    >>> from geartrain import RematScope, layers, ops
    >>> with RematScope(mode="full"):
    ...     layer = layers.Dense(2)
    >>> layer(ops.ones((1, 3))).shape
    (1, 2)
    """

    def __init__(
        self,
        mode: str | None = "full",
        output_size_threshold: int = 1024,
        layer_names: Sequence[str] | None = None,
    ) -> None:
        if mode is not None and mode not in MODES:
            raise ValueError(unknown_name("mode", mode, MODES, remedy="mode={}"))
        self.mode, self.output_size_threshold = mode, output_size_threshold
        self.layer_names = list(layer_names or ())

    def __enter__(self) -> Self:
        scopes.open.append(self)
        return self

    def __exit__(self, *error: object) -> None:
        scopes.open.pop()


def current_scope() -> RematScope | None:
    """The innermost scope that is open."""
    return scopes.open[-1] if scopes.open else None


def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose inner values are computed again on the way back.

    >>> from geartrain import grad, ops, remat
    >>> float(grad(remat(lambda x: ops.sin(x) * x))(0.0))
    0.0
    """
    return checkpoint(f)


def call_of(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
    """A layer's `call`, or one that computes again, as the scope in which it was made says."""
    scope: RematScope | None = layer.remat_scope
    if scope is None or not _applies(scope, layer):
        return call
    training, dtype = surroundings.training, duty.autocast

    def again(*args: Any, **kwargs: Any) -> Any:
        with calling(None, training), reading_as(dtype):  # the second run is outside of the call
            return call(*args, **kwargs)

    return remat(again)


def _applies(scope: RematScope, layer: Any) -> bool:
    """Whether a scope means a layer."""
    if scope.mode == "list_of_layers":
        return layer.name in scope.layer_names
    if scope.mode == "larger_than":
        return _size(layer) > scope.output_size_threshold
    if scope.mode == "activations":
        return getattr(layer, "activation", None) is not None
    return scope.mode == "full"


def _size(layer: Any) -> int:
    """How many numbers a layer gives for one sample, as far as it is known; else none."""
    shape = layer.output_shape
    if not isinstance(shape, tuple) or not all(isinstance(s, int | None) for s in shape):
        return 0
    return math.prod(size or 1 for size in shape)
