"""Functions of `map` and `filter` as machine code: which are, what they give, which are not."""

import threading

import numpy as np
import pytest

import geartrain
from geartrain import Variable, layers, ops, random
from geartrain.data import AUTOTUNE, Dataset, TensorSpec, native, tracing
from geartrain.data.calling import Call
from geartrain.runtime import pool

X = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
Y = np.arange(50) % 5


@pytest.fixture(autouse=True)
def worth_it(monkeypatch):
    """Few elements are compiled for as well."""
    monkeypatch.setattr(native, "WORTH", 8)


@pytest.fixture(autouse=True)
def without_autograph(monkeypatch):
    """`tf.data`, where something has loaded it, rewrites functions that ask for numbers."""
    monkeypatch.setattr(tracing, "rewriters", [])


@pytest.fixture
def runs(monkeypatch):
    """How often functions ran as they stand, and were traced, since it was cleared."""
    found = {"eager": 0, "traced": 0}
    eagerly, tracing = Call.__call__, native.trace_function

    def counted(call, element):
        found["eager"] += 1
        return eagerly(call, element)

    def traced(*given, **named):
        found["traced"] += 1
        return tracing(*given, **named)

    monkeypatch.setattr(Call, "__call__", counted)
    monkeypatch.setattr(native, "trace_function", traced)
    return found


def reason(dataset):
    return dataset.stage.call.compiling.reason


def as_they_stand(dataset):
    return [dataset.stage.call(each) for each in dataset.stage.source.elements()]


def same(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        for a, b in zip(geartrain.tree.flatten(one), geartrain.tree.flatten(other), strict=True):
            assert np.asarray(a).dtype == np.asarray(b).dtype
            np.testing.assert_allclose(a, b, rtol=1e-6)


def elements(dataset):
    return list(dataset.as_numpy_iterator())


def from_generator(*arrays):
    signature = tuple(TensorSpec(each.shape[1:], each.dtype) for each in arrays)
    return Dataset.from_generator(lambda: zip(*arrays, strict=True), output_signature=signature)


def test_rows_in_memory_are_mapped_in_one_native_call(runs):
    dataset = Dataset.from_tensor_slices((X, Y)).map(lambda x, y: (x / 4 + 1, ops.one_hot(y, 5)))
    found = elements(dataset)
    assert runs == {"eager": 0, "traced": 3}  # twice to see whether it can be, once for the pass
    same(found, [(x / 4 + 1, np.eye(5, dtype="float32")[y]) for x, y in zip(X, Y, strict=True)])
    same(elements(dataset.batch(7)), elements(Dataset.from_tensor_slices(tuple(
        np.stack(each) for each in zip(*found, strict=True))).batch(7)))  # fmt: skip
    assert runs["eager"] == 0


def test_elements_of_a_generator_are_mapped_one_by_one_after_the_first(runs):
    dataset = from_generator(X, Y).map(lambda x, y: {"x": ops.tanh(x), "y": y})
    found = elements(dataset)
    assert runs["eager"] == 8
    same(found, [{"x": np.tanh(x), "y": y} for x, y in zip(X, Y, strict=True)])


def test_few_elements_are_not_compiled_for(runs):
    same(elements(Dataset.from_tensor_slices(X[:7]).map(lambda x: x + 1)), list(X[:7] + 1))
    assert runs == {"eager": 7, "traced": 0}


def test_batches_of_any_size_run_the_same_machine_code(runs):
    dataset = Dataset.from_tensor_slices(X).batch(4).map(lambda x: ops.sum(x, axis=1))
    found = elements(dataset)
    same(found, [X[at : at + 4].sum(1) for at in range(0, 50, 4)])
    assert runs["eager"] == 0
    assert dataset.element_spec == TensorSpec((None,), "float32")


def test_filter_takes_rows_out_of_blocks(runs):
    dataset = Dataset.from_tensor_slices((X, Y)).filter(lambda x, y: (x[0] > 0) & (y != 2))
    found = elements(dataset)
    assert runs["eager"] == 0
    same(found, [(x, y) for x, y in zip(X, Y, strict=True) if x[0] > 0 and y != 2])


def sees_numbers(x):
    return x * 2 if x[0] > 0 else x


def uses_numpy(x):
    return np.flip(x.numpy())


def prints(x):
    print(end="")
    return x


SEEN = []


def remembers(x):
    SEEN.append(x)
    return x


def remembers_elsewhere(x):
    seen = SEEN
    seen.append(1)
    return x


TOTAL = {"calls": 0}


def counts(x):
    TOTAL["calls"] += 1
    return x


def draws(x):
    return x + np.random.uniform(size=3).astype("float32")  # noqa: NPY002


def makes_a_layer(x):
    return layers.GaussianNoise(1.0)(x, training=True)


def has_effects(x):
    geartrain.debug.check(x[0] < 100, "small")
    return x


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (sees_numbers, "NoNumbers"),
        (uses_numpy, "NoNumbers"),
        (prints, "a call of print"),
        (remembers, "a call of list.append"),
        (counts, "it stores what may lie outside"),
        (draws, "it draws from a generator"),
        (makes_a_layer, "it does something else each time"),
        (has_effects, "it has effects"),
    ],
)
def test_what_does_more_than_compute_runs_as_it_stands(function, why, runs):
    SEEN.clear()
    TOTAL["calls"] = 0
    geartrain.utils.set_random_seed(1)
    dataset = Dataset.from_tensor_slices(X).map(function)
    found = elements(dataset)
    assert runs["eager"] == 50
    assert why in reason(dataset)
    if function is remembers:
        assert len(SEEN) == 50
    if function is counts:
        assert TOTAL["calls"] == 50
    geartrain.utils.set_random_seed(1)
    same(found, as_they_stand(dataset))


