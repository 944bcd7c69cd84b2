"""A function of tensors as the content of an ONNX file: traced, then written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import geartrain.export.statements  # noqa: F401  (enters what primitives become)
from geartrain.errors import explain
from geartrain.export.messages import Value, model_bytes, names_of
from geartrain.export.program import Program, without_idle
from geartrain.graph.graph import Graph, sort_nodes
from geartrain.graph.trace import trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Dim, NoNumbers, Tensor, Variable
from geartrain.tensor.nest import flatten, map_nest
from geartrain.tensor.shape import NoSize


def onnx_bytes(
    function: Callable[[Any], Any],
    structure: Any,
    values: Sequence[Value],
    title: str,
    names: Sequence[str],
    opset: int,
) -> bytes:
    """The content of a file that computes what a function does.

    Args:
        function: takes tensors in the structure.
        structure: a nest of the numbers of `values`.
        values: what goes in.
        title: of the program.
        names: of its outputs; they have numbers, where there are not as many.
        opset: the version of ONNX's operators.

    Raises:
        ValueError: ONNX has no operators for something, or the function keeps something.
    """
    from geartrain import __version__

    graph = traced(function, structure, values)
    return model_bytes(written(graph, values, names, title, opset), opset, __version__)


def traced(function: Callable[[Any], Any], structure: Any, values: Sequence[Value]) -> Graph:
    """The graph of a function."""

    def flat(*tensors: Tensor) -> list[Tensor]:
        outputs = function(map_nest(lambda place: tensors[place], structure))
        return [each for each in flatten(outputs) if isinstance(each, Tensor)]

    specs = [Spec(each.shape, each.dtype) for each in values]
    try:
        labels = [each.name for each in values]
        graph = trace(flat, specs, name="export", labels=labels, any_length=True)
    except Exception as error:
        if _open_sizes(values) or isinstance(error, NoSize | NoNumbers):
            raise ValueError(_size_message(values, error)) from error
        raise
    needed = set(sort_nodes(graph.outputs))
    kept = [each for each in graph.updates if graph.reads.get(each) in needed]
    if kept:
        raise ValueError(_state_message(kept))
    return graph


def written(
    graph: Graph, values: Sequence[Value], names: Sequence[str], title: str, opset: int
) -> Any:
    """A graph as one of ONNX."""
    program = Program(opset)
    taken = {each.name for each in values}
    for value, node in zip(values, graph.inputs, strict=True):
        program.read_sizes(value)
        program.names[node] = value.name
    for variable, node in graph.reads.items():
        program.names[node] = program.constant(variable.numpy(), name=_free(variable.path, taken))
    body = program.body(graph, values, title)
    if len(names) != len(body.outputs):
        names = [f"output_{place}" for place in range(len(body.outputs))]
    for place, name in enumerate(names):
        _rename_output(body, place, _free(name, taken))
    body.statements = without_idle(
        [*program.first, *body.statements], [each.name for each in body.outputs]
    )
    used = names_of(body.statements)
    body.constants = {name: each for name, each in program.constants.items() if name in used}
    return body


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where another has it."""
    found, number = name, 1
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    taken.add(found)
    return found


def _rename_output(body: Any, place: int, name: str) -> None:
    """Give an output another name; an Identity of its own makes it."""
    old = body.outputs[place]
    body.outputs[place] = Value(name, old.dtype, old.shape)
    at = next(i for i, each in enumerate(body.statements) if old.name in each.outputs)
    maker = body.statements[at]
    body.statements[at] = type(maker)(maker.operator, maker.inputs, (name,), maker.attributes)


def _open_sizes(values: Sequence[Value]) -> list[str]:
    """The inputs with an axis of unknown size behind the batch."""
    return [
        f"{each.name} {each.shape}"
        for each in values
        if any(isinstance(size, Dim) for size in each.shape[1:])
    ]


def _size_message(values: Sequence[Value], error: Exception) -> str:
    open_sizes = _open_sizes(values) or [f"{each.name} {each.shape}" for each in values]
    return explain(
        "The model needs to know a size to be exported",
        given=f"{'; '.join(open_sizes)}: {str(error).splitlines()[0]}",
        expected="sizes of which only multiples are needed",
        remedy="input_signature=[geartrain.InputSpec(shape=(None, 20), dtype='float32')], with "
        "numbers in the place of None",
    )


def _state_message(variables: Sequence[Variable]) -> str:
    return explain(
        "The model keeps something from call to call",
        given=", ".join(each.path for each in variables),
        expected="a call that changes no variables: ONNX files have no state",
        remedy="stateful=False, or layers that change nothing with training=False",
    )
