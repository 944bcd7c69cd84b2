"""Measure: a compiled function becomes a report on what it does and how long that takes.

    report_on(program, arrays) -> program.profile -> times of kernels -> `report.py`

Times are measured on the arrays of a call, or on made-up ones of given sizes; variables have
afterwards what they had before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from geartrain.compiler.form.buffers import Buffer, Kind
from geartrain.compiler.form.exprs import Expr, walk
from geartrain.compiler.form.kernels import Kernel, format_kernels, nodes_of
from geartrain.compiler.form.printing import name_of
from geartrain.compiler.planning.costs import Cost, kernel_cost
from geartrain.compiler.planning.plan_memory import plan_memory
from geartrain.compiler.planning.schedule import Task
from geartrain.compiler.programs import edited
from geartrain.compiler.programs.compile import AnyProgram
from geartrain.compiler.programs.hosted import HostedProgram
from geartrain.compiler.programs.profile import KernelTime
from geartrain.compiler.programs.program import Program, new_output
from geartrain.compiler.programs.sizing import task_sizes
from geartrain.compiler.reports.dumps import operations_of
from geartrain.compiler.reports.report import HostCall, KernelReport, ProgramReport
from geartrain.errors import explain
from geartrain.graph import Graph, Node
from geartrain.runtime import get_num_threads
from geartrain.runtime.probes import bandwidth_gb_s, measured_peak_gflops
from geartrain.tensor import Array, Dim, Variable
from geartrain.tensor.dtypes import INT64
from geartrain.tensor.shape import size_value

ROUNDS = 5
ROUND_SECONDS = 0.01  # at least so long a round takes, of as many steps as that needs


def report_on(
    program: AnyProgram,
    arrays: Sequence[Array] | None = None,
    *,
    sizes: Mapping[str, int] | None = None,
    rounds: int = ROUNDS,
) -> ProgramReport:
    """Run a program some times, a clock around every kernel, and say what it does.

    Args:
        program: what was compiled.
        arrays: those of a call; without them, made-up ones.
        sizes: of the symbolic axes, for made-up arrays; those of the last call, if None.
        rounds: how often to measure; the best time counts.

    Raises:
        ValueError: a symbolic axis has no size.
    """
    if arrays is None:
        wanted = dict(sizes if sizes is not None else program.sizes)
        _check_sizes(program.graph, wanted)
        arrays = [made_up(node, wanted) for node in program.graph.inputs]
    kept = [(each, each.numpy().copy()) for each in program.variables]
    try:
        if isinstance(program, HostedProgram):
            return _hosted_report(program, arrays)
        return _native_report(program, arrays, rounds)
    finally:
        for variable, numbers in kept:
            variable.overwrite(numbers)


def made_up(node: Node, sizes: Mapping[str, int]) -> Array:
    """Numbers for an input: between 0 and 1; whole ones are 0, or row numbers of `rows`."""
    shape = [size_value(size, dict(sizes)) for size in node.shape]
    if node.label == "rows" and "rows" in sizes:
        count = int(np.prod(shape))
        return (np.arange(count) * 7919 % sizes["rows"]).reshape(shape).astype(node.dtype)
    if node.dtype.kind in "biu":
        return np.zeros(shape, node.dtype)
    return np.random.default_rng(0).random(shape).astype(node.dtype)


def _native_report(program: Program, arrays: Sequence[Array], rounds: int) -> ProgramReport:
    program.run(arrays)
    sizes = program.sizes
    times: Mapping[str, KernelTime] = {}
    if not program.is_null:
        times = _measured(program, arrays, sizes, rounds)
    return _report(program.graph.name, [(program, sizes, times)], ())


def _measured(
    program: Program, arrays: Sequence[Array], sizes: Mapping[str, int], rounds: int
) -> Mapping[str, KernelTime]:
    """Each kernel's best time in a step of many."""
    inputs = [np.asarray(each, order="C") for each in arrays]
    profile = program.profile
    # The first round touches memory that the system has yet to give: the others are the step's.
    profile.call(inputs, _outputs(program, sizes, 1), sizes, 1, max(rounds, 3))
    steps = int(ROUND_SECONDS / sum(each.seconds for each in profile.times.values()))
    if steps > 1:
        stepped = [
            np.concatenate([array] * steps) if buffer.stepped else array
            for array, buffer in zip(inputs, program.inputs, strict=True)
        ]
        profile.call(stepped, _outputs(program, sizes, steps), sizes, steps, rounds)
    return dict(profile.times)


