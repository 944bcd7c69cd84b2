"""Loops inside native programs: the same numbers as eagerly, without a host call."""

import numpy as np
import pytest

from geartrain import GradientTape, Variable, jit, ops
from geartrain.compiler import compile_graph, compile_steps
from geartrain.compiler.form.kernels import Kernel
from geartrain.compiler.fusion.native_loops import Loop
from geartrain.graph import trace
from geartrain.primitives import Spec
from geartrain.runtime import set_num_threads
from geartrain.tensor import Dim

F32 = np.dtype("float32")
RNG = np.random.default_rng(0)
STEPS, BATCH, FEATURES, UNITS = 7, 5, 3, 4


def numbers(*shape, dtype="float32"):
    return RNG.normal(size=shape).astype(dtype)


def arrays_of(found):
    return [np.asarray(each) for each in (found if isinstance(found, list | tuple) else [found])]


def both(function, *arguments, rtol=2e-5, atol=1e-6, native=True):
    """The compiled results, after checking that they are the eager ones, and no host call made."""
    eager = function(*map(ops.convert_to_tensor, arguments))
    compiled = jit(function)
    found = arrays_of(compiled(*arguments))
    assert compiled.host_calls == () or not native
    for ours, theirs in zip(found, arrays_of(eager), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)
    return found


def lstm(xs, h, c, kernel, recurrent, bias, *, inside=True):
    """An LSTM over time-major inputs: the last states, and all outputs."""

    def cell(states, x):
        h, c = states
        z = ops.matmul(x, kernel) if inside else x
        z = z + ops.matmul(h, recurrent) + bias
        write, keep, new, read = ops.split(z, 4, axis=-1)
        c = ops.sigmoid(keep) * c + ops.sigmoid(write) * ops.tanh(new)
        h = ops.sigmoid(read) * ops.tanh(c)
        return (h, c), h

    return ops.scan(cell, (h, c), xs if inside else ops.matmul(xs, kernel))


def lstm_arguments(batch=BATCH, steps=STEPS):
    return [
        numbers(steps, batch, FEATURES),
        numbers(batch, UNITS),
        numbers(batch, UNITS),
        numbers(FEATURES, 4 * UNITS),
        numbers(UNITS, 4 * UNITS),
        numbers(4 * UNITS),
    ]


def lstm_slopes(*arguments, inside=True, all_outputs=True):
    with GradientTape() as tape:
        tape.watch(list(arguments))
        (h, c), ys = lstm(*arguments, inside=inside)
        loss = ops.sum(ys * ys) + ops.sum(h * c) if all_outputs else ops.sum(h * h)
    return [loss, *tape.gradient(loss, list(arguments))]


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("all_outputs", [True, False])
def test_an_lstm_and_its_derivatives(inside, all_outputs):
    both(
        lambda *each: lstm_slopes(*each, inside=inside, all_outputs=all_outputs), *lstm_arguments()
    )


def test_the_derivatives_are_slopes():
    arguments = [each.astype("float64") for each in lstm_arguments()]
    slopes = [each.numpy() for each in jit(lstm_slopes)(*arguments)]
    loss = jit(lambda *each: lstm_slopes(*each)[0])
    for number, (argument, slope) in enumerate(zip(arguments, slopes[1:], strict=True)):
        direction = RNG.normal(size=argument.shape)
        ends = []
        for step in (1e-5, -1e-5):
            moved = list(arguments)
            moved[number] = argument + step * direction
            ends.append(float(loss(*moved).numpy()))
        expected = np.sum(slope * direction)
        np.testing.assert_allclose((ends[0] - ends[1]) / 2e-5, expected, rtol=1e-6)


def test_second_derivatives():
    def slope_of_slope(x, w):
        with GradientTape() as outer:
            outer.watch([x, w])
            with GradientTape() as tape:
                tape.watch([x, w])
                last = ops.scan(lambda h, e: (ops.tanh(h * w + e), None), x, ops.ones((6, 3)))[0]
                total = ops.sum(last)
            slopes = tape.gradient(total, [x, w])
            square = ops.sum(slopes[0] * slopes[1])
        return outer.gradient(square, [x, w])

    both(slope_of_slope, numbers(3), numbers(3))


