"""What Keras 1 and 2 took: older names of arguments with one warning each, and older methods."""

import importlib
import sys
import warnings

import numpy as np
import pytest

from geartrain import Model, Sequential, Tensor, Variable, layers, models, ops, optimizers
from geartrain.callbacks.history import Numbers
from geartrain.compat.door import install, uninstall


@pytest.fixture
def older(door):
    """The layers of `import keras`."""
    from keras import layers as found

    return found


LAYERS = [
    (
        "Dense",
        {"output_dim": 3, "init": "uniform", "W_regularizer": "l2", "bias": False},
        {"units": 3, "use_bias": False},
    ),
    (
        "Conv2D",
        {
            "nb_filter": 4,
            "kernel_size": 3,
            "border_mode": "same",
            "subsample": (2, 2),
            "dim_ordering": "tf",
        },
        {"filters": 4, "padding": "same", "strides": (2, 2), "data_format": "channels_last"},
    ),
    (
        "Conv1D",
        {"nb_filter": 4, "filter_length": 3, "subsample_length": 2},
        {"filters": 4, "kernel_size": (3,), "strides": (2,)},
    ),
    ("MaxPooling1D", {"pool_length": 3, "border_mode": "same"}, {"padding": "same"}),
    (
        "LSTM",
        {"output_dim": 4, "inner_activation": "sigmoid", "dropout_W": 0.1, "dropout_U": 0.2},
        {"units": 4, "recurrent_activation": "sigmoid", "dropout": 0.1, "recurrent_dropout": 0.2},
    ),
    ("Dropout", {"p": 0.3}, {"rate": 0.3}),
    ("GaussianNoise", {"sigma": 0.3}, {"stddev": 0.3}),
    ("LeakyReLU", {"alpha": 0.3}, {"negative_slope": 0.3}),
]


@pytest.mark.parametrize(("name", "given", "expected"), LAYERS, ids=[each[0] for each in LAYERS])
def test_layers_take_keras_1s_arguments(older, name, given, expected):
    cls = getattr(older, name)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        config = cls(**given).get_config()
        cls(**given)
    assert {key: config[key] for key in expected} == expected
    said = [str(each.message) for each in caught]
    assert len(said) == len(set(said)) >= 1
    assert all(each.filename == __file__ for each in caught)
    assert type(cls.from_config(config)) is cls


def test_convolutions_with_sizes_one_by_one(older):
    with pytest.warns(UserWarning, match="Conv2D"):
        layer = older.Convolution2D(8, 3, 5)
    assert layer.kernel_size == (3, 5)
    assert layer.strides == (1, 1)
    assert older.Convolution2D(8, nb_row=3, nb_col=2).kernel_size == (3, 2)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("sum", "Add"), ("mul", "Multiply"), ("concat", "Concatenate"), ("ave", "Average"),
     ("max", "Maximum"), ("dot", "Dot"), ("cos", "Dot")],
)  # fmt: skip
def test_merging_in_keras_1s_modes(older, mode, kind):
    inputs = [layers.Input((4,)), layers.Input((4,))]
    with pytest.warns(UserWarning, match="merge"):
        merged = older.merge(inputs, mode=mode)
    made = Model(inputs, merged).layers[-1]
    assert type(made).__name__ == kind
    with pytest.raises(ValueError, match="mode of merging"):
        older.Merge(mode="summ")


def test_a_model_by_input_and_output(older):
    inputs = older.Input((3,))
    with pytest.warns(UserWarning, match="is called `"):
        model = models.Model(input=inputs, output=older.Dense(2)(inputs))
    assert model.output_shape == (None, 2)
    assert model.layers[1].get_output_at(0) is model.output
    assert model.layers[1].get_input_shape_at(0) == (None, 3)


def test_a_list_of_one_output_is_that_output(older):
    inputs = older.Input((3,))
    model = models.Model([inputs], [older.Dense(2)(inputs)])
    assert model.predict(np.ones((4, 3))).shape == (4, 2)


