"""Texts in the form of a tensor."""

import numpy as np
import pytest

from geartrain.tensor.text_tensor import STRING, TextTensor, is_text, text_array


@pytest.mark.parametrize(
    "given", [["é", "b"], [b"\xc3\xa9", b"b"], np.array(["é", "b"]), np.array(["é", b"b"], object)]
)
def test_texts_are_bytes_whatever_they_come_as(given):
    texts = TextTensor(given)
    assert texts.numpy().tolist() == [b"\xc3\xa9", b"b"]
    assert (texts.shape, texts.dtype, len(texts)) == ((2,), "string", 2)


def test_parts_and_comparisons():
    texts = TextTensor([["a", "bc"], ["d", ""]])
    assert texts[0].numpy().tolist() == [b"a", b"bc"]
    assert texts[0, 1].numpy() == b"bc"
    assert [each.shape for each in texts] == [(2,), (2,)]
    assert (texts == "a").numpy().tolist() == [[True, False], [False, False]]
    assert (texts != TextTensor([["a", "x"], ["d", ""]])).numpy().tolist() == [
        [False, True],
        [False, False],
    ]
    assert texts.reshape(4)[3].numpy() == b""
    assert repr(texts[1, 0]) == "<Tensor shape=(), dtype=string, b'd'>"


def test_numbers_are_no_texts():
    with pytest.raises(TypeError, match="numbers of dtype int64"):
        text_array([1, 2])
    with pytest.raises(TypeError, match="NoneType"):
        text_array(np.array(["a", None], object))
    assert not is_text(np.array([1, 2], object))
    assert is_text(np.array(["a"]))
    assert STRING != "int32"
