"""Tracing: the graph is what the function did."""

import numpy as np
import pytest

from geartrain import ops
from geartrain.autodiff import GradientTape
from geartrain.graph import Role, format_graph, trace
from geartrain.primitives import Spec
from geartrain.tensor import Dim, Variable

F32 = np.dtype("float32")


def test_the_printed_graph():
    weight = Variable(np.float32(3), name="w")

    def step(x):
        weight.assign(weight * x)
        return x + 1.0

    graph = trace(step, [Spec((), F32)], labels=["x"])
    assert format_graph(graph) == (
        "graph step(x: float32())\n"
        "  %0 = input x : float32()\n"
        "  %1 = constant 1.0 : float32()\n"
        "  %2 = add %0 %1 : float32()\n"
        "  %3 = variable w : float32()\n"
        "  %4 = multiply %3 %0 : float32()\n"
        "  update w = %4\n"
        "  return %2"
    )


def test_a_variable_read_after_it_was_assigned_has_the_new_value():
    weight = Variable(np.float32(3))

    def step(x):
        weight.assign(x)
        return weight.value

    graph = trace(step, [Spec((), F32)])
    assert graph.outputs[0] is graph.inputs[0]
    assert not graph.reads


def test_tracing_knows_nothing_of_derivatives_and_tapes_work_in_it():
    weight = Variable(np.ones((3, 2), "float32"))

    def slope(x):
        with GradientTape() as tape:
            loss = ops.sum(ops.matmul(x, weight))
        return tape.gradient(loss, weight)

    graph = trace(slope, [Spec((Dim("batch"), 3), F32)])
    assert graph.outputs[0].shape == (3, 2)


def test_nodes_know_the_users_line():
    graph = trace(lambda x: x + 1.0, [Spec((), F32)])
    (node,) = [each for each in graph.nodes() if each.role is Role.OPERATION]
    assert node.line.startswith("test_trace.py:")


def test_errors_are_raised_where_the_users_line_is():
    with pytest.raises(ValueError, match="dot cannot multiply shapes"):
        trace(lambda x: ops.dot(x, np.zeros((5, 2), "float32")), [Spec((Dim("batch"), 3), F32)])
