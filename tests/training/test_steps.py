"""Steps, losses and metrics of the user's own: compiled where that is possible, else said."""

from __future__ import annotations

import numpy as np
import pytest

from geartrain import GradientTape, Model, layers, losses, metrics, models, ops, optimizers
from geartrain.training.programs import BATCH
from geartrain.utils import set_random_seed

X = np.random.default_rng(0).standard_normal((20, 3)).astype("float32")
Y = X.sum(1, keepdims=True)
FIT = {"batch_size": 6, "epochs": 2, "shuffle": False, "verbose": 0}


class Small(Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.dense = layers.Dense(1)

    def call(self, inputs):
        return self.dense(inputs)


class OwnStep(Small):
    """The training step of the guides: loss and metrics by hand."""

    traced = 0

    def train_step(self, data):
        type(self).traced += 1
        x, y = data
        with GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss)
            else:
                metric.update_state(y, y_pred)
        return {metric.name: metric.result() for metric in self.metrics}


def trained(kind, **options):
    set_random_seed(0)
    model = kind()
    model.compile(optimizers.SGD(0.1), "mse", **options)
    return model, model.fit(X, Y, **FIT).history


def test_a_step_of_ones_own_is_compiled_and_does_the_same():
    OwnStep.traced = 0
    own, found = trained(OwnStep)
    usual, expected = trained(Small)
    assert OwnStep.traced == 1
    assert found.keys() == expected.keys() == {"loss"}
    for one, other in zip(own.get_weights(), usual.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)
    (program,) = own.programs.values()
    assert program.host_calls == ()


def test_logs_of_ones_own():
    class Plain(Small):
        def train_step(self, data):
            x, y = data
            with GradientTape() as tape:
                loss = ops.mean(ops.square(self(x) - y))
            variables = self.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return {"loss": loss, "twice": loss * 2}

    model, found = trained(Plain)
    assert found["twice"] == pytest.approx([2 * each for each in found["loss"]])
    assert model.programs

    class LossAlone(Plain):
        def train_step(self, data):
            return {"loss": super().train_step(data)["loss"]}

    _, alone = trained(LossAlone)
    assert alone["loss"] == pytest.approx(found["loss"])


def test_metrics_of_ones_own():
    class Autoencoder(Small):
        def __init__(self):
            super().__init__()
            self.loss_tracker = metrics.Mean(name="loss")
            self.distance = metrics.MeanAbsoluteError(name="distance")

        @property
        def metrics(self):
            return [self.loss_tracker, self.distance]

        def train_step(self, data):
            x, y = data
            with GradientTape() as tape:
                y_pred = self(x)
                loss = ops.mean(ops.square(y_pred - y))
            variables = self.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            self.loss_tracker.update_state(loss)
            self.distance.update_state(y, y_pred)
            return {each.name: each.result() for each in self.metrics}

    model, found = trained(Autoencoder)
    assert set(found) == {"loss", "distance"}
    assert model.loss_tracker.count.numpy() == 4  # begun again in each epoch
    assert all(not each.graph.outputs for each in model.programs.values())


def test_losses_and_metrics_by_methods():
    seen = []

    class Own(Small):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            seen.append(sample_weight is not None)
            return ops.mean(ops.abs(y - y_pred)) * 3.0

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            return {**super().compute_metrics(x, y, y_pred, sample_weight), "constant": 7.0}

    set_random_seed(0)
    model = Own()
    model.compile("sgd", metrics=["mae"])
    found = model.fit(X, Y, sample_weight=np.ones(20), **FIT).history
    assert seen == [True]
    assert set(found) == {"loss", "mae", "constant"}
    assert found["constant"] == [7.0, 7.0]
    model.optimizer.learning_rate = 0.0
    loss, mae = model.evaluate(X, Y, verbose=0)[:2]
    assert loss == pytest.approx(3 * mae, rel=1e-5)