def test_the_graph_does_not_grow_with_the_number_of_turns():
    def size(steps):
        specs = [Spec(each.shape, F32) for each in lstm_arguments(steps=steps)]
        return len(trace(lstm_slopes, specs).nodes())

    assert size(6) == size(200)


def test_a_short_loop_is_written_down():
    specs = [Spec((3, 2), F32)]
    graph = trace(lambda x: ops.scan(lambda c, e: (c + e, c), ops.zeros((2,)), x)[1], specs)
    assert all(node.label != "scan" for node in graph.nodes())


def program_of(function, *arguments):
    return compile_graph(trace(function, [Spec(each.shape, each.dtype) for each in arguments]))


def loops_in(program):
    return [(loop.length, loop.last - loop.first + 1) for loop in program.schedule.loops]


def test_a_training_step_of_an_lstm_has_two_loops_of_few_stages():
    def slopes(*each):
        return lstm_slopes(*each, inside=False, all_outputs=False)

    program = program_of(slopes, *lstm_arguments())
    (forward, of_forward), (backward, of_backward) = loops_in(program)
    assert forward == backward == STEPS
    assert of_forward == 2  # the product; the gates
    assert of_backward <= 3  # the derivatives by the states, by the gates, by the product
    in_loops = [
        task.kernel
        for stage, tasks in enumerate(program.schedule.stages)
        for task in tasks
        if program.schedule.around(stage)
    ]
    products = [kernel for kernel in in_loops if kernel.root is not None]
    assert len(products) == 2  # the weights' derivatives are products after the loops


def owners(function, *arguments):
    """How many rows the workers share, for each loop; None where they meet after each stage."""
    return [loop.own for loop in program_of(function, *arguments).schedule.loops]


def test_workers_keep_their_rows_where_rows_do_not_depend_on_each_other():
    assert owners(lstm_slopes, *lstm_arguments(batch=6)) == [6, 6]
    assert owners(lstm_slopes, *lstm_arguments(batch=2)) == [None, None]

    def centered(xs):
        return ops.scan(lambda c, x: (c + x - ops.mean(c, 0, keepdims=True), None), xs[0], xs)[0]

    def shifted(xs):
        return ops.scan(lambda c, x: (ops.roll(c, 1, 0) + x, None), xs[0], xs)[0]

    def by_place(xs):
        rows = ops.cast(ops.arange(6), "float32")[:, None]
        return ops.scan(lambda c, x: (ops.tanh(c * rows + x), None), xs[0], xs)[0]

    xs = numbers(9, 6, 4)
    assert owners(centered, xs) == owners(shifted, xs) == [None]
    set_num_threads(3)
    try:
        for function in (centered, shifted, by_place):
            both(function, xs)
    finally:
        set_num_threads(None)


def test_kernels_of_own_rows_run_without_barriers():
    text = program_of(lstm_slopes, *lstm_arguments(batch=6)).ir
    program = text[text.index("define void @program") :]
    barriers = program[: program.index("ret void")].count("@geartrain_barrier(")
    schedule = program_of(lstm_slopes, *lstm_arguments(batch=6)).schedule
    inside = sum(bool(schedule.around(stage)) for stage in range(len(schedule.stages)))
    assert barriers == len(schedule.stages) - inside + len(schedule.loops)


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_the_same_bits_for_any_number_of_threads(threads):
    arguments = lstm_arguments(batch=130, steps=30)
    step = jit(lstm_slopes)
    set_num_threads(1)
    try:
        alone = arrays_of(step(*arguments))
        set_num_threads(threads)
        for ours, theirs in zip(arrays_of(step(*arguments)), alone, strict=True):
            np.testing.assert_array_equal(ours, theirs)
    finally:
        set_num_threads(None)


