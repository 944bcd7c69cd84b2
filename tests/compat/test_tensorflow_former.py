"""TensorFlow 1's names, tables, and what is drawn without state."""

import numpy as np
import pytest

import geartrain.compat.tensorflow as tf

ONES = np.ones((2, 3), "float32")


def test_a_session_computes_what_was_made_of_placeholders():
    x = tf.placeholder(tf.float32, (None, 3))
    weights = tf.Variable(np.full((3, 2), 2.0, "float32"))
    y = tf.matmul(x, weights)
    (slope,) = tf.gradients(tf.reduce_sum(tf.log(y)), x)
    with tf.Session(config=tf.ConfigProto(gpu_options=tf.GPUOptions(allow_growth=True))) as session:
        assert session.run(tf.global_variables_initializer()) is None
        found = session.run({"y": y, "slope": slope, "w": weights}, feed_dict={x: ONES})
        assert session.run(y, {x: ONES * 2}).tolist() == [[12.0, 12.0]] * 2
    assert found["y"].tolist() == [[6.0, 6.0]] * 2
    np.testing.assert_allclose(found["slope"], np.full((2, 3), 2 / 3), rtol=1e-6)
    assert found["w"].tolist() == [[2.0, 2.0]] * 3


def test_a_placeholder_that_is_not_fed_is_an_error():
    x, y = tf.placeholder(tf.float32, (2,)), tf.placeholder(tf.float32, (2,))
    with pytest.raises(ValueError):
        tf.Session().run(x + y, {x: [1.0, 2.0]})
    with pytest.raises(ValueError, match="needs a shape"):
        tf.placeholder(tf.float32)


def test_settings_take_any_name():
    config = tf.ConfigProto(allow_soft_placement=True)
    config.gpu_options.allow_growth = True
    assert config.allow_soft_placement
    assert config.gpu_options.allow_growth


def test_former_ways_to_make_variables():
    w = tf.get_variable("w", (3, 2))
    assert w.shape == (3, 2)
    assert tf.get_variable("b", initializer=np.zeros(2, "float32")).numpy().tolist() == [0, 0]
    tf.assign_add(w, tf.ones((3, 2)) - w)
    assert w.numpy().tolist() == [[1, 1]] * 3
    assert tf.to_int32([1.7]).tolist() == [1]


def test_the_door_finds_them_below_compat(door):
    import tensorflow as through
    import tensorflow.compat.v1 as first

    first.disable_v2_behavior()
    through.compat.v1.disable_eager_execution()
    assert through.compat.v1.Session is first.Session
    through.logging.set_verbosity(through.logging.ERROR)
    through.logging.set_verbosity(0)
    assert through.signal.hann_window(4).numpy().tolist() == [0, 0.5, 1, 0.5]


def test_a_table_of_a_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("the\ncat\n", encoding="utf-8")
    index = tf.lookup.TextFileIndex
    source = tf.lookup.TextFileInitializer(
        str(path), tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER
    )
    table = tf.lookup.StaticHashTable(source, -1)
    assert table[tf.constant(["cat", "dog", "the"])].tolist() == [1, -1, 0]
    assert int(table.size()) == 2
    assert table.export()[0].numpy().tolist() == [b"the", b"cat"]
    with pytest.raises(ValueError, match="one value"):
        tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer([1, 1], [2, 3]), 0)


