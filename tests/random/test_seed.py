"""Seeds and rows of keys: what repeats, and what does not."""

import inspect
import random

import numpy as np
import pytest

import geartrain
import geartrain.random as gr
from geartrain.initializers import GlorotUniform, RandomNormal
from geartrain.random.seed import _philox
from geartrain.tensor import Variable

SIGNATURES = {
    "SeedGenerator": "(seed=None, name=None, **kwargs)",
    "beta": "(shape, alpha, beta, dtype=None, seed=None)",
    "binomial": "(shape, counts, probabilities, dtype=None, seed=None)",
    "categorical": "(logits, num_samples, dtype='int32', seed=None)",
    "dropout": "(inputs, rate, noise_shape=None, seed=None)",
    "gamma": "(shape, alpha, dtype=None, seed=None)",
    "normal": "(shape, mean=0.0, stddev=1.0, dtype=None, seed=None)",
    "randint": "(shape, minval, maxval, dtype='int32', seed=None)",
    "shuffle": "(x, axis=0, seed=None)",
    "truncated_normal": "(shape, mean=0.0, stddev=1.0, dtype=None, seed=None)",
    "uniform": "(shape, minval=0.0, maxval=1.0, dtype=None, seed=None)",
}
DRAWS = {
    "beta": lambda seed: gr.beta((50,), 2.0, 3.0, seed=seed),
    "binomial": lambda seed: gr.binomial((50,), 20, 0.4, seed=seed),
    "categorical": lambda seed: gr.categorical(np.zeros((2, 9), "float32"), 30, seed=seed),
    "dropout": lambda seed: gr.dropout(np.ones((6, 9), "float32"), 0.4, seed=seed),
    "gamma": lambda seed: gr.gamma((50,), 2.0, seed=seed),
    "normal": lambda seed: gr.normal((50,), seed=seed),
    "randint": lambda seed: gr.randint((50,), 0, 100, seed=seed),
    "shuffle": lambda seed: gr.shuffle(np.arange(50), seed=seed),
    "truncated_normal": lambda seed: gr.truncated_normal((50,), seed=seed),
    "uniform": lambda seed: gr.uniform((50,), seed=seed),
}


def draw(name, seed=None):
    return DRAWS[name](seed).numpy()


def differ(first, second):
    return not np.array_equal(first, second)


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_signatures_are_those_of_keras(name):
    signature = inspect.signature(getattr(gr, name))
    bare = [
        each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()
    ]
    assert str(inspect.Signature(bare)) == SIGNATURES[name]


def test_every_distribution_is_tested():
    assert set(DRAWS) | {"SeedGenerator"} == set(SIGNATURES)
    others = {"next_generator", "numpy_generator", "set_random_seed"}
    assert set(gr.__all__) == set(SIGNATURES) | others


@pytest.mark.parametrize("name", DRAWS)
def test_a_whole_number_gives_the_same_each_time(name):
    np.testing.assert_array_equal(draw(name, 3), draw(name, 3))
    np.testing.assert_array_equal(draw(name, 3), draw(name, np.int64(3)))
    assert differ(draw(name, 3), draw(name, 4))


@pytest.mark.parametrize("name", DRAWS)
def test_a_generator_gives_its_next(name):
    first, second = gr.SeedGenerator(3), gr.SeedGenerator(3)
    ones, others = [draw(name, first) for _ in range(3)], [draw(name, second) for _ in range(3)]
    np.testing.assert_array_equal(ones, others)
    np.testing.assert_array_equal(ones[0], draw(name, 3))  # a number is its first key
    assert differ(ones[0], ones[1])
    assert differ(ones[1], ones[2])


@pytest.mark.parametrize("name", DRAWS)
def test_no_seed_takes_the_global_one(name):
    gr.set_random_seed(11)
    ones = [draw(name) for _ in range(2)]
    gr.set_random_seed(11)
    np.testing.assert_array_equal(ones, [draw(name) for _ in range(2)])
    assert differ(*ones)
    gr.set_random_seed(12)
    assert differ(ones[0], draw(name))


def test_a_draw_does_not_depend_on_other_draws():
    gr.set_random_seed(0)
    generator = gr.SeedGenerator(9)
    alone = draw("normal", generator)
    weights = GlorotUniform()((3, 4)).numpy()
    gr.set_random_seed(0)
    generator = gr.SeedGenerator(9)
    for name in DRAWS:
        draw(name), draw(name, gr.SeedGenerator())
    np.testing.assert_array_equal(draw("normal", generator), alone)
    np.testing.assert_array_equal(GlorotUniform()((3, 4)).numpy(), weights)


def test_a_draw_does_not_depend_on_how_much_is_drawn():
    np.testing.assert_array_equal(
        gr.normal((7, 5), seed=1).numpy(), gr.normal((100, 5), seed=1).numpy()[:7]
    )
    np.testing.assert_array_equal(
        gr.gamma((7,), 0.3, seed=1).numpy(), gr.gamma((100_000,), 0.3, seed=1).numpy()[:7]
    )
    np.testing.assert_array_equal(
        gr.binomial((7,), 90, 0.3, seed=1).numpy(), gr.binomial((100_000,), 90, 0.3, seed=1)[:7]
    )


