"""Functions that bring their own derivative."""

import numpy as np
import pytest

from geartrain import GradientTape, Variable, custom_gradient, grad, jit, naive, ops

X = np.array([-1.0, 0.5, 100.0])


@custom_gradient
def log1pexp(x):
    e = ops.exp(x)

    def slope(upstream):
        return upstream * (1 - 1 / (1 + e))

    return ops.log(1 + e), slope


@custom_gradient
def keras_style(x):
    e = ops.exp(x)

    def slope(*args, upstream=None):
        if upstream is None:
            (upstream,) = args
        return upstream * (1 - 1 / (1 + e))

    return ops.log(1 + e), slope


@custom_gradient
def torch_style(x):
    def slope(*args, upstream):
        (same,) = args
        return upstream * (1 - 1 / (1 + ops.exp(same)))

    return ops.log(1 + ops.exp(x)), slope


@pytest.mark.parametrize("function", [log1pexp, keras_style, torch_style])
def test_it_is_called_as_keras_and_tensorflow_document(function):
    expected = 1 / (1 + np.exp(-X))
    np.testing.assert_allclose(grad(lambda x: ops.sum(function(x)))(X).numpy(), expected)
    np.testing.assert_allclose(function(X[:2]).numpy(), np.log1p(np.exp(X[:2])))


def test_the_outputs_way_leads_through_it_alone():
    calls = []

    @custom_gradient
    def thrice(x):
        def slope(upstream):
            calls.append(upstream.shape)
            return upstream * 100.0

        return x * 3.0, slope

    assert grad(lambda x: ops.sum(thrice(x) * 2.0))(X).numpy().tolist() == [200] * 3
    assert calls == [(3,)]


def test_a_function_may_give_back_what_it_was_given():
    @custom_gradient
    def reverse(x):
        return x, lambda upstream: -upstream

    assert float(grad(lambda x: reverse(x) * 2.0 + x)(3.0)) == -1
    assert reverse(5) == 5  # nothing to differentiate


def test_derivatives_of_derivatives_go_through_it():
    curvature = grad(grad(log1pexp))(np.float64(0.5))
    sigmoid = 1 / (1 + np.exp(-0.5))
    np.testing.assert_allclose(float(curvature), sigmoid * (1 - sigmoid))

    @custom_gradient
    def pretended(x):  # a derivative that no function has: x cubed
        return x * 1.0, lambda upstream: upstream * x * x * x

    assert float(grad(pretended)(2.0)) == 8
    assert float(grad(grad(pretended))(2.0)) == 12
    assert float(grad(grad(grad(pretended)))(2.0)) == 12


def test_nested_tapes_see_it_once_each():
    x = Variable(np.float64(0.0))
    with GradientTape(persistent=True) as outer:
        with GradientTape() as inner:
            y = log1pexp(x)
        slope = inner.gradient(y, x)
    assert float(slope) == float(outer.gradient(y, x)) == 0.5
    assert float(outer.gradient(slope, x)) == 0.25


def test_several_arguments_nests_keywords_and_outputs():
    seen = []

    @custom_gradient
    def both(pair, factor, name, *, shift):
        def slope(by_sum, by_product):
            seen.extend([name, by_sum.item(), by_product.item()])
            return [by_sum * 10.0, by_product * 100.0], None, None

        return {"sum": pair[0] + pair[1] + shift, "times": [pair[0] * pair[1] * factor]}, slope

    x, y, factor = (ops.convert_to_tensor(each) for each in (2.0, 3.0, 4.0))
    with GradientTape() as tape:
        tape.watch([x, y, factor])
        found = both([x, y], factor, "a name", shift=1.0)
        total = found["sum"] * 5.0
    assert (float(found["sum"]), float(found["times"][0])) == (6, 24)
    assert [each and float(each) for each in tape.gradient(total, [x, y, factor])] == [50, 0, None]
    assert seen == ["a name", 5.0, 0.0]


def test_keyword_tensors_come_last():
    @custom_gradient
    def scaled(x, *, scale):
        return x * scale, lambda upstream: (upstream * 7.0, upstream * 9.0)

    x, scale = ops.convert_to_tensor(2.0), ops.convert_to_tensor(3.0)
    with GradientTape() as tape:
        tape.watch([x, scale])
        y = scaled(x, scale=scale)
    assert [float(each) for each in tape.gradient(y, [x, scale])] == [7, 9]


def test_variables_as_arguments_and_from_outside():
    w = Variable(3.0, name="w")

    @custom_gradient
    def squared(v):
        return v * v, lambda upstream: upstream * 100.0

    @custom_gradient
    def times_w(x):
        def slope(upstream, variables=None):
            assert variables == [w]
            return upstream * 10.0, [upstream * 20.0]

        return x * w, slope

    with GradientTape() as tape:
        y = squared(w) + times_w(ops.convert_to_tensor(2.0))
    assert float(tape.gradient(y, w)) == 120
    with pytest.raises(TypeError, match="reads trainable variables"):
        custom_gradient(lambda x: (x * w, lambda upstream: upstream))(1.0)


def test_it_runs_compiled_and_as_loops():
    def slope(x):
        return grad(lambda a: ops.sum(log1pexp(a) * a))(x)

    x = ops.convert_to_tensor(X[:2])
    np.testing.assert_allclose(jit(slope)(x).numpy(), slope(x).numpy(), rtol=1e-12)
    np.testing.assert_allclose(naive(slope)(x).numpy(), slope(x).numpy(), rtol=1e-12)


def wrong(result, *arguments):
    with GradientTape() as tape:
        tape.watch(list(arguments))
        y = custom_gradient(lambda *x: (ops.sum(x[0]), result))(*arguments)
    tape.gradient(y, list(arguments))


def test_what_does_not_fit_is_refused():
    x = ops.convert_to_tensor(X)
    with pytest.raises(TypeError, match="gives a pair, and <lambda> does not"):
        custom_gradient(lambda a: a)(x)
    with pytest.raises(ValueError, match="a derivative for every argument"):
        wrong(lambda upstream: upstream, x, x)
    with pytest.raises(ValueError, match="has another shape than its argument"):
        wrong(lambda upstream: upstream, x)
    w = Variable(1.0)
    for given in ([1.0], (1.0, [])):
        function = custom_gradient(lambda a: (a * w, lambda upstream, variables: given))  # noqa: B023
        with pytest.raises(ValueError, match="in a pair with a list of 1"):
            grad(function)(1.0)


def test_who_wraps_it_keeps_its_name():
    assert log1pexp.__name__ == "log1pexp"
    assert ops.custom_gradient is custom_gradient
