"""Packages written for Keras 3: the names inside of it that they import, and KerasHub, if there."""

import numpy as np
import pytest

from geartrain import layers, losses, ops
from geartrain.compat.keras.inside.saving_lib import H5IOStore


def test_names_inside_of_keras(door):
    from keras.src.backend import get_keras_mask, set_keras_mask
    from keras.src.distribution import distribution_lib
    from keras.src.losses.losses import LossFunctionWrapper
    from keras.src.saving import serialization_lib
    from keras.src.trainers.data_adapters.data_adapter_utils import class_weight_to_sample_weights
    from keras.src.utils.backend_utils import in_grain_data_pipeline

    x = ops.ones((2, 3))
    set_keras_mask(x, ops.ones((2,), "bool"))
    assert get_keras_mask(x).shape == (2,)
    assert distribution_lib.distribution() is None
    assert not serialization_lib.in_safe_mode()
    assert not in_grain_data_pipeline()
    assert class_weight_to_sample_weights(np.array([0, 1]), {1: 2.0}).tolist() == [1.0, 2.0]
    loss = LossFunctionWrapper(lambda y, p: ops.abs(y - p), reduction="sum")
    assert isinstance(loss, losses.Loss)
    assert float(loss(np.zeros(2), np.ones(2))) == 2.0


def test_arrays_by_the_paths_of_parts(tmp_path):
    store = H5IOStore(tmp_path / "a.lora.h5", mode="w")
    store.make("lora")["rank"] = 4
    store.make("lora/0")["kernel"] = ops.ones((2, 3))
    store.close()
    store = H5IOStore(tmp_path / "a.lora.h5")
    assert int(store.get("lora")["rank"]) == 4
    assert store.get("lora/0")["kernel"].shape == (2, 3)
    assert store.get("nothing") == {}
    store.close()
    with pytest.raises(ValueError, match='mode="r"'):
        H5IOStore(tmp_path / "a.lora.h5", mode="a")


def test_layers_for_data_find_operations_by_rooms():
    class Centred(layers.Rescaling):
        def call(self, x):
            x = self.backend.cast(x, "float32")
            return x - self.backend.numpy.mean(x)

    assert Centred(1.0)(np.array([1, 3])).tolist() == [-1.0, 1.0]


def test_functions_of_a_dataset_run_eagerly_on_texts(door):
    import tensorflow as tf

    seen = []

    def note(text):
        seen.append(tf.executing_eagerly())
        return text

    list(tf.data.Dataset.from_tensor_slices(["a", "b"]).map(note, num_parallel_calls=2))
    assert all(seen)


def test_a_group_that_is_not_there_leaves_the_text(door):
    import tensorflow as tf

    assert tf.strings.regex_replace("a.", r"[\.,]$", r" \0 \1").numpy() == b"a."
    assert tf.strings.regex_replace("a.", r"([\.,])$", r" \0 \1").numpy() == b"a . ."
    assert "file" in tf.io.gfile.get_registered_schemes()


def test_keras_hub(door, tmp_path):
    """A small network of KerasHub's generates, trains, and is read again from a preset."""
    pytest.importorskip("keras_hub")
    import keras_hub

    models = keras_hub.models
    backbone = models.GPT2Backbone(
        vocabulary_size=9, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8, dropout=0.0
    )
    model = models.GPT2CausalLM(backbone=backbone)
    ids = {"token_ids": np.array([[1, 2, 0, 0]]), "padding_mask": np.array([[1, 1, 0, 0]])}
    model.compile(sampler="greedy", loss="mse", optimizer="sgd", weighted_metrics=None)
    found = np.asarray(model.generate(ids, stop_token_ids=None)["token_ids"])
    assert found[0, :2].tolist() == [1, 2]
    model.fit(ids, np.zeros((1, 4, 9)), verbose=0)
    backbone.save_to_preset(tmp_path / "preset")
    again = models.Backbone.from_preset(str(tmp_path / "preset"))
    np.testing.assert_array_equal(again(ids), backbone(ids))
