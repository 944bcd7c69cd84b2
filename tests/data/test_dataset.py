"""What golden values do not say: order, threads, errors, files, and training."""

import gc
import subprocess
import sys
import threading
import time
import weakref

import numpy as np
import pytest

import geartrain
from geartrain import callbacks, layers, models, ops
from geartrain.data import AUTOTUNE, Dataset, Options, TensorSpec, TextLineDataset
from geartrain.data.workers import THREAD_NAME


def values(dataset):
    return [np.asarray(each).tolist() for each in dataset.as_numpy_iterator()]


def flat(batches):
    return [each for batch in batches for each in batch]


def threads():
    return [each for each in threading.enumerate() if each.name.startswith(THREAD_NAME)]


def test_shuffle_is_the_same_for_elements_rows_in_memory_and_blocks():
    for room in (1, 7, 64, 500, 5000):
        one_by_one = Dataset.range(500).map(lambda x: x).shuffle(room, seed=3)
        blocks = Dataset.range(500).shuffle(room, seed=3)
        in_memory = Dataset.from_tensor_slices(np.arange(500)).shuffle(room, seed=3)
        for _ in range(2):
            expected = values(one_by_one)
            assert flat(values(blocks.batch(33))) == expected
            assert flat(values(in_memory.batch(9))) == expected
            assert sorted(expected) == list(range(500))


def test_shuffle_takes_from_its_buffer_alone():
    order = values(Dataset.range(100).shuffle(5, seed=0))
    assert all(number <= place + 4 for place, number in enumerate(order))
    assert order != list(range(100))


def test_passes_differ_unless_they_shall_not():
    anew = Dataset.range(20).shuffle(20, seed=1)
    assert values(anew) != values(anew)
    same = Dataset.range(20).shuffle(20, seed=1, reshuffle_each_iteration=False)
    assert values(same) == values(same)
    repeated = values(Dataset.range(20).shuffle(20, seed=1).repeat(2))
    assert repeated[:20] != repeated[20:]


def test_the_global_seed_settles_orders_without_a_seed():
    orders = []
    for _ in range(2):
        geartrain.utils.set_random_seed(5)
        dataset = Dataset.range(50).shuffle(50)
        orders.append((values(dataset), values(dataset)))
    assert orders[0] == orders[1]


def test_a_look_at_the_spec_changes_no_order():
    plain, looked = (Dataset.range(9).shuffle(9, seed=2) for _ in range(2))
    looked = looked.map(lambda x: np.full(int(x), 1))  # what symbols cannot do
    assert looked.element_spec.dtype == "int64"
    assert [len(each) for each in looked.as_numpy_iterator()] == values(plain)


@pytest.mark.parametrize("ordered", [True, None])
def test_threads_keep_the_order(ordered):
    def late(x):
        time.sleep(0.002 * (int(x) % 3 == 0))
        return x

    dataset = Dataset.range(30).map(late, num_parallel_calls=4, deterministic=ordered)
    assert values(dataset) == list(range(30))
    assert threads() == []


def test_threads_may_give_results_as_they_are_ready():
    released = threading.Event()

    def waits(x):
        assert int(x) != 1 or released.wait(30)
        return x

    options = Options()
    options.deterministic = False
    elements = iter(Dataset.range(3).with_options(options).map(waits, num_parallel_calls=2))
    assert [next(elements).item(), next(elements).item()] == [0, 2]
    released.set()
    assert next(elements).item() == 1


def test_calls_that_draw_come_in_order_whatever_the_threads():
    def numbers(workers):
        geartrain.utils.set_random_seed(1)
        noise = layers.GaussianNoise(1.0)
        dataset = Dataset.range(12).map(
            lambda x: noise(ops.zeros((2,)), training=True), num_parallel_calls=workers
        )
        return values(dataset)

    assert numbers(4) == numbers(None)


def test_work_is_done_ahead():
    made = []
    dataset = Dataset.range(10).map(lambda x: made.append(int(x)) or x).prefetch(3)
    elements = iter(dataset)
    next(elements)
    deadline = time.monotonic() + 5
    while len(made) < 4 and time.monotonic() < deadline:
        time.sleep(0.001)
    assert 4 <= len(made) <= 6
    elements.close()
    assert threads() == []