def test_a_symbolic_batch():
    batch = Dim("batch")
    kernel, recurrent, bias = lstm_arguments()[3:]

    def last(xs):
        zeros = ops.zeros((batch, UNITS))
        by_time = ops.transpose(xs, (1, 0, 2))
        return lstm(by_time, zeros, zeros, kernel, recurrent, bias)[0][0]

    program = compile_steps(last, [Spec((batch, STEPS, FEATURES), F32)], stepped=[True])
    assert program.host_calls == ()
    for size, steps in ((4, 1), (9, 3), (1, 2)):
        x = numbers(size * steps, STEPS, FEATURES)
        (found,) = program.run([x], steps=steps)
        zeros = ops.zeros((size * steps, UNITS))
        by_time = ops.convert_to_tensor(x.transpose(1, 0, 2))
        expected = lstm(by_time, zeros, zeros, kernel, recurrent, bias)[0][0]
        np.testing.assert_allclose(found, expected.numpy(), rtol=1e-5, atol=1e-6)


def test_a_flat_kernel_on_rows_of_a_worker_with_a_symbolic_batch():
    batch = Dim("batch")

    def with_zeros(xs):
        by_time = ops.transpose(xs, (1, 0, 2))
        turn = lambda c, e: (ops.tanh(c + e), ops.zeros_like(e))
        return ops.scan(turn, ops.zeros((batch, UNITS)), by_time)

    program = compile_steps(with_zeros, [Spec((batch, STEPS, UNITS), F32)], stepped=[True])
    assert [loop.own for loop in program.schedule.loops] == [batch]
    x = numbers(9, STEPS, UNITS)
    last, nothing = program.run([x], steps=1)
    state = np.zeros((9, UNITS), "float32")
    for each in x.transpose(1, 0, 2):
        state = np.tanh(state + each)
    np.testing.assert_allclose(last, state, rtol=1e-5)
    assert nothing.shape == (STEPS, 9, UNITS)
    assert not nothing.any()


SCANS = {
    "cumulative sum": lambda x: ops.scan(lambda c, e: (c + e, c + e), ops.zeros((3,)), x)[1],
    "from the last": lambda x: ops.scan(
        lambda c, e: (c * e + 1, c - e), ops.ones((3,)), x, reverse=True
    ),
    "carries that swap": lambda x: ops.scan(lambda c, e: ((c[1], c[0] + e), c), (x[0], x[1]), x),
    "values before and after": lambda x: ops.scan(
        lambda c, e: (ops.tanh(c + e), (c, ops.tanh(c + e))), ops.zeros((3,)), x
    ),
    "before and after, from the last": lambda x: ops.scan(
        lambda c, e: (ops.tanh(c + e), (c, ops.tanh(c + e))), ops.zeros((3,)), x, reverse=True
    ),
    "a carry that stays": lambda x: ops.scan(lambda c, e: (c, c * e), x[2], x),
    "numbers": lambda x: ops.scan(lambda c, e: (c * 0.5 + ops.sum(e), c), 1.0, x),
    "no carry": lambda x: ops.map(lambda e: ops.softmax(e * 2), x),
    "no sequence": lambda x: ops.scan(lambda c, _: (c * 1.1, c), x, length=9),
    "places": lambda x: ops.fori_loop(0, 6, lambda i, c: c + ops.take(x, i, axis=0), x[0]),
    "constants": lambda x: (
        ops.scan(
            lambda c, e: (c + e, c), np.zeros(3, "float32"), np.arange(18, dtype="f4").reshape(6, 3)
        )[0]
        + x[0]
    ),
    "a loop in a loop": lambda x: ops.scan(
        lambda c, e: ops.scan(lambda d, f: (ops.tanh(d + f), d * f), c, ops.stack([e] * 5)),
        x[0],
        x,
    ),
    "two loops": lambda x: ops.scan(
        lambda c, e: (c + e, None), ops.scan(lambda c, e: (c * e, None), x[0], x)[0], x
    )[0],
    "whole numbers": lambda x: ops.scan(
        lambda c, e: (c + 1, ops.where(c % 2 == 0, e, -e)), np.int32(0), x
    ),
    "products with what is around": lambda x: ops.scan(
        lambda c, e: (ops.tanh(ops.matmul(ops.transpose(x), x) @ c * 0.1 + e), None), x[0], x
    )[0],
}


