"""`tf.function`: traced once for each signature, eager where it cannot be traced."""

import numpy as np
import pytest

import geartrain as keras
from geartrain.compat import tensorflow as tf
from geartrain.compat.door.facade import Facade


def test_one_trace_for_each_signature():
    traces = []

    @tf.function
    def double(x):
        traces.append(x.shape)
        return 2 * x

    for value in ([1.0, 2.0], [3.0, 4.0], [1.0, 2.0, 3.0]):
        assert double(tf.constant(value)).numpy().tolist() == [2 * each for each in value]
    assert traces == [(2,), (3,)]
    assert double.experimental_get_tracing_count() == 2
    assert double.python_function(tf.constant(1.0)).numpy() == 2


def test_a_signature_is_kept():
    @tf.function(input_signature=[tf.TensorSpec(shape=[None, 2], dtype=tf.float32)])
    def total(x):
        return tf.reduce_sum(x, axis=0)

    assert total(np.ones((3, 2), "float32")).numpy().tolist() == [3, 3]
    assert total(np.ones((5, 2), "float32")).numpy().tolist() == [5, 5]
    assert total.experimental_get_tracing_count() == 1
    with pytest.raises(TypeError, match=r"set by input_signature"):
        total(np.ones((5, 3), "float32"))


def test_places_on_axes_of_any_size():
    @tf.function(input_signature=[tf.TensorSpec(shape=[None, 2], dtype=tf.float32)])
    def some(x):
        return x[-1], x[1, 0], x[-2, -1]

    for rows in (2, 3, 5):
        x = np.arange(2.0 * rows, dtype="float32").reshape(rows, 2)
        last, one, other = some(x)
        assert last.numpy().tolist() == x[-1].tolist()
        assert (float(one), float(other)) == (x[1, 0], x[-2, -1])
    assert some.experimental_get_tracing_count() == 1


def test_choices_of_python_run_as_they_stand():
    @tf.function
    def relu(x):
        if float(tf.reduce_sum(x)) > 0:
            return x
        return tf.zeros_like(x).numpy()

    with pytest.warns(RuntimeWarning, match=r"without machine code"):
        assert relu(tf.constant([1.0, 2.0])).numpy().tolist() == [1, 2]
    assert relu(tf.constant([-1.0, -2.0])).tolist() == [0, 0]


def test_a_loop_over_a_range_is_unrolled():
    @tf.function
    def power(x):
        found = tf.ones_like(x)
        for _ in tf.range(3):
            found = found * x
        return found

    assert power(tf.constant([2.0])).numpy().tolist() == [8]
    assert power.experimental_get_tracing_count() == 1


def test_variables_and_the_tape_inside():
    v = tf.Variable(2.0)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            y = v * v * x
        gradient = tape.gradient(y, v)
        v.assign_add(gradient)
        return y

    assert float(step(tf.constant(3.0))) == 12
    assert float(v) == 14
    with tf.GradientTape() as tape:
        y = tf.function(lambda x: x * v)(tf.constant(2.0))
    assert float(tape.gradient(y, v)) == 2


def test_methods_have_programs_of_their_own():
    class Scale(tf.Module):
        def __init__(self, factor):
            super().__init__()
            self.factor = tf.Variable(factor)

        @tf.function
        def __call__(self, x):
            return x * self.factor

        @tf.function
        def shifted(self, x, by=1.0):
            return x * self.factor + by

    two, three = Scale(2.0), Scale(3.0)
    assert float(two(tf.constant(4.0))) == 8
    assert float(three(tf.constant(4.0))) == 12
    assert float(three.shifted(tf.constant(4.0), by=2.0)) == 14
    assert [each.name for each in two.trainable_variables]
    assert two.submodules == ()


def test_switched_off():
    tf.config.run_functions_eagerly(True)
    seen = []
    try:
        tf.function(lambda x: seen.append(float(x)))(tf.constant(3.0))
    finally:
        tf.config.run_functions_eagerly(False)
    assert seen == [3.0]


