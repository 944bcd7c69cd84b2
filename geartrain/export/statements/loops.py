"""Loops: `scan` is ONNX's Scan, `while_loop` its Loop; a turn is a graph inside of the graph.

What a turn captures is used by its name: graphs inside see the names around them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geartrain.export.messages import Body, Value
from geartrain.export.program import Program, states, without_idle
from geartrain.export.statements.movement import backwards
from geartrain.graph.graph import Graph, Node


@states("scan")
def scan(program: Program, node: Node, names: list[str]) -> list[str]:
    """A known number of turns, along the first axis of the sequences."""
    turn, carries, sequences = (node.parameters[each] for each in ("body", "carries", "sequences"))
    last = carries + sequences
    inner = Program(program.opset, program)
    taken = _entered(inner, turn.inputs[:last])
    _known(inner, turn.inputs[last:], names[last:])
    along = names[carries:last]
    if not sequences:  # ONNX counts turns by a sequence
        places = np.arange(node.parameters["length"])
        along = [program.constant(places, "int64")]
        taken.append(Value(inner.new_name(), places.dtype, ()))
    body = _closed(inner.body(turn, taken, inner.new_name("turn")))
    if node.parameters["reverse"]:
        along = [backwards(program, each, 0) for each in along]  # few know Scan's directions
    inputs = [*names[:carries], *along]
    count = len(turn.outputs)
    found = program.add_all("Scan", inputs, count, body=body, num_scan_inputs=len(along))
    if node.parameters["reverse"]:
        found[carries:] = [backwards(program, each, 0) for each in found[carries:]]
    return found


@states("while_loop")
def while_loop(program: Program, node: Node, names: list[str]) -> list[str]:
    """As many turns as a condition asks for: it is found before the first, and after each."""
    cond, turn, limit = (node.parameters[each] for each in ("cond", "body", "limit"))
    count = len(turn.outputs)
    of_cond = names[count : len(cond.inputs)]
    of_turn = names[len(cond.inputs) :]
    begins = _condition(program, cond, [*names[:count], *of_cond])
    inner = Program(program.opset, program)
    number = Value(inner.new_name(), np.dtype("int64"), ())
    before = Value(inner.new_name(), np.dtype("bool"), ())
    taken = _entered(inner, turn.inputs[:count])
    _known(inner, turn.inputs[count:], of_turn)
    body = inner.body(turn, [number, before, *taken], inner.new_name("turn"))
    goes_on = _condition(inner, cond, [*(each.name for each in body.outputs), *of_cond])
    body.outputs.insert(0, Value(goes_on, np.dtype("bool"), ()))
    most = "" if limit is None else program.constant(limit, "int64")
    inputs = [most, begins, *names[:count]]
    return program.add_all("Loop", inputs, count, body=_closed(body))


def _condition(program: Program, cond: Graph, names: Sequence[str]) -> str:
    """Whether there is another turn."""
    _known(program, cond.inputs, names)
    program.run(cond.nodes())
    found = cond.outputs[0]
    name = program.add("Identity", program.names[found])
    for node in cond.nodes():  # they are written down anew for other values
        program.names.pop(node, None)
    if not found.shape:
        return name
    whole = program.cast(name, "int32")
    least = program.add("ReduceMin", whole, program.axes(range(len(found.shape))), keepdims=0)
    return program.cast(least, "bool")


def _entered(inner: Program, nodes: Sequence[Node]) -> list[Value]:
    """The inputs of a turn, with names."""
    taken = []
    for node in nodes:
        inner.names[node] = inner.new_name()
        taken.append(Value(inner.names[node], node.dtype, node.shape))
    return taken


def _known(inner: Program, nodes: Sequence[Node], names: Sequence[str]) -> None:
    inner.names.update(zip(nodes, names, strict=True))


def _closed(body: Body) -> Body:
    """A turn without statements that nothing needs."""
    body.statements = without_idle(body.statements, [each.name for each in body.outputs])
    return body
