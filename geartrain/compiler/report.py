"""Reports: what a compiled function does, kernel by kernel, and how near to the hardware.

    report = report_on(program, [x, w, b])
    print(report)                                  # a table, and each kernel in words
    report.kernels[0].share_of_peak                # the same as data
    print(report.text(kernel="k0_contract_relu", loops=True, ir=True, assembly=True))

Times are measured on the arrays of a call, or on made-up ones of given sizes; variables have
afterwards what they had before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from geartrain.compiler import edited
from geartrain.compiler.buffers import Kind
from geartrain.compiler.compile import AnyProgram
from geartrain.compiler.costs import Cost, kernel_cost
from geartrain.compiler.hosted import HostedProgram
from geartrain.compiler.kernels import Kernel, format_kernels
from geartrain.compiler.loops import name_of, walk
from geartrain.compiler.plan_memory import plan_memory
from geartrain.compiler.profile import KernelTime
from geartrain.compiler.program import Program, new_output
from geartrain.compiler.schedule import Task
from geartrain.errors import explain, unknown_name
from geartrain.graph import Graph, Node
from geartrain.runtime import get_num_threads
from geartrain.runtime.cpu import Cpu
from geartrain.runtime.machine_code import assembly
from geartrain.runtime.probes import bandwidth_gb_s, measured_peak_gflops
from geartrain.tensor import Array, Dim
from geartrain.tensor.shape import size_value

ROUNDS = 5
ROUND_SECONDS = 0.01  # at least so long a round takes, of as many steps as that needs


@dataclass(frozen=True)
class KernelReport:
    """One kernel: where it comes from, what it does, how long it takes.

    Attributes:
        name: the function's name in the machine code.
        program: whose kernel it is.
        kind: `contraction`, `reduction`, `scatter`, `walk` or `rows`.
        stage: in which stage it runs.
        lines: the user's lines that asked for its operations.
        owners: the layers, losses and optimizers they belong to.
        operations: what is fused in it, in order.
        loaded, stored: the values, with dtypes and shapes.
        turns: how often it runs in a step.
        flops: floating-point operations in a step; `product_flops`, those of dot products.
        loaded_bytes, stored_bytes: each value once a turn, in a step.
        seconds: of a step; None where nothing was measured, as on the null device.
        balance: how busy the workers were on average, where the busiest is 1.
        threads: on how many workers it ran.
        share_of_peak: of the multiply-adds that the processor can do, measured in its dtype.
        share_of_bandwidth: of what memory can move; above 1, the data lay in caches.
    """

    name: str
    program: str
    kind: str
    stage: int
    lines: tuple[str, ...]
    owners: tuple[str, ...]
    operations: tuple[str, ...]
    loaded: tuple[str, ...]
    stored: tuple[str, ...]
    turns: float
    flops: int
    product_flops: int
    loaded_bytes: int
    stored_bytes: int
    seconds: float | None
    balance: float | None
    threads: int
    share_of_peak: float | None
    share_of_bandwidth: float | None
    loops: str = field(repr=False)
    ir: str = field(repr=False)
    _cpu: Cpu = field(repr=False, compare=False)

    @property
    def bytes(self) -> int:
        """Loaded and stored together."""
        return self.loaded_bytes + self.stored_bytes

    @property
    def gflops(self) -> float | None:
        """Floating-point operations in a second, in 10^9."""
        return self.flops / self.seconds / 1e9 if self.seconds else None

    @property
    def gb_s(self) -> float | None:
        """Bytes in a second, in 10^9."""
        return self.bytes / self.seconds / 1e9 if self.seconds else None

    @property
    def assembly(self) -> str:
        """The machine code as assembly; it is made when asked for."""
        return _own_assembly(assembly(self.ir.replace("define internal", "define", 1)))

    def text(self, *, loops: bool = False, ir: bool = False, assembly: bool = False) -> str:
        """The kernel in words, and what else is asked for."""
        places = [*self.owners, *self.lines]
        lines = [self.name, f"  from      {', '.join(places) or 'the compiler'}"]
        lines.append(f"  computes  {' '.join(self.operations)}")
        lines.append(f"  loads     {', '.join(self.loaded) or 'nothing'}")
        lines.append(f"  stores    {', '.join(self.stored)}")
        lines.append(f"  does      {_work_text(self)}")
        parts = ["\n".join(lines)]
        if loops:
            parts.append(_indented(self.loops))
        if ir:
            parts.append(_indented(self.ir))
        if assembly:
            parts.append(_indented(self.assembly))
        return "\n\n".join(parts)


@dataclass(frozen=True)
class HostCall:
    """An operation that ran with NumPy between kernels: what, whose line, how long."""

    label: str
    line: str
    seconds: float | None


@dataclass(frozen=True)
class ProgramReport:
    """A compiled function.

    Attributes:
        name: the function's.
        cpu: the processor that its code is for.
        threads: how many workers it may use.
        peak_gflops, bandwidth_gb_s: what this machine reaches, measured once.
        sizes: of the symbolic axes.
        kernels: a `KernelReport` each, in the order in which they run.
        host_calls: what has no machine code.
        schedule: the stages, as text.
        arena_bytes: what values between kernels take; where they lie is in `memory`.
        memory: the plan of the arena, as text.
    """

    name: str
    cpu: str
    threads: int
    peak_gflops: float
    bandwidth_gb_s: float
    sizes: Mapping[str, int]
    kernels: tuple[KernelReport, ...]
    host_calls: tuple[HostCall, ...]
    schedule: str
    arena_bytes: int
    memory: str
    _programs: tuple[Program, ...] = field(repr=False, compare=False)

    @property
    def seconds(self) -> float | None:
        """All kernels and host calls of a step; None where nothing was measured."""
        found = [each.seconds for each in self.kernels]
        found += [each.seconds for each in self.host_calls]
        known = [each for each in found if each is not None]
        return sum(known) if len(known) == len(found) else None

    @property
    def flops(self) -> int:
        """Of a step."""
        return sum(each.flops for each in self.kernels)

    def kernel(self, name: str) -> KernelReport:
        """One kernel, by its name or the beginning of it.

        Raises:
            ValueError: there is none, or several begin so.
        """
        exact = [each for each in self.kernels if each.name == name]
        found = exact or [each for each in self.kernels if each.name.startswith(name)]
        if len(found) != 1:
            names = [each.name for each in self.kernels]
            raise ValueError(
                unknown_name(f"kernel of {self.name}", name, names, remedy="kernel={!r}")
            )
        return found[0]

    def text(
        self,
        *,
        kernel: str | None = None,
        loops: bool = False,
        ir: bool = False,
        assembly: bool = False,
    ) -> str:
        """All kernels, or one, with their loops, LLVM IR and assembly if those are asked for."""
        chosen = self.kernels if kernel is None else (self.kernel(kernel),)
        details = [each.text(loops=loops, ir=ir, assembly=assembly) for each in chosen]
        head = [] if kernel is not None else [self.heading(), self.table()]
        calls = [
            f"host call {each.label} at {each.line}{_time_text(each.seconds)}"
            for each in self.host_calls
            if kernel is None
        ]
        return "\n\n".join([*head, *details, *calls])

    def heading(self) -> str:
        """The function, the processor, and what it reaches."""
        where = ", ".join(f"{name} {size}" for name, size in self.sizes.items())
        lines = [f"{self.name}{where and f' ({where})'}: {len(self.kernels)} kernels on {self.cpu}"]
        if self.kernels and self.seconds is not None:
            lines.append(
                f"this machine reaches {self.peak_gflops:.0f} GFLOP/s of multiply-adds and "
                f"{self.bandwidth_gb_s:.1f} GB/s of memory on {self.threads} threads"
            )
        lines.append(f"between kernels: {self.arena_bytes:,} bytes")
        return "\n".join(lines)

    def table(self) -> str:
        """A line for each kernel."""
        width = max((len(each.name) for each in self.kernels), default=6)
        columns = f"{'us':>10} {'GFLOP/s':>8} {'of peak':>8} {'GB/s':>7} {'of memory':>9}  threads"
        lines = [f"{'kernel':<{width}} {columns}"]
        lines += [f"{each.name:<{width}} {_measured_text(each)}" for each in self.kernels]
        if self.seconds is not None:
            gflops = self.flops / max(self.seconds, 1e-9) / 1e9
            lines.append(f"{'a step':<{width}} {self.seconds * 1e6:10.1f} {gflops:8.1f}")
        return "\n".join(lines)

    def dump(self, folder: str | Path) -> list[Path]:
        """Write the kernels to files, to be edited; see `dump_program`."""
        return [dump_program(each, folder) for each in self._programs]

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<ProgramReport {self.name}: {len(self.kernels)} kernels>"


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


def dump_program(program: Program, folder: str | Path) -> Path:
    """Write a program's kernels to files (`edited.py`); gives the folder that they lie in."""
    notes = _notes(program)
    return edited.dump(
        program.graph.name,
        program.own_ir,
        Path(folder).expanduser().absolute(),
        about=lambda name: notes.get(name, ""),
        cpu=program.cpu.name,
        schedule=repr(program.schedule),
    )


