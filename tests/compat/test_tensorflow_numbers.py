"""TensorFlow's functions: the same numbers, dtypes, shapes and arguments as the real one's."""

import inspect
import io
import json
from pathlib import Path

import numpy as np
import pytest

import geartrain.compat.tensorflow as tf
from tests.compat.tensorflow_cases import CASES, SPACES, evaluated

STORED = json.loads((Path(__file__).parent / "tensorflow.json").read_text())


@pytest.mark.parametrize("case", CASES)
def test_a_case(case):
    same(
        evaluated(tf, case), STORED["cases"][case], LOOSE.get(case.rpartition(" ")[2], (5e-5, 2e-6))
    )


# TensorFlow reads the weights of "bicubic" from a table of 1024 places.
LOOSE = {"'bicubic')": (5e-3, 0.3)}


def same(found, wanted, tolerance):
    if isinstance(wanted, list):
        assert len(found) == len(wanted)
        for a, b in zip(found, wanted, strict=True):
            same(a, b, tolerance)
    elif isinstance(wanted, dict):
        assert (found["dtype"], found["shape"]) == (wanted["dtype"], wanted["shape"])
        if wanted["dtype"] == "string":
            assert found["values"] == wanted["values"]
        else:
            np.testing.assert_allclose(
                found["values"], wanted["values"], rtol=tolerance[0], atol=tolerance[1]
            )
    else:
        assert found == wanted


def ours():
    """Our functions under their names, those that the real one has, too."""
    for space in SPACES:
        module = getattr(tf, space) if space else tf
        for name, each in vars(module).items():
            full = f"{space}.{name}".strip(".")
            if (
                inspect.isfunction(each)
                and not name.startswith("_")
                and full in STORED["signatures"]
            ):
                yield full, each


def default_of(value):
    return value.__name__ if inspect.isfunction(value) else repr(value)


OTHER_ARGUMENTS = {
    "custom_gradient",
    "image.stateless_random_contrast",
}  # the function is not left out: it is a decorator as it is


@pytest.mark.parametrize(("name", "function"), list(ours()))
def test_arguments_are_the_real_ones(name, function):
    if name in OTHER_ARGUMENTS:
        pytest.skip("arguments of its own")
    found = [
        [each.name, "" if each.default is each.empty else default_of(each.default)]
        for each in inspect.signature(function).parameters.values()
    ]
    wanted = STORED["signatures"][name]
    assert [each[0] for each in found] == [each[0] for each in wanted]
    for (argument, default), (_, real) in zip(found, wanted, strict=True):
        if argument != "name" and "object" not in real and "'" not in real + default:
            assert default == real, argument


def test_every_function_says_what_it_does():
    for name, function in ours():
        assert function.__doc__, name


@pytest.mark.parametrize("dilations", [2, [1, 2, 2, 1], (1, 2)])
def test_dilations_of_transposed_convolutions_are_refused_not_left_out(dilations):
    x, w = np.ones((1, 6, 5, 2), "float32"), np.ones((3, 3, 2, 2), "float32")
    with pytest.raises(ValueError, match="no dilations here"):
        tf.nn.conv2d_transpose(x, w, (1, 12, 10, 2), 2, dilations=dilations)
    plain = tf.nn.conv2d_transpose(x, w, (1, 12, 10, 2), 2)
    again = tf.nn.conv2d_transpose(x, w, (1, 12, 10, 2), 2, dilations=[1, 1, 1, 1])
    np.testing.assert_array_equal(again, plain)


def test_of_exclusive_conditions_one_may_hold():
    pairs = [(True, lambda: 1), (2 > 1, lambda: 2)]
    assert int(tf.case(pairs)) == 1
    with pytest.raises(ValueError, match="numbers \\[0, 1\\] hold"):
        tf.case(pairs, exclusive=True)


def test_bytes_that_are_no_letters_give_the_replacement_asked_for():
    assert tf.strings.unicode_decode(b"a\xff", "UTF-8", replacement_char=63).tolist() == [97, 63]
    split = tf.strings.unicode_split(b"a\xff\xef\xbf\xbd", "UTF-8", replacement_char=63)
    assert split.numpy().tolist() == [b"a", b"?", "\ufffd".encode()]
    decoded = tf.strings.unicode_decode(b"a\n", "UTF-8", "replace", 32, True)
    assert decoded.tolist() == [97, 32]


@pytest.mark.parametrize("ratio", [1, 2, 4, 8])
def test_a_jpeg_is_read_at_a_share_of_its_size(ratio):
    pixels = np.zeros((61, 77, 3), "uint8")
    data = tf.io.encode_jpeg(pixels)
    assert tf.io.decode_jpeg(data, ratio=ratio).shape == (-(-61 // ratio), -(-77 // ratio), 3)


def test_what_a_jpeg_cannot_be_read_at_is_refused():
    data = tf.io.encode_jpeg(np.zeros((8, 8, 3), "uint8"))
    with pytest.raises(ValueError, match="a ratio of 1, 2, 4, 8"):
        tf.io.decode_jpeg(data, ratio=3)


def test_grey_of_sixteen_bits_keeps_them_where_there_is_room():
    image = pytest.importorskip("PIL.Image")
    grey = np.array([[0, 256, 65535]], "uint16")
    file = io.BytesIO()
    image.fromarray(grey).save(file, "PNG")
    data = file.getvalue()
    assert tf.io.decode_png(data).numpy().ravel().tolist() == [0, 1, 255]
    assert tf.io.decode_png(data, dtype="uint16").numpy().ravel().tolist() == grey[0].tolist()
    np.testing.assert_allclose(tf.io.decode_image(data, dtype="float32")[0, :, 0], grey[0] / 65535)


def test_a_histogram_has_the_buckets_asked_for(tmp_path):
    writer = tf.summary.create_file_writer(tmp_path, filename_suffix=".mine")
    with writer.as_default():
        tf.summary.histogram("few", [1.0, 2.0], step=0, buckets=3)
    event = next(tmp_path.glob("*.mine"))
    few = event.stat().st_size
    with writer.as_default():
        tf.summary.histogram("few", [1.0, 2.0], step=1)
    writer.close()
    assert few < 200 < event.stat().st_size - few
