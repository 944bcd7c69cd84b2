"""The base of all layers: what it holds, what it passes on, what it refuses."""

import numpy as np
import pytest

from geartrain import Model, Sequential, Variable, constraints, jit, layers, ops, regularizers
from geartrain.initializers import Identity, Orthogonal
from geartrain.random import SeedGenerator
from geartrain.utils import set_random_seed

X = np.random.default_rng(0).standard_normal((4, 3)).astype("float32")


class Block(layers.Layer):
    """Layers, a weight and a seed, as attributes, in a list and in a dict."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.several = [layers.Dense(2, name="one"), layers.Dense(2, name="two")]
        self.named = {"three": layers.Dense(2, name="three")}
        self.seed_generator = SeedGenerator(1)

    def build(self, input_shape):
        self.moving = self.add_weight((2,), "zeros", trainable=False, name="moving")
        self.factor = self.add_weight(shape=(2,), initializer="ones", name="factor")

    def call(self, inputs):
        found = [layer(inputs) for layer in (*self.several, self.named["three"])]
        return sum(found[1:], found[0]) * self.factor + self.moving


def test_a_layer_holds_what_its_attributes_hold():
    block = Block(name="block")
    block(X)
    paths = [each.path for each in block.weights]
    assert paths == [
        "block/factor",
        "block/moving",
        *(
            f"block/{name}/{part}"
            for name in ("one", "two", "three")
            for part in ("kernel", "bias")
        ),
    ]
    assert len(block.trainable_weights) == 7
    assert [each.path for each in block.non_trainable_weights] == ["block/moving"]
    states = set(block.variables) - set(block.weights)
    assert states == {block.seed_generator.state}
    assert block.count_params() == 4 + 3 * 8


def test_freezing_goes_all_the_way_down():
    block = Block()
    block(X)
    block.trainable = False
    assert block.trainable_weights == []
    assert block.several[1].trainable is False
    block.several[1].trainable = True
    assert block.trainable_weights == []
    block.trainable = True
    block.several[0].trainable = False
    assert len(block.trainable_weights) == 5


def test_weights_that_are_set_keep_their_order():
    block, other = Block(), Block()
    block(X), other(X)
    other.set_weights(block.get_weights())
    np.testing.assert_array_equal(block(X), other(X))
    with pytest.raises(ValueError, match="cannot take these weights"):
        other.set_weights(block.get_weights()[1:])


class Told(layers.Layer):
    """Says what it is told."""

    def __init__(self):
        super().__init__()
        self.told = []

    def call(self, inputs, training=None):
        self.told.append(training)
        return inputs


class Outer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = Told()

    def call(self, inputs):
        return self.inner(inputs)


class Steady(layers.Layer):
    """Calls what is inside as if it never trained."""

    def __init__(self):
        super().__init__()
        self.inner = Told()

    def call(self, inputs):
        return self.inner(inputs, training=False)


def test_training_is_inherited_at_any_depth():
    outer, steady = Outer(), Steady()
    model = Sequential([outer, steady])
    model(X), model(X, training=True), model(X, training=False)
    assert outer.inner.told[-3:] == [None, True, False]
    assert steady.inner.told[-3:] == [False, False, False]
    with pytest.raises(ValueError, match="training=True"):
        Told()(X, True)


def test_fit_trains_and_evaluate_does_not():
    outer = Outer()
    model = Sequential([outer, layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    model.fit(X, X[:, :1], verbose=0)
    assert outer.inner.told[-1] is True
    model.evaluate(X, X[:, :1], verbose=0)
    assert outer.inner.told[-1] is False
    model.predict(X, verbose=0)
    assert outer.inner.told[-1] is False


def test_a_layer_takes_several_arguments():
    class Scaled(layers.Layer):
        def build(self, first_shape, second_shape):
            self.shapes = first_shape, second_shape

        def call(self, first, second, factor=1.0, extra=None):
            return first * factor + second

    layer = Scaled()
    assert layer(X, X + 1, factor=2.0).numpy() == pytest.approx(3 * X + 1)
    assert layer.shapes == ((4, 3), (4, 3))
    assert layer(X, second=X).numpy() == pytest.approx(2 * X)


def test_inputs_become_tensors_of_the_layers_dtype():
    class Seen(layers.Layer):
        def call(self, inputs):
            self.seen = inputs
            return inputs

    layer = Seen()
    layer([[1.0, 2.0]])
    assert layer.seen.shape == (1, 2)
    layer({"a": X.astype("float64"), "b": X.astype("int32")})
    assert [each.dtype.name for each in layer.seen.values()] == ["float32", "int32"]
    layer(Variable(X))
    assert layer.seen.shape == X.shape
    assert Seen(autocast=False)(X.astype("float64")).dtype == "float64"
    assert Seen(dtype="float64")(X).dtype == "float64"


def test_shapes_are_known_before_weights_are_made():
    dense = layers.Dense(5)
    assert dense.compute_output_shape((None, 3)) == (None, 5)
    assert not dense.built
    assert dense.weights == []
    assert layers.LSTM(5, return_sequences=True).compute_output_shape((None, None, 3)) == (
        None,
        None,
        5,
    )
    assert layers.Add().compute_output_shape([(None, 3), (None, 3)]) == (None, 3)


def test_asking_for_a_shape_changes_no_weight_made_later():
    found = []
    for asks in (False, True):
        set_random_seed(3)
        model = Sequential([layers.Dense(4), layers.LSTM(2)])
        if asks:
            model.compute_output_shape((None, 5, 3))
        found.append(layers.Dense(4)(X))
    np.testing.assert_array_equal(*found)


def test_build_makes_the_weights_once():
    dense = layers.Dense(5)
    dense.build((None, 3))
    kernel = dense.kernel
    dense(X)
    assert dense.kernel is kernel
    assert dense.built


def test_a_config_makes_the_same_layer():
    layer = layers.Conv2D(4, 3, padding="same", activation="relu", name="eye", trainable=False)
    other = layers.Conv2D.from_config(layer.get_config())
    assert (other.filters, other.padding, other.name) == (4, "same", "eye")
    assert other.activation is layer.activation
    assert not other.trainable


def test_regularizers_are_part_of_the_loss():
    layer = layers.Dense(
        1,
        kernel_initializer="ones",
        kernel_regularizer=regularizers.L1L2(l1=0.5, l2=0.25),
        activity_regularizer="l2",
    )
    model = Sequential([layer])
    model.compile("sgd", "mse")
    y = np.zeros((4, 1), "float32")
    output = X.sum(1)
    expected = (output**2).mean() + 0.5 * 3 + 0.25 * 3 + 0.01 * (output**2).sum() / 4
    assert model.evaluate(X, y, verbose=0) == pytest.approx(expected, rel=1e-5)
    assert len(layer.losses) == len(model.losses) == 1  # no symbols of the compiled step are left
    model(X)
    assert len(layer.losses) == len(model.losses) == 2
    assert sum(map(float, model.losses)) == pytest.approx(expected - (output**2).mean(), rel=1e-5)


@pytest.mark.parametrize(
    ("constraint", "holds"),
    [
        (constraints.MaxNorm(0.5), lambda w: np.linalg.norm(w, axis=0).max() <= 0.5001),
        ("non_neg", lambda w: w.min() >= 0),
        (constraints.UnitNorm(), lambda w: np.allclose(np.linalg.norm(w, axis=0), 1, atol=1e-5)),
        (
            constraints.MinMaxNorm(1.0, 1.5),
            lambda w: 0.999 <= np.linalg.norm(w, axis=0).min() <= 1.501,
        ),
    ],
)
def test_constraints_hold_after_every_step(constraint, holds):
    model = Sequential([layers.Dense(4, kernel_constraint=constraint), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(X, X[:, :1], verbose=0)
    assert holds(model.layers[0].kernel.numpy())


def test_orthogonal_matrices_keep_lengths():
    for shape in ((6, 4), (4, 6), (2, 3, 5)):
        matrix = Orthogonal(gain=2.0, seed=1)(shape).numpy().reshape(-1, shape[-1])
        small = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
        np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-5)
    np.testing.assert_array_equal(Identity(3.0)((2, 3)), 3 * np.eye(2, 3))
    with pytest.raises(ValueError, match="makes matrices"):
        Orthogonal()((3,))


class Forgetful(layers.Layer):
    def __init__(self):
        self.units = 3


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Forgetful()(X), "before it is a layer"),
        (lambda: layers.Dense(3, kernel_size=2), "does not know these arguments"),
        (lambda: layers.Dense(3, kernel_regularizer="l3"), "l3"),
        (lambda: layers.Dense(3, kernel_constraint="max"), "max_norm"),
        (lambda: layers.Conv2D(3, 3)(X), "rank: 2 against 4"),
        (lambda: layers.Conv2D(3, 3, padding="full"), "padding"),
        (lambda: layers.Conv2D(4, 3, groups=3), "groups"),
        (lambda: layers.Conv1D(4, 3, groups=2)(np.ones((1, 5, 3))), "divide the channels"),
        (lambda: layers.MaxPooling2D()(np.ones((2, 28, 28))), "one channel"),
        (lambda: layers.Dropout(1.5), "probability"),
        (lambda: layers.LSTM(4)(X), "rank: 2 against 3"),
        (lambda: layers.LSTM(4, stateful=True).build((None, 5, 3)), "a known batch size"),
        (lambda: layers.GRU(0), "number of units"),
        (lambda: layers.Bidirectional(layers.Dense(3)), "recurrent"),
        (lambda: layers.TimeDistributed(3), "object of geartrain.layers"),
        (lambda: layers.Add()(X), "a list of tensors"),
        (lambda: layers.Subtract()([X, X, X]), "two"),
        (lambda: layers.Permute((0, 1)), "order of axes"),
        (lambda: layers.ZeroPadding2D((1, 2, 3)), "borders"),
        (lambda: layers.Cropping1D(3)(np.ones((1, 6, 2))), "leave nothing"),
        (lambda: layers.Embedding(0, 4), "input_dim"),
        (lambda: layers.EinsumDense("ab,bc->ac", 4)(np.ones((2, 3, 4))), "equation"),
        (lambda: layers.MultiHeadAttention(0, 4), "num_heads"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, message):
    with pytest.raises((ValueError, TypeError, RuntimeError), match=message):
        wrong()


def test_layers_run_in_compiled_functions():
    block = Block()
    expected = block(X)
    np.testing.assert_allclose(jit(block)(X), expected, rtol=1e-5, atol=1e-6)


def test_a_subclassed_model_knows_training():
    class Noisy(Model):
        def __init__(self):
            super().__init__()
            self.drop = layers.Dropout(0.5, seed=1)
            self.head = layers.Dense(1)

        def call(self, inputs, training=False):
            return self.head(self.drop(inputs, training=training))

    model = Noisy()
    assert np.array_equal(model(X), model(X))
    assert not np.array_equal(model(X, training=True), model(X, training=True))
    assert ops.shape(model(X)) == (4, 1)


def test_merging_layers_are_functions_too():
    x, y = layers.Input((3,)), layers.Input((3,))
    model = Model([x, y], layers.concatenate([layers.add([x, y]), layers.multiply([x, y])]))
    np.testing.assert_allclose(model([X, X]), np.concatenate([2 * X, X * X], -1), rtol=1e-6)
    merged = (layers.subtract, layers.average, layers.maximum, layers.minimum)
    found = [each([X, X + 1]).numpy() for each in merged]
    for own, expected in zip(found, (-np.ones_like(X), X + 0.5, X + 1, X), strict=True):
        np.testing.assert_allclose(own, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layers.dot([X, X], axes=1)[:, 0], (X * X).sum(1), rtol=1e-5)


def test_layers_have_their_other_names():
    assert layers.MaxPool2D is layers.MaxPooling2D
    assert layers.GlobalAvgPool1D is layers.GlobalAveragePooling1D
    assert layers.Convolution2D is layers.Conv2D
