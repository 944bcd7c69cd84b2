"""What is said of compiled functions: kernels, flops, bytes, times, loops, IR, assembly."""

import numpy as np
import pytest

from geartrain import GradientTape, Variable, explain, grad, jit, layers, models, ops
from geartrain.compiler.planning.costs import kernel_cost
from geartrain.compiler.reports.report import ProgramReport

X, W = np.ones((6, 8), "float32"), np.ones((8, 4), "float32")


@jit
def dense(x, w):
    return ops.relu(ops.matmul(x, w) * 2.0)


def test_a_kernel_says_where_it_comes_from_and_what_it_does():
    report = dense.explain(X, W, show=False)
    (kernel,) = report.kernels
    assert kernel.kind == "contraction"
    assert kernel.lines == ("test_reports.py:15",)
    assert kernel.operations[0] == "contract"
    assert {"multiply", "maximum"} <= set(kernel.operations)
    assert kernel.loaded == ("x float32(6, 8)", "w float32(8, 4)")
    assert kernel.stored == ("relu float32(6, 4) to output 0",)
    assert "sum over k<8 of x[i, k] * w[k" in kernel.loops
    assert f"define internal void @{kernel.name}(" in kernel.ir
    assert kernel.assembly.splitlines()[-1].strip().startswith(("ret", "."))


def test_flops_and_bytes_are_counted():
    (kernel,) = dense.explain(X, W, show=False).kernels
    assert kernel.product_flops == 2 * 6 * 8 * 4
    assert kernel.flops == kernel.product_flops + 2 * 6 * 4  # the product, the maximum
    assert kernel.loaded_bytes == 4 * (6 * 8 + 8 * 4)
    assert kernel.stored_bytes == 4 * 6 * 4


@pytest.mark.parametrize(
    ("function", "shape", "flops", "loaded"),
    [
        (lambda x: x + 1.0, (5, 3), 15, 60),
        (lambda x: ops.exp(x) * x, (5, 3), 30, 60),
        (lambda x: ops.sum(x * x, 0), (5, 3), 30, 60),
        (lambda x: x > 0.0, (5, 3), 0, 60),
        (lambda x: x[:2] + 1.0, (5, 3), 6, 24),
        (lambda x: ops.take(x, [0, 4], axis=0) * 2.0, (5, 3), 6, 24 + 16),
        (lambda x: x + 1, (5,), 5, 20),
    ],
)
def test_costs_of_maps_and_reductions(function, shape, flops, loaded):
    report = jit(function).explain(np.ones(shape, "float32"), show=False)
    assert sum(each.flops for each in report.kernels) == flops
    assert sum(each.loaded_bytes for each in report.kernels) == pytest.approx(loaded, abs=8)


def test_whole_numbers_are_no_flops():
    report = jit(lambda x: x * 3 + 1).explain(np.ones((4,), "int32"), show=False)
    assert report.flops == 0


def test_times_and_shares_are_measured():
    report = dense.explain(X, W, show=False)
    assert report.peak_gflops > 0
    assert report.bandwidth_gb_s > 0
    for kernel in report.kernels:
        assert kernel.seconds > 0
        assert 0 < kernel.balance <= 1
        assert kernel.share_of_peak == pytest.approx(
            kernel.gflops / report.peak_gflops, rel=2.0 * report.threads
        )
    assert report.seconds == pytest.approx(sum(each.seconds for each in report.kernels))


def test_it_is_printed_with_what_is_asked_for(capsys):
    report = dense.explain(X, W, kernel="k0", loops=True, ir=True, assembly=True)
    printed = capsys.readouterr().out
    assert isinstance(report, ProgramReport)
    for part in ("from      test_reports.py:15", "kernel k0_", "define internal", "\tret"):
        assert part in printed
    dense.explain(X, W)
    whole = capsys.readouterr().out
    assert "of peak" in whole
    assert "define" not in whole