def test_printing_in_and_out(capfd):
    tf.print("x is", tf.constant([1, 2]), tf.constant("text"))

    @tf.function
    def show(x):
        tf.print("x is", x)
        return x

    show(tf.constant([3, 4]))
    captured = capfd.readouterr()
    assert "x is [1 2] text" in captured.err
    assert "x is [3 4]" in captured.out


def test_checks(capfd):
    tf.debugging.assert_equal(tf.constant([1, 2]), [1, 2])
    tf.debugging.assert_shapes([(tf.ones((2, 3)), ("N", 3)), (tf.ones((2,)), ("N",))])
    with pytest.raises(AssertionError, match="not the same"):
        tf.debugging.assert_equal(1, 2, message="not the same")
    with pytest.raises(ValueError, match="N"):
        tf.debugging.assert_shapes([(tf.ones((2, 3)), ("N", "N"))])
    with pytest.raises(AssertionError, match="bad"):
        tf.debugging.check_numerics(tf.constant([1.0, np.nan]), "bad")
    with pytest.raises(ValueError, match="rank 1"):
        tf.debugging.assert_rank(tf.ones((2, 2)), 1)


def test_variables_find_their_place_in_layers():
    class Scaled(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.scale = tf.Variable([1.0, 2.0], name="scale")

        def call(self, inputs):
            return inputs * self.scale

    layer = Scaled()
    assert len(layer.trainable_weights) == 1
    model = keras.Sequential([layer, keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    before = layer.scale.numpy()
    model.fit(np.ones((4, 2)), np.zeros((4, 1)), epochs=1, verbose=0)
    assert (layer.scale.numpy() != before).all()


def test_checkpoints(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    counter = tf.Variable(0)
    checkpoint = tf.train.Checkpoint(model=model, counter=counter)
    manager = tf.train.CheckpointManager(checkpoint, tmp_path, max_to_keep=2)
    for at in range(3):
        counter.assign(at)
        manager.save()
    weights = model.get_weights()
    assert len(manager.checkpoints) == 2
    assert tf.train.latest_checkpoint(tmp_path) == manager.latest_checkpoint
    model.set_weights([np.zeros_like(each) for each in weights])
    counter.assign(9)
    checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    assert int(counter) == 2
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])
    other = tf.train.Checkpoint(model=keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]))
    with pytest.raises(ValueError, match="does not fit"):
        other.restore(manager.latest_checkpoint)


def test_summaries(tmp_path):
    assert not tf.summary.scalar("loss", 1.0, step=0)  # nobody writes
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default(step=3):
        assert tf.summary.scalar("loss", tf.constant(0.5))
        assert tf.summary.histogram("weights", tf.ones((5,)), step=1)
        assert tf.summary.image("pictures", np.zeros((2, 4, 4, 3)), step=1)
    writer.close()
    (events,) = tmp_path.iterdir()
    assert b"loss" in events.read_bytes()
    other = tf.summary.create_file_writer(str(tmp_path / "other"))
    with pytest.raises(ValueError, match="belongs to a step"), other.as_default():
        tf.summary.scalar("loss", 1.0)
    other.close()


def test_draws_depend_on_the_seed():
    tf.random.set_seed(3)
    first = tf.random.normal((4,))
    tf.random.set_seed(3)
    assert first.numpy().tolist() == tf.random.normal((4,)).numpy().tolist()
    whole = tf.random.uniform((50,), minval=2, maxval=5, dtype=tf.int32).numpy()
    assert set(whole.tolist()) == {2, 3, 4}
    with pytest.raises(ValueError, match="maxval"):
        tf.random.uniform((3,), dtype=tf.int32)
    one, two = (tf.random.stateless_uniform((3,), seed=[1, 2]) for _ in range(2))
    assert one.numpy().tolist() == two.numpy().tolist()
    drawn = tf.random.categorical(tf.constant([[-50.0, 0.0, -50.0]]), 5)
    assert (drawn.numpy().tolist(), drawn.dtype) == ([[1] * 5], tf.int64)
    assert sorted(tf.random.shuffle(tf.range(9)).numpy().tolist()) == list(range(9))
    assert tf.random.gamma((3,), [1.0, 2.0]).shape == (3, 2)
    assert len(tf.random.Generator.from_seed(1).split(2)) == 2


