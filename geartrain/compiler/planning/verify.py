"""Verify: what must hold of the kernels and of the schedule, checked between the passes.

It runs on every program that is compiled: it costs a hundredth of the compilation, and a mistake
of a pass stops here, with its kernel's text, rather than in machine code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geartrain.compiler.form.exprs import Axis, Expr, long_axes, walk
from geartrain.compiler.form.kernels import Contraction, Kernel, Root, Walk, nodes_of
from geartrain.compiler.form.loops import axes_of
from geartrain.compiler.fusion.contractions import stays_contraction
from geartrain.compiler.fusion.joins import Join
from geartrain.compiler.fusion.native_loops import Loop
from geartrain.compiler.planning.schedule import Schedule
from geartrain.graph import Node, Role


class BrokenProgram(Exception):
    """A pass of the compiler has made a program that makes no sense: a bug in Geartrain."""


def verify_kernels(kernels: Sequence[Kernel | Loop | Join]) -> None:
    """Check each kernel by itself, and that each value is stored by one kernel before its use."""
    stored: set[Node] = set()
    for kernel in kernels:
        if isinstance(kernel, Loop):
            for turn in kernel.turns():
                verify_kernels(turn.kernels)
        elif isinstance(kernel, Kernel):
            _verify_kernel(kernel)
        for node in kernel.loaded():
            _check(_is_in_memory(node, stored), kernel, f"{node!r} is loaded before it is stored")
        for node in kernel.stored:
            _check(node not in stored, kernel, f"{node!r} is stored twice")
            stored.add(node)


def _is_in_memory(node: Node, stored: set[Node]) -> bool:
    while node not in stored and node.role is Role.OPERATION and node.label == "reshape":
        node = node.inputs[0]
    return node in stored or node.role is not Role.OPERATION


def _verify_kernel(kernel: Kernel) -> None:
    computed: dict[Node, bool] = {}
    if kernel.block is not None:
        _verify_kernel(kernel.block)
        rhs = isinstance(kernel.root, Contraction) and (kernel.root.rhs.what,)
        _check(rhs == kernel.block.stored, kernel, "a block is the right operand of a sum")
    _verify_root(kernel)
    for node in nodes_of(kernel.root):
        computed[node] = kernel.lane is not None
    for each in kernel.statements:
        lane = each.lane or bool(each.op)
        _verify_expr(kernel, each.expr, computed, kernel.axes if lane else kernel.rows)
        _check(not (each.op and each.lane), kernel, "a row reduction stands on the row level")
        beside = kernel.root is not None and kernel.lane is not None and not lane
        _check(not beside, kernel, f"{each.node!r} stands on a row level beside a root")
        computed[each.node] = each.lane
        axes = kernel.axes if each.lane else kernel.rows
        _check(_fits(each.node, axes), kernel, f"{each.node!r} does not fit its level")
    if kernel.windows is not None:
        _verify_windows(kernel, computed)
        return
    for node in kernel.stored:
        _check(node in computed, kernel, f"{node!r} is stored but not computed")


def _verify_windows(kernel: Kernel, computed: Mapping[Node, bool]) -> None:
    """Check what is done with windows of a kernel's results."""
    windows = kernel.windows
    if windows is None:
        return
    node = windows.node
    _verify_kernel(windows.kernel)
    _check(computed.get(node, False), kernel, f"windows are taken of {node!r}")
    _check(windows.kernel.loaded() == [node], kernel, f"windows of {node!r} are all that is read")
    _check(kernel.stored == windows.kernel.stored, kernel, f"{node!r} is stored beside its windows")


def _verify_root(kernel: Kernel) -> None:
    root = kernel.root
    if root is None:
        return
    inside = root.depth if isinstance(root, Contraction) else root.reduced
    carried = {root.node: True} if isinstance(root, Walk) else {}
    for expr in root.operands():
        _verify_expr(kernel, expr, carried, (*kernel.axes, *inside))
    if isinstance(root, Contraction):
        _check(stays_contraction(root), kernel, "a contraction's operands are loads in strides")
    _check(isinstance(root, Root), kernel, "a root is one of four kinds")


def _verify_expr(
    kernel: Kernel, root: Expr, computed: Mapping[Node, bool], axes: Sequence[Axis]
) -> None:
    _check(axes_of(root) <= set(axes), kernel, f"{root} stands outside its loops")
    for expr in walk(root):
        if expr.head == "value":
            _check(expr.what in computed, kernel, f"{expr} is used before it is computed")
        if expr.head == "load":
            ranks = {1, len(expr.what.shape)}
            _check(len(expr.args) in ranks, kernel, f"{expr} has {len(expr.args)} indices")


def _fits(node: Node, axes: Sequence[Axis]) -> bool:
    flat = len(axes) == 1 and len(node.shape) > 1
    shape = [size for size in node.shape if size != 1]
    return flat or shape == [axis.extent for axis in long_axes(axes)]


def verify_schedule(schedule: Schedule) -> None:
    """Check that no stage loads what the same stage stores, but at its own place."""
    for stage in schedule.stages:
        writers = {buffer: task for task in stage for _, buffer in task.stores}
        for task in stage:
            for node in task.kernel.loaded():
                writer = writers.get(schedule.source(node), task)
                _check(writer is task, task.kernel, f"{node!r} changes while it is loaded")


def _check(holds: bool, kernel: Kernel | Loop | Join, problem: str) -> None:
    if not holds:
        raise BrokenProgram(f"{problem}, in\n{kernel.text()}")
