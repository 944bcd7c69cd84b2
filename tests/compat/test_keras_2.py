"""What scripts of Keras 2.0 to 2.3 ask for beside what the book uses."""

import numpy as np
import pytest

from geartrain import compat


@pytest.fixture(autouse=True)
def _door(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    compat.install()
    yield
    compat.uninstall()


def test_engine_paths_lead_to_today():
    from keras.engine.saving import load_model
    from keras.engine.topology import Container, Input, InputSpec, Layer, Network, merge
    from keras.initializations import glorot_uniform
    from keras.utils import conv_utils
    from keras.utils.multi_gpu_utils import multi_gpu_model

    assert Network is Container
    assert all(map(callable, (load_model, Input, InputSpec, Layer, merge, glorot_uniform)))
    assert callable(multi_gpu_model)
    assert conv_utils.conv_output_length(10, 3, "valid", 2, dilation=2) == 3
    assert conv_utils.conv_input_length(5, 3, "same", 2) == 9
    assert conv_utils.deconv_length(5, 2, 3, "same", output_padding=1) == 10
    assert conv_utils.normalize_data_format(None) == "channels_last"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda utils: utils.normalize_tuple((1, 2, 3), 2, "strides"), "2 whole numbers"),
        (lambda utils: utils.normalize_padding("some"), "valid or same"),
        (lambda utils: utils.normalize_data_format("channels"), "channels_first or"),
    ],
)
def test_helpers_of_convolutions_say_what_is_wrong(call, text):
    from keras.utils import conv_utils

    with pytest.raises(ValueError, match=text):
        call(conv_utils)


def test_optimizers_take_their_documented_signatures():
    from keras import optimizers

    assert optimizers.RMSprop(lr=0.001, rho=0.9, epsilon=None, decay=0.0).epsilon == 1e-7
    assert optimizers.Adam(lr=0.001, epsilon=None, decay=0.0, amsgrad=False).epsilon == 1e-7
    with pytest.warns(UserWarning, match="schedule_decay"):
        optimizers.Nadam(lr=0.002, epsilon=None, schedule_decay=0.004)


def test_get_updates_trains_in_a_function():
    from keras import backend as K
    from keras import optimizers
    from keras.layers import Dense
    from keras.models import Sequential

    model = Sequential([Dense(2, input_dim=3, kernel_initializer="zeros")])
    wanted = K.placeholder((None, 2))
    loss = K.mean(K.square(model.output - wanted))
    sgd = optimizers.SGD(lr=0.5)
    updates = sgd.get_updates(loss=loss, params=model.trainable_weights)
    train = K.function([model.input, wanted], [loss], updates=updates)
    x, y = np.eye(3, dtype="float32"), np.ones((3, 2), "float32")
    assert train([x, y]) == [1.0]
    # the mean of 6 squares: each weight has one term -2/6, each bias three
    np.testing.assert_allclose(model.get_weights()[0], np.full((3, 2), 1 / 6), rtol=1e-6)
    np.testing.assert_allclose(model.get_weights()[1], np.full(2, 0.5), rtol=1e-6)
    older = sgd.get_updates(model.trainable_weights, [], loss)
    before = train([x, y])[0]
    K.function([model.input, wanted], [], updates=older)([x, y])
    assert train([x, y])[0] < before
    with pytest.raises(ValueError, match="constraints"):
        sgd.get_updates(model.trainable_weights, {"w": 1}, loss)


def test_a_layer_may_set_its_trainable_weights():
    from keras import backend as K
    from keras.layers import Layer
    from keras.models import Sequential

    class Shifted(Layer):
        def build(self, input_shape):
            self.trained = K.variable(np.ones(input_shape[-1]), name="trained")
            self.kept = K.variable(np.ones(input_shape[-1]), name="kept")
            self.other = K.variable(np.ones(input_shape[-1]), name="other")
            self.trainable_weights = [self.trained, self.other]
            self.non_trainable_weights = [self.kept]
            super().build(input_shape)

        def call(self, x):
            return x * self.trained + self.kept + self.other

    model = Sequential([Shifted(input_shape=(3,))])
    assert [each.name for each in model.trainable_weights] == ["trained", "other"]
    assert [each.name for each in model.non_trainable_weights] == ["kept"]


