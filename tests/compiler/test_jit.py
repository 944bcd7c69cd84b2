"""`jit`: nests in and out, what is a new signature, methods, tapes, threads, mistakes."""

import gc
import threading
import warnings
import weakref
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from functools import wraps
from typing import Any, NamedTuple

import numpy as np
import pytest

from geartrain import GradientTape, Tensor, Variable, grad, jacobian, jit, layers, models, ops

X = np.array([1.0, 2.0, 3.0], "float32")


class Pair(NamedTuple):
    first: Any
    second: Any


@dataclass(frozen=True)
class Batch:
    x: Tensor
    name: str = "train"


def tensor(numbers, dtype="float32"):
    return ops.convert_to_tensor(np.asarray(numbers, dtype))


def counted(function):
    """The function, and a list that grows each time that Python runs it."""
    runs = []

    @wraps(function)
    def running(*arguments, **named):
        runs.append(1)
        return function(*arguments, **named)

    return running, runs


@pytest.mark.parametrize(
    "nest",
    [
        [tensor(X), tensor(X)],
        (tensor(X), [tensor(X), None]),
        {"b": tensor(X), "a": {"c": tensor(X)}},
        OrderedDict(b=tensor(X), a=tensor(X)),
        defaultdict(list, b=tensor(X)),
        Pair(tensor(X), "static"),
        Batch(tensor(X)),
        Batch(Pair(tensor(X), 3), "test"),
    ],
    ids=repr,
)
def test_nests_come_back_in_their_kind(nest):
    found = jit(lambda nest: nest)(nest)
    assert type(found) is type(nest)
    assert repr(found) == repr(nest)


def test_results_are_fresh_and_static_parts_stay():
    step = jit(lambda x: {"sum": ops.sum(x), "list": [x * 2, "word", None, 3]})
    first, second = step(X), step(X)
    first["list"].clear()
    assert second["list"][1:] == ["word", None, 3]
    np.testing.assert_array_equal(second["list"][0], 2 * X)
    assert jit(lambda x: None)(X) is None


def test_numbers_of_tensors_and_floats_are_no_part_of_the_signature():
    function, runs = counted(lambda x, rate, nest: x * rate + nest["b"][0])
    step = jit(function)
    for rate in (0.5, 0.25, np.float32(2)):
        for x in (X, tensor(2 * X)):
            np.testing.assert_allclose(step(x, rate, {"b": [1.5]}), np.asarray(x) * rate + 1.5)
    assert len(runs) == 2  # a NumPy number is an array, a Python float a scalar of weak dtype
    assert len(step.retraces) == 1


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "complex64"])
def test_a_float_takes_the_dtype_of_what_is_beside_it(dtype):
    def step(x, rate):
        return x * rate, rate - x, ops.maximum(ops.cast(x, "float64"), rate), rate * 2.0, -rate

    x = tensor([1, 2], dtype)
    if dtype == "complex64":
        step = lambda x, rate: (x * rate, rate - x)
    for found, expected in zip(jit(step)(x, 0.1), step(x, 0.1), strict=True):
        assert getattr(expected, "dtype", np.dtype("float32")) == found.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-7 if found.dtype != "float16" else 1e-3)


def test_all_else_is_static_and_a_new_value_is_a_new_signature():
    def step(x, n, mode="sum", flag=True):
        for _ in range(n):
            x = x + 1
        return (ops.sum(x) if mode == "sum" else x) if flag else None

    function, runs = counted(step)
    step = jit(function)
    for _ in range(2):
        assert float(step(X, 2)) == 12
        assert float(step(X, 3)) == 15
        assert step(X, 3, "all").shape == (3,)
        assert step(X, 3, flag=False) is None
        assert float(step(X, True)) == 9  # equal to 1, but another value
    assert len(runs) == 5


def test_names_and_positions_are_one_signature():
    function, runs = counted(lambda *a, **k: None)

    @jit
    def step(x, y, *, scale=1.0):
        function()
        return x - y * scale

    for found in (step(X, X), step(X, y=X), step(y=X, x=X)):
        np.testing.assert_array_equal(found, 0 * X)
    np.testing.assert_array_equal(step(scale=2.0, y=X, x=X), -X)
    assert len(runs) == 2