@pytest.mark.parametrize("end", ["close", "drop", "break", "error"])
def test_no_thread_is_left(end):
    dataset = Dataset.counter().map(lambda x: x * 1, num_parallel_calls=3).prefetch(2)
    elements = iter(dataset)
    assert next(elements).item() == 0
    if end == "close":
        elements.close()
    elif end == "break":
        for each in dataset:
            if each.item() == 5:
                break
        elements.close()
        del each
    elif end == "error":
        with pytest.raises(RuntimeError, match="of the loop"):
            _fails_in_a_loop(dataset)
        elements.close()
    del elements
    gc.collect()
    assert threads() == []


def _fails_in_a_loop(dataset):
    for _ in dataset:
        raise RuntimeError("of the loop")


@pytest.mark.parametrize("workers", [None, 3])
@pytest.mark.parametrize("room", [0, 2])
def test_an_error_in_a_function_comes_where_the_element_is_asked_for(workers, room):
    def function(x):
        if int(x) == 4:
            raise KeyError("the fifth")
        return x

    dataset = Dataset.range(9).map(function, num_parallel_calls=workers).prefetch(room)
    found = []
    with pytest.raises(KeyError, match="the fifth") as caught:
        found.extend(each.item() for each in dataset)
    assert found == [0, 1, 2, 3]
    assert any("Dataset.map(function" in note for note in caught.value.__notes__)
    assert "function" in [each.name for each in caught.traceback]
    assert threads() == []


def test_elements_before_an_error_are_given():
    def source():
        yield from range(3)
        raise OSError("the disk")

    spec = TensorSpec((), "int32")
    dataset = Dataset.from_generator(source, output_signature=spec)
    for each in (dataset, dataset.prefetch(2), dataset.map(lambda x: x, num_parallel_calls=4)):
        found = []
        with pytest.raises(OSError, match="the disk"):
            found.extend(element.item() for element in each)
        assert found == [0, 1, 2]


def test_errors_can_be_passed_over():
    def function(x):
        if int(x) % 2:
            raise ValueError("odd")
        return x

    assert values(Dataset.range(6).map(function).ignore_errors()) == [0, 2, 4]


def test_cache_keeps_what_a_whole_pass_made(tmp_path):
    calls = []
    dataset = Dataset.range(4).map(lambda x: calls.append(1) or x * x)
    for cached in (dataset.cache(), dataset.cache(str(tmp_path / "kept"))):
        calls.clear()
        assert values(cached.take(2)) == [0, 1]  # not a whole pass
        assert values(cached) == values(cached) == [0, 1, 4, 9]
        assert len(calls) in (
            6,
            7,
        )  # the spec of what goes to a file is found by a call with symbols
    assert values(dataset.cache(str(tmp_path / "kept"))) == [0, 1, 4, 9]


def test_saved_elements_are_loaded(tmp_path):
    dataset = Dataset.from_tensor_slices(
        {
            "x": np.arange(6.0).reshape(3, 2),
            "words": ["a", "", "éé"],
            "pair": ([1, 2, 3], [True] * 3),
        }
    )
    dataset.save(tmp_path / "here")
    loaded = Dataset.load(tmp_path / "here")
    assert loaded.element_spec == dataset.element_spec
    for one, other in zip(dataset.as_numpy_iterator(), loaded.as_numpy_iterator(), strict=True):
        assert str(one) == str(other)
    with pytest.raises(FileNotFoundError, match="no saved data set"):
        Dataset.load(tmp_path)
    file = next((tmp_path / "here").iterdir())
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ValueError, match="ends within"):
        values(Dataset.load(tmp_path / "here").map(lambda each: each["x"]))


def test_lines_of_files(tmp_path):
    (tmp_path / "b.txt").write_text("three\r\n")
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    names = Dataset.list_files(str(tmp_path / "*.txt"), shuffle=False)
    assert values(TextLineDataset(names)) == [b"one", b"two", b"three"]
    parts = names.interleave(TextLineDataset, cycle_length=2)
    assert values(parts) == [b"one", b"three", b"two"]
    assert next(iter(parts)).numpy() == b"one"
    with pytest.raises(FileNotFoundError, match="No file fits"):
        Dataset.list_files(str(tmp_path / "*.csv"))