def test_fitting_with_nb_epoch_and_generators(older, capsys):
    model = Sequential([older.Dense(2, input_dim=3, activation="softmax")])
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
    x, y = np.ones((6, 3)), np.eye(2)[[0, 1, 1, 1, 1, 0]]
    with pytest.warns(UserWarning, match="nb_epoch"):
        history = model.fit(x, y, nb_epoch=2, verbose=0)
    assert history.epoch == [0, 1]
    batches = iter([(x, y)] * 20)
    history = model.fit_generator(
        batches, steps_per_epoch=2, epochs=2, verbose=0, workers=2, max_queue_size=5
    )
    assert len(history.history["acc"]) == 2
    assert len(model.evaluate_generator(batches, steps=2)) == 2
    assert model.predict_generator(iter([x, x]), steps=2).shape == (12, 2)
    assert model.predict(x).shape == (6, 2)
    assert not capsys.readouterr().out
    assert model.predict_classes(x).tolist() == model.predict_proba(x).argmax(-1).tolist()


def test_decay_of_the_learning_rate(door):
    from keras.optimizers import SGD

    weight = layers.Dense(1)
    weight.build((None, 1))
    optimizer = SGD(lr=1.0, decay=0.5)
    start = float(weight.bias.numpy()[0])
    for _ in range(3):
        optimizer.apply([np.ones(1, "float32")], [weight.bias])
    moved = start - float(weight.bias.numpy()[0])
    assert moved == pytest.approx(1 + 1 / 1.5 + 1 / 2)
    assert float(optimizer.lr.numpy()) == 1.0
    optimizer.lr = 0.25
    assert float(optimizer.lr.numpy()) == 0.25