def test_static_arguments_by_number_and_by_name():
    def step(x, rate, *, mode=None):
        return x * 2 if rate > 0 else x

    for compiled in (jit(step, static_argnums=1), jit(step, static_argnames="rate")):
        np.testing.assert_array_equal(compiled(X, 0.5), 2 * X)
        np.testing.assert_array_equal(compiled(X, -0.5), X)
        compiled(X, float("nan"))
        compiled(X, float("nan"))
        assert len(compiled.programs) == 3
    with pytest.raises(TypeError, match="an array cannot be"):
        jit(step, static_argnames=("rate",))(X, X)
    with pytest.raises(TypeError, match="an array cannot be"):
        jit(step, static_argnames=("rate",))(X, [1, tensor(X)])
    with pytest.raises(TypeError, match="must be hashable"):
        jit(step)(X, 1.0, mode={1, 2})
    with pytest.raises(ValueError, match=r"nearest: rate"):
        jit(step, static_argnames="rat")


def test_it_says_what_changed(capsys, monkeypatch):
    monkeypatch.setenv("GEARTRAIN_DEBUG", "1")

    @jit
    def step(x, batch, n=1):
        return x + batch["mask"][0]

    step(X, {"mask": [X]})
    step(X[:2], {"mask": [X[:2]]})
    step(X[:2].astype("float64"), {"mask": [X[:2]]}, n=2)
    step(X[:2], {"mask": [X[:2]], "more": None}, 2)
    found = [[str(change) for change in each.changes] for each in step.retraces]
    assert found == [
        ["x is float32(2,), was float32(3,)", "batch['mask'][0] is float32(2,), was float32(3,)"],
        ["x is float64(2,), was float32(2,)", "n is 2, was absent"],
        [
            "x is float32(2,), was float64(2,)",
            "batch is with ['mask', 'more'], was with ['mask']",
        ],
    ]
    assert [each.changes[0].kind for each in step.retraces] == ["shape", "dtype", "dtype"]
    assert step.retraces[0].line.startswith("test_jit.py:")
    assert "jit step: traced again, x is float32(2,), was float32(3,)" in capsys.readouterr().err


