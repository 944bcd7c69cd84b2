"""What a layer holds is found once, and again as soon as anything changes."""

import copy
import pickle

import numpy as np
import pytest

from geartrain import Model, Sequential, Variable, layers, metrics
from geartrain.layers import tracking


class Blocks(layers.Layer):
    """Layers in a list, in a dict, and in a list within a tuple."""

    def __init__(self):
        super().__init__()
        self.listed = [layers.Dense(1)]
        self.named = {"a": layers.Dense(1)}
        self.nested = ([layers.Dense(1)],)
        self.inner = layers.Layer()
        for each in (*self.listed, *self.named.values(), *self.nested[0]):
            each.build((None, 2))

    def call(self, x):
        return x


def built(units=1):
    layer = layers.Dense(units)
    layer.build((None, 2))
    return layer


@pytest.fixture
def searches(monkeypatch):
    """How often attributes were looked through, as a list that grows."""
    found = []
    search = tracking._held

    def counted(owner):
        found.append(owner)
        return search(owner)

    monkeypatch.setattr(tracking, "_held", counted)
    return found


ASKED = (
    "weights",
    "variables",
    "trainable_weights",
    "non_trainable_variables",
    "metrics",
    "losses",
)


def ask(layer):
    return [getattr(layer, name) for name in ASKED]


def test_nothing_is_looked_through_twice(searches):
    model = Sequential([layers.Input((2,)), layers.Dense(3), layers.Dropout(0.5), layers.Dense(1)])
    ask(model)
    searches.clear()
    ask(model)
    assert searches == []


def test_training_looks_through_nothing(searches):
    model = Sequential([layers.Input((2,)), layers.Dense(3), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
    for _ in range(2):  # the first time, the steps are traced
        searches.clear()
        for _ in range(3):
            model.train_on_batch(x, y)
            model.evaluate(x, y, verbose=0)
            model.predict(x, verbose=0)
            model.fit(x, y, verbose=0)
    assert searches == []


def test_calls_look_through_nothing(searches):
    model = Sequential([layers.Input((2,)), layers.Dense(3), layers.Dense(1)])
    model(np.ones((4, 2), "float32"))
    ask(model)
    searches.clear()
    model(np.ones((4, 2), "float32"))
    ask(model)
    assert searches == []


CHANGES = {
    "append": lambda blocks: blocks.listed.append(built()),
    "replace in a list": lambda blocks: blocks.listed.__setitem__(0, built(3)),
    "remove": lambda blocks: blocks.listed.clear(),
    "a key": lambda blocks: blocks.named.update(b=built()),
    "replace in a dict": lambda blocks: blocks.named.update(a=built(3)),
    "a list in a tuple": lambda blocks: blocks.nested[0].append(built()),
    "an attribute": lambda blocks: setattr(blocks, "further", built()),
    "a variable": lambda blocks: setattr(blocks, "scale", Variable(1.0)),
    "a weight": lambda blocks: blocks.add_weight(shape=(2,)),
    "a list": lambda blocks: setattr(blocks, "more", [built()]),
    "none any more": lambda blocks: setattr(blocks, "listed", None),
    "deleted": lambda blocks: delattr(blocks, "listed"),
    "a weight inside": lambda blocks: setattr(blocks.inner, "scale", Variable(1.0)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changes_are_seen(change):
    blocks = Blocks()
    before = blocks.weights
    CHANGES[change](blocks)
    fresh = [weight for part in tracking._held(blocks) for weight in _weights(part)]
    assert {id(each) for each in blocks.weights} == {id(each) for each in fresh}
    assert {id(each) for each in blocks.trainable_variables} == {id(each) for each in fresh}
    assert [id(each) for each in before] != [id(each) for each in blocks.weights]


def _weights(part):
    if isinstance(part, layers.Layer):  # which holds no other, here
        return [each for each in tracking._held(part) if isinstance(each, Variable)]
    return [part] if isinstance(part, Variable) else []


def test_freezing_is_seen():
    model = Sequential([layers.Input((2,)), layers.Dense(3), layers.Dense(1)])
    kernel, bias = model.layers[0].weights
    assert len(model.trainable_weights) == 4
    model.layers[0].trainable = False
    assert len(model.trainable_weights) == 2
    assert model.non_trainable_weights == [kernel, bias]
    model.layers[0].trainable = True
    assert len(model.trainable_weights) == 4
    bias.trainable = False
    assert [id(each) for each in model.non_trainable_weights] == [id(bias)]


def test_a_list_that_is_given_out_is_the_caller_s():
    layer = built()
    layer.weights.clear()
    layer.trainable_weights.append(None)
    assert len(layer.weights) == len(layer.trainable_weights) == 2


def test_adding_and_removing_layers_is_seen():
    model = Sequential([layers.Input((2,)), layers.Dense(3)])
    assert len(model.weights) == 2
    model.add(layers.Dense(1))
    assert len(model.weights) == 4
    model.pop()
    assert len(model.weights) == 2


def test_a_class_that_has_its_own_rule_is_asked_each_time():
    class Switched(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner, self.switch = built(), [True]

        @property
        def trainable_weights(self):
            return super().trainable_weights if self.flag else []

    class Outer(Model):
        def __init__(self):
            super().__init__()
            self.inner = Switched()

    outer = Outer()
    for flag in (True, False, True):
        outer.inner.flag = flag
        assert len(outer.inner.trainable_weights) == (2 if flag else 0)
        assert len(outer.trainable_weights) == 2  # a model asks the weights themselves, as Keras's


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_are_looked_through_anew(copied):
    layer = Blocks()
    assert len(layer.weights) == 6
    other = copied(layer)
    other.extra = built()
    assert (len(layer.weights), len(other.weights)) == (6, 8)
    if copied is copy.deepcopy:
        assert not {id(each) for each in other.weights} & {id(each) for each in layer.weights}


def test_a_pickled_layer_remembers_nothing():
    layer = built()
    assert layer.weights
    other = pickle.loads(pickle.dumps(layer))
    assert [each.shape for each in other.weights] == [(2, 1), (1,)]
    assert not {id(each) for each in other.weights} & {id(each) for each in layer.weights}


def test_metrics_that_make_state_later_are_seen():
    class Late(metrics.Metric):
        def late(self):
            self.total = self.add_weight(name="total")

    late = Late()
    assert late.variables == []
    late.late()
    assert late.variables == [late.total]


def test_metrics_begin_again_at_zero_in_every_dtype():
    class Seen(metrics.Metric):
        def __init__(self):
            super().__init__(name="seen")
            self.flag = self.add_weight(shape=(2,), dtype="bool", initializer="zeros")
            self.count = self.add_weight(dtype="int32", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.flag.assign(np.ones(2, bool))
            self.count.assign(3)

        def result(self):
            return self.count.value

    seen = Seen()
    model = Sequential([layers.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[seen], run_eagerly=True)
    x, y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
    model.train_on_batch(x, y)
    assert (seen.flag.numpy().tolist(), int(seen.count)) == ([True, True], 3)
    with model.holding_metrics():
        model.reset_metrics()
    assert (seen.flag.numpy().tolist(), int(seen.count)) == ([False, False], 0)


def test_a_layer_may_have_any_name_of_ours():
    class Remembering(layers.Layer):
        def __init__(self):
            super().__init__()
            self.history, self.programs = built(), [built()]

    class Whole(Model):
        def __init__(self):
            super().__init__()
            self.history = built()

    assert len(Remembering().weights) == 4
    assert len(Whole().weights) == 2
