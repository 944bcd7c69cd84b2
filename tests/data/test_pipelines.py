"""Random pipelines give what TensorFlow's `tf.data` gives: elements, lengths, specs, errors."""

import json
from pathlib import Path

import numpy as np
import pytest

from geartrain.compat import tensorflow as tf
from tests.data.pipeline_cases import seen

GOLDEN = json.loads(Path(__file__).with_name("pipelines.json").read_text())


@pytest.mark.parametrize("expression", GOLDEN)
def test_as_tensorflow_has_it(expression):
    wanted, found = GOLDEN[expression], seen(expression, tf)
    if "error" in wanted:  # here, functions are called when elements are asked for
        assert found.get("error", found.get("ended")) in errors(wanted["error"])
        return
    assert found.pop("ended") in errors(wanted["ended"])
    assert found == {key: each for key, each in wanted.items() if key != "ended"}


def errors(name):
    """What TensorFlow's error may be here."""
    found = getattr(tf.errors, name or "", None)
    several = found if isinstance(found, tuple) else (found,)
    return {name} if found is None else {each.__name__ for each in several}


def listed(dataset):
    return [np.asarray(each).tolist() for each in dataset.as_numpy_iterator()]


def test_texts_are_filled_up_whole():
    dataset = tf.data.Dataset.from_tensor_slices(["a", "long", ""]).padded_batch(2)
    assert listed(dataset) == [[b"a", b"long"], [b""]]


@pytest.mark.parametrize("value", [1.5, "a", -1, np.float32(2), 300])
def test_a_padding_that_the_dtype_cannot_hold_is_refused(value):
    dataset = tf.data.Dataset.from_tensor_slices(np.zeros((2, 3), "uint8"))
    with pytest.raises(TypeError, match="uint8"):
        list(dataset.padded_batch(2, [4], value))


def test_padding_may_be_of_a_narrower_kind():
    floats = tf.data.Dataset.from_tensors([0.5]).padded_batch(1, [2], 7)
    assert listed(floats) == [[[0.5, 7.0]]]
    not_a_number = tf.data.Dataset.from_tensors([0.5]).padded_batch(1, [2], np.nan)
    assert np.isnan(listed(not_a_number)[0][0][1])


@pytest.mark.parametrize("said", [2, 5])
@pytest.mark.parametrize("in_rows", [True, False])
def test_another_number_of_elements_than_was_said_is_an_error(said, in_rows):
    dataset = tf.data.Dataset.range(3)
    dataset = dataset if in_rows else dataset.map(lambda x: x.numpy())
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(said))
    assert dataset.cardinality() == said
    found = []
    with pytest.raises(RuntimeError, match=f"{said} .set by assert_cardinality"):
        found.extend(each.numpy() for each in dataset)
    with pytest.raises(RuntimeError, match="more elements" if said == 2 else "3 elements"):
        list(dataset.batch(2))


def test_rows_of_parts_of_different_lengths_are_refused():
    dataset = tf.data.Dataset.from_tensors({"a": [1, 2], "b": [1, 2, 3]})
    for each in (dataset.unbatch(), dataset.rebatch(2)):
        with pytest.raises(ValueError, match=r"\(2,\), \(3,\)"):
            list(each)


def test_shuffle_asks_for_no_more_than_it_needs():
    asked = []

    def numbers():
        for number in range(6):
            asked.append(number)
            yield number

    shuffled = iter(tf.data.Dataset.from_generator(numbers).shuffle(3, seed=1))
    next(shuffled)
    assert asked == [0, 1, 2]
    shuffled.close()


def test_shuffling_one_by_one_and_in_blocks_is_the_same():
    for count, room in [(1, 1), (5, 3), (5, 5), (5, 9), (2000, 700)]:
        rows = tf.data.Dataset.range(count)
        one_by_one = tf.data.Dataset.from_generator(lambda n=count: iter(range(n)))
        in_blocks = listed(rows.shuffle(room, seed=4).batch(count))[0]
        assert listed(one_by_one.shuffle(room, seed=4)) == in_blocks


def test_a_shape_is_a_tensor_wherever_the_function_runs():
    few = tf.data.Dataset.range(3).map(lambda x: tf.zeros((2, 3))).map(tf.shape)
    many = tf.data.Dataset.range(3000).map(lambda x: tf.zeros((2, 3))).map(tf.shape)
    assert few.element_spec == many.element_spec == tf.TensorSpec((2,), "int32")
    assert listed(few) == listed(many)[:3] == [[2, 3]] * 3


def test_sizes_that_differ_from_element_to_element_are_unknown():
    numbers = tf.data.Dataset.range(1, 4)
    dataset = numbers.map(lambda x: tf.numpy_function(lambda n: np.zeros(int(n)), [x], tf.float64))
    assert dataset.element_spec == tf.TensorSpec((None,), "float64")


def test_an_empty_pipeline_has_the_spec_of_its_functions():
    empty = tf.data.Dataset.range(0)
    assert empty.scan(np.int64(0), lambda s, x: (s, (s, x))).element_spec == (
        tf.TensorSpec((), "int64"),
        tf.TensorSpec((), "int64"),
    )
    batches = empty.group_by_window(lambda x: x % 2, lambda key, group: group.batch(2), 2)
    assert batches.element_spec == tf.TensorSpec((None,), "int64")


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda x: x.ragged_batch(2), NotImplementedError),
        (lambda x: x.sparse_batch(2, [3]), NotImplementedError),
        (lambda x: x.map(abs, num_parallel_calls=0), ValueError),
        (lambda x: x.with_options(5), TypeError),
        (lambda x: list(x.scan(0, lambda state, each: (state, each, each))), TypeError),
        (lambda x: list(x.group_by_window(lambda e: 0.5, lambda k, g: g, 2)), TypeError),
        (lambda x: list(x.rejection_resample(lambda e: 5, [0.5, 0.5])), ValueError),
        (lambda x: x.choose_from_datasets([x], x.map(str)), TypeError),
        (lambda x: x.sample_from_datasets([x, x.batch(2).map(str)]), TypeError),
        (lambda x: x.range(), ValueError),
        (
            lambda x: x.from_generator(lambda: iter([1]), "int32", output_signature=x.element_spec),
            TypeError,
        ),
    ],
)
def test_what_a_pipeline_cannot_do_is_said(make, error):
    with pytest.raises(error, match="remedy"):
        make(tf.data.Dataset.range(4))


def test_what_was_saved_has_a_length(tmp_path):
    tf.data.Dataset.range(7).filter(lambda x: x > 2).save(tmp_path / "here")
    loaded = tf.data.Dataset.load(tmp_path / "here")
    assert len(loaded) == 4
    assert listed(loaded) == [3, 4, 5, 6]
