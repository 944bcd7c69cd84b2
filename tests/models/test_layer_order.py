"""The order of a functional model's layers, which is that of its weights in files: Keras's own."""

import pytest

from geartrain import Input, Model, layers


def names(inputs, outputs):
    return [each.name for each in Model(inputs, outputs).layers]


def test_an_input_stands_before_the_layer_that_takes_it():
    a, b, c = (Input((4,), name=name) for name in "abc")
    x = layers.Dense(4, name="d2")(layers.Dense(4, name="d1")(a))
    z = layers.Dense(4, name="d3")(layers.Add(name="add")([x, b]))
    assert names([a, b], z) == ["a", "d1", "d2", "b", "add", "d3"]
    assert names([b, a], z) == ["a", "d1", "d2", "b", "add", "d3"]
    assert names({"a": a, "b": b, "c": c}, z) == ["a", "d1", "d2", "b", "add", "c", "d3"]


class Sum(layers.Layer):
    def call(self, zeta, alpha):
        return zeta + alpha


@pytest.mark.parametrize("given", ["zeta, alpha", "zeta, alpha=alpha", "zeta=zeta, alpha=alpha"])
def test_what_comes_without_a_name_comes_first(given):
    a, b = Input((4,), name="a"), Input((4,), name="b")
    alpha, zeta = layers.Dense(4, name="a1")(a), layers.Dense(4, name="z1")(b)
    found = eval(f"layer({given})", {"layer": Sum(name="p"), "alpha": alpha, "zeta": zeta})
    by_name = "zeta=zeta" in given
    wanted = ["a", "b", "a1", "z1", "p"] if by_name else ["b", "a", "z1", "a1", "p"]
    assert names([a, b], found) == wanted
