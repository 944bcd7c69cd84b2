"""What a student's outputs, or those of a layer of it, are compared with: the teacher's."""

from __future__ import annotations

from typing import Any, Self

from geartrain import losses, ops
from geartrain.errors import explain
from geartrain.serialization import deserialize_keras_object, serialize_keras_object
from geartrain.tensor import Tensor
from geartrain.tensor.nest import flatten


class DistillationLoss:
    """A comparison of teacher and student; a subclass says which in `compute_loss`."""

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """How far the student's outputs are from the teacher's: a number."""
        raise NotImplementedError(_subclass_message(self))

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """Refuse outputs of different forms.

        Raises:
            ValueError: they do not have as many parts.
        """
        counts = len(flatten(teacher_outputs)), len(flatten(student_outputs))
        if counts[0] != counts[1]:
            raise ValueError(_count_message(*counts))

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Refuse models that cannot be compared."""

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes the loss from."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The loss of a config."""
        return cls(**{name: deserialize_keras_object(each) for name, each in config.items()})


class FeatureDistillation(DistillationLoss):
    """The outputs of two layers compared; those of the whole models without names.

    Args:
        loss: a name, a loss, or a nest of them in the form of the outputs; None in it leaves an
            output out.
        teacher_layer_name: the layer of the teacher.
        student_layer_name: the layer of the student.

    Raises:
        ValueError: there is no loss at all.
    """

    def __init__(
        self,
        loss: Any = "mse",
        teacher_layer_name: str | None = None,
        student_layer_name: str | None = None,
    ) -> None:
        self.teacher_layer_name = teacher_layer_name
        self.student_layer_name = student_layer_name
        self.loss = read_losses(loss)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        for model, word, name in (
            (teacher, "teacher", self.teacher_layer_name),
            (student, "student", self.student_layer_name),
        ):
            if name is not None and name not in [each.name for each in model.layers]:
                raise ValueError(_layer_message(word, name, model))

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Tensor:
        pairs = _pairs(self.loss, teacher_outputs, student_outputs)
        return _sum([ops.mean(loss(known, found)) for loss, known, found in pairs])

    def get_config(self) -> dict[str, Any]:
        return {
            "loss": serialize_keras_object(self.loss),
            "teacher_layer_name": self.teacher_layer_name,
            "student_layer_name": self.student_layer_name,
        }


class LogitsDistillation(DistillationLoss):
    """The logits of two models, divided by a temperature, compared.

    With a `losses.KLDivergence` object they become probabilities first, and the result is
    multiplied with the square of the temperature (Hinton and others 2015, section 2.1). With
    anything else, names included, the scaled logits are compared as they are, as in Keras.

    Args:
        temperature: above 1, small differences count for more.
        loss: a name, a loss, or a nest of them in the form of the outputs; None in it leaves an
            output out.

    Raises:
        ValueError: the temperature is no positive number, or there is no loss at all.

    >>> from geartrain import losses, ops
    >>> hinton = LogitsDistillation(temperature=2.0, loss=losses.KLDivergence())
    >>> said, found = ops.array([[2.0, 0.0]]), ops.array([[0.0, 0.0]])
    >>> round(float(hinton.compute_loss(said, found)), 4)
    0.4438
    """

    def __init__(self, temperature: float = 3.0, loss: Any = "kl_divergence") -> None:
        if not isinstance(temperature, int | float):
            raise ValueError(_temperature_message(temperature, "a number"))
        if temperature <= 0:
            raise ValueError(_temperature_message(temperature, "positive"))
        self.temperature = temperature
        self.loss = read_losses(loss)

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Tensor:
        pairs = _pairs(self.loss, teacher_outputs, student_outputs)
        return _sum([self._compared(*each) for each in pairs])

    def _compared(self, loss: Any, teacher: Any, student: Any) -> Tensor:
        known, found = (ops.divide(each, self.temperature) for each in (teacher, student))
        if not isinstance(loss, losses.KLDivergence):
            return ops.mean(loss(known, found))
        distance = ops.mean(loss(ops.softmax(known), ops.softmax(found)))
        return ops.multiply(distance, self.temperature**2)

    def get_config(self) -> dict[str, Any]:
        return {"temperature": self.temperature, "loss": serialize_keras_object(self.loss)}


def read_losses(loss: Any) -> Any:
    """A nest of names and losses as a nest of losses.

    Raises:
        ValueError: a name that nothing has, or no loss at all.
    """
    if isinstance(loss, dict) and not {"class_name", "config"} <= set(loss):
        found: Any = {name: _read(each) for name, each in loss.items()}
    elif isinstance(loss, list | tuple):
        found = type(loss)(_read(each) for each in loss)
    else:
        found = _read(loss)
    if all(each is None for each in _listed(found)):
        raise ValueError(_no_loss_message())
    return found


def _read(loss: Any) -> Any:
    return None if loss is None else losses.get(loss)


def _listed(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return [found[name] for name in sorted(found)]
    return list(found) if isinstance(found, list | tuple) else [found]


def _pairs(loss: Any, teacher: Any, student: Any) -> list[tuple[Any, Any, Any]]:
    """Each loss that there is, with the two outputs that it compares."""
    chosen, known, found = _listed(loss), flatten(teacher), flatten(student)
    if not len(chosen) == len(known) == len(found):
        raise ValueError(_count_message(len(known), len(found), len(chosen)))
    return [each for each in zip(chosen, known, found, strict=True) if each[0] is not None]


def _sum(parts: list[Tensor]) -> Tensor:
    total = parts[0]
    for each in parts[1:]:
        total = ops.add(total, each)
    return total


def _subclass_message(loss: DistillationLoss) -> str:
    return explain(
        "Subclasses must implement compute_loss",
        given=f"class {type(loss).__name__}, without it",
        expected="def compute_loss(self, teacher_outputs, student_outputs, **kwargs)",
        remedy="distillation.LogitsDistillation()",
    )


def _count_message(teacher: int, student: int, chosen: int | None = None) -> str:
    given = f"{teacher} outputs of the teacher, {student} of the student"
    return explain(
        "Teacher and student cannot be compared",
        given=given if chosen is None else f"{given}, {chosen} losses",
        expected="as many outputs of one as of the other, and a loss (or None) for each",
        remedy="loss=['kl_divergence', None]",
    )


def _layer_message(word: str, name: str, model: Any) -> str:
    known = [each.name for each in model.layers]
    return explain(
        f"In {word} model: No such layer: {name}. Existing layers are: {known}",
        given=f"{word}_layer_name={name!r}",
        expected=", ".join(known),
        remedy=f"{word}_layer_name={known[-1]!r}" if known else "a model with layers",
    )


def _temperature_message(given: Any, wanted: str) -> str:
    return explain(
        f"temperature must be {wanted}",
        given=f"temperature={given!r} ({type(given).__name__})",
        expected="a positive number",
        remedy="temperature=3.0",
    )


def _no_loss_message() -> str:
    return explain(
        "At least one loss must be non-`None`",
        given="no loss: the `loss` argument must contain at least one non-`None` value",
        expected="a name, a loss, or a nest with one of them",
        remedy="loss='kl_divergence'",
    )
