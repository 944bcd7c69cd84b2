"""`DeviceMesh` and `TensorLayout`: devices in rows, and along which of them a tensor's axes lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geartrain.distribution.devices import list_devices
from geartrain.errors import explain


class DeviceMesh:
    """Devices, arranged along axes with names.

    Args:
        shape: how many devices there are along each axis.
        axis_names: the names of the axes.
        devices: their names, one for each place; None: those that there are.

    Raises:
        ValueError: the arguments do not fit each other.

    >>> DeviceMesh((1,), ["batch"])
    <DeviceMesh shape=(1,), axis_names=['batch']>
    """

    def __init__(
        self, shape: Sequence[int], axis_names: Sequence[str], devices: Any = None
    ) -> None:
        if not shape or not axis_names:
            raise ValueError(_empty_message(shape, axis_names))
        if len(shape) != len(axis_names):
            raise ValueError(_axes_message(shape, axis_names))
        own = np.array(list_devices() if devices is None else devices)
        if np.prod(shape) != own.size:
            raise ValueError(_count_message(shape, own))
        self._shape, self._axis_names = tuple(shape), list(axis_names)
        self._devices = own.reshape(shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """How many devices there are along each axis."""
        return self._shape

    @property
    def axis_names(self) -> list[str]:
        """The names of the axes."""
        return self._axis_names

    @property
    def devices(self) -> Any:
        """The names of the devices, as an array of the mesh's shape."""
        return self._devices

    def __repr__(self) -> str:
        return f"<{type(self).__name__} shape={self.shape}, axis_names={self.axis_names}>"

    __str__ = __repr__


class TensorLayout:
    """Along which axes of a mesh the axes of a tensor are divided.

    Args:
        axes: for each axis of the tensor, the name of an axis of the mesh; None: not divided.
        device_mesh: the mesh, which may be said later.

    Raises:
        ValueError: the mesh has no such axis.

    >>> TensorLayout((None, "batch")).axes
    (None, 'batch')
    """

    def __init__(self, axes: Sequence[str | None], device_mesh: DeviceMesh | None = None) -> None:
        self._axes, self._device_mesh = tuple(axes), device_mesh
        self._check()

    @property
    def axes(self) -> tuple[str | None, ...]:
        """The mesh's axis for each of the tensor's."""
        return self._axes

    @property
    def device_mesh(self) -> DeviceMesh | None:
        """The mesh."""
        return self._device_mesh

    @device_mesh.setter
    def device_mesh(self, mesh: DeviceMesh) -> None:
        if self._device_mesh is not None:
            raise ValueError(_mesh_message(self))
        self._device_mesh = mesh
        self._check()

    @property
    def backend_layout(self) -> tuple[DeviceMesh, tuple[str | None, ...]]:
        """The mesh and the axes, both known.

        Raises:
            ValueError: there is no mesh yet.
        """
        if self._device_mesh is None:
            raise ValueError(_no_mesh_message())
        return self._device_mesh, self._axes

    def _check(self) -> None:
        if self._device_mesh is None:
            return
        known = set(self._device_mesh.axis_names)
        if not {each for each in self._axes if each is not None} <= known:
            raise ValueError(_names_message(self._axes, known))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} axes={self.axes}, device_mesh={self.device_mesh}>"

    __str__ = __repr__


def _empty_message(shape: Any, names: Any) -> str:
    return explain(
        "Shape and axis_names cannot be empty",
        given=f"shape={shape}, axis_names={names}",
        expected="a size and a name for each axis",
        remedy="DeviceMesh((1,), ['batch'])",
    )


def _axes_message(shape: Any, names: Any) -> str:
    return explain(
        "Shape and axis_names should have same size",
        given=f"shape={shape}, axis_names={names}",
        expected=f"{len(shape)} names",
        remedy="DeviceMesh((1,), ['batch'])",
    )


def _count_message(shape: Any, devices: Any) -> str:
    return explain(
        "Shape does not match the number of devices",
        given=f"shape={shape}; devices.shape={devices.shape}",
        expected=f"{int(np.prod(shape))} devices",
        remedy=f"DeviceMesh(({devices.size},), ['batch'])",
    )


def _mesh_message(layout: TensorLayout) -> str:
    return explain(
        "Cannot override device mesh value. Existing value is there already",
        given=f"{layout.device_mesh}",
        expected="a layout without a mesh",
        remedy="TensorLayout(axes, device_mesh)",
    )


def _no_mesh_message() -> str:
    return explain(
        "Cannot create sharding when device mesh is not set for TensorLayout",
        given="a layout without a mesh",
        expected="a mesh",
        remedy="TensorLayout(axes, device_mesh)",
    )


def _names_message(axes: Any, known: set[str]) -> str:
    return explain(
        f"Invalid axis names for Layout. Valid axis names: {known}, "
        f"Got { {each for each in axes if each is not None} }",
        given=f"axes={axes}",
        expected=f"names of the mesh's axes, or None: {', '.join(sorted(known))}",
        remedy=f"TensorLayout(({sorted(known)[0]!r}, None), mesh)",
    )
