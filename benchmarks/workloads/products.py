"""One product alone: a matrix product, and the convolutions of the pets' network, both ways.

Forward, by the kernel and by the input; the first layer's gradient by its input is left out, since
no training needs it. Products of narrow numbers follow (`narrow_products.py`). Geartrain tells each
as a share of the peak of multiply-adds of float32, too, which is measured between the products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from workloads import observe
from workloads.narrow_products import narrow_jobs
from workloads.networks import PET_FILTERS, PET_SIDE

SIDE = 2048
BATCH = 32
DIRECTIONS = ("forward", "by_input", "by_kernel")
Job = Callable[[], Any]


@dataclass(frozen=True)
class Layer:
    """A 3 x 3 convolution of `inputs` channels to `filters`, on images of a side."""

    side: int
    inputs: int
    filters: int

    @property
    def flops(self) -> int:
        """Multiplications and additions, the same in each direction."""
        return 2 * BATCH * (self.side - 2) ** 2 * 9 * self.inputs * self.filters

    @property
    def name(self) -> str:
        """Such as `74x74 32->64`."""
        return f"{self.side}x{self.side} {self.inputs}->{self.filters}"

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Images (NHWC), the kernel (HWIO), and the gradient by the result (NHWC)."""
        generator = np.random.default_rng(self.side)
        shapes = (
            (BATCH, self.side, self.side, self.inputs),
            (3, 3, self.inputs, self.filters),
            (BATCH, self.side - 2, self.side - 2, self.filters),
        )
        x, kernel, slope = (generator.random(shape, dtype=np.float32) - 0.5 for shape in shapes)
        return x, kernel, slope


def pet_layers() -> Iterator[Layer]:
    """The convolutions of `networks.pets_convnet`; a pooling halves each one's result."""
    side, inputs = PET_SIDE, 3
    for filters in PET_FILTERS:
        yield Layer(side, inputs, filters)
        side, inputs = (side - 2) // 2, filters


def products(library: str, options: dict[str, Any]) -> dict[str, Any]:
    """Seconds of the matrix product, and of the convolutions together in each direction.

    `products` lists each with its seconds and its operations.
    """
    matrix_product, convolution, peak = LIBRARIES[library]()
    rows, highest = [], 0.0
    jobs = chain(_jobs(matrix_product, convolution), narrow_jobs(library))
    for name, direction, flops, job in jobs:
        seconds = observe.best_call_s(job, seconds=options["seconds"])
        rows.append({"name": name, "direction": direction, "flops": flops, "seconds": seconds})
        highest = max(highest, peak() if peak else 0.0)
    shown = {"peak_gflops": highest} if highest else {}
    return {"products": rows, **shown, **figures_of(rows, highest)}


def figures_of(rows: list[dict[str, Any]], peak: float) -> dict[str, float]:
    """`matmul_s`, `forward_s`, ... and the share of the peak of each, where that is known
    (not 0).

    `gradients_share` takes both gradients together, so that time weighs.
    """
    groups = {"matmul": ("matmul",), **{each: (each,) for each in DIRECTIONS}}
    groups["gradients"] = DIRECTIONS[1:]
    figures = {}
    for group, directions in groups.items():
        chosen = [row for row in rows if row["direction"] in directions]
        if not chosen:
            continue
        seconds = sum(row["seconds"] for row in chosen)
        figures[f"{group}_s"] = seconds
        if peak:
            figures[f"{group}_share"] = sum(row["flops"] for row in chosen) / seconds / 1e9 / peak
    return figures


def _jobs(matrix_product: Any, convolution: Any) -> Iterator[tuple[str, str, int, Job]]:
    generator = np.random.default_rng(SIDE)
    x, y = (generator.random((SIDE, SIDE), dtype=np.float32) for _ in range(2))
    yield f"{SIDE}^3", "matmul", 2 * SIDE**3, matrix_product(x, y)
    if convolution is None:
        return
    for layer in pet_layers():
        jobs = dict(zip(DIRECTIONS, convolution(*layer.arrays()), strict=True))
        if layer.inputs == 3:
            del jobs["by_input"]
        for direction, job in jobs.items():
            yield layer.name, direction, layer.flops, job