def test_steps_for_testing_and_predicting():
    class Own(Small):
        def test_step(self, data):
            x, y = data
            return {"largest": ops.max(ops.abs(self(x) - y))}

        def predict_step(self, data):
            return {"twice": self(data) * 2, "once": self(data)}

    model, _ = trained(Own)
    found = model.evaluate(X, Y, batch_size=20, return_dict=True, verbose=0)
    outputs = model.predict(X, batch_size=6, verbose=0)
    assert found["largest"] == pytest.approx(np.abs(outputs["once"] - Y).max(), rel=1e-5)
    np.testing.assert_allclose(outputs["twice"], 2 * outputs["once"], rtol=1e-6)
    assert outputs["once"].shape == (20, 1)


def test_a_step_that_asks_for_numbers_runs_eagerly_and_says_so_once():
    class Asks(OwnStep):
        def train_step(self, data):
            logs = super().train_step(data)
            self.seen = float(logs["loss"])  # the line
            return logs

    with pytest.warns(RuntimeWarning, match="the line") as caught:
        model, found = trained(Asks)
    assert len(caught) == 1
    assert "train_step runs eagerly" in str(caught[0].message)
    assert model.seen > 0
    _, expected = trained(OwnStep)
    assert found["loss"] == pytest.approx(expected["loss"], rel=1e-5)


def test_run_eagerly_runs_every_step_as_it_stands():
    OwnStep.traced = 0
    _, found = trained(OwnStep, run_eagerly=True)
    assert OwnStep.traced == 8
    _, expected = trained(OwnStep, jit_compile=False)
    assert found == expected


def test_freezing_after_compile_takes_effect():
    model, _ = trained(Small)
    before = model.get_weights()
    model.dense.trainable = False
    with pytest.warns(UserWarning, match="no trainable weights"):
        model.fit(X, Y, **FIT)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_metric_of_a_layer_is_in_the_logs():
    class Watching(layers.Layer):
        def __init__(self):
            super().__init__()
            self.mean = metrics.Mean(name="mean_input")

        def call(self, inputs):
            self.mean.update_state(inputs)
            return inputs

    set_random_seed(0)
    model = models.Sequential([layers.Input((3,)), Watching(), layers.Dense(1)])
    model.compile("sgd", "mse")
    found = model.fit(X, Y, verbose=0).history
    assert found["mean_input"][0] == pytest.approx(X.mean(), abs=1e-6)


def test_a_loss_is_needed():
    model = Small()
    model.compile("sgd")
    with pytest.raises(ValueError, match="There is no loss to compute"):
        model.fit(X, Y, verbose=0)
    with pytest.raises(ValueError, match="needs a compiled model"):
        Small().fit(X, Y)


def test_what_a_step_returns_must_have_names():
    class Bare(Small):
        def train_step(self, data):
            return self.compute_loss(y=data[1], y_pred=self(data[0]))

    with pytest.raises(ValueError, match="gives its logs by name"):
        trained(Bare)


def test_wrong_arguments_of_compile_change_nothing():
    model, _ = trained(Small)
    loss, optimizer = model.loss, model.optimizer
    for wrong in (
        {"loss": "squares"},
        {"loss": "mse", "metrics": "mae"},
        {"loss": "mse", "metrics": ["maee"]},
        {"optimizer": "sdg"},
        {"loss": "mse", "loss_weights": "much"},
    ):
        with pytest.raises(ValueError, match="remedy:"):
            model.compile(**wrong)
    assert (model.loss, model.optimizer) == (loss, optimizer)


@pytest.mark.filterwarnings("error")
def test_a_step_that_joins_batches_is_compiled():
    """As one does that shows a judge real and false samples at once; the model has no call."""

    class Doubled(Model):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(1)
            self.mean = metrics.Mean(name="mean")

        @property
        def metrics(self):
            return [self.mean]

        def train_step(self, data):
            self.mean.update_state(self.inner(ops.concatenate([data, -data], axis=0)))
            return {"mean": self.mean.result()}

    model = Doubled()
    model.compile()
    history = model.fit(X, epochs=2, batch_size=8, verbose=0).history
    assert any(key[0] == "train" for key in model.programs)
    np.testing.assert_allclose(history["mean"], [0, 0], atol=1e-6)


