"""What losses do beside computing: shapes, names, configs, errors, and what training asks."""

import numpy as np
import pytest

import geartrain
from geartrain import layers, losses, models, ops


def test_shapes_that_differ_by_a_last_axis_are_brought_together():
    y, p = np.array([1.0, 2.0]), np.array([[2.0], [4.0]])
    for target, output in ((y, p), (y[:, None], p[:, 0]), (y, p[:, 0, None])):
        found = losses.MeanSquaredError(reduction=None)(target, output)
        np.testing.assert_allclose(found, [1.0, 4.0])
    found = losses.MeanSquaredError(reduction=None)(np.ones((2, 3, 1)), np.zeros((2, 3)))
    np.testing.assert_allclose(found, [1.0, 1.0])


@pytest.mark.parametrize("shapes", [((4, 1), (4, 3)), ((3,), (4, 3)), ((4, 2), (4, 3)), ((), (2,))])
@pytest.mark.parametrize("name", ["mean_squared_error", "hinge", "dice", "kl_divergence", "huber"])
def test_nothing_is_broadcast(name, shapes):
    y, p = (np.ones(shape) for shape in shapes)
    with pytest.raises(ValueError, match="cannot compare these") as caught:
        getattr(losses, name)(y, p)
    assert all(part in str(caught.value) for part in ("given:", "expected:", "differs:", "remedy:"))


@pytest.mark.parametrize("weight", [np.ones(3), np.ones((2, 4)), np.ones((2, 3, 1))])
def test_weights_that_do_not_fit_are_refused(weight):
    with pytest.raises(ValueError, match="sample_weight does not fit"):
        losses.MeanSquaredError()(np.ones((2, 3)), np.ones((2, 3)), sample_weight=weight)


def test_weights_of_samples_count_for_all_places_of_a_series():
    y, p = np.zeros((2, 3, 1)), np.ones((2, 3, 1))
    found = losses.MeanSquaredError(reduction="none")(y, p, sample_weight=np.array([1.0, 3.0]))
    np.testing.assert_allclose(found, [[1, 1, 1], [3, 3, 3]])


@pytest.mark.parametrize("y", [[0, 3], [-1, 0], [1, 3]])
def test_numbers_that_name_no_class_are_refused(y):
    p = np.full((2, 3), 1 / 3)
    with pytest.raises(ValueError, match="needs the numbers of classes"):
        losses.sparse_categorical_crossentropy(np.array(y), p)


def test_a_number_that_is_ignored_may_be_any():
    p = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1]])
    found = losses.SparseCategoricalCrossentropy(ignore_class=-1)(np.array([0, -1]), p)
    np.testing.assert_allclose(found, -np.log(0.7), rtol=1e-6)


def network(activation, units=3):
    model = models.Sequential([layers.Dense(units, activation=activation, input_shape=(2,))])
    return model, np.ones((4, 2), "float32")


def test_training_refuses_them_before_the_first_step():
    model, x = network("softmax")
    model.compile("sgd", "sparse_categorical_crossentropy")
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"out of range: 3") as caught:
        model.fit(x, np.array([0, 1, 2, 3]), verbose=0)
    assert "sample 3 is the first" in str(caught.value)
    with pytest.raises(ValueError, match="y - 1"):
        model.fit(x, np.array([1, 2, 3, 3]), verbose=0)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("activation", "loss", "says"),
    [
        (None, "categorical_crossentropy", "from_logits=True"),
        ("softmax", losses.CategoricalCrossentropy(from_logits=True), "probabilities already"),
    ],
)
def test_a_loss_that_does_not_fit_the_last_layer_is_warned_of(activation, loss, says):
    model, x = network(activation)
    model.compile("sgd", loss)
    with pytest.warns(UserWarning, match=says):
        model.evaluate(x, np.eye(3)[[0, 1, 2, 0]], verbose=0)


def test_a_softmax_over_one_number_is_warned_of():
    model, x = network("softmax", units=1)
    model.compile("sgd", "binary_crossentropy")
    with pytest.warns(UserWarning, match="A softmax over one number is 1"):
        model.evaluate(x, np.ones(4), verbose=0)


def test_one_class_is_warned_of():
    with pytest.warns(SyntaxWarning, match="one class"):
        losses.categorical_crossentropy(np.ones((2, 1)), np.ones((2, 1)))


def test_names_lead_to_functions_and_classes():
    assert losses.get("mse") is losses.mean_squared_error
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)
    assert losses.get(None) is None
    assert losses.as_loss("bce").name == "binary_crossentropy"
    assert isinstance(losses.as_loss(losses.hinge), losses.Hinge)
    for wrong in ("mes", 3, {}):
        with pytest.raises(ValueError, match="There is no loss of this name"):
            losses.get(wrong)


def test_configs_make_the_same_loss():
    huber = losses.Huber(delta=0.2, reduction="sum", name="h")
    again = losses.deserialize(losses.serialize(huber))
    assert again.get_config() == huber.get_config()
    y, p = np.zeros((2, 1)), np.ones((2, 1))
    assert float(again(y, p)) == float(huber(y, p))


def test_an_unknown_reduction_is_refused():
    with pytest.raises(ValueError, match="There is no such reduction"):
        losses.MeanSquaredError(reduction="average")
    with pytest.raises(ValueError, match="q between 0 and 1"):
        losses.CategoricalGeneralizedCrossEntropy(q=2.0)


def test_a_loss_of_ones_own_gets_nests_of_tensors():
    class Apart(losses.Loss):
        def call(self, y_true, y_pred):
            return ops.absolute(y_true["b"] - y_pred["a"])

    assert Apart().name.startswith("apart")
    found = Apart(reduction="sum")({"b": np.array([1.0, 2.0])}, {"a": np.array([3.0, 3.0])})
    assert float(found) == 3.0
    with pytest.raises(NotImplementedError):
        losses.Loss()([1.0], [1.0])


def test_compiled_losses_keep_masks_and_weights():
    loss = losses.SparseCategoricalCrossentropy(ignore_class=0)

    def value(y, p, w):
        return loss(y, p, sample_weight=w)

    y, w = np.array([0, 1, 2]), np.array([1.0, 2.0, 3.0], "float32")
    p = np.array([[0.2, 0.5, 0.3], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]], "float32")
    np.testing.assert_allclose(geartrain.jit(value)(y, p, w), value(y, p, w), rtol=1e-6)


def test_of_no_samples_nothing_is_reduced():
    for reduction in ("sum", "mean", "sum_over_batch_size"):
        found = losses.MeanSquaredError(reduction=reduction)(np.zeros((0, 3)), np.zeros((0, 3)))
        assert found.shape == (0,)


def test_a_mask_that_keeps_nothing_leaves_no_loss_in_few_bits_either():
    embeddings = np.eye(2, dtype="float16")
    assert float(losses.Circle(dtype="float16")(np.array([1, 2]), embeddings)) == 0.0


def test_an_axis_that_is_not_there():
    with pytest.raises(ValueError, match="Axis 7 does not exist"):
        losses.categorical_crossentropy(np.eye(2), np.eye(2), axis=7)
