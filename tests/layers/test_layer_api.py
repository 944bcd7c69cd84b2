"""What every layer can do, under the names and by the rules of Keras's `Layer`."""

import numpy as np
import pytest

import geartrain
from geartrain import (
    InputSpec,
    KerasTensor,
    Model,
    RematScope,
    Sequential,
    StatelessScope,
    Variable,
    layers,
    metrics,
    name_scope,
    ops,
    random,
)

X = np.ones((2, 3), "float32")


class Scaled(layers.Layer):
    """A weight, a layer inside, and a loss."""

    def build(self, input_shape):
        self.scale = self.add_weight(
            shape=(input_shape[-1],), initializer="ones", name="scale", regularizer="l2"
        )
        self.inner = layers.Dense(1, name="inner")
        self.inner.build((None, input_shape[-1]))

    def call(self, x):
        self.add_loss(ops.sum(x))
        return self.inner(x * self.scale)


def test_weights_have_paths_and_an_order():
    layer = Scaled(name="outer")
    layer(X)
    paths = [each.path for each in layer.weights]
    assert paths == ["outer/scale", "outer/inner/kernel", "outer/inner/bias"]
    assert (layer.path, layer.inner.path) == ("outer", "outer/inner")
    with name_scope("a"), name_scope("b"):
        assert Variable(1.0, name="x").path == "a/b/x"


def test_losses_are_those_of_the_last_call():
    layer = Scaled()
    for _ in range(2):
        layer(X)
        added, penalty = map(float, layer.losses)
        assert added == 6.0
        assert penalty == pytest.approx(0.03)
    layer.trainable = False
    assert len(layer.losses) == 1


def test_losses_of_a_model_are_those_of_its_layers():
    model = Sequential([Scaled(), Scaled()])
    model(X)
    model(X)
    assert len(model.losses) == 4
    model.layers[0](X)  # alone: the others keep theirs
    assert len(model.losses) == 4
    with pytest.raises(ValueError, match="tensor"):
        layers.Layer().add_loss("big")


def test_freezing_and_thawing():
    layer = Scaled()
    layer(X)
    layer.trainable = False
    assert layer.trainable_variables == []
    assert [each.trainable for each in layer.variables] == [False] * 3
    assert layer.non_trainable_weights == layer.weights
    layer.trainable = True
    assert [each.trainable for each in layer.variables] == [True] * 3
    assert layer.trainable_weights == layer.weights
    normalization = layers.BatchNormalization()
    normalization(X)
    normalization.trainable = False
    normalization.trainable = True
    assert [each.trainable for each in normalization.weights] == [True, True, False, False]


@pytest.mark.parametrize(
    "state", [lambda: Variable(1.0), lambda: layers.Dense(1), lambda: [layers.Dense(1)]]
)
def test_a_layer_that_is_built_takes_no_new_state(state):
    layer = Scaled()
    layer.new = state()
    layer(X)
    layer.number, layer.scale = 3, layer.scale
    with pytest.raises(ValueError, match="takes no new state"):
        layer.newer = state()
    with pytest.raises(ValueError, match="takes no new state"):
        layer.add_weight(shape=(1,))


def test_ways_to_ask_for_a_weight():
    layer = layers.Layer(name="w")
    made = [
        layer.add_weight((2,), "zeros"),
        layer.add_weight(shape=[2], initializer=lambda shape, dtype=None: np.ones(shape)),
        layer.add_weight(),
        layer.add_weight(dtype="int32"),
        layer.add_variable((2,), "ones", name="v"),
        layer.add_weight(shape=(2,), initializer=np.full(2, 7.0)),
    ]
    assert [each.shape for each in made] == [(2,), (2,), (), (), (2,), (2,)]
    assert made[3].dtype == "int32"
    assert made[4].path == "w/v"
    assert made[5].numpy().tolist() == [7.0, 7.0]
    with pytest.raises(ValueError, match="name='kernel'"):
        layer.add_weight("kernel", (2,))
    with pytest.raises(ValueError, match="shape"):
        layer.add_weight(shape=(2, None))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: layers.Dense(2, foo=3),
        lambda: layers.Layer(name="a/b"),
        lambda: layers.Layer(trainable="a"),
        lambda: layers.Layer(dtype="foo"),
        lambda: layers.Dense(2).count_params(),
        lambda: layers.Identity()(X, 3.0),
        lambda: layers.Dense(2).set_weights([X]),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises((ValueError, TypeError)):
        wrong()


def test_a_layer_without_call_says_so():
    with pytest.raises(NotImplementedError, match="def call"):
        layers.Layer()(X)
    with pytest.raises(NotImplementedError, match="metrics="):
        layers.Layer().add_metric(1)


