"""Loops in traced functions: what is traced of a turn, what is saved, what follows the loop."""

import numpy as np
import pytest

from geartrain import GradientTape, Variable, ops
from geartrain.graph import Role, format_graph, trace
from geartrain.graph.scan import SCAN
from geartrain.primitives import Spec

F32 = np.dtype("float32")


def specs(*shapes):
    return [Spec(shape, F32) for shape in shapes]


def scans_in(graph):
    return [node for node in graph.nodes() if node.primitive is SCAN]


def names_in(graph):
    return [node.primitive.name for node in graph.nodes() if node.primitive is not None]


def slopes(function, *shapes):
    """The graph of the derivatives by all arguments."""

    def traced(*arguments):
        with GradientTape() as tape:
            tape.watch(list(arguments))
            total = ops.sum(function(*arguments))
        return tape.gradient(total, list(arguments))

    return trace(traced, specs(*shapes))


def recurrent(xs, h, w, b):
    return ops.scan(lambda h, x: (ops.tanh(x + h @ w + b), None), h, xs)[0]


SHAPES = ((9, 5, 4), (5, 4), (4, 4), (4,))


def test_a_turn_is_traced_once():
    calls = []

    def turn(carry, x):
        calls.append(x)
        return carry + x, carry

    graph = trace(lambda xs: ops.scan(turn, ops.zeros((3,)), xs)[1], specs((50, 3)))
    assert len(calls) == 1
    (scan,) = scans_in(graph)
    assert scan.parameters["length"] == 50
    assert names_in(scan.parameters["body"]) == ["add"]


def test_what_a_turn_takes_from_around_it_is_an_input():
    scale = Variable(np.ones(3, "float32"), name="scale")

    def function(xs, shift):
        return ops.scan(lambda c, x: (c * scale + x + shift, None), ops.zeros((3,)), xs)[0]

    (scan,) = scans_in(trace(function, specs((9, 3), (3,))))
    assert [each.role for each in scan.inputs[2:]] == [Role.VARIABLE, Role.INPUT]


def test_the_way_back_saves_what_is_costly_and_computes_the_rest_again():
    *_, with_saved, backward = scans_in(slopes(recurrent, *SHAPES))
    saved = with_saved.parameters["body"].outputs[1:]
    assert sorted(each.primitive.name if each.primitive else "input" for each in saved) == [
        "input",  # the state before each turn, for the product that follows the loop
        "tanh",
    ]
    assert "tanh" not in names_in(backward.parameters["body"])


def test_derivatives_by_weights_are_one_product_and_one_sum_after_the_loop():
    graph = slopes(recurrent, *SHAPES)
    backward = scans_in(graph)[-1]
    assert backward.parameters["carries"] == 1  # the state's: no sums are carried
    assert names_in(backward.parameters["body"]).count("contract") == 1
    assert names_in(graph).count("contract") == 1
    assert names_in(graph).count("sum") == 1


def test_other_derivatives_by_what_is_around_are_summed_on_the_way():
    graph = slopes(
        lambda xs, w: ops.scan(lambda h, x: (ops.tanh(h * w + x), None), xs[0], xs)[0],
        (9, 4),
        (4,),
    )
    assert scans_in(graph)[-1].parameters["carries"] == 2


def test_a_loop_is_printed_with_its_turn():
    graph = trace(lambda xs: ops.scan(lambda c, x: (c + x, None), xs[0], xs)[0], specs((9, 3)))
    text = format_graph(graph)
    assert "scan %" in text
    assert "graph <lambda>(x0: float32(3,), x1: float32(3,))" in text
    assert text.count("add") == 1


@pytest.mark.parametrize("unroll", [True, 20])
def test_a_loop_may_be_written_down(unroll):
    graph = trace(
        lambda xs: ops.scan(lambda c, x: (c + x, None), xs[0], xs, unroll=unroll)[0],
        specs((9, 3)),
    )
    assert not scans_in(graph)
    assert names_in(graph).count("add") == 9


def test_carries_must_keep_their_form_or_the_turns_differ():
    def function(xs):
        def turn(carry, x):
            return (carry[0] + x,) if len(carry) == 2 else carry, None

        return ops.scan(turn, (xs[0], xs[1]), xs)[0]

    graph = trace(lambda xs: function(xs)[0], specs((9, 3)))
    assert not scans_in(graph)
