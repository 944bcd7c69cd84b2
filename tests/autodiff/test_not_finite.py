"""Where NaN and infinity come from, named: the operation, the line, the element, the operands."""

import re

import numpy as np
import pytest

import geartrain
from geartrain import GradientTape, Variable, checkpoint, debug_nans, jit, layers, models, ops
from geartrain.autodiff import is_debugging_nans
from geartrain.autodiff.not_finite import REMEDIES
from geartrain.primitives import PRIMITIVES


@pytest.fixture(autouse=True)
def _off_again():
    yield
    debug_nans(False)


def tensor(*numbers, dtype="float32"):
    return ops.convert_to_tensor(np.array(numbers, dtype))


def message(function, *arguments):
    with debug_nans(), pytest.raises(FloatingPointError) as caught:
        function(*arguments)
    return str(caught.value)


def logarithm(x):
    return ops.log(x)  # the line that is named


LINE = f"test_not_finite.py:{logarithm.__code__.co_firstlineno + 1}"


def test_the_message_has_all_five_parts():
    assert message(logarithm, tensor(1.0, 0.0, 2.0, -1.0)) == (
        f"log gave -inf at {LINE}, `return ops.log(x)  # the line that is named`.\n"
        "  given:    float32(4,), -1 to 2, mean 0.5\n"
        "  expected: finite numbers from finite numbers, as debug_nans() set\n"
        "  differs:  element [1] is -inf, where its operands are 0; of 4: 1 NaN, 1 infinite\n"
        "  remedy:   ops.log(ops.maximum(x, 1e-7))"
    )


def test_every_operand_has_its_range():
    text = message(lambda: tensor(1.0, -2.0) / tensor(3.0, 0.0))
    assert "divide gave -inf" in text
    assert re.search(r"given:    float32\(2,\), -2 to 1.*\n {12}float32\(2,\), 0 to 3", text)
    assert "where its operands are -2 and 0" in text
    assert "ops.divide_no_nan" in text


def test_the_first_bad_element_of_several_axes():
    x = np.ones((2, 3, 4), "float32")
    x[1, 0, 2] = x[1, 2, 3] = -1
    assert "element [1, 0, 2] is NaN" in message(ops.sqrt, ops.convert_to_tensor(x))
    assert "the one number is NaN" in message(ops.sqrt, tensor(-1.0)[0])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "complex64"])
def test_every_floating_dtype_is_looked_at(dtype):
    x = ops.cast(tensor(1.0, 0.0), dtype)
    assert "divide gave NaN" in message(lambda: (x - x) / (x - x))


def test_nan_counts_wherever_it_is_from():
    text = message(lambda: tensor(1.0, np.nan) * 2.0)
    assert "multiply gave NaN" in text
    assert "1 NaN" in text
    assert "leave out the samples" in text


def test_an_infinity_counts_only_where_it_comes_from_finite_numbers():
    x = tensor(np.inf, 1.0)
    with debug_nans():
        assert np.isinf((x * 2.0).numpy()[0])
        assert np.isinf(ops.sum(x).numpy())
        assert np.isinf(ops.full((2,), -np.inf).numpy()).all()
        assert ops.where(tensor(1.0, 0.0) > 0, x, 0.0).shape == (2,)
        assert ops.max(tensor(), initial=-np.inf).numpy() == -np.inf
    assert "exp gave inf" in message(ops.exp, tensor(1.0, 1000.0))
    assert "element [1] is inf" in message(ops.square, tensor(np.inf, 1e30))
    assert "sum gave inf" in message(ops.sum, tensor(3e38, 3e38))
    assert "cast gave inf" in message(lambda: ops.cast(tensor(1e300, dtype="float64"), "float32"))


def test_whole_numbers_and_bools_are_left_alone():
    with debug_nans():
        x = tensor(np.nan, 1.0)
        assert ops.isnan(x).numpy().tolist() == [True, False]
        assert ops.nan_to_num(x).numpy().tolist() == [0, 1]


