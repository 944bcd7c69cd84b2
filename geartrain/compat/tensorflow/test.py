"""`tf.test`: what a script asks about the machine."""

from __future__ import annotations

__all__ = [
    "gpu_device_name", "is_built_with_cuda", "is_built_with_gpu_support", "is_built_with_rocm",
    "is_gpu_available",
]  # fmt: skip


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: object = None) -> bool:
    """False: everything runs on the processor."""
    return False


def gpu_device_name() -> str:
    """No name: there is none."""
    return ""


def is_built_with_cuda() -> bool:
    """False: there is no machine code for GPUs."""
    return False


is_built_with_gpu_support = is_built_with_rocm = is_built_with_cuda
