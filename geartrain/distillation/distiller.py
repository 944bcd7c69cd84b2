"""`Distiller`: a model that trains a student by a teacher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from geartrain import ops
from geartrain.distillation.losses import DistillationLoss, FeatureDistillation
from geartrain.errors import explain
from geartrain.metrics import Mean
from geartrain.models import Model
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.tensor.nest import flatten


class Distiller(Model):
    """Trains a student by the true answers, and by what a frozen teacher says.

    loss = student_loss_weight * student's loss + (1 - student_loss_weight) * distillation loss

    Args:
        teacher: a model that is trained.
        student: the model to train; it is what the distiller predicts with.
        distillation_losses: one or several of `LogitsDistillation`, `FeatureDistillation`, or of
            one's own.
        distillation_loss_weights: what they are multiplied with; None: 1.
        student_loss_weight: from 0 to 1.
        name: of the model.
        **kwargs: those of `Model`.

    Raises:
        ValueError: an argument is impossible, or the models do not fit each other.

    >>> from geartrain import Sequential, layers
    >>> from geartrain.distillation import Distiller, LogitsDistillation
    >>> teacher, student = (Sequential([layers.Input((4,)), layers.Dense(3)]) for _ in range(2))
    >>> distiller = Distiller(teacher, student, LogitsDistillation())
    >>> distiller.compile("adam", "mse")
    """

    def __init__(
        self,
        teacher: Any,
        student: Any,
        distillation_losses: Any,
        distillation_loss_weights: Any = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        for word, model in (("Teacher", teacher), ("Student", student)):
            if not isinstance(model, Model):
                raise ValueError(_model_message(word, model))
        if not 0 <= student_loss_weight <= 1:
            raise ValueError(_weight_message(student_loss_weight))
        _check_shapes(teacher, student)
        chosen = _listed(distillation_losses)
        for each in chosen:
            each.validate_model_compatibility(teacher, student)
        self.teacher, self.student = teacher, student
        self.teacher.trainable = False
        self.distillation_losses = chosen
        self.distillation_loss_weights = _weights(distillation_loss_weights, len(chosen))
        self.student_loss_weight = student_loss_weight
        self.student_loss_tracker = Mean(name="student_loss")
        self.distillation_loss_tracker = Mean(name="distillation_loss")
        self.total_loss_tracker = Mean(name="total_loss")
        self.built = bool(student.built)

    def compile(  # type: ignore[override]
        self, optimizer: Any = "adam", loss: Any = None, metrics: Any = None, **kwargs: Any
    ) -> None:
        """Say how the student trains: see `Model.compile`.

        Args:
            optimizer: a name or an object.
            loss: of the student's outputs against the true answers.
            metrics: of the student.
            **kwargs: the other arguments of `Model.compile`.
        """
        super().compile(optimizer=optimizer, loss=loss, metrics=metrics, **kwargs)

    def call(self, inputs: Any, training: bool | None = None, **kwargs: Any) -> Any:
        return self.student(inputs, training=training, **kwargs)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """The weighted sum of the student's own loss and of the distillation losses."""
        share = self.student_loss_weight
        own: Any = ops.convert_to_tensor(0.0)
        if share > 0 and y is not None:
            own = super().compute_loss(x, y, y_pred, sample_weight, training=training)
        learnt: Any = ops.convert_to_tensor(0.0)
        if share < 1:
            learnt = self._distillation_loss(x, y_pred, training)
        total = ops.add(ops.multiply(share, own), ops.multiply(1 - share, learnt))
        self.student_loss_tracker.update_state(own)
        self.distillation_loss_tracker.update_state(learnt)
        self.total_loss_tracker.update_state(total)
        return total

    def _distillation_loss(self, x: Any, y_pred: Any, training: bool) -> Any:
        total: Any = 0.0
        said = None
        for loss, weight in zip(
            self.distillation_losses, self.distillation_loss_weights, strict=True
        ):
            names = _layer_names(loss)
            if any(names):
                known = _features(self.teacher, names[0], x, training=False)
                found = _features(self.student, names[1], x, training=training)
            else:
                said = self.teacher(x, training=False) if said is None else said
                known, found = said, y_pred
            loss.validate_outputs(known, found)
            total = ops.add(total, ops.multiply(weight, loss.compute_loss(known, found)))
        return total

    def get_config(self) -> dict[str, Any]:
        models = {word: serialize_keras_object(getattr(self, word)) for word in MODELS}
        return {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serialize_keras_object(self.dtype_policy),
            **models,
            "distillation_losses": [serialize_keras_object(x) for x in self.distillation_losses],
            "distillation_loss_weights": list(self.distillation_loss_weights),
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Self:
        """The distiller of a config, with new weights."""
        parts = (*MODELS, "distillation_losses", "dtype")
        read = {name: deserialize_keras_object(config[name], custom_objects) for name in parts}
        return cls(**{**config, **read})


MODELS = ("teacher", "student")


def _features(model: Any, name: str | None, x: Any, training: bool) -> Any:
    """What a layer of a model gives; the model itself without a name."""
    if name is None:
        return model(x, training=training)
    inner = Model(model.inputs, model.get_layer(name).output)
    return inner(x, training=training)


def _layer_names(loss: Any) -> tuple[str | None, str | None]:
    if isinstance(loss, FeatureDistillation):
        return loss.teacher_layer_name, loss.student_layer_name
    return None, None


def _listed(given: Any) -> list[Any]:
    found = list(given) if isinstance(given, list | tuple) else [given]
    for each in found:
        if not isinstance(each, DistillationLoss) and not hasattr(each, "compute_loss"):
            raise ValueError(_loss_message(each))
    return found


def _weights(given: Any, count: int) -> list[float]:
    if given is None:
        return [1.0] * count
    found = list(given) if isinstance(given, Sequence) else [given]
    if len(found) != count:
        raise ValueError(_count_message(found, count))
    return found


def _check_shapes(teacher: Any, student: Any) -> None:
    """Refuse models whose inputs or outputs have other shapes, where both are known."""
    for what in ("inputs", "outputs"):
        known, found = (_shapes(model, what) for model in (teacher, student))
        if known is not None and found is not None and known != found:
            raise ValueError(_shapes_message(what[:-1], known, found))


def _shapes(model: Any, what: str) -> Any:
    try:
        symbols = flatten(getattr(model, what))
    except (AttributeError, ValueError):
        return None
    return [each.shape for each in symbols] if symbols else None


def _model_message(word: str, given: Any) -> str:
    return explain(
        f"{word} must be a keras.Model, got {type(given)}",
        given=f"{given!r}"[:200],
        expected="a model",
        remedy="distillation.Distiller(teacher, student, distillation.LogitsDistillation())",
    )


def _weight_message(given: Any) -> str:
    return explain(
        f"student_loss_weight must be between 0.0 and 1.0, got {given}",
        given=f"student_loss_weight={given!r}",
        expected="a number from 0 (the teacher alone) to 1 (the true answers alone)",
        remedy="student_loss_weight=0.5",
    )


def _loss_message(given: Any) -> str:
    return explain(
        "This is no distillation loss",
        given=f"{given!r} ({type(given).__name__})",
        expected="LogitsDistillation, FeatureDistillation, or a DistillationLoss of one's own",
        remedy="distillation.LogitsDistillation(loss='mse')",
    )


def _count_message(given: list[Any], count: int) -> str:
    return explain(
        "Each distillation loss has one weight",
        given=f"distillation_loss_weights={given}: {len(given)}",
        expected=f"{count} numbers",
        remedy="distillation_loss_weights=None, which is 1 for each",
    )


def _shapes_message(what: str, teacher: Any, student: Any) -> str:
    shapes = [", ".join(map(str, map(tuple, each))) for each in (teacher, student)]
    return explain(
        f"Teacher and student {what} shapes are incompatible",
        given=f"Teacher: {shapes[0]}, Student: {shapes[1]}",
        expected="All dimensions must match",
        remedy="a layer more at one of them, so that both give the same shape",
    )