@pytest.mark.parametrize(
    ("spec", "shape", "axis"),
    [
        (InputSpec(ndim=3), (2, 3), "rank: 2 against 3"),
        (InputSpec(min_ndim=3), (2, 3), "rank: 2 against 3"),
        (InputSpec(max_ndim=1), (2, 3), "rank: 2 against 1"),
        (InputSpec(axes={-1: 4}), (2, 3), "axis -1: 3 against 4"),
        (InputSpec(shape=(None, 4)), (2, 3), "axis 1: 3 against 4"),
        (InputSpec(dtype="int32"), (2, 3), "dtype: float32 against int32"),
    ],
)
def test_inputs_are_checked_by_their_spec(spec, shape, axis):
    layer = layers.Identity(name="here")
    layer.input_spec = spec
    for inputs in (np.ones(shape, "float32"), KerasTensor(shape)):
        with pytest.raises(ValueError, match="here") as caught:
            layer(inputs)
        assert axis in str(caught.value)


def test_specs_of_several_inputs_by_name_and_by_place():
    layer = layers.Identity()
    layer.input_spec = [InputSpec(ndim=2), InputSpec(ndim=1)]
    layer([X, X[0]])
    with pytest.raises(ValueError, match="takes 2 inputs"):
        layer(X)
    layer.input_spec = [InputSpec(ndim=1, name="b"), InputSpec(ndim=2, name="a")]
    layer({"a": X, "b": X[0]})
    with pytest.raises(ValueError, match="misses"):
        layer({"a": X})
    layer.input_spec = InputSpec(shape=(None, 3, 1), allow_last_axis_squeeze=True)
    layer(X)
    assert InputSpec.from_config(InputSpec(ndim=4).get_config()).ndim == 4
    with pytest.raises(TypeError, match="axes"):
        InputSpec(axes=3)


def test_calls_without_state():
    layer = layers.BatchNormalization(momentum=0.5)
    layer(X)
    values = [each.numpy() * 0 + 2 for each in layer.trainable_variables]
    held = [each.numpy() for each in layer.non_trainable_variables]
    outputs, after = layer.stateless_call(values, held, X * 4, training=True)
    assert outputs.numpy() == pytest.approx(2.0)  # beta alone: the batch has no variance
    assert after[0].numpy() == pytest.approx([2.0, 2.0, 2.0])
    assert layer.moving_mean.numpy().tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="value for each"):
        layer.stateless_call([], held, X)
    with pytest.raises(ValueError, match="not built"):
        layers.Dense(1).stateless_call([], [], X)
    scaled = Scaled()
    scaled(X)
    state = scaled.trainable_variables, scaled.non_trainable_variables
    assert len(scaled.stateless_call(*state, X, return_losses=True)[2]) == 2


def test_a_stateless_call_compiles_and_has_a_gradient():
    layer = layers.Dense(1, kernel_initializer="ones")
    layer(X)

    def loss(kernel, bias):
        return ops.sum(layer.stateless_call([kernel, bias], [], X)[0] ** 2)

    values = [each.value for each in layer.trainable_variables]
    gradient = geartrain.grad(loss)(*values)
    assert gradient.numpy() == pytest.approx(np.full((3, 1), 12.0))
    assert float(geartrain.jit(loss)(*values)) == 18.0


def test_a_scope_without_state():
    variable = Variable([1.0, 2.0], name="v")
    with StatelessScope([(variable, ops.ones(2))]) as scope:
        variable.assign(variable + 1)
        assert variable.value.tolist() == [2.0, 2.0]
        with pytest.raises(ValueError, match="stateless"):
            Variable([1.0])
    assert scope.get_current_value(variable).tolist() == [2.0, 2.0]
    assert variable.numpy().tolist() == [1.0, 2.0]
    for wrong in ([(1, 2)], [(variable, np.ones(3))]):
        with pytest.raises(ValueError):
            StatelessScope(wrong)


def test_own_variables_go_into_a_store_by_number():
    layer, store = layers.Dense(2), {}
    layer(X)
    layer.save_own_variables(store)
    assert {name: each.shape for name, each in store.items()} == {"0": (3, 2), "1": (2,)}
    other = layers.Dense(2)
    with pytest.raises(ValueError, match="never built"):
        other.load_own_variables(store)
    other.build((None, 3))
    other.load_own_variables(store)
    assert np.array_equal(other.kernel, layer.kernel)