def use_edited(program: Program, folder: str | Path) -> None:
    """Let a program run the edited kernels of a folder that `dump_program` wrote to."""
    place = edited.folder_of(program.graph.name, program.own_ir, Path(folder).expanduser())
    program.use(edited.with_edits(program.own_ir, place))


def native_programs(program: AnyProgram) -> list[Program]:
    """The native programs that a compiled function is made of."""
    if isinstance(program, Program):
        return [program]
    return [each for each in program.programs.values() if isinstance(each, Program)]


def made_up(node: Node, sizes: Mapping[str, int]) -> Array:
    """Numbers for an input: between 0 and 1; whole ones are 0, or row numbers of `rows`."""
    shape = [size_value(size, dict(sizes)) for size in node.shape]
    if node.label == "rows" and "rows" in sizes:
        count = int(np.prod(shape))
        return (np.arange(count) * 7919 % sizes["rows"]).reshape(shape).astype(node.dtype)
    if node.dtype.kind in "biu":
        return np.zeros(shape, node.dtype)
    return np.random.default_rng(0).random(shape).astype(node.dtype)


# -- how a report is made --------------------------------------------------------------------------


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
    profile.call(inputs, _outputs(program, sizes, 1), sizes, 1)
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
    cost = kernel_cost(kernel, sizes)
    nodes = _operations(kernel)
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