@pytest.mark.parametrize("name", SCANS)
def test_scans(name):
    def listed(x):
        found = SCANS[name](x)
        return ops.convert_to_tensor(found) if not isinstance(found, tuple) else flat(found)

    both(listed, numbers(6, 3))


def flat(nest):
    return [leaf for each in nest for leaf in (flat(each) if isinstance(each, tuple) else [each])]


DIFFERENTIABLE = [name for name in SCANS if name not in ("whole numbers", "constants")]


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_derivatives_of_scans(name):
    def slope(x):
        with GradientTape() as tape:
            tape.watch(x)
            found = SCANS[name](x)
            leaves = flat(found) if isinstance(found, tuple) else [found]
            total = sum(ops.sum(ops.square(each)) for each in leaves)
        return tape.gradient(total, x)

    both(slope, numbers(6, 3), native=name != "places")  # a scatter to a row known at run time


def test_a_turn_may_assign_variables():
    count, total = Variable(0.0), Variable(np.zeros(3, "float32"))

    def step(x):
        def turn(carry, row):
            count.assign_add(1.0)
            total.assign(total + row * count)
            return carry + count.value, None

        return ops.scan(turn, 0.0, x)[0]

    x = numbers(6, 3)
    compiled = jit(step)
    assert float(compiled(x).numpy()) == 21.0
    assert count.numpy() == 6.0
    assert compiled.host_calls == ()
    expected = (x * np.arange(1, 7, dtype="f4")[:, None]).sum(0)
    np.testing.assert_allclose(total.numpy(), expected, rtol=1e-5)


def test_variables_around_a_loop_are_updated_in_place():
    weight = Variable(numbers(4, 4))
    start = weight.numpy()

    def step(x):
        with GradientTape() as tape:
            last = ops.scan(lambda h, e: (ops.tanh(h @ weight + e), None), x[0], x)[0]
            loss = ops.sum(last * last)
        weight.assign(weight - 0.1 * tape.gradient(loss, weight))
        return loss

    x = numbers(6, 5, 4)
    eager = [float(step(ops.convert_to_tensor(x)).numpy()) for _ in range(3)]
    after = weight.numpy()
    weight.assign(start)
    compiled = jit(step)
    np.testing.assert_allclose([float(compiled(x).numpy()) for _ in range(3)], eager, rtol=1e-5)
    np.testing.assert_allclose(weight.numpy(), after, rtol=1e-4, atol=1e-6)


def grown_to_three_times_its_width(x):
    """A loop that takes a limit and a step from the function around it."""
    limit, shift = ops.sum(ops.ones_like(x)[0]) * 3, ops.full((), 0.5) * ops.ones_like(x)[0, 0]
    return ops.while_loop(lambda s: ops.sum(s) < limit, lambda s: s + shift, x)


WHILES = {
    "halving": lambda x: ops.while_loop(lambda s: ops.sum(s) > 1, lambda s: s / 2, x),
    "swapping": lambda x: ops.while_loop(
        lambda a, b, i: i < 5, lambda a, b, i: (b, a + b, i + 1), (x, x * 2, ops.zeros((), "int32"))
    ),
    "never": lambda x: ops.while_loop(lambda s: ops.sum(s) < -1, lambda s: s / 2, x),
    "limited": lambda x: ops.while_loop(
        lambda s: ops.sum(s) > -1, lambda s: s / 2, x, maximum_iterations=3
    ),
    "products": lambda x: ops.while_loop(
        lambda s, i: i < 4, lambda s, i: (ops.matmul(s, x), i + 1), (x, ops.zeros((), "int32"))
    )[0],
    "counted by a number": lambda x: ops.fori_loop(
        0, ops.cast(ops.max(x) * 8, "int32"), lambda i, s: s * 0.9 + ops.cast(i, "float32"), x
    ),
    "numbers from around": grown_to_three_times_its_width,
    "in a scan": lambda x: ops.scan(
        lambda c, e: (ops.while_loop(lambda s: ops.sum(s) > 1, lambda s: s / 2, c + e), e),
        x[0],
        ops.concatenate([x, x], 0),
    ),
    "around a scan": lambda x: ops.while_loop(
        lambda s: ops.sum(s) > 0.1,
        lambda s: ops.scan(lambda c, e: (c * 0.9, None), s, length=5)[0],
        x,
    ),
}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", WHILES)
def test_while_loops(name, threads):
    x = RNG.uniform(0.5, 1, size=(5, 5)).astype("float32")

    def listed(x):
        found = WHILES[name](x)
        return flat(found) if isinstance(found, tuple) else found

    set_num_threads(threads)
    try:
        both(listed, x)
    finally:
        set_num_threads(None)


