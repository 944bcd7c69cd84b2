"""The glass box: reports that let a user look at the machine, a model and the code it became.

Here live functions that read what other rooms hold and lay it out as text, tables or drawings:
the machine (`doctor`), a model's machine code (`programs`, `kernel_times`), pictures in a terminal
(`pictures`) and curves (`curves`); tensors (`tensor_pictures`) and what operations do to them:
`broadcasting`, `products`, `rearranging`, `geometry`, `convolutions`. Nothing that computes a
model's numbers may live here, and nothing below imports from here.

Start reading at `broadcasting.py`, or at `doctor.py`, the report on this machine.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from geartrain.explain.broadcasting import broadcast
from geartrain.explain.convolutions import convolution_step
from geartrain.explain.explanation import Explanation
from geartrain.explain.geometry import affine_transform, relu_folding, vector_addition
from geartrain.explain.products import dot
from geartrain.explain.programs import program
from geartrain.explain.rearranging import reshape, transpose
from geartrain.explain.tensor_pictures import picture


def kernels(model: Any, batch_size: int = 128) -> list[dict[str, Any]]:
    """How fast each kernel of a compiled model's training step is.

    Returns a row for each kernel: its name, kind, stage, flops, bytes, seconds, gflops and share
    of the peak. The model's weights stay as they are.
    """
    from geartrain.explain.kernel_times import training_kernels

    return [asdict(each) for each in training_kernels(model, batch_size)]


def kernel_table(model: Any, batch_size: int = 128) -> str:
    """The same as a table of text."""
    from geartrain.explain.kernel_times import format_kernels, training_kernels

    return format_kernels(training_kernels(model, batch_size))


__all__ = [
    "Explanation",
    "affine_transform",
    "broadcast",
    "convolution_step",
    "dot",
    "kernel_table",
    "kernels",
    "picture",
    "program",
    "relu_folding",
    "reshape",
    "transpose",
    "vector_addition",
]