def test_the_eighth_new_shape_is_warned_of_once():
    @jit
    def step(x):
        return x + 1

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for size in range(1, 9):
            step(np.ones((2, size), "float32"))
    with pytest.warns(RuntimeWarning, match=r"symbolic={'x': 1}\)") as found:
        step(np.ones((2, 20), "float32"))
    assert found[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for size in range(30, 40):
            step(np.ones((2, size), "float32"))


def test_the_eighth_new_number_is_warned_of():
    step = jit(lambda x, n: x + n)
    for n in range(8):
        step(X, n)
    with pytest.warns(RuntimeWarning, match=r"n as a tensor: np.asarray\(n\)"):
        step(X, 8)


@pytest.mark.parametrize(
    "symbolic",
    [
        {"x": 0, "y": 0},
        {"x": (0,), "y": [0]},
        {"x": {0: "batch"}, "y": {0: "batch"}},
        {"x": -2, "y": -1},
    ],
)
def test_symbolic_axes_serve_every_size(symbolic):
    function, runs = counted(lambda x, y: ops.sum(x * ops.expand_dims(y, 1), 0))
    step = jit(function, symbolic=symbolic)
    for size in (3, 1, 7, 64):
        x, y = np.random.default_rng(size).random((2, size, 4), "float32")
        y = y[:, 0]
        np.testing.assert_allclose(step(x, y), (x * y[:, None]).sum(0), rtol=1e-5)
    assert len(runs) == 1


def test_symbolic_axes_reach_into_nests_and_keep_other_sizes():
    function, runs = counted(lambda batch: {"y": batch["x"] + ops.sum(batch["z"])})
    step = jit(function, symbolic={"batch": 0})
    for size, other in ((2, 5), (3, 5), (4, 4), (5, 5), (8, 3)):
        found = step({"x": np.ones((size, 2), "f4"), "z": np.ones(other, "f4")})["y"]
        np.testing.assert_array_equal(found, np.full((size, 2), 1 + other))
    assert len(runs) == 2  # two sizes, and two axes of one size


def test_wrong_symbolic_axes_are_named():
    named = {"x": {0: "batch"}, "y": {0: "batch"}}
    with pytest.raises(ValueError, match="axis 'batch' has two sizes in one call"):
        jit(lambda x, y: (x, y), symbolic=named)(X, X[:2])
    with pytest.raises(ValueError, match="Argument 'x' has no axis 1"):
        jit(lambda x: x, symbolic={"x": 1})(X)
    with pytest.raises(ValueError, match="There is no argument of f of this name"):
        jit(lambda x: x, symbolic={"y": 1}, name="f")


def test_variables_are_found_and_stay_the_users():
    weight, count = Variable(X), Variable(0.0)

    @jit
    def step(x, variable):
        weight.assign(weight - x)
        variable.assign_add(1.0)
        return weight.value, variable

    value, returned = step(X, count)
    np.testing.assert_array_equal(value, 0 * X)
    assert returned is count
    step(X, count)
    np.testing.assert_array_equal(weight.numpy(), -X)
    assert float(count.numpy()) == 2
    step(X, Variable(0.0))  # another variable, another signature
    assert [each.changes[0].kind for each in step.retraces] == ["value"]


class Model:
    def __init__(self, scale):
        self.scale = Variable(scale)

    @jit
    def __call__(self, x):
        return x * self.scale

    @jit(static_argnames="power")
    def power(self, x, power):
        return self(x) ** power


def test_methods_belong_to_their_instances():
    first, second = Model(2.0), Model(3.0)
    np.testing.assert_array_equal(first(X), 2 * X)
    np.testing.assert_array_equal(second(X), 3 * X)
    np.testing.assert_array_equal(second.power(X, 2), 9 * X * X)
    np.testing.assert_array_equal(second.power(X, 2), 9 * X * X)
    assert len(first.__call__.programs) == len(second.power.programs) == 1
    assert len(first.power.programs) == 0


def test_nothing_keeps_an_instance_or_an_object():
    model, step = Model(2.0), jit(lambda model, x: x * model.scale)
    model(X)
    step(model, X)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    step(Model(1.0), X)
    assert len(step.programs) == 1


def test_a_nested_jit_becomes_part_of_the_function():
    inner = jit(lambda x: {"y": x * 2})
    outer = jit(lambda x: inner(x)["y"] + 1)
    np.testing.assert_array_equal(outer(X), 2 * X + 1)
    assert not inner.programs


def test_derivatives_go_inside_and_through():
    cube = jit(lambda x: ops.sum(x * x * x))
    np.testing.assert_allclose(jit(grad(cube))(X), 3 * X**2)
    with pytest.warns(RuntimeWarning, match=r"the tape inside|jit\(grad\(<lambda>\)\)") as found:
        np.testing.assert_allclose(grad(cube)(tensor(X)), 3 * X**2)
    assert found[0].filename == __file__
    np.testing.assert_allclose(grad(cube)(tensor(X)), 3 * X**2)  # said once
    np.testing.assert_allclose(jit(jacobian(lambda x: x * x))(X), np.diag(2 * X))
    weight = Variable(X)
    loss = jit(lambda x: ops.sum(weight * weight * x))
    with GradientTape() as tape, pytest.warns(RuntimeWarning, match="a tape outside"):
        found = loss(X)
    np.testing.assert_allclose(tape.gradient(found, weight), 2 * X * X)


def test_threads_trace_once_and_agree():
    function, runs = counted(lambda x: ops.sum(x * x))
    step, found, barrier = jit(function), [], threading.Barrier(8)

    def work(number):
        barrier.wait()
        for turn in range(50):
            scale = number * 50 + turn
            found.append((float(step(X * np.float32(scale))), 14.0 * scale * scale))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(runs) == 1
    assert len(found) == 400
    np.testing.assert_allclose(*zip(*found, strict=True), rtol=1e-6)


def test_an_exception_while_tracing_leaves_nothing_behind():
    weight, wrong = Variable(X), [True]

    @jit
    def step(x):
        weight.assign(weight + x)
        if wrong[0]:
            raise RuntimeError("no")
        return weight.value

    with pytest.raises(RuntimeError, match="no") as caught:
        step(X)
    assert caught.value.__notes__[0].startswith("(while jit traced step, called at test_jit.py:")
    np.testing.assert_array_equal(weight.numpy(), X)
    wrong.clear()
    wrong.append(False)
    np.testing.assert_array_equal(step(X), 2 * X)
    assert not step.retraces


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda x: x if ops.sum(x) > 0 else -x, r"ops\.cond"),
        (lambda x: x * float(ops.sum(x)), r"float\(\) asks for"),
        (lambda x: x * x.numpy(), r"debug\.print"),
        (lambda x: [1, 2][ops.argmax(x)] * x, "a whole number of Python's"),
    ],
)
def test_python_asking_for_numbers_is_told_where_and_what_else(function, words):
    with pytest.raises(TypeError, match=words) as caught:
        jit(function)(X)
    assert "has no numbers yet, at test_jit.py:" in str(caught.value)


