"""The doors to the compiler: `compile_steps` for training loops, `jit` for any function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

import numpy as np

from geartrain.autodiff import is_debugging_nans
from geartrain.compiler.compile import AnyProgram, compile_graph
from geartrain.graph import Node, trace
from geartrain.primitives.primitive import Spec
from geartrain.tensor import Dim, Tensor

BATCH = "batch"


def compile_steps(
    function: Callable[..., Any],
    specs: Sequence[Spec],
    *,
    stepped: Sequence[bool],
    name: str = "",
    labels: Sequence[str] = (),
) -> AnyProgram:
    """Compile a function so that one native call can run it many times in a row.

    Args:
        function: takes one tensor for each spec; returns a tensor, a sequence of them, or None.
            The variables that it reads and assigns are updated in place.
        specs: shapes (symbolic sizes allowed) and dtypes of the arguments.
        stepped: which arguments have a part for each step: their leading axis must be
            `Dim("batch")`. Outputs with that leading axis have a part for each step as well.
        name: the name that reports and errors use.
        labels: the arguments' names.
    """
    graph = trace(function, specs, name=name, labels=labels)
    chosen = [node for node, is_stepped in zip(graph.inputs, stepped, strict=True) if is_stepped]
    if any(stepped):
        chosen += [node for node in graph.outputs if _leads_with_batch(node)]
    return compile_graph(graph, stepped=chosen)


def _leads_with_batch(node: Node) -> bool:
    return bool(node.shape) and node.shape[0] == Dim(BATCH)


class jit:  # noqa: N801  (a decorator, written as functions are)
    """Compile a function of tensors: traced and compiled once for each signature.

    >>> from geartrain import jit, ops
    >>> double = jit(lambda x: x + x)
    >>> double(ops.convert_to_tensor([1.0, 2.0])).numpy().tolist()
    [2.0, 4.0]
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        update_wrapper(self, function)  # first: it copies the function's own attributes
        self.function = function
        self.programs: dict[tuple[Spec, ...], tuple[AnyProgram, bool]] = {}

    def __call__(self, *arguments: Any) -> Any:
        """Call the compiled function on tensors or arrays; as it stands under `debug_nans`."""
        arrays = [np.asarray(each) for each in arguments]
        if is_debugging_nans():
            found = self.function(*map(Tensor, arrays))
            return found if isinstance(found, Tensor) else tuple(found or ())
        program, single = self._program(tuple(Spec(each.shape, each.dtype) for each in arrays))
        outputs = [Tensor(each) for each in program.run(arrays)]
        return outputs[0] if single else tuple(outputs)

    @property
    def host_calls(self) -> tuple[str, ...]:
        """What ran with NumPy for lack of machine code, in the signatures compiled so far."""
        programs = (program for program, _ in self.programs.values())
        return tuple(dict.fromkeys(call for each in programs for call in each.host_calls))

    def _program(self, specs: tuple[Spec, ...]) -> tuple[AnyProgram, bool]:
        if specs not in self.programs:
            single: list[bool] = []

            def traced(*inputs: Tensor) -> Any:
                result = self.function(*inputs)
                single.append(isinstance(result, Tensor))
                return result

            graph = trace(traced, specs, name=getattr(self.function, "__name__", "function"))
            self.programs[specs] = compile_graph(graph), single[0]
        return self.programs[specs]