def test_how_it_was_built_can_be_written_down():
    layer = layers.Dense(2)
    assert layer.get_build_config() is None
    layer(X)
    assert layer.get_build_config() == {"input_shape": (2, 3)}
    other = layers.Dense(2)
    other.build_from_config({"input_shape": [None, 3]})
    assert other.kernel.shape == (3, 2)

    class Two(layers.Layer):
        def build(self, a_shape, b_shape):
            self.shapes = a_shape, b_shape

        def call(self, a, b):
            return a + b

    two = Two()
    two(X, X)
    assert two.get_build_config() == {"shapes_dict": {"a_shape": (2, 3), "b_shape": (2, 3)}}


def test_metrics_and_seeds_belong_to_a_layer():
    class Holding(layers.Layer):
        def __init__(self):
            super().__init__()
            self.mean = metrics.Mean()
            self.seed = random.SeedGenerator(1)

    layer = Holding()
    assert layer.metrics == [layer.mean]
    assert len(layer.metrics_variables) == 2
    assert layer.variables == layer.non_trainable_variables == [layer.seed.state]
    assert layer.weights == []
    assert Sequential([layer]).layers[0].metrics == [layer.mean]


class Custom(layers.Layer):
    def __init__(self, units, act=None):
        super().__init__()
        self.units = units

    def call(self, x):
        return x


def test_a_config_has_what_the_layer_was_made_with():
    config = layers.Dense(2, activation="relu", kernel_regularizer="l2", name="d").get_config()
    assert config["name"] == "d"
    assert config["units"] == 2
    assert config["activation"] == "relu"
    assert config["kernel_initializer"]["class_name"] == "GlorotUniform"
    assert config["kernel_regularizer"]["config"] == {"l2": 0.01}
    assert config["dtype"]["config"] == {"name": "float32"}
    again = layers.Dense.from_config(config)
    assert again.get_config() == config
    custom = Custom(3)
    assert Custom.from_config(custom.get_config()).units == 3
    with pytest.raises(TypeError, match="unit"):
        Custom.from_config({"unit": 3})
    with pytest.raises(NotImplementedError, match="get_config"):
        Custom(3, act=object()).get_config()


def test_a_policy_can_be_set_later():
    layer = layers.Dense(2)
    layer(X)
    layer.dtype_policy = "mixed_float16"
    assert (layer.dtype, layer.compute_dtype, layer.input_dtype) == (
        "float32",
        "float16",
        "float16",
    )
    assert layer(X).dtype == "float16"


def test_shapes_without_weights():
    layer = layers.Dense(2)
    assert layer.compute_output_shape((None, 3)) == (None, 2)
    spec = layer.compute_output_spec(KerasTensor((None, 3)))
    assert (spec.shape, spec.dtype.name) == ((None, 2), "float32")
    assert not layer.built
    inputs = geartrain.Input((None, 3))
    assert layer(inputs).shape == (None, None, 2)
    assert layer.input is inputs
    with pytest.raises(AttributeError, match="symbolic"):
        layers.Dense(1).input  # noqa: B018


def test_a_build_sees_none_for_what_is_not_known():
    seen = []

    class Seeing(layers.Layer):
        def build(self, input_shape):
            seen.append(input_shape)

        def call(self, x):
            return x

    Model(inputs := geartrain.Input((None, 3)), Seeing()(inputs))
    model = Sequential([Seeing()])
    model.compile("sgd", "mse")
    model.predict(X, verbose=0)
    assert seen == [(None, None, 3), (None, 3)]


@pytest.mark.parametrize(
    "scope",
    [
        RematScope(),
        RematScope("activations"),
        RematScope("larger_than", output_size_threshold=1),
        RematScope("list_of_layers", layer_names=["a"]),
        RematScope(None),
    ],
)
def test_a_scope_that_keeps_less_changes_no_number(scope):
    def gradient():
        model = Sequential(
            [
                geartrain.Input((3,)),
                layers.Dense(4, "tanh", kernel_initializer="ones", name="a"),
                layers.Dropout(0.5, seed=1),
                layers.Dense(1, kernel_initializer="ones", dtype="mixed_bfloat16"),
            ]
        )
        with geartrain.GradientTape() as tape:
            loss = ops.sum(ops.cast(model(X, training=True), "float32"))
        return [each.numpy() for each in tape.gradient(loss, model.trainable_weights)]

    plain = gradient()
    with scope:
        found = gradient()
    for one, other in zip(plain, found, strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(ValueError, match="mode"):
        RematScope("all")


def test_a_mask_can_be_looked_at_and_set():
    words = np.array([[1, 0, 2]])
    vectors = layers.Embedding(3, 2, mask_zero=True)(words)
    assert vectors._keras_mask.tolist() == [[True, False, True]]
    vectors._keras_mask = None
    assert vectors._keras_mask is None
    vectors._keras_mask = ops.convert_to_tensor([[True, True, False]])
    assert layers.Identity()(vectors)._keras_mask.tolist() == [[True, True, False]]