def test_a_symbol_that_escapes_is_named():
    kept = []

    def leaks(x):
        kept.append(x * 2)
        return x

    jit(leaks)(X)
    for use in (lambda: kept[0] + 1, lambda: jit(lambda x: x + kept[0])(X)):
        with pytest.raises(TypeError, match="outside of the function in which it was traced"):
            use()


def test_arrays_of_words_are_no_numbers():
    with pytest.raises(TypeError, match="takes arrays of numbers"):
        jit(lambda x: x)(np.array(["a"]))


def test_small_programs_take_the_short_way(monkeypatch):
    step = jit(lambda x, y: {"sum": x + y})
    step(X, X)
    runs = []
    monkeypatch.setattr(
        "geartrain.compiler.programs.program.Program.run", lambda *_: runs.append(1)
    )
    for x in (X, tensor(2 * X)):
        np.testing.assert_array_equal(step(x, X)["sum"], np.asarray(x) + X)
    assert not runs
    big = np.ones(300_000, "float32")
    step = jit(lambda x: x + 1, symbolic={"x": 0})
    for size in (3, 4, 3, 5):
        np.testing.assert_array_equal(step(X[:1].repeat(size)), np.full(size, 2))
    assert not runs
    with pytest.raises(TypeError, match="not subscriptable"):
        step(big)  # too much for the short way
    assert runs == [1]


def test_what_does_not_fit_the_short_way_takes_the_long_one():
    step = jit(lambda x: ops.sum(x * 2, axis=0))
    x = np.arange(6, dtype="float32").reshape(2, 3)
    for each in (x, x[:, ::-1], np.asfortranarray(x), x[::-1], x[:1], x.astype("f8"), x):
        np.testing.assert_array_equal(step(each), 2 * each.sum(0))
    assert len(step.programs) == 3


def test_a_tensor_read_before_a_short_call_keeps_its_numbers():
    state = Variable(X)

    @jit
    def step(x):
        state.assign_add(x)
        return state.value

    step(X)
    before = state.value
    after = step(X)
    np.testing.assert_array_equal(before, 2 * X)
    np.testing.assert_array_equal(after, 3 * X)
    np.testing.assert_array_equal(state.numpy(), 3 * X)


def test_what_is_dropped_goes():
    def alive():
        gc.collect()
        return sum(type(each).__name__ in kinds for each in gc.get_objects())

    kinds = {"jit", "Compiled", "Program", "Frame", "Shortcut", "Node", "ElfLibrary", "Retraces"}
    weight = Variable(X)

    def use(number):
        step = jit(lambda x: {"y": x * weight.value + number})
        step(X)
        step(X)
        step(X[:1] if number % 2 else X)

    use(0)
    before = alive()
    for number in range(20):
        use(number)
    assert alive() < before + 20  # each use makes more than that of them: some may go later


def test_a_shortcut_leaves_alone_what_does_not_fit():
    step = jit(lambda x, y: x + y, symbolic={"x": 0, "y": 0})
    step(X, X)
    from geartrain.compiler.programs.shortcut import shortcut_of

    shortcut = shortcut_of(step.programs[0])
    np.testing.assert_array_equal(shortcut((X, tensor(X)))[0], 2 * X)
    for arguments in ((X,), (X, X[:2]), (X, X.astype("f8")), ([1.0], X), (X[::-1], X), (None, X)):
        assert shortcut(arguments) is None
    np.testing.assert_array_equal(shortcut((X[:2], X[:2]))[0], 2 * X[:2])


def test_bytes_in_the_other_order_are_turned():
    x = np.arange(6, dtype="float32").reshape(2, 3)
    other = x.astype(x.dtype.newbyteorder())
    twice = jit(lambda x: x * 2.0)
    for given in (other, Tensor(other), ops.convert_to_tensor(other)):
        np.testing.assert_array_equal(twice(given), 2 * x)
    assert Variable(other).numpy().dtype.isnative
    model = models.Sequential([layers.Dense(1, kernel_initializer="ones")])
    model.compile(loss="mse")
    np.testing.assert_array_equal(model.predict(other, verbose=0), x.sum(1, keepdims=True))
    model.fit(other, other.sum(1), verbose=0)
