"""What is trained, looped and multiplied: shapes, labels, operations, and the sums of times."""

import types

import numpy as np
import pytest
from harness.plan import COMPILED_NETWORKS, LOOPS, PLAN, PRODUCTS
from harness.report import best_speeds
from harness.rounds import Run
from workloads import book_loops, data, loops, narrow_products, networks, observe, products
from workloads.keras_api import KerasJobs
from workloads.training import TRAININGS

SHAPES = {
    "mnist": ((784,), (10,)),
    "convnet": ((150, 150, 3), ()),
    "normalised": ((150, 150, 3), ()),
    "reviews": ((10_000,), ()),
    "lstm": ((200,), ()),
    "transformer": ((128,), ()),
}


@pytest.mark.parametrize("name", SHAPES)
def test_made_data_have_the_shapes_of_the_networks_inputs(name):
    x, y = TRAININGS[name].data(6)
    assert (x.shape[1:], y.shape[1:]) == SHAPES[name]
    assert len(x) == len(y) == 6
    assert x.dtype == (np.int32 if name in ("lstm", "transformer") else np.float32)
    assert y.dtype == np.float32


def test_every_training_of_the_plan_is_one_that_there_is():
    trained = {each.options["network"] for each in PLAN if each.job == "train"}
    assert trained | set(COMPILED_NETWORKS) == set(TRAININGS)


@pytest.mark.parametrize("make", [data.pets, lambda rows: data.texts(rows, 50)])
def test_labels_can_be_told_from_the_rows(make):
    x, y = make(40)
    means = x.reshape(40, -1).mean(axis=1)
    assert means[y == 1].max() < means[y == 0].min()


def test_reviews_are_multi_hot_and_their_words_decide():
    x, y = data.reviews(3_000)
    assert set(np.unique(x)) == {0.0, 1.0}
    assert data.REVIEW_WORDS * 0.95 < x.sum(axis=1).mean() <= data.REVIEW_WORDS
    x -= x.mean(axis=0)
    worth = (y[:2_500] - y[:2_500].mean()) @ x[:2_500]  # of each word, as these reviews tell it
    right = (x[2_500:] @ worth > 0) == (y[2_500:] > 0.5)
    assert right.mean() > 0.6  # chance is 0.5, four standard errors below


def test_words_have_a_row_in_the_embedding():
    x, _ = data.texts(200, 100)
    assert x.min() >= 0
    assert x.max() < networks.WORDS


def test_steps_count_the_last_smaller_batch():
    assert TRAININGS["reviews"].steps(15_000) == 30
    assert TRAININGS["convnet"].steps(320) == 10


def test_numpys_functions_are_those_of_the_loops():
    for name, arrays in loops.made_arrays(shrink=512).items():
        found = getattr(book_loops, name)(*arrays)
        np.testing.assert_allclose(found, loops.NUMPY[name](*arrays), rtol=1e-4)


def test_every_loop_is_decorated_and_called_decorated(monkeypatch):
    called = []
    for name in book_loops.NAMES:
        monkeypatch.setattr(book_loops, name, getattr(book_loops, name))

    def decorator(function):
        def decorated(*arrays):
            called.append(function.__name__)
            return function(*arrays)

        return decorated

    decorated = book_loops.decorate(decorator)
    decorated["naive_matrix_dot"](np.ones((2, 3)), np.ones((3, 2)))
    assert called == ["naive_matrix_dot", *["naive_vector_dot"] * 4]


def test_a_loop_with_other_numbers_is_refused(monkeypatch):
    wrong = {**loops.NUMPY, "naive_add": lambda x, y: x - y}
    monkeypatch.setitem(loops.FUNCTIONS, "wrong", lambda: wrong)
    with pytest.raises(ValueError, match="naive_add"):
        loops.loops("wrong", {"seconds": 0.0, "shrink": 512})