def test_the_state_is_a_variable_of_seed_and_counter():
    generator = gr.SeedGenerator(7, name="mine")
    assert isinstance(generator.state, Variable)
    assert not generator.state.trainable
    assert generator.state.path == "mine/seed_generator_state"
    keys = [generator.next().numpy().tolist(), generator.next(ordered=False).numpy().tolist()]
    assert keys == [[7, 0], [7, 1]]
    assert generator.state.numpy().tolist() == [7, 2]
    assert generator.state.dtype == np.uint64


def test_a_state_that_is_given_back_goes_on_where_it_was():
    generator = gr.SeedGenerator(7)
    draw("uniform", generator)
    kept = generator.state.numpy()
    later = draw("uniform", generator)
    other = gr.SeedGenerator(0)
    other.state.assign(kept)
    np.testing.assert_array_equal(draw("uniform", other), later)


def test_a_key_is_not_changed_by_the_next():
    generator = gr.SeedGenerator(7)
    first = generator.next()
    generator.next()
    assert first.numpy().tolist() == [7, 0]


def test_a_config_makes_the_same_row():
    generator = gr.SeedGenerator(5, name="noise")
    draw("normal", generator)
    assert generator.get_config() == {"seed": 5, "name": "noise"}
    again = gr.SeedGenerator.from_config(generator.get_config())
    np.testing.assert_array_equal(draw("normal", again), draw("normal", 5))
    assert repr(again) == "<SeedGenerator noise, seed=5>"


def first_of(generator):
    return int(generator.state.numpy()[0])


def test_generators_without_a_seed_follow_the_global_one():
    gr.set_random_seed(2)
    seeds = [first_of(gr.SeedGenerator()) for _ in range(100)]
    gr.set_random_seed(2)
    assert seeds == [first_of(gr.SeedGenerator()) for _ in range(100)]
    assert len(set(seeds)) == 100
    assert 0 <= min(seeds) <= max(seeds) < 2**31
    assert gr.SeedGenerator().name != gr.SeedGenerator().name


def test_streams_of_numpy_keep_their_bits():
    """Weights and orders of samples of a seed, as they have been from the first version on."""
    gr.set_random_seed(7)
    for stream in range(3):
        key = np.array([7, stream], np.uint64)
        expected = np.random.Generator(np.random.Philox(key=key)).random(5)
        np.testing.assert_array_equal(gr.next_generator().random(5), expected)
    first = np.random.Generator(np.random.Philox(key=np.array([7, 0], np.uint64))).random(5)
    np.testing.assert_array_equal(gr.numpy_generator(7).random(5), first)


def test_initializers_take_generators_too():
    one = RandomNormal(seed=4)
    np.testing.assert_array_equal(one((3,)).numpy(), one((3,)).numpy())
    moving = RandomNormal(seed=gr.SeedGenerator(4))
    first, second = moving((3,)).numpy(), moving((3,)).numpy()
    np.testing.assert_array_equal(first, one((3,)).numpy())
    assert differ(first, second)


@pytest.mark.parametrize("wrong", ["a", 1.5, -1, 2**64, [1, 2]])
def test_what_is_no_seed_is_refused(wrong):
    for call in (gr.SeedGenerator, gr.set_random_seed, lambda seed: gr.normal((2,), seed=seed)):
        with pytest.raises(ValueError, match="This cannot be a seed") as caught:
            call(wrong)
        for part in ("given:", "expected:", "remedy:"):
            assert part in str(caught.value)


def test_a_wrong_seed_leaves_the_global_one_as_it_was():
    gr.set_random_seed(3)
    draw("uniform")
    expected = draw("uniform")
    gr.set_random_seed(3)
    draw("uniform")
    with pytest.raises(ValueError, match="seed"):
        gr.set_random_seed(-1)
    np.testing.assert_array_equal(draw("uniform"), expected)


def test_the_largest_seeds_are_seeds():
    assert differ(draw("normal", 2**64 - 1), draw("normal", 2**32 - 1))
    generator = gr.SeedGenerator(2**64 - 1)
    generator.next()
    assert generator.state.numpy().tolist() == [2**64 - 1, 1]


def test_unknown_arguments_are_refused():
    with pytest.raises(ValueError, match=r"given: +backend"):
        gr.SeedGenerator(1, backend="jax")


def test_one_seed_starts_the_generators_of_python_and_numpy_too():
    found = []
    for _ in range(2):
        geartrain.utils.set_random_seed(5)
        found.append((random.random(), np.random.rand()))  # noqa: NPY002
    assert found[0] == found[1]


def test_generators_are_numpys_philox_with_this_key():
    key = np.array([7, 3], np.uint64)
    ours, theirs = _philox(7, 3), np.random.Generator(np.random.Philox(key=key))
    assert ours.integers(2**63, size=9).tolist() == theirs.integers(2**63, size=9).tolist()
    assert ours.normal(size=3).tolist() == theirs.normal(size=3).tolist()
    state, expected = ours.bit_generator.state, theirs.bit_generator.state
    assert state["state"]["counter"].tolist() == expected["state"]["counter"].tolist()