IMAGE = np.random.default_rng(0).uniform(size=(4, 5, 3)).astype("float32")
CHANGES = {
    "brightness": (0.3,),
    "contrast": (0.2, 0.8),
    "hue": (0.3,),
    "saturation": (0.2, 0.8),
    "flip_left_right": (),
    "flip_up_down": (),
    "crop": ((2, 2, 3),),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changes_without_state(name):
    change = getattr(tf.image, f"stateless_random_{name}")
    found = {change(IMAGE, *CHANGES[name], seed=(1, n)).numpy().tobytes() for n in range(8)}
    again = change(IMAGE, *CHANGES[name], seed=(1, 3)).numpy().tobytes()
    assert len(found) > 1
    assert again in found
    assert change(IMAGE, *CHANGES[name], (1, 3)).numpy().tobytes() == again


def test_draws_without_state():
    draws = {
        "poisson": lambda seed: tf.random.stateless_poisson((2000,), seed, 3.0),
        "binomial": lambda seed: tf.random.stateless_binomial((2000,), seed, 6.0, 0.5),
        "gamma": lambda seed: tf.random.stateless_gamma((2000,), seed, 6.0, 2.0),
        "categorical": lambda seed: tf.random.stateless_categorical([[0.0] * 7], 2000, seed),
    }
    for name, draw in draws.items():
        numbers = np.asarray(draw((1, 2)), float)
        assert numbers.mean() == pytest.approx(3.0, abs=0.3), name
        assert (numbers == np.asarray(draw((1, 2)))).all()
        assert (numbers != np.asarray(draw((1, 3)))).any()
    assert np.asarray(tf.random.poisson((2000,), [1.0, 5.0])).mean(0) == pytest.approx(
        [1, 5], abs=0.3
    )
    seeds = tf.random.split((1, 2), 3).numpy()
    assert seeds.shape == (3, 2)
    assert len({*map(tuple, seeds.tolist())}) == 3
    assert tf.random.fold_in((1, 2), 3).tolist() != tf.random.fold_in((1, 2), 4).tolist()


def test_derivatives_of_the_logarithm_of_gamma():
    x = tf.constant([0.3, 1.5, 20.0, -2.5])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.math.lgamma(x)
    np.testing.assert_allclose(tape.gradient(y, x), tf.math.digamma(x), rtol=2e-5)


def test_more_checks():
    tf.debugging.assert_rank_at_least(ONES, 1)
    tf.debugging.assert_rank_in(ONES, (1, 2))
    tf.debugging.assert_non_positive([-1.0, 0.0])
    tf.debugging.assert_negative([-1.0])
    tf.debugging.assert_integer([1])
    tf.debugging.assert_proper_iterable([ONES])
    assert tf.debugging.assert_scalar(2.0).item() == 2.0
    for check, given, error in [
        (tf.debugging.assert_rank_at_least, (ONES, 3), ValueError),
        (tf.debugging.assert_rank_in, (ONES, (0, 1)), ValueError),
        (tf.debugging.assert_scalar, (ONES,), ValueError),
        (tf.debugging.assert_integer, (ONES,), TypeError),
        (tf.debugging.assert_proper_iterable, (ONES,), TypeError),
    ]:
        with pytest.raises(error):
            check(*given)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.debugging.assert_negative([0.0])


def test_where_one_is():
    assert not tf.inside_function()
    seen = []

    @tf.function
    def function(x):
        seen.append(tf.inside_function())
        return x

    function(ONES)
    assert seen == [True]
    assert tf.is_symbolic_tensor(tf.placeholder(tf.float32, (2,)))
    assert not tf.is_symbolic_tensor(tf.constant(1.0))
    assert tf.broadcast_static_shape((3, 1), (4,)).as_list() == [3, 4]
    assert tf.broadcast_static_shape((None, 1, 5), (3, None, None)).as_list() == [3, None, 5]
    with pytest.raises(ValueError, match="2 and 3"):
        tf.broadcast_static_shape((2,), (3,))
    assert tf.losses.mse([1.0], [3.0]).item() == 4.0


def test_derivatives_are_weighted_by_grad_ys():
    x = tf.placeholder("float32", (2,))
    (weighted,) = tf.gradients(x * x, x, grad_ys=np.array([10.0, 1.0], "float32"))
    session = tf.Session()
    assert session.run(weighted, feed_dict={x: [1.0, 2.0]}).tolist() == [20.0, 4.0]
    with pytest.raises(NotImplementedError, match=r"tf\.stop_gradient"):
        tf.gradients(x * x, x, stop_gradients=[x])


def test_a_regularizer_is_refused_and_a_constraint_is_kept():
    with pytest.raises(NotImplementedError, match=r"add regularizer\(variable\) to the loss"):
        tf.get_variable("w", (2,), regularizer=abs)
    assert tf.get_variable("w", (2,), constraint=abs).constraint is abs
