"""FeatureSpace: the vectors of Keras, models of it, files, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

import geartrain
from geartrain import Model, data, layers, models
from geartrain.utils import FeatureSpace
from tests.models.feature_space_cases import NEW, SPACES, TABLE, outputs

STORED = json.loads((Path(__file__).parent / "feature_space.json").read_text())


@pytest.mark.parametrize("case", SPACES)
def test_vectors_are_those_of_keras(case):
    found = outputs(geartrain, case)
    for part, expected in STORED[case].items():
        if isinstance(expected, dict):
            assert found[part].keys() == expected.keys()
            for name, each in expected.items():
                np.testing.assert_allclose(found[part][name], each, atol=2e-5, err_msg=name)
        else:
            np.testing.assert_allclose(found[part], expected, atol=2e-5)


def space(**kwargs):
    made = FeatureSpace(
        {"age": "float_normalized", "job": "string_categorical", "floor": "integer_categorical"},
        crosses=[("job", "floor")],
        crossing_dim=4,
        **kwargs,
    )
    made.adapt(columns(TABLE, made))
    return made


def columns(table, of):
    return {name: table[name] for name in of.features}


def test_data_sets_are_seen_row_by_row_and_in_batches():
    first = space()
    rows = data.Dataset.from_tensor_slices(columns(TABLE, first))
    for given in (rows, rows.batch(4)):
        other = FeatureSpace(dict.fromkeys(["age"], "float_normalized") | {
            "job": "string_categorical", "floor": "integer_categorical"},
            crosses=[("job", "floor")], crossing_dim=4)  # fmt: skip
        other.adapt(given)
        same = first(columns(NEW, first)).numpy() == other(columns(NEW, first)).numpy()
        assert same.all()


def test_a_model_begins_with_a_space():
    made = space()
    encoded = made.get_encoded_features()
    assert encoded.shape == (None, 13)
    inputs = made.get_inputs()
    assert inputs["job"].dtype == "string"
    vectors = Model(inputs, encoded)
    rows = {name: np.array(each)[:, None] for name, each in columns(NEW, made).items()}
    found = vectors.predict(rows, verbose=0)
    np.testing.assert_allclose(found, made(columns(NEW, made)).numpy(), atol=1e-6)
    training = Model(encoded, layers.Dense(1)(encoded))
    training.compile("sgd", "mse")
    training.fit(made(columns(TABLE, made)), np.ones((6, 1)), verbose=0)


@pytest.mark.parametrize("mode", ["concat", "dict"])
def test_files_keep_what_was_learnt(tmp_path, mode):
    made = space(output_mode=mode)
    made.save(tmp_path / "space.keras")
    same = models.load_model(tmp_path / "space.keras")
    given = columns(NEW, made)
    first, second = made(given), same(given)
    if mode == "concat":
        first, second = {"all": first}, {"all": second}
    assert all((first[name].numpy() == second[name].numpy()).all() for name in first)


def test_a_dict_of_vectors():
    found = space(output_mode="dict")({"age": 41.0, "job": "cook", "floor": 3})
    assert {name: each.shape for name, each in found.items()} == {
        "age": (1,),
        "floor": (4,),
        "job": (4,),
        "job_X_floor": (4,),
    }


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda: FeatureSpace({}), "cannot be None or empty"),
        (lambda: FeatureSpace({"a": "foo"}), "Invalid feature type: foo"),
        (lambda: FeatureSpace({"a": "float"}, output_mode="x"), "output_mode"),
        (lambda: FeatureSpace({"a": "float"}, crosses=[("a", "b")]), "unknown features"),
        (lambda: FeatureSpace({"a": "float_normalized"})({"a": [1.0]}), "need to call `.adapt"),
        (lambda: FeatureSpace({"a": "float"}).adapt([1]), "can only be called on"),
        (lambda: FeatureSpace({"a": "float"})(3), "only be called with a dict"),
        (lambda: FeatureSpace.integer_categorical(output_mode="x"), "output_mode"),
        (lambda: FeatureSpace.cross(("a", "b"), 3, "x"), "output_mode"),
        (
            lambda: FeatureSpace({"a": FeatureSpace.string_hashed(3, output_mode="int")})(
                {"a": ["x"]}
            ),
            "has not been encoded",
        ),
        (
            lambda: FeatureSpace(
                {"a": FeatureSpace.feature("float32", layers.Rescaling(1.0), "one_hot")}
            )({"a": [1.0]}),
            "should return an integer dtype",
        ),
    ],
)
def test_what_is_refused(ask, text):
    with pytest.raises(ValueError, match=text):
        ask()