def test_files_of_a_folder(tmp_path):
    for name in ("dog/1.txt", "cat/2.txt", "cat/1.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    found = list(Dataset.from_folder(tmp_path).as_numpy_iterator())
    assert [(path.decode()[-9:], int(label)) for path, label in found] == [
        ("cat/1.txt", 0), ("cat/2.txt", 0), ("dog/1.txt", 1)]  # fmt: skip


# -- bad input -------------------------------------------------------------------------------------

BAD = {
    "batch_size=0": (lambda: Dataset.range(3).batch(0), ValueError),
    "buffer_size=0": (lambda: Dataset.range(3).shuffle(0), ValueError),
    "count='a'": (lambda: Dataset.range(3).take("a"), TypeError),
    "index=3": (lambda: Dataset.range(3).shard(3, 3), ValueError),
    "size=0": (lambda: Dataset.range(3).window(0), ValueError),
    "arrays of 2, 3 rows": (lambda: Dataset.from_tensor_slices(([1, 2], [1, 2, 3])), ValueError),
    "a single int32": (lambda: Dataset.from_tensor_slices(3), ValueError),
    "Datasets, in tuples": (lambda: Dataset.zip(1), TypeError),
    "different kinds": (
        lambda: Dataset.range(3).concatenate(Dataset.from_tensors(1.0)),
        TypeError,
    ),
    "takes a function of an element": (lambda: Dataset.range(3).map(3), ValueError),
    "must say whether": (lambda: list(Dataset.range(3).filter(lambda x: x)), ValueError),
    "must make a data set": (lambda: list(Dataset.range(3).flat_map(lambda x: x)), TypeError),
    "takes a function, as": (lambda: Dataset.from_generator([1]), TypeError),
    "with one element": (lambda: Dataset.range(3).get_single_element(), ValueError),
    "without an end": (lambda: len(Dataset.range(3).repeat()), TypeError),
    "unknown length": (lambda: len(Dataset.range(3).filter(bool)), TypeError),
    "elements of one shape": (
        lambda: list(Dataset.range(1, 3).map(lambda x: np.ones(int(x))).batch(2)),
        ValueError,
    ),
    "another shape": (
        lambda: list(
            Dataset.from_generator(lambda: iter([[1, 2]]), output_signature=TensorSpec((), "int32"))
        ),
        ValueError,
    ),
    "another form": (
        lambda: list(
            Dataset.from_generator(
                lambda: iter([(1, 2, 3)]),
                output_signature=(TensorSpec((), "int32"), TensorSpec((), "int32")),
            )
        ),
        TypeError,
    ),
    "larger than its shape": (
        lambda: list(Dataset.from_tensors([1, 2, 3]).padded_batch(1, padded_shapes=[2])),
        ValueError,
    ),
    "no tensor": (lambda: Dataset.from_tensors([[1], [2, 3]]), ValueError),
}


@pytest.mark.parametrize("says", BAD)
def test_bad_input_says_what_to_change(says):
    call, kind = BAD[says]
    with pytest.raises(kind, match=says) as caught:
        call()
    assert "remedy:" in str(caught.value)


# -- training --------------------------------------------------------------------------------------


def network():
    geartrain.utils.set_random_seed(3)
    model = models.Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def samples(count=90):
    random = np.random.default_rng(0)
    x = random.normal(size=(count, 4)).astype("float32")
    return x, x.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("workers", [None, 2])
def test_training_on_a_data_set_gives_what_training_on_arrays_gives(workers):
    x, y = samples()
    arrays, stream = network(), network()
    expected = arrays.fit(x, y, batch_size=16, epochs=3, shuffle=False, verbose=0)
    dataset = Dataset.from_tensor_slices((x, y)).batch(16)
    if workers:
        dataset = dataset.map(lambda a, b: (a, b), num_parallel_calls=workers).prefetch(AUTOTUNE)
    found = stream.fit(dataset, epochs=3, verbose=0, validation_data=dataset)
    for one, other in zip(arrays.get_weights(), stream.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_allclose(found.history["loss"], expected.history["loss"], rtol=1e-6)
    np.testing.assert_allclose(
        stream.evaluate(dataset, verbose=0), arrays.evaluate(x, y, verbose=0), rtol=1e-5
    )
    np.testing.assert_array_equal(stream.predict(dataset, verbose=0), arrays.predict(x, verbose=0))
    assert threads() == []


def test_steps_of_an_endless_data_set():
    dataset = Dataset.from_tensor_slices(samples()).shuffle(90, seed=1).repeat().batch(16)
    history = network().fit(dataset, steps_per_epoch=7, epochs=2, verbose=0)
    assert len(history.history["loss"]) == 2
    assert threads() == []


def test_a_failing_worker_ends_training_with_its_error():
    def function(x, y):
        if float(x[0]) > 1.5:
            raise OverflowError("too large a sample")
        return x, y

    dataset = Dataset.from_tensor_slices(samples()).map(function, num_parallel_calls=2).batch(8)
    with pytest.raises(OverflowError, match="too large a sample"):
        network().fit(dataset, verbose=0)
    assert threads() == []


def test_training_that_is_stopped_leaves_no_thread():
    class Stops(callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise KeyboardInterrupt

    dataset = (
        Dataset.from_tensor_slices(samples())
        .repeat()
        .map(lambda x, y: (x, y), num_parallel_calls=2)
    )
    model = network()
    with pytest.raises(KeyboardInterrupt):
        model.fit(dataset.batch(4).prefetch(2), verbose=0, callbacks=[Stops()])
    assert threads() == []
    assert model.predict(dataset.batch(4), steps=2, verbose=0).shape == (8, 1)
    assert len(model.evaluate(dataset.batch(4), steps=2, verbose=0)) == 2
    assert threads() == []


def test_layers_adapt_to_data_sets():
    x, _ = samples()
    given = Dataset.from_tensor_slices(x).batch(32)
    streamed, whole = layers.Normalization(), layers.Normalization()
    streamed.adapt(given)
    whole.adapt(x)
    np.testing.assert_allclose(streamed.mean.numpy(), whole.mean.numpy(), rtol=1e-5, atol=1e-6)
    texts = Dataset.from_tensor_slices((["foo bar", "bar baz"], [0, 1])).batch(2)
    words = layers.TextVectorization(output_sequence_length=3)
    words.adapt(texts.map(lambda text, _: text))
    assert words.get_vocabulary() == ["", "[UNK]", "bar", "foo", "baz"]
    numbers = texts.map(lambda text, label: (words(text), label), num_parallel_calls=2)
    assert next(numbers.as_numpy_iterator())[0].tolist() == [[3, 2, 0], [2, 4, 0]]


def test_a_cache_that_is_cut_off_is_named(tmp_path):
    dataset = Dataset.range(5).cache(tmp_path / "kept")
    list(dataset)
    file = next(tmp_path.iterdir())
    whole = file.read_bytes()
    for length in range(120, len(whole), 61):
        file.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="kept"):
            list(dataset)


def test_nothing_is_held_once_it_was_given():
    """Without a collection of cycles: elements may be large."""
    dataset = Dataset.from_generator(lambda: (np.zeros(1000) for _ in range(20)))
    dataset = (
        dataset.map(lambda x: {"x": x.numpy() + 1, "y": (x, 1)}).batch(2).unbatch().prefetch(2)
    )
    gc.collect()
    gc.disable()
    try:
        given = [weakref.ref(each["x"].array) for each in dataset]
        assert len(given) == 20
        assert sum(each() is not None for each in given) <= 2  # the last batch
    finally:
        gc.enable()


def test_elements_are_computed_with_where_nothing_else_was_imported():
    program = (
        "from geartrain.data import Dataset\n"
        "print([int(x + 1) for x in Dataset.range(4).filter(lambda x: x % 2 == 0)])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[1, 3]\n", done.stderr
