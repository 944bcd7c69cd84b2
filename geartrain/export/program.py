"""`Program`: a traced graph as statements of ONNX.

    %2 = contract %x %w lhs=ij rhs=jl out=il           MatMul(x, dense/kernel) -> v1
    %3 = broadcast_to %b shape=(batch, 10)             (left out: ONNX's Add broadcasts)
    %4 = add %2 %3                                     Add(v1, dense/bias) -> v2

A size that is known at run time only is read off the input that has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

from geartrain.errors import explain
from geartrain.export.messages import Body, Statement, Value, names_of, type_of
from geartrain.graph.graph import Graph, Node, Role, sort_nodes
from geartrain.primitives.primitive import Bundle
from geartrain.tensor import Array, Dim, Size, is_floating
from geartrain.tensor.shape import is_static

Rule = Callable[["Program", Node, "list[str]"], Any]
LAST = np.iinfo(np.int64).max  # where a slice ends that goes to the last place
RULES: dict[str, Rule] = {}
FREE_SIZE = 4096  # of arrays that may be larger than what they are made of


def states(*names: str) -> Callable[[Rule], Rule]:
    """Enter a function as that which writes primitives of these names down."""

    def enter(rule: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, rule))
        return rule

    return enter


class Program:
    """Statements, and the arrays they begin with.

    Args:
        opset: the version of ONNX's operators.
        around: the program of which this one is a loop's body.
    """

    def __init__(self, opset: int, around: Program | None = None) -> None:
        self.opset = opset
        self.outermost: Program = around.outermost if around is not None else self
        self.statements: list[Statement] = []
        self.names: dict[Node, str] = {}
        self.parts: dict[Node, list[str]] = {}
        if around is None:
            self.constants: dict[str, Array] = {}
            self.first: list[Statement] = []  # what finds sizes
            self._numbers = count()
            self._sizes: dict[str, tuple[str, int]] = {}
            self._known: dict[Any, str] = {}
            self._makers: dict[str, Statement] = {}

    # -- writing down ----------------------------------------------------------------------------

    def new_name(self, word: str = "v") -> str:
        """A name that nothing has."""
        return f"{word}{next(self.outermost._numbers)}"

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """The name of what an operator gives."""
        return self.add_all(operator, inputs, 1, **attributes)[0]

    def add_all(
        self, operator: str, inputs: Sequence[str], outputs: int, **attributes: Any
    ) -> list[str]:
        """The names of what an operator with several outputs gives."""
        names = [self.new_name() for _ in range(outputs)]
        statement = Statement(operator, tuple(inputs), tuple(names), attributes)
        self.statements.append(statement)
        self.outermost._makers.update(dict.fromkeys(names, statement))
        return names

    def constant(self, value: Any, dtype: Any = None, name: str | None = None) -> str:
        """The name of an array; equal ones have one."""
        array = np.asarray(value, dtype)
        top = self.outermost
        key = name or (array.dtype.name, array.shape, array.tobytes())
        if key not in top._known:
            top._known[key] = name or self.new_name("c")
            top.constants[top._known[key]] = array
        return top._known[key]

    def array_of(self, name: str) -> Array | None:
        """The numbers of a name, where they are known."""
        return self.outermost.constants.get(name)

    def maker_of(self, name: str) -> Statement | None:
        """The statement that gives a name."""
        return self.outermost._makers.get(name)

    # -- sizes -----------------------------------------------------------------------------------

    def read_sizes(self, value: Value) -> None:
        """Note which sizes can be read off an input."""
        for axis, size in enumerate(value.shape):
            if isinstance(size, Dim) and size.scale == 1:
                self.outermost._sizes.setdefault(size.name, (value.name, axis))

    def size(self, size: Size) -> str:
        """The name of a vector with one size."""
        if isinstance(size, int):
            return self.constant([size], "int64")
        top, key = self.outermost, ("size", size.name, size.scale)
        if key not in top._known:
            source, axis = top._sizes[size.name]
            read = Statement(
                "Shape", (source,), (self.new_name("size"),), {"start": axis, "end": axis + 1}
            )
            top.first.append(read)
            top._known[key] = read.outputs[0]
            if size.scale != 1:
                pair = (read.outputs[0], self.constant([size.scale], "int64"))
                product = Statement("Mul", pair, (self.new_name("size"),))
                top.first.append(product)
                top._known[key] = product.outputs[0]
        return top._known[key]

    def sizes(self, shape: Sequence[Size]) -> str:
        """The name of a vector of sizes."""
        if all(isinstance(each, int) for each in shape):
            return self.constant(list(shape), "int64")
        return self.add("Concat", *map(self.size, shape), axis=0)

    # -- common statements -----------------------------------------------------------------------

    def transposed(self, name: str, perm: Sequence[int]) -> str:
        """A value with its axes in another order; known numbers are turned now."""
        if tuple(perm) == tuple(range(len(perm))):
            return name
        known, maker = self.array_of(name), self.maker_of(name)
        if known is not None:
            return self.constant(known.transpose(perm))
        if maker is not None and maker.operator == "Transpose":
            before = maker.attributes["perm"]
            return self.transposed(maker.inputs[0], [before[axis] for axis in perm])
        return self.add("Transpose", name, perm=tuple(perm))

    def reshaped(self, name: str, shape: Sequence[Size]) -> str:
        """A value in another shape, of which one size at most has to be found at run time."""
        known = self.array_of(name)
        unknown = [each for each in shape if not isinstance(each, int)]
        if known is not None and not unknown:
            return self.constant(known.reshape(shape))
        if len(unknown) == 1 and -1 not in shape and 0 not in shape:
            plain = [each if isinstance(each, int) else -1 for each in shape]
            return self.add("Reshape", name, self.constant(plain, "int64"))
        return self.add("Reshape", name, self.sizes(shape))

    def padded(self, name: str, low: Sequence[int], high: Sequence[int], value: str = "") -> str:
        """A value with an edge around; where it is negative, without its own edge."""
        cut = [axis for axis in range(len(low)) if low[axis] < 0 or high[axis] < 0]
        if cut:
            starts = [max(-low[axis], 0) for axis in cut]
            ends = [min(high[axis], 0) or LAST for axis in cut]
            name = self.add("Slice", name, *map(self.axes, (starts, ends, cut)))
        edges = [max(each, 0) for each in (*low, *high)]
        if not any(edges):
            return name
        return self.add("Pad", name, self.axes(edges), *([value] if value else []))

    def cast(self, name: str, dtype: Any) -> str:
        """A value in another dtype."""
        return self.add("Cast", name, to=type_of(dtype))

    def axes(self, axes: Sequence[int]) -> str:
        """The name of a vector of axes."""
        return self.constant(list(axes), "int64")

    def number(self, value: float, node: Node) -> str:
        """The name of a number, in a node's dtype."""
        return self.constant(value, node.dtype)

    # -- graphs ----------------------------------------------------------------------------------

    def run(self, nodes: Sequence[Node]) -> None:
        """Write nodes down, each after its inputs."""
        for node in nodes:
            if node in self.names:
                continue
            if node.role is Role.CONSTANT:
                self.names[node] = self.constant(node.constant)
            elif node.role is Role.VARIABLE:
                raise ValueError(_variable_message(node))
            elif node.role is Role.PART:
                self.names[node] = self.parts[node.inputs[0]][node.parameters["number"]]
            elif node.role is Role.OPERATION:
                self._write(node)

    def _write(self, node: Node) -> None:
        known = self._computed(node)
        if known is not None:
            self.names[node] = self.constant(known)
            return
        primitive = node.primitive
        rule = None if primitive is None else RULES.get(primitive.name)
        if rule is None:
            raise ValueError(no_statement_message(node))
        found = rule(self, node, [self.names.get(each, "") for each in node.inputs])
        if isinstance(found, str):
            self.names[node] = found
        else:
            self.parts[node] = list(found)

    def _computed(self, node: Node) -> Array | None:
        """The numbers of an operation on known ones, if they do not take more room."""
        arrays = [self.array_of(self.names.get(each, "")) for each in node.inputs]
        known = [each for each in arrays if each is not None]
        primitive, spec = node.primitive, node.spec
        if not known or len(known) < len(arrays) or isinstance(spec, Bundle):
            return None
        if primitive is None or not primitive.pure or not is_static(spec.shape):
            return None
        largest = max(FREE_SIZE, *(each.size for each in known))
        if math.prod(map(int, map(str, spec.shape))) > largest:
            return None
        return np.asarray(primitive.evaluate(*known, **node.parameters), spec.dtype)

    def body(self, graph: Graph, inputs: Sequence[Value], name: str) -> Body:
        """The whole: a graph, whose inputs have names already, with outputs of new names."""
        self.run(sort_nodes(graph.outputs))
        outputs = []
        for node in graph.outputs:
            given = self.add("Identity", self.names[node])
            outputs.append(Value(given, node.dtype, node.shape))
        return Body(name, list(inputs), outputs, self.statements)


def is_float(node: Node) -> bool:
    """Whether a node's numbers are floats."""
    return is_floating(node.dtype)


def without_idle(statements: Sequence[Statement], wanted: Sequence[str]) -> list[Statement]:
    """The statements that the wanted names need."""
    needed, kept = set(wanted), []
    for each in reversed(statements):
        if needed.intersection(each.outputs):
            kept.append(each)
            needed |= names_of([each])
    return kept[::-1]


def no_statement_message(node: Node, why: str = "") -> str:
    """That ONNX cannot say what a node computes."""
    name = node.primitive.name if node.primitive is not None else node.label
    where = f", in {node.owner}" if node.owner else ""
    line = f", at {node.line}" if node.line else ""
    return explain(
        f"The primitive '{name}' has no statement in ONNX here" + (f": {why}" if why else ""),
        given=f"{name} of {', '.join(str(each.spec) for each in node.inputs)}{where}{line}",
        expected="operations that ONNX's operators can state",
        remedy="export the part of the model before it, keras.Model(model.inputs, layer.output)",
    )


def _variable_message(node: Node) -> str:
    return explain(
        "A variable has no name in the program",
        given=f"{node.label}",
        expected="variables that the model reads while it is traced",
        remedy="model.export(...) of a model that is built",
    )
