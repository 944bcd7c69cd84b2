"""`tf.config`: devices and how functions run. There is one device, the CPU with all its cores."""

from __future__ import annotations

from typing import Any, NamedTuple

from geartrain.compat.tensorflow.function import functions_run_eagerly, run_functions_eagerly
from geartrain.compat.tensorflow.inside import enable_op_determinism

__all__ = [
    "LogicalDevice", "PhysicalDevice", "functions_run_eagerly", "get_visible_devices",
    "list_logical_devices", "list_physical_devices", "run_functions_eagerly",
    "set_soft_device_placement", "set_visible_devices",
]  # fmt: skip


class PhysicalDevice(NamedTuple):
    """What computes."""

    name: str
    device_type: str


class LogicalDevice(NamedTuple):
    """What computes, as operations see it."""

    name: str
    device_type: str


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices of a type, or all: `list_physical_devices("GPU")` is empty.

    >>> list_physical_devices("GPU")
    []
    """
    found = [PhysicalDevice("/physical_device:CPU:0", "CPU")]
    return [each for each in found if device_type in (None, each.device_type)]


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The same, as operations see them."""
    found = [LogicalDevice("/device:CPU:0", "CPU")]
    return [each for each in found if device_type in (None, each.device_type)]


get_visible_devices = list_physical_devices


def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Taken: there is one device."""


def set_soft_device_placement(enabled: bool) -> None:
    """Taken: everything runs on the one device."""


class experimental:  # noqa: N801  (a namespace)
    """Names that TensorFlow once had here."""

    list_physical_devices = staticmethod(list_physical_devices)

    @staticmethod
    def set_memory_growth(device: Any, enable: bool) -> None:
        """Taken: memory is taken when it is needed."""

    enable_op_determinism = staticmethod(enable_op_determinism)


class optimizer:  # noqa: N801  (a namespace)
    """How functions are compiled."""

    @staticmethod
    def set_jit(enabled: Any) -> None:
        """Taken: everything is compiled."""


class threading:  # noqa: N801  (a namespace)
    """How many threads compute; the setting GEARTRAIN_THREADS says so before the start."""

    @staticmethod
    def set_intra_op_parallelism_threads(num_threads: int) -> None:
        """Taken."""

    @staticmethod
    def set_inter_op_parallelism_threads(num_threads: int) -> None:
        """Taken."""