def test_backward_it_names_the_forward_operation_and_its_line():
    x = Variable([4.0, 0.0])

    def slope():
        with GradientTape() as tape:
            y = ops.sqrt(x)  # forward
        return tape.gradient(y, x)  # backward

    text = message(slope)
    assert text.startswith("divide gave inf in the backward pass of sqrt (test_not_finite.py:")
    assert "`y = ops.sqrt(x)  # forward`), asked for at test_not_finite.py:" in text
    assert "`return tape.gradient(y, x)  # backward`" in text
    assert "ops.sqrt(ops.maximum(x, 1e-7))" in text


def test_backward_of_a_backward_names_both():
    def second(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = checkpoint(ops.sqrt)(x)
        return tape.gradient(y, x)

    text = message(second, tensor(0.0))
    assert text.count("in the backward pass of sqrt (") == 2


def test_nobody_is_left_on_duty_after_it():
    with debug_nans(), pytest.raises(FloatingPointError), GradientTape():
        logarithm(tensor(0.0))
    assert geartrain.tensor.current_observers() == []


def test_as_a_block_and_as_a_switch():
    assert not is_debugging_nans()
    with debug_nans():
        assert is_debugging_nans()
        with debug_nans(False):
            assert not is_debugging_nans()
        assert is_debugging_nans()
    assert not is_debugging_nans()
    debug_nans()
    debug_nans()  # twice is once
    with pytest.raises(FloatingPointError):
        logarithm(tensor(0.0))
    debug_nans(False)
    assert np.isinf(logarithm(tensor(0.0)).numpy()[0])


def test_a_compiled_function_runs_so_that_the_line_can_be_named():
    compiled = jit(lambda x: logarithm(x) * 2.0)
    x = tensor(0.0, 1.0)
    assert np.isinf(compiled(x).numpy()[0])
    assert f"log gave -inf at {LINE}" in message(compiled, x)
    with debug_nans():
        assert compiled(tensor(1.0)).numpy().tolist() == [0]
        several = jit(lambda a: [a, a * 2.0])(tensor(1.0))
    assert [each.numpy().tolist() for each in several] == [[1], [2]]


def test_fit_runs_so_that_the_line_can_be_named():
    def broken(y_true, y_pred):
        return ops.mean(ops.log(y_pred - y_pred), axis=-1)  # the loss

    model = models.Sequential([layers.Input((3,)), layers.Dense(2)])
    model.compile(optimizer="sgd", loss=broken)
    x, y = np.ones((4, 3), "float32"), np.ones((4, 2), "float32")
    text = message(lambda: model.fit(x, y, verbose=0))
    assert "log gave -inf in FunctionLoss 'broken' at test_not_finite.py" in text
    assert "axis=-1)  # the loss`" in text
    with pytest.warns(RuntimeWarning, match="The loss is infinite from epoch 1, batch 1 of 1"):
        model.fit(x, y, verbose=0)  # off again: compiled, and found when it is over


def test_fit_names_the_layer_or_loss_that_asked():
    model = models.Sequential([layers.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(optimizer="sgd", loss="mse")
    x, y = np.full((4, 1), 3e38, "float32"), np.ones((4, 1), "float32")
    text = message(lambda: model.fit(x, y, verbose=0))  # the fit
    assert re.search(r"at test_not_finite.py:\d+, `.*# the fit`, through losses/\w+.py:\d+", text)


def test_nothing_is_kept_of_tensors_that_are_gone():
    with debug_nans():
        (detector,) = geartrain.tensor.current_observers()
        for _ in range(100):
            ops.exp(tensor(1.0))
        assert len(detector.origins) <= 1


@pytest.mark.parametrize("operation", REMEDIES)
def test_remedies_name_what_there_is(operation):
    assert operation in PRIMITIVES
    names = re.findall(r"ops\.(\w+)", REMEDIES[operation])
    assert names
    assert all(hasattr(ops, name) for name in names)
