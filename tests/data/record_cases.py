"""Examples, tensors and features for both libraries: `tf` is TensorFlow, or what stands for it."""

import numpy as np


def examples(tf):
    """Some `Example`s: whole numbers of all sizes, floats, bytes, lists of several lengths."""
    train = tf.train
    for n in range(5):
        feature = {
            "whole": train.Feature(int64_list=train.Int64List(value=[n, -n, 2 ** (9 * n)])),
            "float": train.Feature(float_list=train.FloatList(value=[n / 3] * n)),
            "bytes": train.Feature(
                bytes_list=train.BytesList(value=[bytes(range(n, n * 60 + n & 255)) + b"\0"])
            ),
            "words": train.Feature(bytes_list=train.BytesList(value=[b"w" * k for k in range(n)])),
        }
        if n % 2:
            feature["odd"] = train.Feature(int64_list=train.Int64List(value=[n]))
        yield train.Example(features=train.Features(feature=feature))


def sequence(tf):
    """A `SequenceExample`."""
    train = tf.train
    whole = train.Feature(int64_list=train.Int64List(value=[4]))
    steps = [train.Feature(int64_list=train.Int64List(value=[k, k + 1])) for k in range(3)]
    words = [train.Feature(bytes_list=train.BytesList(value=[b"a"] * k)) for k in range(3)]
    return train.SequenceExample(
        context=train.Features(feature={"n": whole}),
        feature_lists=train.FeatureLists(
            feature_list={
                "steps": train.FeatureList(feature=steps),
                "words": train.FeatureList(feature=words),
            }
        ),
    )


def tensors(tf):
    """Tensors of all dtypes that both libraries write."""
    return [
        tf.constant([[1.5, 2], [3, 4]]),
        tf.constant([1, -2, 3], tf.int64),
        tf.constant(["a", "", "bc"]),
        tf.constant(True),
        tf.constant(np.arange(6).reshape(2, 3, 1), tf.uint8),
        tf.zeros((0, 3)),
        tf.constant("x"),
        tf.constant([1, 2], tf.float16),
        tf.constant([1.5, 2], tf.float64),
        tf.constant([-1, 3], tf.int32),
    ]


def features(tf):
    """What the features of `examples` are, one at a time."""
    io = tf.io
    return {
        "whole": io.FixedLenFeature([3], tf.int64),
        "float": io.VarLenFeature(tf.float32),
        "bytes": io.FixedLenFeature([], tf.string),
        "words": io.FixedLenSequenceFeature([], tf.string, allow_missing=True),
        "odd": io.FixedLenFeature([], tf.int64, default_value=-7),
        "none": io.FixedLenSequenceFeature([2], tf.float32, allow_missing=True),
        "given": io.FixedLenFeature([2, 2], tf.float32, default_value=[[1.0, 2.0], [3.0, 4.0]]),
    }


def batch_features(tf):
    """The same of several together."""
    io = tf.io
    changed = {
        "float": io.FixedLenSequenceFeature([], tf.float32, allow_missing=True, default_value=-1.0),
        "words": io.VarLenFeature(tf.string),
        "none": io.VarLenFeature(tf.int64),
    }
    return {**features(tf), **changed}


def parsed(tf, records, whole):
    """All that `tf.io` makes of records of `examples`, and of a `sequence`."""
    io = tf.io
    rows = tf.stack(records)
    together = io.parse_example(rows, batch_features(tf))
    context, steps = io.parse_single_sequence_example(
        whole,
        {"n": io.FixedLenFeature([], tf.int64), "m": io.VarLenFeature(tf.int64)},
        {
            "steps": io.FixedLenSequenceFeature([2], tf.int64),
            "words": io.VarLenFeature(tf.string),
        },
    )
    return {
        "single": [plain_dict(io.parse_single_example(each, features(tf))) for each in records],
        "together": plain_dict(together),
        "dense": plain(tf.sparse.to_dense(together["words"], default_value="?")),
        "context": plain_dict(context),
        "steps": plain_dict(steps),
    }


def plain_dict(found):
    return {key: plain(found[key]) for key in sorted(found)}


def plain(x):
    """A tensor as JSON has it."""
    if type(x).__name__ == "SparseTensor":
        return [plain(x.indices), plain(x.values), plain(x.dense_shape)]
    array = np.asarray(x.numpy())
    flat = x.numpy() if isinstance(x.numpy(), bytes) else array.reshape(-1).tolist()
    texts = [flat] if isinstance(flat, bytes) else flat
    shown = [each.hex() if isinstance(each, bytes) else each for each in texts]
    return [x.dtype.name, list(array.shape), shown]