def _operations(kernel: Kernel) -> list[Node]:
    """The nodes whose operations a kernel carries out: those that it names."""
    return list(dict.fromkeys((*kernel.nodes(), *kernel.stored)))


def _fused(kernel: Kernel) -> tuple[str, ...]:
    """The arithmetic of a kernel, in order: of dot products, their name."""
    root = [] if kernel.root is None else [name_of(kernel.root.node)]
    expressions = [] if kernel.root is None else kernel.root.operands()
    applied = [
        str(each.what)
        for each in walk(*expressions, *(each.expr for each in kernel.statements))
        if each.head == "apply" and not _is_index(each)
    ]
    reduced = [each.op for each in kernel.statements if each.op]
    return tuple(dict.fromkeys([*root, *applied, *reduced])) or ("copy",)


def _is_index(expr: object) -> bool:
    dtype = getattr(expr, "dtype", None)
    return dtype is not None and dtype.kind in "iu" and dtype.itemsize == 8


def _stored(task: Task) -> tuple[str, ...]:
    """What a kernel stores, and where, if that is not memory of its own."""
    return tuple(
        f"{name_of(node)} {node.spec}"
        + ("" if buffer.kind is Kind.SCRATCH else f" to {_place_text(buffer)}")
        for node, buffer in task.stores
    )


def _place_text(buffer: object) -> str:
    owner = getattr(buffer, "owner", None)
    kind = getattr(buffer, "kind", Kind.SCRATCH)
    if kind is Kind.VARIABLE:
        return f"variable {getattr(owner, 'path', '')}".rstrip()
    return f"{kind.value} {owner}" if isinstance(owner, int) else str(kind.value)


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


def _notes(program: Program) -> dict[str, str]:
    """What is said above each kernel's text: where it comes from, and its loops."""
    return {
        task.kernel.name: "\n".join(
            [
                f"{task.kernel.name} of {program.graph.name}, stage {stage}",
                f"from {', '.join(_places(task.kernel)) or 'the compiler'}",
                format_kernels([task.kernel]),
            ]
        )
        for stage, task in program.tasks()
    }


def _places(kernel: Kernel) -> list[str]:
    nodes = _operations(kernel)
    found = [*(each.owner for each in nodes), *(each.line for each in nodes)]
    return list(dict.fromkeys(each for each in found if each))


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


# -- words -----------------------------------------------------------------------------------------


def _work_text(kernel: KernelReport) -> str:
    often = "" if kernel.turns == 1 else f", in {kernel.turns:g} turns"
    return (
        f"{kernel.flops:,} flops; {kernel.loaded_bytes:,} bytes loaded, "
        f"{kernel.stored_bytes:,} stored{often}"
    )


def _measured_text(kernel: KernelReport) -> str:
    if kernel.seconds is None:
        return f"{'not run':>10}"
    peak, memory = kernel.share_of_peak or 0.0, kernel.share_of_bandwidth or 0.0
    busy = f", busy {kernel.balance:.0%}" if kernel.threads > 1 and kernel.balance else ""
    return (
        f"{kernel.seconds * 1e6:10.1f} {kernel.gflops or 0:8.1f} {peak:8.1%} "
        f"{kernel.gb_s or 0:7.1f} {memory:9.1%}  {kernel.threads}{busy}"
    )


def _time_text(seconds: float | None) -> str:
    return "" if seconds is None else f": {seconds * 1e6:.1f} us"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def _own_assembly(text: str) -> str:
    """The instructions and labels; without the directives for assembler and debugger."""
    kept = [
        line
        for line in text.splitlines()
        if line.strip() and not (line.startswith("\t.") or line.strip().startswith("#"))
    ]
    return "\n".join(kept)
