"""AutoGraph: functions in which tensors decide are compiled, and give what TensorFlow's give.

Warnings are errors here: a function that falls back to running as it stands fails its test.
"""

import importlib
import json
import re
import traceback
from pathlib import Path

import numpy as np
import pytest

from geartrain.compat import tensorflow as tf
from geartrain.tensor.nest import flatten
from tests.compat.autograph_cases import cases

GOLDEN = json.loads((Path(__file__).parent / "autograph_golden.json").read_text())
CASES = cases(tf)


def leaves(found):
    return [(np.asarray(each).dtype.name, np.asarray(each)) for each in flatten(found)]


@pytest.mark.parametrize("name", CASES)
def test_what_tensorflow_gives(name):
    function, calls = CASES[name]
    compiled = tf.function(function)
    for given, wanted in zip(calls, GOLDEN[name], strict=True):
        arguments = [tf.constant(each) for each in given]
        found = leaves(compiled(*arguments))
        assert [dtype for dtype, _ in found] == [dtype for dtype, _ in wanted]
        for (_, numbers), (_, known) in zip(found, wanted, strict=True):
            np.testing.assert_allclose(numbers, known, rtol=1e-5, atol=1e-6)
    assert compiled.experimental_get_tracing_count() == len({np.shape(each[0]) for each in calls})


@pytest.mark.parametrize("name", CASES)
def test_as_it_stands(name):
    """Without a graph the same function gives the same numbers."""
    function, calls = CASES[name]
    for given, wanted in zip(calls, GOLDEN[name], strict=True):
        found = leaves(function(*map(tf.constant, given)))
        for (_, numbers), (_, known) in zip(found, wanted, strict=True):
            np.testing.assert_allclose(numbers, known, rtol=1e-5, atol=1e-6)


# -- beyond TensorFlow: it refuses these -----------------------------------------------------------


def test_returns_in_one_way_only():
    @tf.function
    def early(x):
        if x > 10:
            if x > 20:
                return x * 3
            x = x + 1
        elif x < 0:
            return -x
        return x

    assert [int(early(tf.constant(x))) for x in (5, 12, 25, -4)] == [5, 13, 75, 4]
    assert early.experimental_get_tracing_count() == 1


def test_a_return_in_a_loop():
    @tf.function
    def first_above(x, limit):
        for i in tf.range(10):
            if x[i] > limit:
                return i
        return tf.constant(-1)

    x = tf.range(10.0)
    assert [int(first_above(x, tf.constant(each))) for each in (2.5, 99.0)] == [3, -1]


def test_a_loop_that_a_tensor_ends():
    @tf.function
    def doubled(x):
        turns = 0
        while True:
            x = x * 2
            turns += 1
            if x > 50:
                break
        else:
            turns = -1
        return x, turns

    assert [int(each) for each in doubled(tf.constant(3))] == [96, 5]


def test_chained_choices_of_values():
    rank = tf.function(lambda x: 1 if x > 5 else 2 if x > 0 else 3)
    assert [int(rank(tf.constant(x))) for x in (6.0, 2.0, -2.0)] == [1, 2, 3]


def test_a_check_of_a_tensor():
    @tf.function
    def positive(x):
        assert x > 0, "not positive"
        return x

    assert float(positive(tf.constant(2.0))) == 2
    with pytest.raises(AssertionError, match="not positive"):
        positive(tf.constant(-2.0))


def test_minimum_and_length():
    @tf.function
    def shortened(x, limit):
        count = min(len(x), 2)
        total = 0.0
        for i in range(max(count, 1)):
            total += min(x[i], limit) if x[i] > 0 else 0.0
        return total

    assert float(shortened(tf.constant([3.0, -1.0, 9.0]), tf.constant(2.5))) == 2.5


# -- what a function is made of --------------------------------------------------------------------


class Base:
    def scaled(self, x):
        return x + 1


class Scaled(Base):
    def __init__(self):
        self.__factor = 3.0
        self.limit = tf.Variable(2.0)

    def scaled(self, x, *, by=2.0):
        if x > 0:
            return super().scaled(x) * self.__factor * by
        return super().scaled(x)

    @tf.function
    def grown(self, x):
        while self.limit < x:
            self.limit.assign(self.limit * 2)
        return self.scaled(x) + self.limit


def test_methods_with_names_of_their_class():
    scaled = Scaled()
    assert float(scaled.grown(tf.constant(10.0))) == 66 + 16
    assert float(scaled.limit) == 16
    assert float(scaled.grown(tf.constant(-1.0))) == 0 + 16


def test_names_of_other_scopes():
    def outer(x):
        total = 0.0

        def add(y):
            nonlocal total
            if y > 0:
                total = total + y
            else:
                total = total - y
            return total * 2

        return add(x) + add(-x) + total

    assert float(tf.function(outer)(tf.constant(3.0))) == 6 + 12 + 6


def test_a_function_within_a_function():
    @tf.function
    def inner(x):
        if x > 0:
            return x * 2
        return x

    @tf.function
    def outer(x):
        return inner(x) + inner(-x)

    assert float(outer(tf.constant(3.0))) == 3
    with tf.GradientTape() as tape:
        x = tf.Variable(3.0)
        y = inner(x)
    assert float(tape.gradient(y, x)) == 2


