"""Reports: what a compiled function does, kernel by kernel, and how near to the hardware.

report = fn.explain(x, w, b, show=False)       # made by `measure.py`
print(report)                                  # a table, and each kernel in words
report.kernels[0].share_of_peak                # the same as data
print(report.text(kernel="k0_contract_relu", loops=True, ir=True, assembly=True))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geartrain.compiler.programs.program import Program
from geartrain.compiler.reports.dumps import dump_program
from geartrain.errors import unknown_name
from geartrain.runtime.cpu import Cpu
from geartrain.runtime.machine_code import assembly


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
        count = f"{len(self.kernels)} kernel{'s' * (len(self.kernels) != 1)}"
        lines = [f"{self.name}{where and f' ({where})'}: {count} on {self.cpu}"]
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
