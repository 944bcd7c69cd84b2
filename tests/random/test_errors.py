"""Bad arguments: what the messages say."""

import numpy as np
import pytest

import geartrain.random as gr

INTEGERS = np.ones((2, 3), "int32")
FLOATS = np.ones((2, 3), "float32")

CASES = {
    "uniform dtype": (lambda: gr.uniform((2,), dtype="int32"), "random.uniform gives floating"),
    "normal dtype": (lambda: gr.normal((2,), dtype="bool"), "random.normal gives floating"),
    "truncated dtype": (lambda: gr.truncated_normal((2,), dtype="int8"), "truncated_normal gives"),
    "gamma dtype": (lambda: gr.gamma((2,), 1.0, dtype="int32"), "random.gamma gives floating"),
    "beta dtype": (lambda: gr.beta((2,), 1.0, 1.0, dtype="uint8"), "random.beta gives floating"),
    "randint dtype": (lambda: gr.randint((2,), 0, 5, "float32"), "randint gives whole numbers"),
    "uniform bounds": (lambda: gr.uniform((2,), 3, 1), "given: +maxval=1.0"),
    "randint bounds": (lambda: gr.randint((2,), 5, 5), "minval=5, maxval=5, dtype='int32'"),
    "randint too large": (lambda: gr.randint((2,), 0, 257, "uint8"), "from 0 to 256"),
    "randint too low": (lambda: gr.randint((2,), -1, 2, "uint8"), "from 0 to 256"),
    "randint too many": (lambda: gr.randint((2,), 0, 2**64, "uint64"), "fewer than 2..64"),
    "randint fraction": (lambda: gr.randint((2,), 0, 2.5), "whole numbers"),
    "gamma of 0": (lambda: gr.gamma((2,), 0.0), "given: +alpha=0.0"),
    "gamma of some": (lambda: gr.gamma((3,), [1.0, -2.0, -3.0]), "alpha=-2.0, one of 2 such"),
    "gamma of NaN": (lambda: gr.gamma((2,), float("nan")), "numbers above 0"),
    "beta": (lambda: gr.beta((2,), 1.0, -1.0), "given: +beta=-1.0"),
    "binomial counts": (lambda: gr.binomial((2,), -1, 0.5), "given: +counts=-1"),
    "binomial chances": (lambda: gr.binomial((2,), 5, 1.5), "given: +probabilities=1.5"),
    "parameter's shape": (lambda: gr.gamma((2,), np.ones((4, 2))), "its parameter alpha"),
    "no alignment": (lambda: gr.normal((2, 3), np.ones(2)), "random.normal cannot align"),
    "logits": (lambda: gr.categorical(np.zeros(3), 2), "shape .3,."),
    "no class": (lambda: gr.categorical(np.zeros((2, 0)), 2), "one class at least"),
    "dropout of integers": (lambda: gr.dropout(INTEGERS, 0.5), "inputs of int32.2, 3."),
    "dropout rate": (lambda: gr.dropout(FLOATS, 1.5), "given: +rate=1.5"),
    "dropout rate below": (lambda: gr.dropout(FLOATS, -0.1), "expected: +0 to 1"),
    "noise shape": (lambda: gr.dropout(FLOATS, 0.5, (3, 1)), r"noise_shape=\(3, 1\)"),
    "noise rank": (lambda: gr.dropout(FLOATS, 0.5, (1, 2, 3)), r"noise_shape=\(None, None\)"),
    "shuffle axis": (lambda: gr.shuffle(FLOATS, axis=2), "Axis 2 does not exist"),
    "shuffle scalar": (lambda: gr.shuffle(1.0), "Axis 0 does not exist"),
}


@pytest.mark.parametrize("case", CASES)
def test_messages_say_what_was_given_and_what_to_do(case):
    call, words = CASES[case]
    with pytest.raises((ValueError, IndexError), match=words) as caught:
        call()
    for part in ("given:", "expected:", "remedy:"):
        assert part in str(caught.value)


def test_a_refused_draw_takes_no_key():
    generator = gr.SeedGenerator(1)
    with pytest.raises(ValueError, match="no number to draw"):
        gr.randint((2,), 5, 5, seed=generator)
    with pytest.raises(ValueError, match="rate"):
        gr.dropout(FLOATS, 2.0, seed=generator)
    with pytest.raises(ValueError, match="alpha"):
        gr.gamma((2,), -1.0, seed=generator)
    assert generator.state.numpy().tolist() == [1, 0]
