"""The machine code of a model, explained kernel by kernel.

explain.program(model)                         # the training step
explain.program(model, "predict", batch_size=1)
explain.program(model, kernel="k3", loops=True, ir=True, assembly=True)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from geartrain.compiler.programs.compile import AnyProgram
from geartrain.compiler.reports.measure import report_on
from geartrain.compiler.reports.report import ProgramReport
from geartrain.errors import unknown_name
from geartrain.training.data import Data
from geartrain.training.runner import CompiledRunner

SAMPLES_PER_BATCH = 64  # so that the gathered rows do not all lie in a cache
KINDS = ("train", "test", "predict")


def program(
    model: Any,
    kind: str = "train",
    *,
    batch_size: int = 128,
    kernel: str | None = None,
    loops: bool = False,
    ir: bool = False,
    assembly: bool = False,
    show: bool = True,
) -> ProgramReport:
    """Say what a model's compiled step does, kernel by kernel, and how fast; it is printed.

    The step is that of the last `fit`, `evaluate` or `predict`; of a model that never ran one,
    it is compiled for samples of the model's shape in float32. It is measured on made-up samples;
    the model's weights stay as they are.

    Args:
        model: a compiled model that knows the shape of its samples.
        kind: `train`, `test` or `predict`.
        batch_size: how many samples a step takes.
        kernel: only this one, by its name or the beginning of it.
        loops: print the loops as well.
        ir: print the LLVM IR.
        assembly: print the assembly.
        show: whether to print at all.

    Returns:
        The report: `.kernels` has the same as data, `.dump(folder)` writes the kernels to files.

    Raises:
        ValueError: there is no such kind of step, or no such kernel.
    """
    if kind not in KINDS:
        remedy = "explain.program(model, {!r})"
        raise ValueError(unknown_name("kind of step", kind, KINDS, remedy=remedy))
    step = _known_step(model, kind) or _new_step(model, kind)
    report = report_on(step, sizes=_sizes(batch_size))
    if show:
        print(report.text(kernel=kernel, loops=loops, ir=ir, assembly=assembly))
    return report


def _sizes(batch_size: int) -> Mapping[str, int]:
    return {"batch": batch_size, "rows": SAMPLES_PER_BATCH * batch_size}


def _known_step(model: Any, kind: str) -> AnyProgram | None:
    """The step of this kind that was compiled last."""
    found: list[AnyProgram] = [step for key, step in model.programs.items() if key[0] == kind]
    return found[-1] if found else None


def _new_step(model: Any, kind: str) -> AnyProgram:
    output = model.layers[-1].output_shape[1:]
    x = np.zeros((2, *model.layers[0].sample_shape), np.float32)
    y = np.zeros((2, *output), np.float32)
    if kind == "train":
        model.optimizer.build(model.trainable_variables)
    runner = CompiledRunner(model, Data(x, None if kind == "predict" else y, 1))
    return runner.program(kind)
