"""How fast each generated kernel is: time, GFLOP/s, share of the machine's peak.

    print(explain.kernel_table(model, batch_size=128))

Each kernel is measured in its place in a training step; variables keep their values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geartrain.compiler.reports.report import KernelReport
from geartrain.explain.programs import program


@dataclass(frozen=True)
class KernelTime:
    """What one kernel does in a step, and how long it takes.

    `flops` counts the multiplications and additions of contractions; other kernels have none,
    and are bound by memory.
    """

    name: str
    kind: str  # "contraction", "reduction" or "rows"
    stage: int
    flops: int
    bytes: int
    seconds: float
    gflops: float
    share_of_peak: float


def training_kernels(model: Any, batch_size: int) -> list[KernelTime]:
    """Time every kernel of a model's training step, on made-up samples of its shape.

    The model is compiled and knows the shape of a sample; its weights stay as they are.
    """
    report = program(model, batch_size=batch_size, show=False)
    return [_time(each, report.peak_gflops) for each in report.kernels]


def _time(kernel: KernelReport, peak: float) -> KernelTime:
    seconds = kernel.seconds or 0.0
    gflops = kernel.product_flops / seconds / 1e9 if seconds else 0.0
    return KernelTime(
        kernel.name,
        kernel.kind,
        kernel.stage,
        kernel.product_flops,
        kernel.bytes,
        seconds,
        gflops,
        gflops / peak if peak else 0.0,
    )


def format_kernels(found: list[KernelTime]) -> str:
    """The times as a table of text."""
    lines = [f"{'kernel':<28} {'stage':>5} {'us':>9} {'GFLOP/s':>9} {'of peak':>8} {'MB':>7}"]
    for each in found:
        speed = f"{each.gflops:9.1f} {each.share_of_peak:8.1%}" if each.flops else " " * 18
        lines.append(
            f"{each.name:<28} {each.stage:>5} {each.seconds * 1e6:9.1f} {speed} "
            f"{each.bytes / 1e6:7.2f}"
        )
    contractions = [each for each in found if each.flops]
    seconds = sum(each.seconds for each in contractions)
    if seconds:
        gflops = sum(each.flops for each in contractions) / seconds / 1e9
        peak = contractions[0].gflops / contractions[0].share_of_peak
        lines.append(f"contractions together: {gflops:.1f} GFLOP/s, {gflops / peak:.1%} of peak")
    return "\n".join(lines)
