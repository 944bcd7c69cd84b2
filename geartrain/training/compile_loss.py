"""`CompileLoss`: what `compile(loss=...)` was given, for all outputs of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geartrain import losses, primitives
from geartrain.errors import explain
from geartrain.losses.loss import FunctionLoss
from geartrain.metrics import Mean
from geartrain.ops import add, multiply
from geartrain.tensor import Tensor, format_shape
from geartrain.tensor.dtypes import FLOAT32
from geartrain.tensor.nest import flatten
from geartrain.training.outputs import Matching, is_nest


@dataclass(frozen=True)
class Part:
    """The loss of one output, its weight, and the mean that logs show."""

    place: int
    loss: Any
    weight: float | None
    tracker: Mean | None


class CompileLoss:
    """The sum of the losses of all outputs, each with its weight.

    What belongs to which output is decided with the first outputs. With several losses, each has
    a mean of its own in `metrics`: `a_loss` for the output `a`.

    Args:
        loss: a loss for all outputs, or a nest of them, in the outputs' form or by their names.
        loss_weights: likewise numbers.
        output_names: the names of the output layers, where the model knows them.

    Raises:
        ValueError: a name is that of no loss; in a call: losses and outputs do not fit.
    """

    name = "compile_loss"

    def __init__(
        self, loss: Any, loss_weights: Any = None, output_names: Sequence[str] | None = None
    ) -> None:
        for each in flatten(loss):
            if each is not None:
                losses.as_loss(each)  # a wrong name is said at once
        _check_weights(loss, loss_weights)
        self.loss = loss
        self.loss_weights = loss_weights
        self.output_names = output_names
        self._parts: list[Part] | None = None
        self._matching: Matching | None = None

    @property
    def metrics(self) -> list[Mean]:
        """The means of the single losses, where there are several."""
        return [each.tracker for each in self._parts or () if each.tracker is not None]

    @property
    def variables(self) -> list[Any]:
        """Their states."""
        return [variable for each in self.metrics for variable in each.variables]

    def build(self, y_pred: Any) -> None:
        """Decide which loss belongs to which output."""
        self._matching = matching = Matching(y_pred, self.output_names)
        weights = self._for_each(matching, "loss_weights", self.loss_weights)
        found = self._for_each(matching, "loss", self.loss)
        matching.require_all("loss", self.loss)
        chosen = [
            (place, losses.as_loss(each)) for place, each in enumerate(found) if each is not None
        ]
        names = _log_names(matching, chosen, found)
        self._parts = [
            Part(place, each, weights[place], Mean(name=name) if len(chosen) > 1 else None)
            for (place, each), name in zip(chosen, names, strict=True)
        ]

    def _for_each(self, matching: Matching, what: str, given: Any) -> list[Any]:
        if not is_nest(given):
            return [given] * len(matching)
        found: list[Any] = matching.match(what, given)
        return found

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Tensor | None:
        """The loss of a batch: a scalar; None, if no output has a loss."""
        if self._parts is None:
            self.build(y_pred)
        if self._matching is None or not self._parts:
            return None
        outputs = flatten(y_pred)
        targets = self._matching.match("y", y_true)
        weights = _weights_for(self._matching, sample_weight)
        total: Tensor | None = None
        for part in self._parts:
            place = part.place
            value = _value(part, targets[place], outputs[place], weights[place])
            total = value if total is None else add(total, value)
        return total

    call = __call__


def _value(part: Part, target: Any, output: Tensor, weight: Any) -> Tensor:
    if target is None:
        raise ValueError(_no_target_message(part, output))
    if is_nest(target) and _takes_one_array(part.loss):
        raise ValueError(_nest_message(part, target, output))
    weights = {} if weight is None else {"sample_weight": weight}
    value: Tensor = part.loss(target, output, **weights)
    if part.tracker is not None:
        count = primitives.size(output, axes=(0,), dtype=FLOAT32)
        part.tracker.update_state(value, sample_weight=count)
    return value if part.weight is None else multiply(value, part.weight)


def _weights_for(matching: Matching, given: Any) -> list[Any]:
    """The weights of the samples for each output; one array is for all."""
    if not is_nest(given):
        return [given] * len(matching)
    found: list[Any] = matching.match("sample_weight", given)
    return found


def _log_names(
    matching: Matching, chosen: Sequence[tuple[int, Any]], asked: Sequence[Any]
) -> list[str]:
    """`a_loss` for the output a; for outputs without names, the names of the losses, as asked."""
    found: list[str] = []
    for place, loss in chosen:
        own = asked[place] if isinstance(asked[place], str) else getattr(loss, "name", "output")
        base = matching.names[place] or own
        same = sum(each == f"{base}_loss" or each.startswith(f"{base}_loss_") for each in found)
        found.append(f"{base}_loss_{same}" if same else f"{base}_loss")
    return found


def _check_weights(loss: Any, weights: Any) -> None:
    numbers = [each for each in flatten(weights) if each is not None]
    if all(isinstance(each, int | float) or hasattr(each, "dtype") for each in numbers):
        return
    raise ValueError(
        explain(
            "compile cannot use these loss_weights",
            given=f"loss_weights={weights!r}",
            expected=f"a number for each loss of {loss!r}",
            remedy="loss_weights=[1.0, 0.5]",
        )
    )


def _takes_one_array(loss: Any) -> bool:
    """Whether this is one of the package's losses: those of users may take nests."""
    kind = type(loss)
    return kind is not FunctionLoss and kind.__module__.startswith("geartrain.losses")


def _nest_message(part: Part, target: Any, output: Tensor) -> str:
    return explain(
        f"The loss '{part.loss.name}' compares one output with one array",
        given=f"y: a {type(target).__name__} of {len(target)}, for one output",
        expected=f"an array for outputs of shape {format_shape(output.shape)} (set by the model)",
        remedy="y=np.stack(y), if they are samples; a model with as many outputs, if not",
    )


def _no_target_message(part: Part, output: Tensor) -> str:
    return explain(
        f"The loss '{getattr(part.loss, 'name', part.loss)}' has nothing to compare with",
        given="no targets (y is None, or has None for this output)",
        expected=f"y for outputs of shape {format_shape(output.shape)}",
        remedy="model.fit(x, y), or a generator that yields (x, y)",
    )