@pytest.mark.parametrize("name", ["w.h5", "w-{epoch:02d}.hdf5", "model.h5", "model.hdf5"])
def test_checkpoints_may_end_as_they_did(name, tmp_path):
    from keras.callbacks import ModelCheckpoint
    from keras.layers import Dense
    from keras.models import Sequential, load_model

    model = Sequential([Dense(2, input_dim=3)])
    model.compile("sgd", "mse")
    whole = name.startswith("model")
    told = [ModelCheckpoint(name, save_weights_only=not whole)]
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0, callbacks=told)
    path, before = tmp_path / name.format(epoch=1), model.get_weights()
    model.set_weights([np.zeros_like(each) for each in before])
    model = load_model(path) if whole else model
    if not whole:
        model.load_weights(path)
    np.testing.assert_array_equal(model.get_weights()[0], before[0])


def test_functions_among_the_metrics_of_a_file(tmp_path):
    from keras import backend as K
    from keras.layers import Dense
    from keras.models import Sequential, load_model

    def mean_of_predictions(y_true, y_pred):
        return K.mean(y_pred)

    def doubled(y_true, y_pred):
        return 2.0 * K.mean(K.square(y_true - y_pred), axis=-1)

    model = Sequential([Dense(1, input_dim=3)])
    model.compile("sgd", doubled, metrics=["mae", mean_of_predictions])
    x, y = np.ones((4, 3)), np.ones((4, 1))
    before = model.evaluate(x, y, verbose=0)
    model.save("model.h5")
    named = {"mean_of_predictions": mean_of_predictions, "doubled": doubled}
    again = load_model("model.h5", custom_objects=named)
    np.testing.assert_allclose(again.evaluate(x, y, verbose=0), before, rtol=1e-6)


def test_a_model_of_a_config_with_its_class():
    from keras.layers import Dense
    from keras.models import Sequential, model_from_config

    model = Sequential([Dense(2, input_dim=3)])
    again = model_from_config({"class_name": "Sequential", "config": model.get_config()})
    assert [each.shape for each in again.weights] == [(3, 2), (2,)]
    with pytest.raises(TypeError, match=r"Sequential\.from_config"):
        model_from_config([])


def test_older_names_of_losses_and_metrics():
    from keras.layers import Dense, Input
    from keras.models import Model

    x = Input((3,))
    outputs = [Dense(2, name="first")(x), Dense(2, name="other")(x)]
    model = Model(x, outputs)
    model.compile("sgd", {"first": "logcosh", "other": "cosine_proximity"},
                  metrics={"first": ["cosine", "mae"]})  # fmt: skip
    data = np.ones((4, 3)), [np.ones((4, 2)), np.ones((4, 2))]
    found = model.fit(*data, verbose=0, validation_data=data).history
    assert found["val_first_mean_absolute_error"] == found["val_first_mae"]
    assert "first_cosine_proximity" in found