@pytest.mark.parametrize("limit", [3, 12])
def test_the_derivative_of_a_while_loop_with_a_limit(limit):
    def slopes(x, w):
        with GradientTape() as tape:
            tape.watch([x, w])
            last, _ = ops.while_loop(
                lambda s, i: ops.sum(s * s) > 1.0,
                lambda s, i: (ops.tanh(ops.matmul(s, w)) * 0.7, i + 1),
                (x, ops.zeros((), "int32")),
                maximum_iterations=limit,
            )
            total = ops.sum(last * last)
        return [total, *tape.gradient(total, [x, w])]

    both(slopes, numbers(4, 3), numbers(3, 3))


def test_a_loop_with_an_operation_without_machine_code_runs_on_the_host():
    def sorted_turns(x):
        return ops.scan(lambda c, e: (ops.sort(c + e), None), x[0], x)[0]

    x = numbers(6, 3)
    compiled = jit(sorted_turns)
    np.testing.assert_allclose(
        compiled(x).numpy(), sorted_turns(ops.convert_to_tensor(x)).numpy(), rtol=1e-6
    )
    (call,) = compiled.host_calls
    assert "scan" in call


def test_turns_that_change_the_shape_are_written_down():
    def grown(x):
        return ops.scan(lambda c, e: (ops.concatenate([c, e[None]], 0), None), x[:1], x)[0]

    found = both(grown, numbers(6, 3))
    assert found[0].shape == (7, 3)


def test_a_custom_derivative_holds_in_a_loop():
    @ops.custom_gradient
    def clipped(x):
        def grad(*args, upstream=None):
            upstream = args[0] if upstream is None else upstream
            return ops.clip(upstream, -0.1, 0.1)

        return x * 2.0, grad

    def slope(x):
        with GradientTape() as tape:
            tape.watch(x)
            last = ops.scan(lambda c, e: (clipped(c) * 0.7 + e, None), x[0], x)[0]
            total = ops.sum(last * last)
        return tape.gradient(total, x)

    both(slope, numbers(6, 3))


def test_the_memory_of_a_turn_is_used_again():
    """The arena of a loop does not grow with its turns, if it stacks nothing."""

    def last(x):
        return ops.scan(lambda c, _: (ops.softmax(c @ x, -1) @ x, None), x, length=50)[0]

    def bytes_of(length):
        def function(x):
            turn = lambda c, _: (ops.softmax(c @ x, -1) @ x, None)
            return ops.scan(turn, x, length=length)[0]

        program = program_of(function, numbers(16, 16))
        scratch = [b for b in program.schedule.buffers if b.kind.name == "SCRATCH"]
        return sum(int(np.prod(b.spec.shape)) for b in scratch)

    assert bytes_of(6) == bytes_of(600)
    both(last, numbers(16, 16))


def test_kernels_of_loops_are_printed_inside_of_them():
    from geartrain.compiler.fusion.fuse import fuse
    from geartrain.compiler.graphs.settle_loops import settle_loops
    from geartrain.compiler.graphs.simplify import simplify

    graph = trace(lambda x: ops.scan(lambda c, e: (c + e, c), x[0], x), [Spec((6, 3), F32)])
    kernels = fuse(settle_loops(simplify(graph)))
    (loop,) = (each for each in kernels if isinstance(each, Loop))
    assert all(isinstance(each, Kernel) for each in loop.body.kernels)
    assert loop.text().startswith(f"loop {loop.name}, 6 turns:\n  kernel")
