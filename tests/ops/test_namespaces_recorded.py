"""The families of `ops` have the very functions of `ops`, which models write down as one step."""

import pytest

from geartrain import Model, layers, ops


@pytest.mark.parametrize(
    ("family", "name"),
    [("numpy", "sum"), ("numpy", "where"), ("linalg", "det"), ("nn", "relu")],
)
def test_families_have_the_functions_of_the_room(family, name):
    assert getattr(getattr(ops, family), name) is getattr(ops, name)


def test_functions_of_a_family_are_steps_of_a_model():
    inputs = layers.Input((3, 3))
    model = Model(inputs, ops.linalg.det(ops.numpy.square(inputs)))
    assert [each.name.split("_")[0] for each in model.operations[1:]] == ["square", "det"]