def test_trainable_is_what_it_was_at_compile(door):
    model = Sequential([layers.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    model.trainable = False
    x, y = np.ones((4, 2)), np.full((4, 1), 9.0)
    before = model.get_weights()[0]
    model.train_on_batch(x, y)
    after = model.get_weights()[0]
    assert not np.array_equal(before, after)
    model.compile("sgd", "mse", run_eagerly=True)
    with pytest.warns(UserWarning, match="no trainable weights"):
        model.train_on_batch(x, y)
    assert np.array_equal(after, model.get_weights()[0])


def test_a_compiled_model_is_saved_as_it_is(door, tmp_path):
    model = Sequential([layers.Input((2,)), layers.Dense(3)])
    model.compile("sgd", "mse", run_eagerly=True)
    assert len(model.weights) == 2
    model.save(tmp_path / "model.keras")
    same = models.load_model(tmp_path / "model.keras")
    assert np.array_equal(same.get_weights()[0], model.get_weights()[0])


def test_embeddings_know_their_length(older):
    model = Sequential([older.Embedding(10, 4, input_length=6), older.Flatten()])
    assert model.output_shape == (None, 24)
    assert Sequential([older.Embedding(10, 4)]).output_shape == (None, None, 4)


def test_weights_go_to_any_h5(door, tmp_path):
    model = Sequential([layers.Input((2,)), layers.Dense(3)])
    kept = model.get_weights()
    model.save_weights(tmp_path / "weights.h5")
    model.set_weights([each * 0 for each in kept])
    model.load_weights(tmp_path / "weights.h5")
    for one, other in zip(model.get_weights(), kept, strict=True):
        assert np.array_equal(one, other)


def test_locally_connected_layers_have_a_kernel_for_each_place(older):
    x = np.random.default_rng(0).normal(size=(2, 5, 4, 3)).astype("float32")
    layer = older.LocallyConnected2D(2, (2, 3), strides=(1, 1))
    found = layer(x).numpy()
    kernel, bias = (each.numpy() for each in layer.weights)
    assert found.shape == layer.compute_output_shape(x.shape) == (2, 4, 2, 2)
    for row, column in np.ndindex(4, 2):
        patch = x[:, row : row + 2, column : column + 3].reshape(2, -1)
        expected = patch @ kernel[row * 2 + column] + bias[row, column]
        np.testing.assert_allclose(found[:, row, column], expected, rtol=1e-4, atol=1e-5)
    assert older.LocallyConnected1D(4, 3)(x[:, :, 0]).shape == (2, 3, 4)


def test_layers_that_are_gone(older):
    x = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    assert older.ThresholdedReLU(0.5)(x).numpy().tolist() == np.where(x > 0.5, x, 0).tolist()
    assert older.Highway()(x).shape == (2, 4)
    assert older.MaxoutDense(3)(x).shape == (2, 3)
    assert isinstance(older.CuDNNLSTM(2), layers.LSTM)


def test_scikit_learn_searches_for_arguments(older):
    pytest.importorskip("sklearn")
    from keras.wrappers.scikit_learn import KerasClassifier, KerasRegressor
    from sklearn.model_selection import GridSearchCV

    def make(units=2, outputs=1, activation="sigmoid", loss="binary_crossentropy"):
        model = Sequential(
            [layers.Input((3,)), layers.Dense(units), layers.Dense(outputs, activation)]
        )
        model.compile("rmsprop", loss, run_eagerly=True)
        return model

    x, y = np.random.default_rng(0).normal(size=(12, 3)), np.array(["a", "b"] * 6)
    search = GridSearchCV(KerasClassifier(make, epochs=1, verbose=0), {"units": [2, 3]}, cv=2)
    search.fit(x, y)
    assert search.best_params_["units"] in (2, 3)
    assert set(search.predict(x).ravel()) <= {"a", "b"}
    assert search.predict_proba(x).shape == (12, 2)
    regressor = KerasRegressor(make, activation=None, loss="mse", verbose=0)
    regressor.fit(x, x[:, 0])
    assert regressor.predict(x).shape == (12,)
    assert regressor.score(x, x[:, 0]) < 0
    with pytest.raises(ValueError, match="does not know these parameters"):
        KerasClassifier(make, unit=3)


def test_a_metric_is_found_by_its_other_name():
    numbers = Numbers(val_acc=[0.5], mean_absolute_error=[1.0])
    assert numbers["val_accuracy"] == [0.5]
    assert numbers["mae"] == [1.0]
    assert numbers == {"val_acc": [0.5], "mean_absolute_error": [1.0]}
    with pytest.raises(KeyError):
        numbers["loss"]


def test_the_only_accuracy_is_found_by_its_short_name():
    numbers = Numbers(loss=[1.0], binary_accuracy=[0.5], val_binary_accuracy=[0.25])
    assert numbers["acc"] == numbers["accuracy"] == [0.5]
    assert numbers["val_acc"] == numbers["val_accuracy"] == [0.25]
    with pytest.raises(KeyError):
        Numbers(a_accuracy=[0.5], b_accuracy=[0.5])["acc"]
    with pytest.raises(KeyError):
        Numbers(val_binary_accuracy=[0.5])["acc"]


def test_layers_take_numbers_of_numpy(older):
    dense = older.Dense(np.prod((7, 7, 2)))
    assert dense.units == 98
    assert type(dense.get_config()["units"]) is int
    convolution = older.Conv2D(np.int64(4), (np.int64(3), 3), strides=np.int32(2))
    assert convolution(np.zeros((1, 7, 7, 2), "float32")).shape == (1, 3, 3, 4)
    assert type(older.Dropout(np.float64(0.5)).rate) is float


def test_without_the_door_keras_3_holds():
    with pytest.raises(ValueError, match="output_dim"):
        layers.Dense(units=1, output_dim=2)
    assert not hasattr(optimizers.SGD(), "decay")


def test_a_batch_of_a_known_size(older):
    model = Sequential([older.LSTM(3, stateful=True, batch_input_shape=(2, 5, 4))])
    assert model.output_shape == (2, 3)
    assert model.layers[0].input_shape == (2, 5, 4)


def test_a_weight_whose_name_comes_first(older):
    class Scaled(older.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight("scale", (input_shape[-1],), "ones")

        def call(self, inputs):
            return inputs * self.scale

    layer = Scaled()
    assert layer(np.ones((1, 2), "float32")).tolist() == [[1.0, 1.0]]
    assert layer.scale.name == "scale"


def test_names_of_metrics_and_monitors(older, tmp_path):
    from keras.callbacks import EarlyStopping, ModelCheckpoint

    model = Sequential([layers.Input((2,)), layers.Dense(2, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
    assert model.metrics_names == ["loss", "accuracy"]
    kept = ModelCheckpoint(str(tmp_path / "{epoch:02d}-{val_acc:.1f}.h5"), monitor="val_acc")
    data = np.ones((4, 2)), np.eye(2)[[0, 0, 0, 1]]
    model.fit(
        *data,
        validation_data=data,
        epochs=3,
        verbose=0,
        callbacks=[EarlyStopping(monitor="acc", patience=1), kept],
    )
    assert [each.name[:3] for each in tmp_path.iterdir()]


def test_names_that_numpy_and_scipy_had(older, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        misc = pytest.importorskip("scipy.misc")
    pytest.importorskip("PIL")
    assert vars(np)["int"] is int
    picture = np.arange(48, dtype="uint8").reshape(4, 4, 3)
    misc.imsave(tmp_path / "a.png", picture)
    assert np.array_equal(misc.imread(tmp_path / "a.png"), picture)
    assert misc.imresize(picture, 0.5).shape == (2, 2, 3)
    assert misc.imresize(picture, (8, 6)).shape == (8, 6, 3)


def test_short_names_of_losses(door):
    from keras.losses import mse
    from keras.metrics import mae
    from keras.objectives import mean_squared_error

    assert mse is mean_squared_error
    assert float(mae([1.0], [3.0]).numpy()) == 2.0


def test_the_symbolic_loss_of_a_compiled_model(door):
    from keras import backend as K

    model = Sequential([layers.Dense(2, kernel_regularizer="l2", input_shape=(3,))])
    model.compile("sgd", "mse")
    weights = model.trainable_weights
    inputs = [model.inputs[0], model.targets[0], model.sample_weights[0]]
    computed = K.function(inputs, [model.total_loss, *K.gradients(model.total_loss, weights)])
    x, y = np.ones((4, 3), "float32"), np.zeros((4, 2), "float32")
    loss, by_kernel, by_bias = computed([x, y, np.ones(4)])
    kernel = model.get_weights()[0]
    sums = kernel.sum(0)
    assert loss == pytest.approx((sums**2).mean() + 0.01 * (kernel**2).sum(), rel=1e-5)
    np.testing.assert_allclose(by_kernel, np.tile(sums, (3, 1)) + 0.02 * kernel, rtol=1e-5)
    np.testing.assert_allclose(by_bias, sums, rtol=1e-5)
    half = computed([x, y, np.array([1, 1, 0, 0])])[2]
    np.testing.assert_allclose(half, sums / 2, rtol=1e-5)
    with pytest.raises(RuntimeError, match="no symbolic loss"):
        _ = Sequential([layers.Dense(2)]).total_loss


def test_a_loss_of_two_outputs_is_their_sum(door):
    from keras import backend as K

    inputs = layers.Input((3,))
    model = Model(inputs, [layers.Dense(1)(inputs), layers.Dense(4, activation="softmax")(inputs)])
    model.compile("sgd", ["mse", "sparse_categorical_crossentropy"], loss_weights=[2.0, 1.0])
    x, numbers, classes = np.ones((2, 3)), np.zeros((2, 1)), np.array([[1], [3]])
    ones = np.ones(2)
    found = K.function([inputs, *model.targets, *model.sample_weights], model.total_loss)
    total = found([x, numbers, classes, ones, ones])
    assert total == pytest.approx(model.evaluate(x, [numbers, classes], verbose=0)[0], rel=1e-5)


def test_the_state_of_an_optimizer(door):
    model = Sequential([layers.Dense(1, input_shape=(2,))])
    model.compile("adam", "mse")
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    state = model.optimizer.get_weights()
    assert len(state) == 5
    model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)
    model.optimizer.set_weights(state)
    for found, wanted in zip(model.optimizer.get_weights(), state, strict=True):
        assert (found == wanted).all()


def test_yaml_is_refused_with_what_to_write(door):
    from keras.models import model_from_yaml

    with pytest.raises(RuntimeError, match="model_from_json"):
        model_from_yaml("")
    with pytest.raises(RuntimeError, match="to_json"):
        Sequential([layers.Dense(1)]).to_yaml()


def test_other_leftovers(door):
    from keras.constraints import maxnorm
    from keras.utils.vis_utils import model_to_dot

    assert maxnorm(2.0).max_value == 2.0
    model = Sequential([layers.Dense(1, input_shape=(2,))])
    assert model.output._keras_shape == (None, 1)
    assert model_to_dot(model).create(prog="dot", format="svg").startswith(b"<svg")
    with pytest.raises(ValueError, match="svg"):
        model_to_dot(model).create(format="gif")


def test_colours_that_matplotlib_dropped_are_put_back(door, monkeypatch, tmp_path):
    """A package of this name, as Matplotlib since 3.9 is: without `cm.get_cmap`."""
    package = tmp_path / "matplotlib"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "cm.py").write_text("jet = 1\n", encoding="utf-8")
    (package / "pyplot.py").write_text(
        "def get_cmap(name, lut): return name, lut\n", encoding="utf-8"
    )
    for name in [each for each in sys.modules if each.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        cm = importlib.import_module("matplotlib.cm")
        assert cm.jet == 1
        assert cm.get_cmap("jet") == ("jet", None)
        uninstall()
        assert not hasattr(cm, "get_cmap")
        install()
        assert cm.get_cmap("jet", 8) == ("jet", 8)
    finally:
        for name in [each for each in sys.modules if each.partition(".")[0] == "matplotlib"]:
            del sys.modules[name]


def test_tensors_in_sets_and_with_shapes_that_are_said(door):
    import tensorflow as tf

    x, v = tf.constant([[1.0, 2.0]]), tf.Variable(1.0)
    assert len({x.ref(), x.ref(), v.ref(), tf.constant([[1.0, 2.0]]).ref()}) == 3
    assert v.ref().deref() is v
    x.set_shape((None, 2))
    with pytest.raises(ValueError, match="keeps its shape"):
        x.set_shape((None, 3))
    assert x.cpu() is x
    tf.keras.Input((3,)).set_shape((None, 3))


def test_shapes_answer_as_tensorflows_do(door):
    import tensorflow as tf

    x, symbolic = tf.ones((2, 3)), tf.keras.Input((3,))
    for each, sizes in ((x, [2, 3]), (tf.Variable(x), [2, 3]), (symbolic, [None, 3])):
        assert each.shape.as_list() == sizes
        assert each.shape == tuple(sizes)
        assert (each.shape.rank, each.shape.ndims) == (2, 2)
        assert each.shape.is_compatible_with((None, 3))
    assert x.shape.num_elements() == 6
    assert x.shape.is_fully_defined()
    assert not symbolic.shape.is_fully_defined()
    assert x.shape.with_rank(2) == (2, 3)
    with pytest.raises(ValueError, match="of 3 axes"):
        x.shape.with_rank(3)
    sizes = []

    @tf.function
    def function(y):
        sizes.append(y.shape.as_list())
        return tf.reshape(y, [-1, *y.shape.as_list()[1:]])

    assert function(x).shape == (2, 3)
    assert sizes == [[2, 3]]


def test_an_embedding_of_no_known_length_waits_where_a_layer_needs_one(older):
    model = Sequential([older.Embedding(9, 3), older.Flatten(), older.Dense(1)])
    assert not model.built
    assert model(np.ones((2, 5), "int32")).shape == (2, 1)
    assert Sequential([older.Embedding(9, 3), older.LSTM(2)]).built
    with pytest.raises(ValueError, match="cannot be built"):
        Sequential([older.Embedding(9, 3, input_shape=(None,)), older.Flatten(), older.Dense(1)])


def test_what_reads_tensors_inside_copies_nothing(door, monkeypatch):
    """Arrays of one's own are for scripts: a step or an index that copied would be slow."""
    x = ops.convert_to_tensor(np.arange(6.0).reshape(2, 3))
    variable, index = Variable(np.zeros((2, 3))), ops.convert_to_tensor(1)
    assert x.numpy().flags.writeable
    copies = []
    own = Tensor.numpy
    monkeypatch.setattr(Tensor, "numpy", lambda self: copies.append(1) or own(self))
    variable.assign(x)
    variable.assign_add(x)
    found = [x[1], x[0, 1:], x[index], *x]
    assert len(x) == 2
    assert not copies
    assert np.shares_memory(found[0].shared(), x.shared())
    assert found[2].tolist() == found[4].tolist() == [3, 4, 5]
    assert variable.numpy().tolist() == [[0, 2, 4], [6, 8, 10]]
