"""TFRecord files and the messages in them: as TensorFlow writes and reads them."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from geartrain.compat import tensorflow as tf
from geartrain.data import FixedLengthRecordDataset, TFRecordDataset, TFRecordWriter
from geartrain.serialization.checksums import ALL, BLOCK, FEW, LANE, _of_few, crc32c
from tests.data import record_cases as cases

GOLDEN = json.loads(Path(__file__).with_name("records.json").read_text())
WHOLE = base64.b64decode(GOLDEN["sequence"])


def golden_file(folder, kind=""):
    path = folder / f"golden{kind}.tfrecord"
    path.write_bytes(base64.b64decode(GOLDEN["files"][kind]))
    return path


def records(path, kind=""):
    return [each.numpy() for each in TFRecordDataset(str(path), kind)]


@pytest.mark.parametrize("kind", ["", "GZIP", "ZLIB"])
def test_files_of_tensorflow_are_read_and_written(tmp_path, kind):
    found = records(golden_file(tmp_path, kind), kind)
    own = tmp_path / "own.tfrecord"
    with TFRecordWriter(str(own), kind) as writer:
        for each in found:
            writer.write(each)
    assert records(own, kind) == found == records(golden_file(tmp_path))
    if not kind:
        assert own.read_bytes() == golden_file(tmp_path).read_bytes()


def test_examples_are_written_as_tensorflow_writes_them(tmp_path):
    found = records(golden_file(tmp_path))
    assert [each.SerializeToString(deterministic=True) for each in cases.examples(tf)] == found
    assert cases.sequence(tf).SerializeToString(deterministic=True) == WHOLE
    read = [tf.train.Example.FromString(each) for each in found]
    assert read == [*cases.examples(tf)]
    assert tf.train.SequenceExample.FromString(WHOLE) == cases.sequence(tf)
    assert [sorted(str(each).splitlines()) for each in read] == GOLDEN["shown"]


def test_examples_are_parsed_as_tensorflow_parses_them(tmp_path):
    raw = list(TFRecordDataset(str(golden_file(tmp_path))))
    assert cases.parsed(tf, raw, WHOLE) == GOLDEN["parsed"]


def test_tensors_are_bytes_as_tensorflow_has_them():
    for tensor, wanted in zip(cases.tensors(tf), GOLDEN["tensors"], strict=True):
        written = tf.io.serialize_tensor(tensor)
        assert written.numpy() == base64.b64decode(wanted)
        assert cases.plain(tf.io.parse_tensor(written, tensor.dtype)) == cases.plain(tensor)


def test_examples_train_in_a_pipeline(tmp_path):
    path = str(tmp_path / "points.tfrecord")
    points = np.random.default_rng(0).random((40, 3), np.float32)
    with tf.io.TFRecordWriter(path) as writer:
        for x in points:
            feature = {
                "x": tf.train.Feature(bytes_list=tf.train.BytesList(value=[x.tobytes()])),
                "y": tf.train.Feature(float_list=tf.train.FloatList(value=[x.sum()])),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())
    wanted = {
        "x": tf.io.FixedLenFeature([], tf.string),
        "y": tf.io.FixedLenFeature([1], tf.float32),
    }

    def parse(record):
        example = tf.io.parse_single_example(record, wanted)
        x = tf.reshape(tf.io.decode_raw(example["x"], tf.float32), (3,))
        return x, example["y"]

    dataset = tf.data.TFRecordDataset([path]).map(parse, num_parallel_calls=2).batch(16)
    x, y = (np.concatenate(each) for each in zip(*dataset.as_numpy_iterator(), strict=True))
    np.testing.assert_array_equal(x, points)
    np.testing.assert_allclose(y, points.sum(1, keepdims=True), rtol=1e-6)
    assert dataset.element_spec[0].shape == (None, 3)


def test_a_feature_is_the_list_that_was_set_last():
    feature = tf.train.Feature()
    assert feature.WhichOneof("kind") is None
    assert not feature.int64_list.value  # asking sets nothing
    assert feature.WhichOneof("kind") is None
    feature.int64_list.value.append(3)
    feature.float_list.value.extend([1, 2.5])
    assert feature.WhichOneof("kind") == "float_list"
    assert feature.int64_list.value == []
    assert feature == tf.train.Feature(float_list=tf.train.FloatList(value=[1, 2.5]))


def test_a_features_message_is_made_when_it_is_asked_for():
    example = tf.train.Example()
    example.features.feature["a"].int64_list.value.extend(np.arange(3))
    assert tf.train.Example.FromString(example.SerializeToString()) == example
    with pytest.raises(ValueError, match="CopyFrom"):
        example.features.feature["a"] = tf.train.Feature()


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: tf.train.Int64List(value=[1.5]), TypeError),
        (lambda: tf.train.Int64List(value=[2**63]), ValueError),
        (lambda: tf.train.BytesList(value=["text"]), TypeError),
        (lambda: tf.train.BytesList(value=b"ab"), TypeError),
        (lambda: tf.train.FloatList(value=["1"]), TypeError),
        (lambda: tf.train.Feature(int64_list=[1]), TypeError),
        (lambda: tf.train.Features(feature={"a": 1}), TypeError),
        (lambda: tf.train.Example.FromString(b"\x0a\xff"), ValueError),
        (lambda: tf.io.parse_tensor(b"zz", tf.int32), ValueError),
        (lambda: tf.io.parse_tensor(tf.io.serialize_tensor([1]), tf.float32), ValueError),
        (lambda: tf.io.RaggedFeature(tf.int64), NotImplementedError),
    ],
)
def test_what_a_message_cannot_hold_is_refused(make, error):
    with pytest.raises(error, match="expected"):
        make()


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ({"none": tf.io.FixedLenFeature([], tf.int64)}, "no feature 'none'"),
        ({"whole": tf.io.FixedLenFeature([2], tf.int64)}, "3 values"),
        ({"whole": tf.io.FixedLenFeature([3], tf.float32)}, "int64_list"),
        ({"whole": tf.io.FixedLenFeature([3], tf.int32)}, "three dtypes"),
        ({"words": tf.io.FixedLenSequenceFeature([], tf.string)}, "allow_missing=True"),
        ({"whole": tf.int64}, "FixedLenFeature"),
        ({}, "No features"),
    ],
)
def test_features_that_do_not_fit_are_errors(tmp_path, features, says):
    record = records(golden_file(tmp_path))[1]
    with pytest.raises(ValueError, match=says):
        tf.io.parse_single_example(record, features)


def test_a_sparse_tensor_in_a_pipeline_says_what_to_do(tmp_path):
    dataset = TFRecordDataset(str(golden_file(tmp_path))).map(
        lambda x: tf.io.parse_single_example(x, {"float": tf.io.VarLenFeature(tf.float32)})
    )
    with pytest.raises(TypeError, match="to_dense"):
        list(dataset)


@pytest.mark.parametrize("at", [3, 13, 40, -2])
def test_damage_is_found(tmp_path, at):
    path = golden_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"golden\.tfrecord: a checksum"):
        records(path)


@pytest.mark.parametrize("left", [5, 12, 20, -1])
@pytest.mark.parametrize("kind", ["", "GZIP", "ZLIB"])
def test_a_file_that_is_cut_off_is_an_error(tmp_path, left, kind):
    path = golden_file(tmp_path, kind)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(ValueError, match=f"golden{kind}.tfrecord"):
        records(path, kind)


def test_a_file_of_another_compression_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="compression_type"):
        records(golden_file(tmp_path, "GZIP"))
    with pytest.raises(ValueError, match="compression_type"):
        records(golden_file(tmp_path), "GZIP")
    with pytest.raises(ValueError, match="no compression of this name"):
        TFRecordDataset("a", "LZ4")
    with pytest.raises(FileNotFoundError):
        records(tmp_path / "none.tfrecord")


def test_files_are_read_side_by_side(tmp_path):
    for name in "ab":
        with TFRecordWriter(str(tmp_path / name)) as writer:
            for number in range(3):
                writer.write(f"{name}{number}")
    paths = [str(tmp_path / name) for name in "ab"]
    in_turn = [each.numpy() for each in TFRecordDataset(paths, num_parallel_reads=2)]
    assert in_turn == [b"a0", b"b0", b"a1", b"b1", b"a2", b"b2"]
    one_by_one = [each.numpy() for each in TFRecordDataset(paths)]
    assert one_by_one == [b"a0", b"a1", b"a2", b"b0", b"b1", b"b2"]


def test_a_writer_that_is_closed_writes_no_more(tmp_path):
    writer = TFRecordWriter(str(tmp_path / "a"))
    writer.close()
    writer.close()
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"x")


def test_records_of_one_length(tmp_path):
    path = tmp_path / "rows"
    path.write_bytes(b"HH" + bytes(range(12)) + b"F")
    found = [x.numpy() for x in FixedLengthRecordDataset(str(path), 4, 2, 1)]
    assert found == [bytes(range(at, at + 4)) for at in (0, 4, 8)]
    with pytest.raises(ValueError, match="whole number of records"):
        list(FixedLengthRecordDataset(str(path), 5, 2, 1))
    with pytest.raises(ValueError, match="record_bytes"):
        FixedLengthRecordDataset(str(path), 0)


@pytest.mark.parametrize(
    "size", [0, 1, FEW - 1, FEW, LANE, LANE + 1, LANE * 3, 70_001, BLOCK, BLOCK + 5]
)
def test_checksums_in_lanes_are_those_of_one_byte_after_another(size):
    data = np.random.default_rng(size).bytes(size)
    assert crc32c(data) == _of_few(data) ^ ALL


def test_zeros_at_the_end_of_bytes_stay():
    dataset = tf.data.Dataset.from_tensor_slices([b"a\0\0", b"b"])
    assert [each.numpy() for each in dataset] == [b"a\0\0", b"b"]
    assert [each.numpy() for each in dataset.map(lambda x: x)] == [b"a\0\0", b"b"]