def test_sizes_that_are_symbols():
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def doubled(x):
        found = tf.TensorArray(tf.float32, size=tf.shape(x)[0])
        for i in tf.range(tf.shape(x)[0]):
            if x[i] > 1:
                found = found.write(i, x[i] * 2)
            else:
                found = found.write(i, x[i])
        return found.stack()

    assert doubled([1.0, 2.0, 3.0]).numpy().tolist() == [1, 4, 6]
    assert doubled([5.0]).numpy().tolist() == [10]
    assert doubled.experimental_get_tracing_count() == 1


def test_training_until_it_is_good_enough():
    weight = tf.Variable(5.0)
    optimizer = tf.keras.optimizers.SGD(0.1)
    optimizer.build([weight])

    @tf.function
    def train(most):
        steps = 0
        for _ in tf.range(most):
            with tf.GradientTape() as tape:
                loss = weight * weight
            optimizer.apply_gradients([(tape.gradient(loss, weight), weight)])
            steps += 1
            if loss < 1.0:
                break
        return steps

    assert int(train(tf.constant(100))) == 9
    assert int(optimizer.iterations) == 9
    assert float(weight) == pytest.approx(5 * 0.8**9)


def test_printing_in_a_loop(capfd):
    @tf.function
    def count(n):
        i = 0
        while i < n:
            i += 1
            if i % 2 == 0:
                tf.print("at", i)
        return i

    count(tf.constant(5))
    assert re.findall(r"at (\d)", "".join(capfd.readouterr())) == ["2", "4"]


def test_functions_of_data_sets_compile():
    from geartrain.data.native import Compiling

    def folded(x):
        while x < 100:
            x = x * 2 + 1
        return x if x > 150 else -x

    dataset = tf.data.Dataset.range(6)
    assert list(dataset.map(folded).as_numpy_iterator()) == [-127, -127, 191, -127, 159, 191]
    compiling = Compiling(folded, folded, "folded")
    assert compiling.native(dataset.element_spec) is not None, compiling.reason


# -- what stays as it stands -----------------------------------------------------------------------


def falls_back(function, *arguments):
    compiled = tf.function(function)
    with pytest.warns(RuntimeWarning, match="without machine code") as said:
        found = compiled(*arguments)
    return found, str(said[0].message)


def test_what_changes_objects_runs_as_it_stands():
    def listed(x):
        values = []
        for i in range(3):
            if x > i:
                values.append(x)
            else:
                values.append(-x)
        return tf.stack(values)

    found, message = falls_back(listed, tf.constant(1.0))
    assert found.numpy().tolist() == [1, -1, -1]
    assert "values.append is changed in place" in message


def test_ways_of_other_dtypes_run_as_they_stand():
    def mixed(x):
        if x > 0:
            y = tf.constant(1)
        else:
            y = tf.constant(2.0)
        return y

    found, message = falls_back(mixed, tf.constant(1.0))
    assert found.dtype == "int32"
    assert "int32 () in one way, float32 () in the other" in message


def test_nothing_returned_in_one_way_runs_as_it_stands():
    def one_way(x):
        if x > 0:
            return x
        return None

    assert falls_back(one_way, tf.constant(-1.0))[0] is None


def test_a_condition_with_several_elements_is_pythons_error():
    def choice(x):
        if x > 0:
            return x
        return -x

    with pytest.warns(RuntimeWarning, match="without machine code"), pytest.raises(ValueError):
        tf.function(choice)(tf.constant([1.0, -1.0]))


def test_autograph_switched_off():
    @tf.function(autograph=False)
    def relu(x):
        if x > 0:
            return x
        return tf.zeros_like(x)

    with pytest.warns(RuntimeWarning, match="without machine code"):
        assert float(relu(tf.constant(-3.0))) == 0


def test_functions_that_are_not_to_be_converted():
    @tf.autograph.experimental.do_not_convert
    def relu(x):
        if x > 0:
            return x
        return tf.zeros_like(x)

    found, _ = falls_back(lambda x: relu(x) + 1, tf.constant(-3.0))
    assert float(found) == 1


def test_errors_name_the_users_line():
    @tf.function
    def wrong(x):
        if x > 0:
            y = x
        else:
            y = -x
        return tf.matmul(y, [[1.0, 2.0]])  # the line

    with pytest.warns(RuntimeWarning), pytest.raises(ValueError) as caught:
        wrong(tf.constant(1.0))
    lines = [each.line for each in traceback.extract_tb(caught.value.__traceback__)]
    assert any("# the line" in (line or "") for line in lines)


def test_a_file_that_has_changed_is_not_taken(tmp_path, monkeypatch):
    file = tmp_path / "choosing.py"
    file.write_text("def choice(x):\n    if x > 0:\n        return x + 1\n    return -x\n")
    monkeypatch.syspath_prepend(tmp_path)
    choosing = importlib.import_module("choosing")
    file.write_text("def choice(x):\n    if x > 0:\n        return x + 5\n    return -x\n")
    found, _ = falls_back(choosing.choice, tf.constant(2.0))
    assert float(found) == 3


def test_the_source_can_be_read():
    def choice(x):
        if x > 0:
            return x
        return -x

    source = tf.autograph.to_code(choice)
    assert "ag__.if_stmt(x > 0, then__, else__" in source
    assert float(tf.autograph.to_graph(choice)(tf.constant(-2.0))) == 2
    with pytest.raises(ValueError, match="cannot be rewritten"):
        tf.autograph.to_code(eval("lambda x: x"))


def test_nothing_is_rewritten_where_no_tensor_decides():
    @tf.function
    def plain(x, flag=True):
        return x * 2 if flag else x

    plain(tf.constant(1.0))
    assert plain._traced is plain.python_function
