"""Distillation: the numbers of Keras, files, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import Sequential, distillation, layers, models
from tests.distillation.cases import CASES, LOSSES, X, Y, networks, of_loss, trained

STORED = json.loads((Path(__file__).parent / "golden.json").read_text())


@pytest.mark.parametrize("case", CASES)
def test_training_goes_as_keras_goes(case):
    found = trained(geartrain, case)
    assert found.keys() == STORED[case].keys()
    for name, numbers in STORED[case].items():
        np.testing.assert_allclose(found[name], numbers, rtol=1e-5, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_by_themselves(loss):
    np.testing.assert_allclose(of_loss(geartrain, loss), STORED[loss], rtol=1e-5)


def test_the_teacher_stays_and_the_student_predicts(tmp_path):
    teacher, student = networks(geartrain)
    before = teacher.get_weights()
    model = distillation.Distiller(teacher, student, distillation.LogitsDistillation())
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, Y, verbose=0)
    assert all((a == b).all() for a, b in zip(before, teacher.get_weights(), strict=True))
    assert (model.predict(X, verbose=0) == student.predict(X, verbose=0)).all()
    model.save(tmp_path / "model.keras")
    same = models.load_model(tmp_path / "model.keras")
    assert (same.predict(X, verbose=0) == model.predict(X, verbose=0)).all()
    assert type(same.distillation_losses[0]) is distillation.LogitsDistillation
    assert same.teacher.trainable is False


def test_a_loss_of_ones_own_sees_all_outputs():
    class Largest(distillation.DistillationLoss):
        def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
            return geartrain.ops.max(geartrain.ops.absolute(teacher_outputs - student_outputs))

    teacher, student = networks(geartrain)
    model = distillation.Distiller(teacher, student, Largest(), student_loss_weight=0.0)
    model.compile("sgd")
    found = model.evaluate(X, Y, verbose=0, return_dict=True)["distillation_loss"]
    expected = abs(teacher.predict(X, verbose=0) - student.predict(X, verbose=0)).max()
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_nests_of_losses_leave_outputs_out():
    loss = distillation.LogitsDistillation(1.0, {"a": "mse", "b": None})
    outputs = {"a": X, "b": X}, {"a": X + 2, "b": X + 5}
    assert float(loss.compute_loss(*outputs)) == pytest.approx(4, rel=1e-5)


def distiller(**kwargs):
    teacher, student = networks(geartrain)
    given = {"distillation_losses": distillation.LogitsDistillation(), **kwargs}
    return distillation.Distiller(
        **{"teacher": teacher, "student": student, **given},
    )


@pytest.mark.parametrize(
    ("ask", "kind", "text"),
    [
        (lambda: distillation.LogitsDistillation(0), ValueError, "positive"),
        (lambda: distillation.LogitsDistillation("a"), ValueError, "a number"),
        (lambda: distillation.LogitsDistillation(loss=None), ValueError, "At least one loss"),
        (lambda: distillation.FeatureDistillation(loss=[None]), ValueError, "At least one loss"),
        (lambda: distillation.DistillationLoss().compute_loss(1, 2), NotImplementedError, "Subcl"),
        (lambda: distiller(student_loss_weight=2.0), ValueError, "between 0.0 and 1.0"),
        (lambda: distiller(teacher="t"), ValueError, "Teacher must be"),
        (lambda: distiller(distillation_losses="x"), ValueError, "no distillation loss"),
        (lambda: distiller(distillation_loss_weights=[1, 2]), ValueError, "one weight"),
        (
            lambda: distiller(
                distillation_losses=distillation.FeatureDistillation("mse", "no", "own")
            ),
            ValueError,
            "No such layer: no",
        ),
        (
            lambda: distiller(student=Sequential([layers.Input((4,)), layers.Dense(5)])),
            ValueError,
            "output shapes are incompatible",
        ),
        (
            lambda: distiller(student=Sequential([layers.Input((5,)), layers.Dense(3)])),
            ValueError,
            "input shapes are incompatible",
        ),
    ],
)
def test_what_is_refused(ask, kind, text):
    with pytest.raises(kind, match=text):
        ask()
