"""`tf.data.experimental`: tables, and names from before they were methods."""

import numpy as np
import pytest

from geartrain.compat import tensorflow as tf

experimental = tf.data.experimental
TABLE = 'x,y,name\n1,2.5,ann\n2,,bob\n3,4.5,"c, d"\n,1e3,\n'


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return str(path)


def rows(dataset):
    return [tuple(cell.numpy() for cell in row) for row in dataset]


def test_cells_have_the_dtypes_of_their_defaults(table):
    dataset = experimental.CsvDataset(table, [0, 0.0, ""], header=True)
    assert rows(dataset) == [(1, 2.5, b"ann"), (2, 0, b"bob"), (3, 4.5, b"c, d"), (0, 1000, b"")]
    assert [each.dtype.name for each in dataset.element_spec] == ["int32", "float32", "string"]


def test_some_columns_are_taken(table):
    taken = experimental.CsvDataset(table, [-1, "?"], header=True, select_cols=[0, 2])
    left = experimental.CsvDataset(table, [-1, "?"], header=True, exclude_cols=[1])
    assert rows(taken) == rows(left) == [(1, b"ann"), (2, b"bob"), (3, b"c, d"), (-1, b"?")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"record_defaults": [tf.int32, tf.float32, ""]}, "row 3 of table.csv"),
        ({"record_defaults": [0, 0, ""]}, "2.5"),
        ({"record_defaults": [0, 0.0]}, "another number of cells"),
        ({"record_defaults": [0], "select_cols": [2, 0]}, "in order"),
        ({"record_defaults": [0], "select_cols": [0], "exclude_cols": [1]}, "told twice"),
    ],
)
def test_what_cannot_be_read_is_an_error(table, arguments, says):
    with pytest.raises(ValueError, match=says):
        rows(experimental.CsvDataset(table, header=True, **arguments))


def test_batches_of_columns(table):
    dataset = experimental.make_csv_dataset(
        table, 3, label_name="name", num_epochs=1, shuffle=False
    )
    columns, labels = next(iter(dataset))
    assert list(columns) == ["x", "y"]
    assert columns["x"].dtype == "int32"
    assert columns["y"].numpy().tolist() == [2.5, 0.0, 4.5]
    assert labels.numpy().tolist() == [b"ann", b"bob", b"c, d"]
    assert [len(each) for _, each in dataset] == [3, 1]


def test_without_a_number_of_epochs_there_is_no_end(table):
    dataset = experimental.make_csv_dataset(table, 3, select_columns=["x"], shuffle=False)
    found = [each["x"].numpy().tolist() for each in dataset.take(3)]
    assert found == [[1, 2, 3], [0, 1, 2], [3, 0, 1]]


def test_the_first_rows_say_the_dtypes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,c,d\n1,10000000000,0.5,1e300\n2,3,4,5\n")
    spec = experimental.make_csv_dataset(str(path), 2, num_epochs=1).element_spec
    dtypes = {name: each.dtype.name for name, each in spec.items()}
    assert dtypes == {"a": "int32", "b": "int64", "c": "float32", "d": "float64"}


def test_rows_that_cannot_be_read_are_passed_over_if_so_wanted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x,y\n1,2\nword,3\n4,5\n")
    arguments = {"num_epochs": 1, "shuffle": False, "column_defaults": [tf.int32, tf.int32]}
    lenient = experimental.make_csv_dataset(str(path), 9, ignore_errors=True, **arguments)
    assert next(iter(lenient))["x"].numpy().tolist() == [1, 4]
    with pytest.raises(ValueError, match="'word'"):
        list(experimental.make_csv_dataset(str(path), 9, **arguments))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"label_name": "nope"}, "one of: x, y, name"),
        ({"select_columns": ["nope"]}, "no such columns"),
        ({"header": False}, "no names"),
    ],
)
def test_columns_that_are_not_there_are_an_error(table, arguments, says):
    with pytest.raises(ValueError, match=says):
        experimental.make_csv_dataset(table, 2, **arguments)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (experimental.unique(), [0, 1, 2, 3, 4]),
        (experimental.take_while(lambda x: x < 2), [0, 1]),
        (experimental.map_and_batch(lambda x: x * 2, 3), [[0, 2, 4], [6, 8]]),
        (experimental.shuffle_and_repeat(1, 2), [0, 1, 2, 3, 4] * 2),
        (experimental.scan(np.int64(0), lambda s, x: (s + x, s)), [0, 0, 1, 3, 6]),
        (experimental.parallel_interleave(tf.data.Dataset.range, 2), None),
        (
            experimental.group_by_reducer(
                lambda x: x % 2,
                experimental.Reducer(lambda key: np.int64(0), lambda s, x: s + x, lambda s: s),
            ),
            [6, 4],
        ),
    ],
)
def test_functions_for_apply(change, wanted):
    found = [each.numpy().tolist() for each in tf.data.Dataset.range(5).apply(change)]
    if wanted is None:
        wanted = [0, 0, 1, 0, 1, 0, 2, 1, 2, 3]
    assert found == wanted


def test_single_elements():
    dataset = tf.data.Dataset.range(5, 9)
    assert experimental.at(dataset, 2) == 7
    with pytest.raises(IndexError, match="index 9"):
        experimental.at(dataset, 9)
    pairs = experimental.from_list([(1, "a"), (2, "b")])
    assert len(pairs) == 2
    assert rows(pairs) == [(1, b"a"), (2, b"b")]
    with pytest.raises(ValueError, match="empty list"):
        experimental.from_list([])


def test_examples_in_batches(tmp_path):
    path = str(tmp_path / "a.tfrecord")
    with tf.io.TFRecordWriter(path) as writer:
        for number in range(5):
            feature = {
                "x": tf.train.Feature(float_list=tf.train.FloatList(value=[number, 1])),
                "y": tf.train.Feature(int64_list=tf.train.Int64List(value=[number])),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())
    features = {
        "x": tf.io.FixedLenFeature([2], tf.float32),
        "y": tf.io.FixedLenFeature([], tf.int64),
    }
    dataset = experimental.make_batched_features_dataset(
        path, 2, features, label_key="y", num_epochs=1, shuffle=False
    )
    assert [y.numpy().tolist() for _, y in dataset] == [[0, 1], [2, 3], [4]]
    x, _ = next(iter(dataset))
    assert x["x"].numpy().tolist() == [[0, 1], [1, 1]]


def test_lines_of_files_side_by_side(tmp_path):
    for name, text in {"a": "1\n2\n3\n", "b": "4\n5\n"}.items():
        (tmp_path / name).write_text(text)
    paths = [tmp_path / "a", tmp_path / "b"]
    lines = tf.data.TextLineDataset(paths, num_parallel_reads=2)
    assert [each.numpy() for each in lines] == [b"1", b"4", b"2", b"5", b"3"]
    assert list(tf.data.TextLineDataset([])) == []
    with pytest.raises(ValueError, match="cannot be unpacked"):
        list(tf.data.TextLineDataset(paths, "GZIP"))


def test_options_are_kept():
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = experimental.AutoShardPolicy.DATA
    options.threading.private_threadpool_size = 4
    options.experimental_deterministic = False
    first = tf.data.Dataset.range(3).with_options(options)
    kept = first.with_options(tf.data.Options()).batch(2).options()
    assert kept.deterministic is False
    assert kept.experimental_distribute.auto_shard_policy is experimental.AutoShardPolicy.DATA
    assert kept.experimental_threading.private_threadpool_size == 4
    assert kept.experimental_slack is None
    with pytest.raises(AttributeError, match="deterministic"):
        options.determinstic = True