def _outputs(program: Program, sizes: Mapping[str, int], steps: int) -> list[Array]:
    return [new_output(each, sizes, steps) for each in program.outputs]


def _hosted_report(program: HostedProgram, arrays: Sequence[Array]) -> ProgramReport:
    """The kernels of the segments, each measured in a run of the whole."""
    profiled = {
        segment: _Profiled(each)
        for segment, each in program.programs.items()
        if isinstance(each, Program)
    }
    twin = HostedProgram(program.graph, program.stretches, profiled, program.stepped)
    twin.run(arrays)
    calls = tuple(
        HostCall(node.label, node.line, None if twin.is_null else time_ns / 1e9)
        for node, time_ns in twin.times_ns.items()
    )
    parts = [(each.program, each.sizes, each.times) for each in profiled.values()]
    return _report(program.graph.name, parts, calls)


class _Profiled:
    """A program in a hosted one, measured when it runs."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.sizes: Mapping[str, int] = {}
        self.times: Mapping[str, KernelTime] = {}

    def run_sized(self, arrays: Sequence[Array], sizes: Mapping[str, int]) -> tuple[Array, ...]:
        """As a program's."""
        found = self.program.run_sized(arrays, sizes)
        self.sizes = sizes
        if not self.program.is_null:
            self.times = _measured(self.program, arrays, sizes, 1)
        return found


Part = tuple[Program, Mapping[str, int], Mapping[str, KernelTime]]


def _report(name: str, parts: Sequence[Part], calls: tuple[HostCall, ...]) -> ProgramReport:
    threads = get_num_threads()
    measured = any(times for _, _, times in parts)
    peak = measured_peak_gflops(threads) if measured else 0.0
    bandwidth = bandwidth_gb_s(threads) if measured else 0.0
    kernels = [
        _kernel_report(program, stage, task, sizes, times.get(task.kernel.name))
        for program, sizes, times in parts
        for stage, task in program.tasks()
    ]
    plans = [plan_memory(program.schedule, sizes) for program, sizes, _ in parts]
    memory = [_memory_text(program, sizes) for program, sizes, _ in parts]
    cpu = parts[0][0].cpu if parts else None
    return ProgramReport(
        name=name,
        cpu=f"{cpu.name}, {cpu.vector_bits}-bit vectors" if cpu else "no processor: NumPy",
        threads=threads,
        peak_gflops=peak,
        bandwidth_gb_s=bandwidth,
        sizes=dict(parts[0][1]) if parts else {},
        kernels=tuple(kernels),
        host_calls=calls,
        schedule="\n".join(repr(program.schedule) for program, _, _ in parts),
        arena_bytes=sum(total for _, total in plans),
        memory="\n".join(memory),
        _programs=tuple(program for program, _, _ in parts),
    )