def test_callbacks_see_the_part_that_was_split_off():
    from keras.callbacks import BaseLogger, Callback, ProgbarLogger
    from keras.layers import Dense
    from keras.models import Sequential

    class Looking(Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.seen = [each.tolist() for each in self.validation_data]

    model = Sequential([Dense(1, input_dim=1)])
    model.compile("sgd", "mse")
    x, looking = np.arange(8.0)[:, None], Looking()
    told = [looking, BaseLogger(), ProgbarLogger(count_mode="samples")]
    model.fit(x, 2 * x, validation_split=0.25, verbose=0, callbacks=told)
    assert looking.seen == [[[6.0], [7.0]], [[12.0], [14.0]]]


def test_metrics_in_the_third_place_of_compile():
    from keras.layers import Dense
    from keras.models import Sequential

    model = Sequential([Dense(1, input_dim=3)])
    x, y = np.ones((4, 3)), np.ones((4, 1))
    model.compile("sgd", "mse", ["mae"])
    assert "mae" in model.fit(x, y, verbose=0).history
    model.compile("sgd", "mse", ["mae"], [2.0])
    loss, _ = model.evaluate(x, y, verbose=0)
    model.compile("sgd", "mse", [1.0])
    assert model.evaluate(x, y, verbose=0) == pytest.approx(loss / 2)


def test_a_tensor_as_an_input_is_the_tensor():
    from keras import backend as K
    from keras.layers import Dense, Input
    from keras.models import Model

    start = K.placeholder((None, 3))
    both = K.concatenate([start, 2.0 * start], axis=0)
    image = Input(tensor=both)
    model = Model(image, Dense(1, use_bias=False)(image))
    found = K.function([start], [model.output])([np.ones((1, 3))])[0]
    np.testing.assert_allclose(found[1], 2 * found[0], rtol=1e-6)


def test_functions_of_the_backend_on_batches_of_any_size():
    from keras import backend as K

    x, series = K.placeholder((None, 4)), K.placeholder((None, 5, 4))
    numbers = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    part, place, dropped = K.slice(x, [0, 1], [-1, 2]), K.argmax(x), K.dropout(x, 0.5)
    assert K.int_shape(part) == (None, 2)
    found = K.function([x], [part, place, dropped])([numbers])
    np.testing.assert_array_equal(found[0], numbers[:, 1:3])
    np.testing.assert_array_equal(found[1], numbers.argmax(-1))
    assert np.all((found[2] == 0) | np.isclose(found[2], 2 * numbers))
    last, each, states = K.rnn(
        lambda entry, states: (entry + states[0], [entry + states[0]]),
        series,
        [K.zeros_like(series[:, 0])],
    )
    data = np.random.default_rng(1).normal(size=(2, 5, 4)).astype("float32")
    found = K.function([series], [last, each, states[0]])([data])
    np.testing.assert_allclose(found[1], data.cumsum(1), rtol=1e-5)
    np.testing.assert_allclose(found[0], data.sum(1), rtol=1e-5)
    np.testing.assert_array_equal(found[0], found[2])


def test_two_models_may_share_an_optimizer():
    from keras import backend as K
    from keras.layers import Dense
    from keras.models import Sequential
    from keras.optimizers import SGD

    sgd = SGD(lr=0.5, momentum=0.9, decay=0.5)
    ones = {"kernel_initializer": "ones", "use_bias": False}
    first = Sequential([Dense(1, input_dim=1, **ones)])
    other = Sequential([Dense(2, input_dim=1, **ones)])
    for model in (first, other):
        model.compile(loss="mse", optimizer=sgd)
    x = np.ones((1, 1))
    first.train_on_batch(x, np.zeros((1, 1)))  # 1 - 0.5 * 2
    assert first.get_weights()[0].item() == 0.0
    other.train_on_batch(x, np.zeros((1, 2)))  # the second step: 1 - 0.5 / (1 + 0.5) * 1
    np.testing.assert_allclose(other.get_weights()[0], np.full((1, 2), 2 / 3), rtol=1e-6)
    K.set_value(sgd.lr, 0.0)
    first.compile(loss="mse", optimizer=sgd)
    assert float(first.optimizer.lr) == float(other.optimizer.lr) == 0.0
    assert int(other.optimizer.iterations) == 2
    first.add(Dense(1))
    first.compile(loss="mse", optimizer=sgd)
    first.train_on_batch(x, x)


def test_layers_that_merge_may_be_written():
    from keras.layers import Input
    from keras.layers.merge import _Merge
    from keras.models import Model

    class Difference(_Merge):
        def _merge_function(self, inputs):
            return inputs[0] - 2.0 * inputs[1]

    x, y = Input((2,)), Input((2,))
    model = Model([x, y], Difference()([x, y]))
    ones = np.ones((3, 2), "float32")
    np.testing.assert_array_equal(model.predict([ones, ones]), -ones)


def test_the_value_of_one_number_is_a_scalar():
    from keras import backend as K
    from keras.optimizers import SGD

    rate = K.get_value(SGD(lr=0.5).lr)
    assert {rate} == {0.5}
    assert isinstance(rate, np.float32)
    assert {K.eval(K.sum(K.variable([1.0, 2.0])))} == {3.0}
    assert K.get_value(K.variable([1.0])).shape == (1,)