def test_what_a_function_makes_for_itself_it_may_change(runs):
    def features(row):
        parts = []
        parts.append(row["a"])
        row["b"] = parts[0] * 2
        return row, row.pop("a")

    dataset = Dataset.from_tensor_slices({"a": X}).map(features)
    same(elements(dataset), [({"b": x * 2}, x) for x in X])
    assert runs["eager"] == 0


def test_random_numbers_are_those_of_the_function_as_it_stands(runs):
    generator = random.SeedGenerator(3)
    for function in (
        lambda x: x + random.normal((3,)),
        lambda x: x + random.uniform((3,), seed=generator),
        lambda x: x + random.uniform((3,), seed=7),
    ):
        geartrain.utils.set_random_seed(5)
        generator.state.assign(np.array([3, 0], np.uint64))
        dataset = Dataset.from_tensor_slices(X).map(function, num_parallel_calls=AUTOTUNE)
        found = elements(dataset)
        assert runs["eager"] == 0
        geartrain.utils.set_random_seed(5)
        generator.state.assign(np.array([3, 0], np.uint64))
        expected = [function(each).numpy() for each in Dataset.from_tensor_slices(X)]
        same(found, expected)
        runs["eager"] = 0


def test_each_pass_sees_what_the_function_reads_then(runs):
    scale, shift = [1.0], Variable(np.zeros(3, "float32"))
    dataset = Dataset.from_tensor_slices(X).map(lambda x: x * scale[0] + shift)
    same(elements(dataset), list(X))
    scale[0] = 3.0
    shift.assign(np.ones(3, "float32"))
    same(elements(dataset), list(X * 3 + 1))
    assert runs["eager"] == 0


def test_elements_of_another_shape_run_as_they_stand(runs):
    rows = [X[0], *X[:20]]
    rows[12] = X[1, :2]
    dataset = Dataset.from_generator(
        lambda: iter(rows), output_signature=TensorSpec(None, "float32")
    ).map(lambda x: x)
    dataset = dataset.map(lambda x: x + 1)
    same(elements(dataset), [each + 1 for each in rows])


def test_large_elements_are_mapped_in_threads_each_with_its_own_memory(runs, monkeypatch):
    monkeypatch.setattr(native, "WORTH", 200)
    large = np.random.default_rng(1).normal(size=(24, 200, 200)).astype("float32")
    dataset = Dataset.from_tensor_slices(large).map(
        lambda x: ops.matmul(x, x), num_parallel_calls=3
    )
    for found, x in zip(elements(dataset), large, strict=True):
        np.testing.assert_allclose(found, x @ x, rtol=1e-3, atol=1e-4)
    assert runs["eager"] == 0


def test_a_look_ahead_compiles_nothing(runs):
    dataset = Dataset.from_tensor_slices(X).map(sees_numbers)
    assert dataset.element_spec == TensorSpec((3,), "float32")
    assert runs == {"eager": 1, "traced": 0}
    assert dataset.stage.call.compiling.reason is None


def test_a_network_is_fitted_on_mapped_rows_as_on_arrays():
    def fitted(dataset):
        geartrain.utils.set_random_seed(0)
        model = geartrain.Sequential([layers.Dense(2)])
        model.compile("sgd", "mse")
        return model.fit(dataset, epochs=2, verbose=0).history["loss"]

    rows = Dataset.from_tensor_slices((X, X[:, :2]))
    mapped = rows.map(lambda x, y: (x * 0.5, y + 1)).batch(10)
    arrays = Dataset.from_tensor_slices((X * np.float32(0.5), X[:, :2] + 1)).batch(10)
    assert fitted(mapped) == fitted(arrays)


def test_machine_code_in_a_data_thread_does_not_wait_for_that_of_a_step(runs):
    large = np.ones((20, 200, 200), "float32")
    dataset = Dataset.from_tensor_slices(large).map(lambda x: ops.matmul(x, x)).prefetch(20)
    found = []
    consumer = threading.Thread(target=lambda: found.extend(elements(dataset)), daemon=True)
    with pool._shared.lock:  # a step is running
        consumer.start()
        consumer.join(60)
        assert len(found) == 20
    assert runs["eager"] == 0