def test_steps_as_functions():
    model, _ = trained(Small)
    model.optimizer.learning_rate = 0.0
    batches = iter([(X, Y), (X, Y), X])
    model.reset_metrics()
    logs = model.make_train_function()(batches)
    assert logs["loss"] == pytest.approx(model.evaluate(X, Y, batch_size=20, verbose=0), rel=1e-5)
    assert model.make_test_function()(batches).keys() == {"loss"}
    outputs = model.make_predict_function()(batches)
    np.testing.assert_allclose(outputs, model.predict(X, verbose=0), rtol=1e-5)
    assert model.make_train_function() is model.train_function


def test_the_loss_of_given_values():
    model, _ = trained(Small)
    values = [[each.value for each in model.trainable_variables], [], []]
    values[2] = [each.value for each in model.metrics_variables]
    before = [np.array(each) for each in values[2]]
    loss, after = model.stateless_compute_loss(*values, y=ops.convert_to_tensor(Y), y_pred=model(X))
    assert float(loss) == pytest.approx(np.mean((model.predict(X, verbose=0) - Y) ** 2), rel=1e-5)
    assert [len(each) for each in after] == [2, 0, len(before)]
    with pytest.raises(ValueError, match="a value for each variable"):
        model.stateless_compute_loss([], [], [], y=Y, y_pred=model(X))


class Sized(models.Model):
    """Steps that ask for the number of samples in ways that a symbol cannot answer."""

    def __init__(self, change):
        super().__init__()
        self.dense, self.change = layers.Dense(1), change

    def call(self, x):
        return self.dense(x)

    def train_step(self, data):
        x, y = self.change(*data)
        with GradientTape() as tape:
            loss = ops.mean(ops.square(self(x) - y))
        variables = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return {"loss": loss}