def test_without_arguments_it_is_the_last_call():
    @jit(symbolic={"x": {0: "batch_size"}})
    def double(x):
        return x * 2.0

    with pytest.raises(ValueError, match="no machine code yet"):
        double.explain()
    double(X)
    assert double.explain(show=False).sizes == {"batch_size": 6}
    assert double.explain(show=False, sizes={"batch_size": 11}).kernels[0].flops == 11 * 8
    with pytest.raises(ValueError, match=r"expected: sizes of its symbolic axes batch_size"):
        double.explain(show=False, sizes={"y": 11})


def test_an_unknown_kernel_is_named():
    with pytest.raises(ValueError, match="k7"):
        dense.explain(X, W, kernel="k7")


def test_variables_stay_as_they_were():
    count = Variable(np.ones(3, "float32"))

    @jit
    def step(x):
        count.assign_add(x)
        return count * 2.0

    step.explain(np.ones(3, "float32"), show=False)
    np.testing.assert_array_equal(count.numpy(), 1.0)


def test_turns_of_loops_are_counted():
    def step(carry, x):
        return carry * 0.5 + x, carry

    def run(xs):
        return ops.scan(step, ops.zeros((5,)), xs)[0]

    report = jit(run).explain(np.ones((7, 5), "float32"), show=False)
    assert [each.turns for each in report.kernels if each.turns != 1] == [7.0]
    assert sum(each.flops for each in report.kernels) == 7 * 2 * 5


def test_turns_that_workers_take_alone_are_counted_for_all_rows(monkeypatch, capsys):
    repeated = jit(lambda x: ops.fori_loop(0, 9, lambda i, value: value * 1.5, x))
    report = repeated.explain(np.ones((30, 8), "float32"), show=False)
    (task,) = [each for each in report.kernels if each.turns == 9]
    assert task.flops == 9 * 30 * 8
    monkeypatch.setenv("GEARTRAIN_DEBUG", "2")
    repeated(np.ones((30, 8), "float32"))
    assert task.name in capsys.readouterr().err


def test_host_calls_are_reported():
    function = jit(lambda x: ops.sum(ops.svd(x * 2.0)[1]) + 1.0)
    report = function.explain(np.eye(3, dtype="float32"), show=False)
    assert [each.label for each in report.host_calls] == ["svd"]
    assert report.host_calls[0].seconds > 0
    assert "host call svd at test_reports.py" in str(report)
    assert len(report.kernels) >= 2


def test_gradients_say_of_what():
    def loss(w):
        with GradientTape() as tape:
            tape.watch(w)
            found = ops.sum(ops.tanh(w))
        return tape.gradient(found, w)

    (kernel,) = jit(loss).explain(W, show=False).kernels
    assert any(each.startswith("gradient of test_reports.py") for each in kernel.owners)


def test_a_product_by_parts_counts_its_terms_once():
    report = jit(grad(lambda w: ops.sum(ops.matmul(X, w)))).explain(W, show=False)
    assert sum(each.product_flops for each in report.kernels) in (0, 2 * 6 * 8 * 4)


def test_the_cost_of_a_kernel_needs_its_sizes():
    @jit(symbolic={"x": {0: "batch_size"}})
    def double(x):
        return x * 2.0

    double(X)
    ((_, task),) = double.programs[0].tasks()
    assert kernel_cost(task.kernel, {"batch_size": 3}).flops == 24
    assert kernel_cost(task.kernel, {"batch_size": 5}).stored_bytes == 160


def test_every_kernel_of_a_training_step_says_whose_it_is():
    model = models.Sequential([layers.Dense(5, activation="relu", input_shape=(8,))])
    model.compile(optimizer="sgd", loss="mse")
    report = explain.program(model, show=False, batch_size=4)
    owners = {owner for kernel in report.kernels for owner in kernel.owners}
    (dense,) = model.layers
    wanted = {f"Dense '{dense.name}'", f"gradient of Dense '{dense.name}'", "SGD 'sgd'"}
    assert wanted <= owners
