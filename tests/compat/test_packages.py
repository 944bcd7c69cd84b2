"""What packages written for Keras and TensorFlow ask for beside the names of every day."""

import sys
from pathlib import Path

import numpy as np
import pytest

from geartrain import layers


def test_a_variable_read_as_tensorflow_does(door):
    import tensorflow as tf

    variable = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(variable.value() * variable.value)
    assert tape.gradient(loss, variable).numpy().tolist() == [2.0, 4.0]
    assert variable.value()().numpy().tolist() == [1.0, 2.0]

    @tf.function
    def doubled(x):
        variable.assign_add(x)
        return variable.value() * 2

    assert doubled(tf.constant([1.0, 1.0])).numpy().tolist() == [4.0, 6.0]
    assert tf.Variable(variable.value()).numpy().tolist() == [2.0, 3.0]


def test_files_of_tensorflow(door):
    import tensorflow as tf
    from tensorflow.python.eager import context
    from tensorflow.python.framework import config, ops, smart_cond
    from tensorflow.python.ops import array_ops, math_ops, nn_ops

    tf.random.set_seed(7)
    assert context.global_seed() == 7
    assert context.executing_eagerly()
    config.enable_op_determinism()
    config.disable_op_determinism()
    tf.config.experimental.enable_op_determinism()
    assert config.is_op_determinism_enabled()
    assert ops.convert_to_tensor([1.0]).numpy().tolist() == [1.0]
    assert math_ops.reduce_sum is tf.math.reduce_sum
    assert nn_ops.relu is tf.nn.relu
    assert array_ops.concat is tf.concat
    choose = smart_cond.smart_cond
    assert choose(True, lambda: 1, lambda: 2) == 1
    assert choose(0, lambda: 1, lambda: 2) == 2
    assert int(choose(tf.constant(1.0) > 0.0, lambda: tf.constant(1), lambda: tf.constant(2))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "from tensorflow.python.eager import execute",
        "from tensorflow.python.ops import gradients_impl",
        "import tensorflow.python.framework.func_graph",
    ],
)
def test_what_changes_the_record_is_refused_in_words(door, line):
    with pytest.raises(ImportError, match="record of operations"):
        exec(line)


def test_a_tpu_is_named_and_refused(door):
    import tensorflow as tf

    with pytest.raises(NotImplementedError, match="no TPU"):
        tf.tpu.experimental.embedding.Adam(0.1)
    with pytest.raises(NotImplementedError, match="no TPU"):
        tf.tpu.experimental.initialize_tpu_system()
    assert tf.tpu.experimental.HardwareFeature.EmbeddingFeature.V1.name == "V1"


def test_attributes_that_are_not_looked_through(door):
    import tensorflow as tf
    from keras.src.utils.tracking import no_automatic_dependency_tracking

    for decorator in (
        no_automatic_dependency_tracking,
        tf.__internal__.tracking.no_automatic_dependency_tracking,
    ):

        class Around(layers.Layer):
            @decorator
            def remember(self, layer):
                self.other = layer

        around, dense = Around(), layers.Dense(2)
        dense.build((None, 3))
        around.remember(dense)
        assert around.weights == []
        around.held = dense
        assert len(around.weights) == 2
        assert np.shape(around.other.kernel) == (3, 2)


def test_sparse_tensors(door):
    import tensorflow as tf
    from tensorflow.keras import backend as K

    x = tf.SparseTensor([[0, 1], [2, 0]], [3.0, 4.0], (3, 2))
    assert isinstance(x, tf.sparse.SparseTensor)
    assert (K.is_sparse(x), K.is_sparse(K.to_dense(x))) == (True, False)
    assert K.to_dense(x).numpy().tolist() == [[0.0, 3.0], [0.0, 0.0], [4.0, 0.0]]
    assert x.get_shape() == x.shape == (3, 2)
    assert "shape=(3, 2)" in repr(x)
    weights = tf.Variable(tf.ones((2, 2)))

    @tf.function
    def total():
        return tf.reduce_sum(tf.sparse.sparse_dense_matmul(x, weights))

    assert float(total()) == 14.0
    with pytest.raises(TypeError, match=r"tf.sparse.to_dense"):
        np.asarray(x)
    with pytest.raises(ValueError, match="not the parts"):
        tf.SparseTensor([[0, 1]], [1.0, 2.0], (3, 2))
    with pytest.raises(ValueError, match="do not go together"):
        tf.sparse.concat(0, [x, tf.sparse.eye(3)])
    with pytest.raises(ValueError, match="SparseTensor"):
        tf.sparse.map_values(tf.abs, [1.0])


def test_summaries_that_plug_ins_write(door, tmp_path):
    import tensorflow as tf

    raw = b"\n\x06\n\x04name"
    assert not tf.summary.experimental.write_raw_pb(raw, step=0)  # no writer is on
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        assert tf.summary.experimental.write_raw_pb(raw, step=0)
        with pytest.raises(ValueError, match="step"):
            tf.summary.experimental.write_raw_pb(raw)
    writer.close()
    (file,) = tmp_path.iterdir()
    assert raw in file.read_bytes()
    with tf.summary.experimental.summary_scope("", "given") as (tag, scope):
        assert (tag, scope) == ("given", "given/")
    is_installed = any(Path(place, "tensorboard", "compat").is_dir() for place in sys.path)
    assert hasattr(tf, "Summary") == is_installed
    with pytest.raises(NotImplementedError, match="broadcast"):
        tf.make_tensor_proto([1.0], allow_broadcast=True)


def test_a_model_says_over_what_it_is_spread(door):
    import tensorflow as tf

    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    with model.distribute_strategy.scope():
        extended = model.distribute_strategy.extended
        assert model.distribute_strategy.num_replicas_in_sync == 1
    assert extended.should_checkpoint
    assert not extended._in_multi_worker_mode()