def test_images_there_and_back(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (5, 4, 3), dtype="uint8")
    path = str(tmp_path / "a" / "picture.png")
    tf.io.write_file(path, tf.io.encode_png(pixels))
    data = tf.io.read_file(path)
    np.testing.assert_array_equal(tf.io.decode_png(data), pixels)
    assert tf.io.decode_image(data, channels=1).shape == (5, 4, 1)
    assert float(tf.reduce_max(tf.image.decode_image(data, dtype=tf.float32))) <= 1
    with pytest.raises(ValueError, match="no image"):
        tf.io.decode_image(b"nothing")
    assert tf.io.gfile.exists(path)
    assert tf.io.gfile.listdir(str(tmp_path)) == ["a"]
    assert tf.io.gfile.glob(str(tmp_path / "*" / "*.png")) == [path]
    crop = tf.image.random_crop(pixels, (2, 2, 3), seed=1)
    assert crop.shape == (2, 2, 3)
    assert tf.image.random_flip_left_right(pixels).shape == (5, 4, 3)


def test_devices_and_strategies():
    assert tf.config.list_physical_devices("GPU") == []
    assert [each.device_type for each in tf.config.list_physical_devices()] == ["CPU"]
    strategy = tf.distribute.MirroredStrategy()
    with strategy.scope():
        assert tf.distribute.has_strategy()
    assert strategy.run(lambda x: x + 1, args=(1,)) == 2
    assert float(strategy.reduce("SUM", tf.constant([1.0, 2.0]), axis=0)) == 3
    with pytest.raises(RuntimeError, match="no TPU"):
        tf.distribute.TPUStrategy()
    with pytest.raises(ValueError, match="no TPU"):
        tf.distribute.cluster_resolver.TPUClusterResolver()
    with pytest.warns(RuntimeWarning, match="runs on the processor"):
        tpu = tf.distribute.cluster_resolver.TPUClusterResolver.connect()
    strategy = tf.distribute.TPUStrategy(tpu)
    assert (tpu.master(), strategy.num_replicas_in_sync) == ("", 1)
    with strategy.scope():
        assert tf.distribute.get_strategy() is strategy


def test_a_missing_name_says_what_is_near():
    with pytest.raises(AttributeError, match=r"tf\.matmul"):
        tf.matmull
    with pytest.raises(ValueError, match="keeps its dtype"):
        tf.convert_to_tensor(tf.constant(1.0), dtype=tf.int32)
    with pytest.raises(ValueError, match="begins with a value"):
        tf.Variable()


def test_a_name_that_is_none_is_found_behind_the_door():
    assert Facade("tensorflow", ("geartrain.compat.tensorflow",), None).newaxis is None


def test_arrays_of_tensors_are_ones_own_behind_the_door(door):
    import tensorflow

    x = tensorflow.constant([1.0, 3.0])
    image = x.numpy()
    image -= image.mean()
    assert (image.tolist(), x.numpy().tolist()) == ([-1, 1], [1, 3])
    assert tensorflow.zeros((2, 3)).get_shape().as_list() == [2, 3]


def test_all_names_of_keras_at_once_behind_the_door(door):
    scope = {}
    exec("from keras import *; from keras.src import backend", scope)
    assert scope["Sequential"] is keras.Sequential
    assert scope["layers"].Dense is keras.layers.Dense
    assert "autodiff" not in scope
    assert scope["version"]().startswith("3.")


def test_a_model_that_was_compiled_behind_the_door_is_saved_and_loaded(door, tmp_path):
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    model.compile("rmsprop", "mse")
    model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(np.ones((1, 3))), model(np.ones((1, 3))))
