"""What goes into functional models, and which models can be made: by the rules of Keras 3."""

import numpy as np
import pytest

from geartrain import Function, Input, KerasTensor, Model, Sequential, layers, ops
from geartrain.models import Functional

A = np.ones((2, 3), "float32")
B = np.full((2, 4), 2.0, "float32")


def two(kind):
    a, b = Input((3,), name="a"), Input((4,), name="b")
    x = layers.Concatenate(name="joined")([a, b])
    one = layers.Dense(1, kernel_initializer="ones", name="one")(x)
    three = layers.Dense(3, name="three")(x)
    if kind == "dict":
        return Model({"b": b, "a": a}, {"y": three, "x": one})
    return Model([a, b], [one, three])


def test_names_and_shapes_of_what_goes_in_and_out():
    for kind in ("list", "dict"):
        model = two(kind)
        assert [each.name for each in model.inputs] == ["a", "b"]
        assert model.input_names == ["a", "b"]
        assert model.output_names == ["one", "three"]
        assert model.input_shape == [(None, 3), (None, 4)]
        assert model.output_shape == [(None, 1), (None, 3)]
        assert [each.name for each in model.operations] == ["a", "b", "joined", "one", "three"]


def test_a_model_of_dicts_is_fed_and_gives_by_name():
    model = two("dict")
    found = model({"a": A, "b": B})
    assert list(found) == ["y", "x"]
    assert found["x"].numpy().tolist() == [[11.0], [11.0]]
    with pytest.warns(UserWarning, match="does not have: c"):
        model({"a": A, "b": B, "c": A})
    with pytest.raises(ValueError, match="by name"):
        model([A, B])
    with pytest.raises(ValueError, match="'b' as well"):
        model({"a": A})


@pytest.mark.parametrize(
    "inputs", [[A, B], (A, B), {"a": A, "b": B}, [A.astype("float64"), B.astype("int32")]]
)
def test_a_model_of_lists_is_fed_by_place_or_name(inputs):
    one, three = two("list")(inputs)
    assert one.numpy().tolist() == [[11.0], [11.0]]
    assert three.shape == (2, 3)


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        (A, "takes 2 inputs"),
        ([A, B, A], "takes 2 inputs"),
        ([A, A], "set by Input 'b'"),
        ([A[0], B], "rank: 1 against 2"),
        ({"x": A, "b": B}, "'a' as well"),
        ([A, KerasTensor((None, 5))], "set by Input 'b'"),
    ],
)
def test_what_does_not_fit_is_refused(inputs, told):
    with pytest.raises(ValueError, match=told):
        two("list")(inputs)


def test_a_last_axis_of_one_is_put_right_and_dtypes_are_those_of_the_entrance():
    numbers = Input((3,), dtype="int32")
    model = Model(numbers, layers.Embedding(4, 2, embeddings_initializer="ones")(numbers))
    assert model(np.ones((2, 3, 1))).shape == (2, 3, 2)
    images = Input((2, 1))
    assert Model(images, layers.Flatten()(images))(np.ones((5, 2))).shape == (5, 2)


def test_an_optional_input_may_be_missing():
    class Maybe(layers.Layer):
        def call(self, x, y=None):
            return x if y is None else x + y

    x, y = Input((3,), name="x"), Input((3,), name="y", optional=True)
    model = Model([x, y], Maybe()(x, y))
    assert model([A, A]).numpy().tolist() == (2 * A).tolist()
    assert model([A, None]).numpy().tolist() == A.tolist()
    with pytest.raises(ValueError, match="optional=True"):
        model([None, A])


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda a, b, o: Model(a, b), "made of 'b'"),
        (lambda a, b, o: Model([], o), "needs inputs"),
        (lambda a, b, o: Model(a, []), "needs outputs"),
        (lambda a, b, o: Model(A, o), "symbolic tensors"),
        (lambda a, b, o: Model(a, o, foo=3), "foo=3"),
        (
            lambda a, b, o: Model(a, layers.Dense(1, name="same")(layers.Dense(1, name="same")(a))),
            "2 times 'same'",
        ),
    ],
)
def test_what_makes_no_model_is_refused(make, told):
    a, b = Input((3,), name="a"), Input((4,), name="b")
    with pytest.raises(ValueError, match=told):
        make(a, b, layers.Dense(1)(a))


def test_a_subclass_may_give_itself_inputs_and_outputs():
    class Small(Model):
        def __init__(self, units, **kwargs):
            inputs = Input((3,))
            super().__init__(inputs=inputs, outputs=layers.Dense(units)(inputs), **kwargs)
            self.units = units

        def twice(self, x):
            return self(x) * 2

    model = Small(2, name="small")
    assert isinstance(model, Functional)
    assert (model.name, model.units, len(model.weights)) == ("small", 2, 2)
    assert model.twice(A).shape == (2, 2)
    model.compile("sgd", "mse")
    model.fit(A, np.zeros((2, 2)), verbose=0)


def test_a_function_of_symbolic_tensors():
    x, y = KerasTensor((None, 3), name="x"), KerasTensor((None, 4), name="y")
    function = Function([x, y], [ops.sum(x, axis=-1), ops.relu(y) * 2])
    total, doubled = function([A, B])
    assert total.numpy().tolist() == [3.0, 3.0]
    assert doubled.numpy().tolist() == (2 * B).tolist()
    kinds = [each.name.rstrip("_0123456789") for each in function.operations]
    assert sorted(kinds) == ["multiply", "relu", "sum"]
    assert function.compute_output_shape([(5, 3), (5, 4)]) == [(5,), (5, 4)]
    with pytest.raises(ValueError, match="need an input"):
        Function(x, y)


def test_layers_by_name_or_place():
    model = two("list")
    assert model.get_layer("one") is model.get_layer(index=-2)
    for wrong in ({}, {"name": "one", "index": 0}, {"index": 9}, {"name": "none"}):
        with pytest.raises(ValueError, match="remedy"):
            model.get_layer(**wrong)
    with pytest.raises(AttributeError):
        model.layers = []


def test_a_sequential_grows_and_shrinks():
    model = Sequential()
    with pytest.raises(ValueError, match="needs layers"):
        model(A)
    model.add(Input((3,)))
    model.add(layers.Dense(2, name="x"))
    assert (model.input_shape, model.output_shape) == ((None, 3), (None, 2))
    for wrong in (3, layers.Dense(1, name="x"), Input((3,)), layers.Conv2D(2, 3)):
        with pytest.raises(ValueError, match="remedy"):
            model.add(wrong)
    assert model.pop().name == "x"
    assert not model.built
    with pytest.raises(IndexError):
        model.pop()


def test_a_sequential_is_a_layer_and_freezes():
    inner = Sequential([layers.Dense(2), layers.Dense(3)], trainable=False)
    inputs = Input((4,))
    model = Model(inputs, inner(inputs))
    assert model.output_shape == (None, 3)
    assert model.trainable_weights == []
    assert Sequential([layers.Concatenate()])([A, B]).shape == (2, 7)
    with pytest.raises(AttributeError, match="does not know its input"):
        Sequential([layers.Dense(1)]).input  # noqa: B018
