"""Philox's words: the published ones, and what each depends on."""

import numpy as np
import pytest

from geartrain import jit, naive, primitives
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.primitives.philox import philox, philox_block, unit_numbers
from geartrain.tensor import Dim, Tensor

# Random123's known answers for philox4x32-10: counter, key, words.
ZEROS, ONES, PI = "00000000 " * 4, "ffffffff " * 4, "243f6a88 85a308d3 13198a2e 03707344"
KNOWN = [
    (ZEROS, "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    (ONES, "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (PI, "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def numbers(text):
    return [int(each, 16) for each in text.split()]


def key_of(seed, stream):
    return Tensor(np.array([seed, stream], np.uint64))


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_the_published_words(counter, key, words):
    c, k = numbers(counter), numbers(key)
    seed, stream, block = k[0] | k[1] << 32, c[2] | c[3] << 32, c[0] | c[1] << 32
    assert [philox(seed, stream, 4 * block + place) for place in range(4)] == numbers(words)
    arrays = philox_block(seed, stream, np.array([block, block], np.uint64))
    assert [each.tolist() for each in arrays] == [[word, word] for word in numbers(words)]


def test_the_words_that_tensorflow_draws():
    """`StatelessRandomUniformFullIntV2(key=[7], counter=[0, 3], alg=1)`, twelve of uint32."""
    expected = [2545112793, 531643458, 698849000, 2576041488, 2522840782, 1975137240]
    expected += [306199026, 2242816996, 1601570834, 3942584944, 1292637174, 1476451061]
    assert primitives.random_bits(key_of(7, 3), shape=(12,)).numpy().tolist() == expected


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (0, 3), (4, 1, 3)])
def test_the_loops_draw_the_same_words(shape):
    def draw(key):
        return primitives.random_bits(key, shape=shape)

    key = key_of(2**63 + 11, 2**40)
    bits = draw(key).numpy()
    assert bits.shape == shape
    assert bits.dtype == np.uint32
    np.testing.assert_array_equal(naive(draw)(key).numpy(), bits)
    np.testing.assert_array_equal(jit(draw)(key).numpy(), bits)


def test_a_word_depends_on_its_place_alone():
    """Not on the shape, nor on where one pass of the arrays ends and the next begins."""
    many = primitives.random_bits(key_of(1, 2), shape=(300_001,)).numpy()
    few = primitives.random_bits(key_of(1, 2), shape=(7, 3)).numpy()
    np.testing.assert_array_equal(few.reshape(-1), many[:21])
    for place in (262_143, 262_144, 262_147, 300_000):
        assert many[place] == philox(1, 2, place)


def test_a_symbolic_batch_goes_through_the_shape_rule():
    batch = Dim("batch")
    spec = primitives.random_bits.infer(Spec((2,), np.dtype("uint64")), shape=(batch, 3))
    assert spec == Spec((batch, 3), np.dtype("uint32"))
    graph = trace(
        lambda key: primitives.random_bits(key, shape=(batch, 3)), [Spec((2,), np.dtype("uint64"))]
    )
    assert graph.outputs[0].shape == (batch, 3)


@pytest.mark.parametrize("wrong", [np.zeros(2, "int32"), np.zeros(3, "uint64")])
def test_what_is_no_key_is_refused(wrong):
    with pytest.raises(ValueError, match=r"remedy: +random.SeedGenerator"):
        primitives.random_bits(Tensor(wrong), shape=(2,))
    with pytest.raises(ValueError, match=r"uint64\(2,\): a seed"):
        primitives.random_gamma(Tensor(wrong), Tensor(np.ones(2)), logarithm=False)


def test_half_of_the_bits_change_with_one_bit_of_the_key():
    """Neighbours share nothing: seeds, streams and places that differ by one bit."""
    first = primitives.random_bits(key_of(0, 0), shape=(4000,)).numpy()
    for bit in range(64):
        for key in (key_of(1 << bit, 0), key_of(0, 1 << bit)):
            other = primitives.random_bits(key, shape=(4000,)).numpy()
            share = np.bitwise_count(first ^ other).sum() / (32 * 4000)
            assert abs(share - 0.5) < 4.5 * 0.5 / np.sqrt(32 * 4000)


def test_each_bit_is_set_in_half_of_the_words():
    bits = primitives.random_bits(key_of(5, 0), shape=(100_000,)).numpy()
    for bit in range(32):
        share = np.mean(bits >> np.uint32(bit) & 1)
        assert abs(share - 0.5) < 4 * 0.5 / np.sqrt(bits.size)


def test_numbers_for_rejection_lie_between_0_and_1():
    elements = np.arange(50_000, dtype=np.uint64)
    attempts = np.array([unit_numbers(3, 4, elements, attempt) for attempt in range(3)])
    assert 0 < attempts.min() < 1e-4
    assert 1 - 1e-4 < attempts.max() < 1
    assert len(np.unique(attempts)) == attempts.size
    assert unit_numbers(3, 4, 17, 2) == tuple(attempts[2, :, 17])
