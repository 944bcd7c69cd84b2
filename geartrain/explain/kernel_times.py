"""How fast each generated kernel is: time, GFLOP/s, share of the machine's peak.

    print(explain.kernel_table(model, batch_size=128))

Each kernel is run alone, many times, on memory of its own: variables keep their values.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from geartrain.compiler.emit import emit
from geartrain.compiler.layout import size_bytes
from geartrain.compiler.program import Program
from geartrain.compiler.schedule import Task
from geartrain.compiler.sizing import task_flops
from geartrain.errors import explain
from geartrain.runtime import get_num_threads, load
from geartrain.runtime.probes import peak_gflops
from geartrain.tensor import Array
from geartrain.tensor.shape import size_value
from geartrain.training.data import Data
from geartrain.training.runner import CompiledRunner

STEPS = 20
SAMPLES_PER_BATCH = 64  # so that the gathered rows do not all lie in a cache
ROUNDS = 5


@dataclass(frozen=True)
class KernelTime:
    """What one kernel does in a step, and how long it takes."""

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
    samples = SAMPLES_PER_BATCH * batch_size
    output = model.layers[-1].output_shape[1:]
    x = np.zeros((samples, *model.layers[0].sample_shape), np.float32)
    y = np.zeros((samples, *output), np.float32)
    model.optimizer.build(model.trainable_variables)
    program = CompiledRunner(model, Data(x, y, batch_size)).training_program()
    if not isinstance(program, Program):
        raise ValueError(_host_message(program.host_calls))
    return program_kernels(program, {"batch": batch_size, "rows": samples})


def program_kernels(program: Program, sizes: Mapping[str, int]) -> list[KernelTime]:
    """Time every kernel of a compiled step, for these sizes of its symbolic axes.

    `flops` counts the multiplications and additions of contractions; other kernels have none,
    and are bound by memory.
    """
    code = load(emit(program.schedule, program.cpu, profile=True))
    inputs = [_input(program, position, sizes) for position in range(len(program.graph.inputs))]
    peak = peak_gflops(get_num_threads())
    variables = program.variables
    kept = [each.numpy() for each in variables]
    try:
        return [
            _time(
                program, code.address(f"time_{task.kernel.name}"), task, stage, inputs, sizes, peak
            )
            for stage, tasks in enumerate(program.schedule.stages)
            for task in tasks
        ]
    finally:
        for variable, numbers in zip(variables, kept, strict=True):
            variable.overwrite(numbers)


def _time(
    program: Program,
    entry: int,
    task: Task,
    stage: int,
    inputs: list[Array],
    sizes: Mapping[str, int],
    peak: float,
) -> KernelTime:
    best = min(_seconds(program, entry, inputs, sizes) for _ in range(ROUNDS))
    flops = task_flops(task, sizes)
    gflops = flops / best / 1e9
    moved = sum(size_bytes(each, sizes) for each in program.touched(task))
    kind = type(task.kernel.root).__name__.lower() if task.kernel.root else "rows"
    return KernelTime(task.kernel.name, kind, stage, flops, moved, best, gflops, gflops / peak)


def _seconds(program: Program, entry: int, inputs: list[Array], sizes: Mapping[str, int]) -> float:
    start = time.perf_counter()
    program.call(entry, inputs, sizes, STEPS)
    return (time.perf_counter() - start) / STEPS


def _input(program: Program, position: int, sizes: Mapping[str, int]) -> Array:
    """Made-up numbers for an input; whole numbers are row numbers."""
    node = program.graph.inputs[position]
    shape = [size_value(size, dict(sizes)) for size in node.shape]
    buffer = program.schedule.sources[node]
    if buffer.stepped:
        shape[0] *= STEPS
    if node.dtype.kind in "iu":
        rows = min((size for name, size in sizes.items() if name == "rows"), default=1)
        return (np.arange(int(np.prod(shape))) * 7919 % rows).reshape(shape).astype(node.dtype)
    return np.random.default_rng(position).random(shape).astype(node.dtype)


def _host_message(calls: tuple[str, ...]) -> str:
    return explain(
        "This model's step is no single native program",
        given=f"operations that run with NumPy: {', '.join(calls)}",
        expected="a step of which every operation has machine code",
        remedy="GEARTRAIN_DEBUG=2, which prints the time of every segment and host call",
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