def _geartrain() -> tuple[Any, Any, Any]:
    import geartrain
    from geartrain import ops
    from geartrain.runtime import get_num_threads
    from geartrain.runtime.probes import peak_gflops

    def conv(x: Any, kernel: Any) -> Any:
        return ops.conv(x, kernel, strides=1, padding="valid", data_format="channels_last")

    def by_input(x: Any, kernel: Any, slope: Any) -> Any:
        return geartrain.vjp(lambda each: conv(each, kernel), x)[1](slope)[0]

    def by_kernel(x: Any, kernel: Any, slope: Any) -> Any:
        return geartrain.vjp(lambda each: conv(x, each), kernel)[1](slope)[0]

    def matrix_product(x: Any, y: Any) -> Job:
        multiply = geartrain.jit(ops.matmul)
        return lambda: multiply(x, y)

    def convolution(x: Any, kernel: Any, slope: Any) -> tuple[Job, Job, Job]:
        forward, left, right = map(geartrain.jit, (conv, by_input, by_kernel))
        return (
            lambda: forward(x, kernel),
            lambda: left(x, kernel, slope),
            lambda: right(x, kernel, slope),
        )

    return matrix_product, convolution, lambda: peak_gflops(get_num_threads(), 0.02)


def _torch() -> tuple[Any, Any, None]:
    import torch

    def matrix_product(x: Any, y: Any) -> Job:
        x, y = map(torch.from_numpy, (x, y))
        return lambda: x @ y

    def convolution(x: Any, kernel: Any, slope: Any) -> tuple[Job, Job, Job]:
        x, slope = (torch.from_numpy(each).permute(0, 3, 1, 2) for each in (x, slope))
        kernel = torch.from_numpy(kernel).permute(3, 2, 0, 1)
        kernel = kernel.contiguous(memory_format=torch.channels_last)

        def backward(*wanted: bool) -> Job:
            geometry = (None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)
            gradient = torch.ops.aten.convolution_backward
            return lambda: gradient(slope, x, kernel, *geometry, [*wanted, False])

        forward = torch.nn.functional.conv2d
        return lambda: forward(x, kernel), backward(True, False), backward(False, True)

    return matrix_product, convolution, None


def _jax() -> tuple[Any, Any, None]:
    import jax

    def matrix_product(x: Any, y: Any) -> Job:
        x, y = jax.device_put((x, y))
        multiply = jax.jit(jax.numpy.matmul)
        return lambda: multiply(x, y).block_until_ready()

    @jax.jit
    def conv(x: Any, kernel: Any) -> Any:
        layouts = ("NHWC", "HWIO", "NHWC")
        return jax.lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=layouts)

    @jax.jit
    def by_input(x: Any, kernel: Any, slope: Any) -> Any:
        return jax.vjp(lambda each: conv(each, kernel), x)[1](slope)[0]

    @jax.jit
    def by_kernel(x: Any, kernel: Any, slope: Any) -> Any:
        return jax.vjp(lambda each: conv(x, each), kernel)[1](slope)[0]

    def convolution(*arrays: Any) -> tuple[Job, Job, Job]:
        x, kernel, slope = jax.device_put(arrays)
        return (
            lambda: conv(x, kernel).block_until_ready(),
            lambda: by_input(x, kernel, slope).block_until_ready(),
            lambda: by_kernel(x, kernel, slope).block_until_ready(),
        )

    return matrix_product, convolution, None


def _numpy() -> tuple[Any, None, None]:
    return lambda x, y: lambda: x @ y, None, None


LIBRARIES: dict[str, Callable[[], tuple[Any, Any, Any]]] = {
    "geartrain": _geartrain,
    "jax": _jax,
    "numpy": _numpy,
    "torch": _torch,
}