CHANGES = {
    "pairs": (lambda x, y: (x[1:] * x[:-1], y[1:]), True),
    "half": (lambda x, y: (x[: x.shape[0] // 2], y[: x.shape[0] // 2]), True),
    "one more": (lambda x, y: [ops.concatenate([each[:1], each], 0) for each in (x, y)], True),
    "each": (lambda x, y: (ops.stack([x[i] for i in range(x.shape[0])]), y), True),
    "divided": (lambda x, y: (x / float(x.shape[0]), y), True),
    "turned": (lambda x, y: (ops.flip(x, 0), y), False),
    "twice": (lambda x, y: [ops.concatenate([each, each * 2], 0) for each in (x, y)], False),
    "thrice": (
        lambda x, y: (ops.concatenate([x, x * 2, x], 0), ops.zeros((3 * x.shape[0], 1))),
        False,
    ),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", CHANGES)
def test_a_step_that_asks_for_the_number_of_samples_is_compiled_for_each(name):
    change, asks = CHANGES[name]
    x = np.random.default_rng(0).uniform(size=(10, 3)).astype("float32")
    y, losses = x.sum(1, keepdims=True), []
    for eagerly in (False, True):
        set_random_seed(0)
        model = Sized(change)
        model.compile("sgd", run_eagerly=eagerly)
        losses.append(model.fit(x, y, batch_size=4, epochs=2, verbose=0).history["loss"])
        if not eagerly:
            sizes = {key[4] for key in model.programs if key[0] == "train"}
            assert sizes == ({4, 2} if asks else {BATCH})
    np.testing.assert_allclose(*losses, rtol=1e-6)


def two_outputs(loss, **options):
    entrance = layers.Input((3,))
    outputs = [layers.Dense(1, name=name)(entrance) for name in "ab"]
    model = Model(entrance, outputs)
    model.compile("sgd", loss, **options)
    return model


def test_a_dict_of_losses_has_each_output():
    x, y = np.ones((4, 3)), np.ones((4, 1))
    with pytest.raises(ValueError, match=r"loss leaves out .*\n.*\n.*'b' as well"):
        two_outputs({"a": "mse"}).train_on_batch(x, {"a": y, "b": y})
    logs = two_outputs({"a": "mse", "b": None}).test_on_batch(x, [y, y], return_dict=True)
    assert list(logs) == ["loss"]


def test_the_metrics_of_compile_stand_before_the_own():
    model = two_outputs("mse", metrics=[["mae"], ["mae"]])
    model.mine = metrics.Mean(name="mine")
    model.train_on_batch(np.ones((4, 3)), [np.ones((4, 1))] * 2)
    names = [each.name for each in model.metrics]
    assert names == ["loss", "compile_metrics", "a_loss", "b_loss", "mine"]


def test_accuracy_is_one_word_in_any_letters():
    model = models.Sequential([layers.Input((3,)), layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=["Accuracy", "binary_accuracy"])
    logs = model.test_on_batch(np.ones((4, 3)), np.array([0, 1, 1, 1]), return_dict=True)
    assert logs["Accuracy"] == logs["binary_accuracy"]


def test_no_steps_mean_all():
    model = models.Sequential([layers.Input((3,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = np.ones((4, 3)), np.ones((4, 1))
    whole = model.evaluate(x, y, batch_size=2, verbose=0)
    assert model.evaluate(x, y, batch_size=2, steps=0, verbose=0) == whole
    assert len(model.predict(x, batch_size=2, steps=0, verbose=0)) == 4


def test_outputs_are_matched_by_name_in_whatever_order_they_stand():
    entrance = layers.Input((3,))
    outputs = {name: layers.Dense(1)(entrance) for name in ("main", "aux")}
    model = Model(entrance, outputs)
    parts = {"main": "mse", "aux": "mae"}
    model.compile("sgd", parts, metrics={"main": ["mae"], "aux": ["mse"]}, loss_weights=None)
    y = {"main": Y, "aux": Y + 1}
    found = model.predict(X, verbose=0)
    wanted = {
        "main_loss": np.mean((found["main"] - y["main"]) ** 2),
        "main_mae": np.mean(np.abs(found["main"] - y["main"])),
        "aux_loss": np.mean(np.abs(found["aux"] - y["aux"])),
        "aux_mse": np.mean((found["aux"] - y["aux"]) ** 2),
    }
    for given in (y, dict(reversed(y.items()))):
        logs = model.evaluate(X, given, verbose=0, return_dict=True)
        for name, number in wanted.items():
            np.testing.assert_allclose(logs[name], number, rtol=1e-5)
    weights = {"main": np.zeros(20), "aux": np.ones(20)}
    logs = model.evaluate(X, y, sample_weight=weights, verbose=0, return_dict=True)
    assert logs["main_loss"] == 0
    np.testing.assert_allclose(logs["aux_loss"], wanted["aux_loss"], rtol=1e-5)


class Noisy(models.Model):
    """A model with a batch size in it."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(2)

    def call(self, x):
        return self.dense(x * ops.ones((4, 1)))


def test_a_step_with_a_batch_size_in_it_is_compiled_for_that_size():
    x, y = np.ones((12, 3), "float32"), np.zeros((12, 2), "float32")
    model = Noisy()
    model.compile("sgd", "mse")
    model.fit(x, y, batch_size=4, epochs=2, verbose=0)
    assert model.sized_steps == {"train"}
    assert model.programs
    assert model.predict(x, batch_size=4, verbose=0).shape == (12, 2)
    with pytest.raises(ValueError, match=r"\(6, 3\) and \(4, 1\)"):
        model.fit(x, y, batch_size=6, verbose=0)


class OwnLoss(Small):
    """A model that has its loss before it is compiled, and asks for it in a step."""

    def __init__(self):
        super().__init__()
        self.loss = losses.MeanAbsoluteError()

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        return self.loss(y, y_pred)


def test_a_loss_of_the_models_own_stays_where_compile_is_given_none():
    model = OwnLoss()
    model.compile("sgd")
    history = model.fit(X, Y, **FIT)
    assert history.history["loss"][1] < history.history["loss"][0]
    model.compile("sgd", "mse")
    assert model.loss == "mse"
