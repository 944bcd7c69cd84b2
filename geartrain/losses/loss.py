"""`Loss`: one number for how far a batch of outputs is from its targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from geartrain.layers.masks import mask_of
from geartrain.losses.alignment import same_rank
from geartrain.losses.reduction import checked_reduction, reduce_losses
from geartrain.losses.standards import dtype_name
from geartrain.names import snake_case, unique_name
from geartrain.ops import convert_to_tensor, logical_and
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.tensor import Tensor, Variable
from geartrain.tensor.nest import flatten, map_nest, pack_like


class Loss:
    """Losses of samples, from `call`, brought to one number.

    A subclass computes in `call(y_true, y_pred)` the loss of each sample: the shape of `y_pred`
    without its last axis, as a rule. Samples count as `sample_weight` says, and not at all where
    a mask that `y_pred` carries is false.

    Args:
        name: None numbers the class's name.
        reduction: "sum_over_batch_size" and "mean" divide the sum by the number of losses,
            "mean_with_sample_weight" by the sum of the weights; "sum" does not divide; "none" or
            None gives all losses.
        dtype: computed in; None is `config.floatx()`.

    Raises:
        ValueError: there is no such reduction.

    >>> class Distance(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return abs(y_true - y_pred)
    >>> float(Distance(reduction="sum")([1.0, 2.0], [1.5, 4.0]))
    2.5
    """

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        self.name = name or unique_name(snake_case(type(self).__name__))
        self.reduction = checked_reduction(reduction)
        self._dtype = dtype_name(dtype)
        self._is_own_dtype = dtype is not None

    @property
    def dtype(self) -> str:
        """The name of the dtype that is computed in."""
        return self._dtype

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Tensor:
        """The loss of a batch: a scalar, unless the reduction is none.

        Args:
            y_true: the targets; a nest of them where `call` takes one.
            y_pred: the outputs.
            sample_weight: a number, one for each sample, or one for each loss.

        Raises:
            ValueError: the shapes do not fit each other; nothing is broadcast.
        """
        mask = mask_of(y_pred)
        outputs = tensors_of(y_pred, self._as_output)
        losses = convert_to_tensor(self.call(tensors_of(y_true, self._as_target), outputs))
        mask = _both(mask, mask_of(losses))
        losses = convert_to_tensor(losses, self.dtype)
        weight = None if sample_weight is None else convert_to_tensor(sample_weight, self.dtype)
        return reduce_losses(losses, weight, mask, self.reduction)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each sample."""
        raise NotImplementedError(f"{type(self).__name__} needs a method call(y_true, y_pred)")

    def _as_output(self, x: Any) -> Tensor:
        return convert_to_tensor(x, self.dtype)

    def _as_target(self, x: Any) -> Tensor:
        return convert_to_tensor(x, self.dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the same loss."""
        config: dict[str, Any] = {"name": self.name, "reduction": self.reduction}
        return config | ({"dtype": self.dtype} if self._is_own_dtype else {})

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The loss that a config tells of."""
        return cls(**config)


class FunctionLoss(Loss):
    """What a function of (y_true, y_pred) gives, brought to one number.

    Args:
        fn: gives the loss of each sample.
        reduction: as for `Loss`.
        name: None is the function's.
        dtype: computed in.
        **kwargs: further arguments of the function.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name or getattr(fn, "__name__", None), reduction, dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Any, y_pred: Any) -> Any:
        targets, outputs = flatten(y_true), flatten(y_pred)
        if len(targets) == len(outputs):
            pairs = [same_rank(*pair) for pair in zip(targets, outputs, strict=True)]
            y_true = pack_like(y_true, [target for target, _ in pairs])
            y_pred = pack_like(y_pred, [output for _, output in pairs])
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        own = {"fn": serialize_keras_object(self.fn)} if type(self) is FunctionLoss else {}
        return super().get_config() | own | self._fn_kwargs

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The loss that a config tells of."""
        return cls(**with_function(config))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}({self.fn.__name__}, kwargs={self._fn_kwargs})>"


def with_function(config: dict[str, Any]) -> dict[str, Any]:
    """A config whose function, if it has one, is no longer plain data."""
    if not isinstance(config.get("fn"), dict | str):
        return config
    return config | {"fn": deserialize_keras_object(config["fn"])}


def tensors_of(values: Any, convert: Callable[[Any], Tensor]) -> Any:
    """A nest of tensors; lists of numbers are one tensor."""
    holds = isinstance(values, dict) or (
        isinstance(values, list | tuple)
        and any(hasattr(each, "dtype") or isinstance(each, Variable) for each in flatten(values))
    )
    return map_nest(convert, values) if holds else convert(values)


def _both(first: Tensor | None, second: Tensor | None) -> Tensor | None:
    """The mask under which both masks are true."""
    if first is None or second is None:
        return first if second is None else second
    return logical_and(first, second)