def _kernel_report(
    program: Program, stage: int, task: Task, sizes: Mapping[str, int], time: KernelTime | None
) -> KernelReport:
    kernel = task.kernel
    turns = time.turns if time else float(program.schedule.repeats(stage))
    cost = kernel_cost(kernel, task_sizes(task, sizes))
    nodes = operations_of(kernel)
    return KernelReport(
        name=kernel.name,
        program=program.graph.name,
        kind=type(kernel.root).__name__.lower() if kernel.root else "rows",
        stage=stage,
        lines=tuple(dict.fromkeys(each.line for each in nodes if each.line)),
        owners=tuple(dict.fromkeys(each.owner for each in nodes if each.owner)),
        operations=_fused(kernel),
        loaded=tuple(f"{name_of(each)} {each.spec}" for each in kernel.loaded()),
        stored=_stored(task),
        turns=turns,
        flops=round(cost.flops * turns),
        product_flops=round(cost.product_flops * turns),
        loaded_bytes=round(cost.loaded_bytes * turns),
        stored_bytes=round(cost.stored_bytes * turns),
        seconds=time.seconds if time else None,
        balance=time.balance if time else None,
        threads=time.threads if time else get_num_threads(),
        share_of_peak=_share_of_peak(kernel, cost, time),
        share_of_bandwidth=_share_of_bandwidth(cost, time),
        loops=format_kernels([kernel]),
        ir=edited.Module.of(program.ir).alone(kernel.name),
        _cpu=program.cpu,
    )


def _fused(kernel: Kernel) -> tuple[str, ...]:
    """The arithmetic of a kernel, in order: of dot products, their name."""
    root = [name_of(each) for each in nodes_of(kernel.root)]
    expressions = [] if kernel.root is None else kernel.root.operands()
    applied = [
        str(each.what)
        for each in walk(*expressions, *(each.expr for each in kernel.statements))
        if each.head == "apply" and not _is_index(each)
    ]
    reduced = [each.op for each in kernel.statements if each.op]
    return tuple(dict.fromkeys([*root, *applied, *reduced])) or ("copy",)


def _is_index(expr: Expr) -> bool:
    return expr.dtype == INT64


def _stored(task: Task) -> tuple[str, ...]:
    """What a kernel stores, and where, if that is not memory of its own."""
    return tuple(
        f"{name_of(node)} {node.spec}"
        + ("" if buffer.kind is Kind.SCRATCH else f" to {_place_text(buffer)}")
        for node, buffer in task.stores
    )


def _place_text(buffer: Buffer) -> str:
    if isinstance(buffer.owner, Variable):
        return f"variable {buffer.owner.path}".rstrip()
    kind = buffer.kind.value
    return f"{kind} {buffer.owner}" if isinstance(buffer.owner, int) else kind


def _share_of_peak(kernel: Kernel, cost: Cost, time: KernelTime | None) -> float | None:
    if time is None:
        return None
    peak = measured_peak_gflops(time.threads)
    wide = any(node.dtype.name == "float64" for node in kernel.nodes())
    return cost.flops * time.turns / time.seconds / 1e9 / (peak / 2 if wide else peak)


def _share_of_bandwidth(cost: Cost, time: KernelTime | None) -> float | None:
    if time is None:
        return None
    moved = (cost.loaded_bytes + cost.stored_bytes) * time.turns
    return moved / time.seconds / 1e9 / bandwidth_gb_s(time.threads)


def _memory_text(program: Program, sizes: Mapping[str, int]) -> str:
    """Where in the arena each value between kernels lies."""
    offsets, total = plan_memory(program.schedule, sizes)
    lines = [f"arena of {total:,} bytes"]
    for buffer, offset in sorted(offsets.items(), key=lambda each: each[1]):
        owner = buffer.owner
        name = name_of(owner) if isinstance(owner, Node) else "scratch"
        lines.append(f"  {offset:>10,}  {name} {buffer.spec}")
    return "\n".join(lines)


def _check_sizes(graph: Graph, sizes: Mapping[str, int]) -> None:
    wanted = {
        size.name for node in graph.inputs for size in node.shape if isinstance(size, Dim)
    } - set(sizes)
    if wanted:
        example = ", ".join(f"'{name}': 128" for name in sorted(wanted))
        raise ValueError(
            explain(
                f"There are no numbers to run '{graph.name}' on",
                given=f"sizes {dict(sizes)}",
                expected=f"sizes of its symbolic axes {', '.join(sorted(wanted))}, or a call's "
                "arguments",
                remedy=f"explain(sizes={{{example}}})",
            )
        )