def test_every_loop_and_product_has_its_figure(monkeypatch):
    monkeypatch.setattr(products, "SIDE", 8)
    monkeypatch.setattr(products, "BATCH", 1)
    monkeypatch.setattr(narrow_products, "NARROW_SIDE", 8)
    found = loops.loops("numpy", {"seconds": 0.0, "shrink": 512})
    assert set(found) == {f"{name}_s" for name in LOOPS}
    found = products.products("numpy", {"seconds": 0.0})
    assert set(found) == {"products", "matmul_s"}
    assert set(PRODUCTS) == {"matmul", *products.DIRECTIONS, "gradients"}


def test_the_convolutions_are_those_of_the_network():
    added = []
    network = types.SimpleNamespace(add=added.append, compile=lambda **_: None)
    keras = types.SimpleNamespace(
        Input=lambda shape: ("input", shape),
        models=types.SimpleNamespace(Sequential=lambda: network),
        optimizers=types.SimpleNamespace(RMSprop=lambda **_: None),
        layers=types.SimpleNamespace(
            Conv2D=lambda filters, size, **_: ("conv", filters, size),
            **{name: lambda *_, **__: () for name in ("MaxPooling2D", "Flatten", "Dropout")},
            Dense=lambda *_, **__: (),
        ),
    )
    networks.pets_convnet(keras)
    filters = [each[1] for each in added if each and each[0] == "conv"]
    layers = list(products.pet_layers())
    assert [each.filters for each in layers] == filters
    assert [each.side for each in layers] == [150, 74, 36, 17]
    assert layers[1].flops == 2 * 32 * 72 * 72 * 3 * 3 * 32 * 64


def test_only_the_first_layers_gradient_by_its_input_is_left_out(monkeypatch):
    monkeypatch.setattr(products, "SIDE", 8)
    jobs = products._jobs(lambda *_: None, lambda *_: (None, None, None))
    names = [(name, direction) for name, direction, _, _ in jobs]
    assert len(names) == 1 + 4 * 3 - 1
    assert ("150x150 3->32", "by_input") not in names


def test_shares_are_weighed_by_time():
    rows = [
        {"direction": "by_input", "flops": 9e9, "seconds": 0.1},
        {"direction": "by_kernel", "flops": 1e9, "seconds": 0.3},
    ]
    figures = products.figures_of(rows, 100.0)
    assert figures["gradients_s"] == pytest.approx(0.4)
    assert figures["gradients_share"] == pytest.approx(10 / 0.4 / 100)
    assert "matmul_s" not in figures
    assert not any(key.endswith("share") for key in products.figures_of(rows, 0.0))


def test_the_best_round_of_each_product_remains():
    def run(name, seconds):
        row = {"name": "a", "direction": "forward", "flops": 2 * 10**9, "seconds": seconds}
        return Run("products", name, 1, {"products": [row]})

    speeds = best_speeds([run("geartrain", 0.2), run("geartrain", 0.1), run("torch", 0.4)])
    assert speeds == {("a", "forward", 2 * 10**9): {"geartrain": 20.0, "torch": 5.0}}


def test_the_best_call_is_the_shortest_and_the_first_is_left_out(monkeypatch):
    times = iter([9.0, 3.0, 2.0, 4.0])
    monkeypatch.setattr(observe, "elapsed_s", lambda call: (call(), next(times))[1])
    calls = []
    assert observe.best_call_s(lambda: calls.append(1), seconds=0.0) == 3.0
    assert len(calls) == 3


def test_compile_time_is_what_the_first_fit_takes_more_than_the_best_later_one(monkeypatch):
    times = iter([5.0, 2.0, 1.0, 3.0])
    monkeypatch.setattr(observe, "elapsed_s", lambda fit: (fit(), next(times))[1])
    fits = []

    class Network:
        def fit(self, x, y, **options):
            fits.append((len(x), len(y), options["batch_size"], options["epochs"]))
            return types.SimpleNamespace(history={"loss": [0.0]})

    x, y = data.texts(3, 5)
    assert KerasJobs("keras")._first_fit_s(Network(), x, y) == 4.0
    assert fits == [(3, 3, 3, 1)] * 4
