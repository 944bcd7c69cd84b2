"""Signatures of the families, layers that are built from the start, adapters of convolutions."""

import inspect

import numpy as np
import pytest

from geartrain import Sequential, layers


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_defaults_are_one_for_each_axis(rank):
    one = 1 if rank == 1 else (1,) * rank
    convolution = inspect.signature(getattr(layers, f"Conv{rank}D")).parameters
    assert convolution["strides"].default == convolution["dilation_rate"].default == one
    pooling = inspect.signature(getattr(layers, f"MaxPooling{rank}D")).parameters
    assert pooling["pool_size"].default == (2 if rank == 1 else (2,) * rank)
    mean = inspect.signature(getattr(layers, f"AveragePooling{rank}D")).parameters
    assert mean["pool_size"].default is inspect.Parameter.empty


def test_arguments_go_by_the_order_of_the_signature():
    layer = layers.Conv3DTranspose(2, 3, 2, "same", "channels_last", 1)
    assert layer.data_format == "channels_last"
    assert layer.output_padding == (1, 1, 1)
    layer = layers.Conv2DTranspose(2, 3, 2, "same", 1, "channels_last")
    assert layer.output_padding == (1, 1)
    with pytest.raises(TypeError, match="pool_size"):
        layers.AveragePooling2D()
    with pytest.raises(TypeError, match="filters"):
        layers.Conv2D()


class Own(layers.Conv2D):
    def __init__(self, filters, **kwargs):
        super().__init__(filters, 3, padding="same", **kwargs)


def test_a_subclass_has_its_own_arguments():
    layer = Own(4, name="own")
    assert layer(np.ones((1, 5, 5, 2))).shape == (1, 5, 5, 4)
    assert layer.kernel_size == (3, 3)


@pytest.mark.parametrize("layer", [layers.Dropout(0.5), layers.MaxPooling2D(), layers.ReLU()])
def test_what_has_nothing_to_build_is_built(layer):
    assert layer.built
    assert type(layer).from_config(layer.get_config()).built


def test_a_subclass_that_builds_is_not():
    class Weighted(layers.Dropout):
        def build(self, input_shape):
            self.scale = self.add_weight((1,), "ones")

        def call(self, inputs, training=None):
            return super().call(inputs, training=training) * self.scale

    layer = Weighted(0.5)
    assert not layer.built
    layer(np.ones((2, 3)))
    assert len(layer.weights) == 1


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_convolutions_have_adapters_of_low_rank(rank):
    shape = (4,) * rank
    kind = getattr(layers, f"Conv{rank}D")
    layer = kind(5, 3, lora_rank=2, lora_alpha=4)
    layer.build((None, *shape, 3))
    x = np.random.default_rng(0).normal(size=(2, *shape, 3)).astype("float32")
    before = layer(x).numpy()
    names = [each.name for each in layer.trainable_weights]
    assert names == ["bias", "lora_kernel_a", "lora_kernel_b"]
    layer.lora_kernel_b.assign(np.ones((2, 5)))
    after = layer(x).numpy()
    assert abs(after - before).max() > 0.1
    kept = {}
    layer.save_own_variables(kept)
    other = kind(5, 3)
    other.build((None, *shape, 3))
    other.load_own_variables(kept)
    np.testing.assert_allclose(other(x).numpy(), after, atol=1e-4)
    assert layer.get_config()["lora_rank"] == 2
    assert "lora_rank" not in other.get_config()


def test_only_the_adapters_train():
    model = Sequential([layers.Input((4, 4, 2)), layers.Conv2D(3, 3), layers.Flatten()])
    layer = model.layers[0]
    layer.enable_lora(1)
    frozen = layer._kernel.numpy()
    model.compile("sgd", "mse")
    model.fit(np.ones((2, 4, 4, 2)), np.ones((2, 12)), verbose=0)
    assert (layer._kernel.numpy() == frozen).all()
    assert layer.lora_kernel_b.numpy().any()
