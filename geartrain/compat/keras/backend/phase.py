"""Whether to train: a layer's `training`, which Keras 2 also had as one number for everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geartrain import ops
from geartrain.layers.calls import surroundings
from geartrain.symbolic import is_keras_tensor
from geartrain.symbolic.steps import drawn_operation

__all__ = ["LearningPhase", "in_test_phase", "in_train_phase", "learning_phase",
           "learning_phase_scope", "set_learning_phase"]  # fmt: skip


class LearningPhase:
    """Stands for the number, 0 or 1, that a `function` is given at each call.

    Attributes:
        fixed: what `set_learning_phase` said, or None.
    """

    fixed: int | None = None

    def __repr__(self) -> str:
        return "<learning phase>"


PHASE = LearningPhase()


def learning_phase() -> Any:
    """1 where the model trains, 0 where not; an input of `function`, if nobody said which."""
    if PHASE.fixed is not None:
        return PHASE.fixed
    return PHASE if surroundings.training is None else int(surroundings.training)


def set_learning_phase(value: int) -> None:
    """Say for good what `learning_phase` is.

    Raises:
        ValueError: it is neither 0 nor 1.
    """
    if value not in (0, 1):
        raise ValueError(f"a learning phase is 0 or 1, not {value!r}")
    PHASE.fixed = int(value)


class learning_phase_scope:  # noqa: N801  (Keras's name)
    """Within it, `learning_phase` is what is said."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __enter__(self) -> None:
        self.before = PHASE.fixed
        set_learning_phase(self.value)

    def __exit__(self, *error: object) -> None:
        PHASE.fixed = self.before


def is_training(given: Any = None) -> bool:
    """Whether to train: as is said, as the layer around does, as the phase is; else not."""
    for each in (given, surroundings.training, PHASE.fixed):
        if each is not None and not isinstance(each, LearningPhase):
            return bool(each)
    return False


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x where the model trains, alt where not; functions of nothing are called.

    On symbolic tensors it is decided whenever the model is called.
    """
    if training in (0, 1, True, False):
        return _value(x if training else alt)
    first, second = _value(x), _value(alt)
    if any(map(is_keras_tensor, (first, second))):
        return drawn_operation(_chosen, [first, second], {})
    return first if is_training() else second


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """x where the model does not train, alt where it does."""
    return in_train_phase(alt, x, training=training)


def _chosen(x: Any, alt: Any) -> Any:
    """The one for the call around; both have one shape."""
    return ops.convert_to_tensor(x if is_training() else alt)


def _value(given: Any | Callable[[], Any]) -> Any:
    return given() if callable(given) and not hasattr(given, "shape") else given
