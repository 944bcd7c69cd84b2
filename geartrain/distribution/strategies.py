"""`DataParallel` and `ModelParallel`: how samples and weights lie on a mesh.

On one device, which is what there is, all of them lie on it; what is put in force is remembered.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from geartrain.distribution.devices import list_devices
from geartrain.distribution.layout_map import LayoutMap
from geartrain.distribution.mesh import DeviceMesh, TensorLayout
from geartrain.errors import explain
from geartrain.ops import convert_to_tensor
from geartrain.tensor import Tensor
from geartrain.tensor.user_line import levels_to_user


class Distribution:
    """How tensors lie on a mesh; a subclass says it.

    Args:
        device_mesh: the mesh.
        batch_dim_name: the mesh's axis along which samples are divided.
        auto_shard_dataset: whether data sets are divided among processes.
    """

    def __init__(
        self,
        device_mesh: DeviceMesh,
        batch_dim_name: str | None = None,
        auto_shard_dataset: bool = True,
    ) -> None:
        self._device_mesh, self._batch_dim_name = device_mesh, batch_dim_name
        self._auto_shard_dataset = auto_shard_dataset

    @property
    def device_mesh(self) -> DeviceMesh:
        """The mesh."""
        return self._device_mesh

    @property
    def batch_dim_name(self) -> str | None:
        """The mesh's axis along which samples are divided."""
        return self._batch_dim_name

    @property
    def auto_shard_dataset(self) -> bool:
        """Whether data sets are divided among processes."""
        return self._auto_shard_dataset

    @auto_shard_dataset.setter
    def auto_shard_dataset(self, value: bool) -> None:
        self._auto_shard_dataset = value

    def get_data_layout(self, data_shape: Sequence[Any]) -> TensorLayout:
        """The layout of a batch of this shape: the samples are divided."""
        rest = (None,) * (len(data_shape) - 1)
        return TensorLayout((self.batch_dim_name, *rest), self.device_mesh)

    def get_variable_layout(self, variable: Any) -> TensorLayout:
        """The layout of a variable: whole on each device."""
        return TensorLayout((None,) * len(variable.shape), self.device_mesh)

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        """The layout of a tensor of a name; None: it is not asked for."""
        return None

    def distribute_dataset(self, dataset: Any) -> Any:
        """The part of a data set that this process works on: all of it, as there is no other."""
        return dataset

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Be in force for a while."""
        before = distribution()
        set_distribution(self)
        try:
            yield
        finally:
            set_distribution(before)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} device_mesh={self.device_mesh}>"

    __str__ = __repr__


class DataParallel(Distribution):
    """Each device has all weights, and a part of the samples.

    Args:
        device_mesh: a mesh, the first axis of which divides the samples.
        devices: the names of devices, instead of a mesh.
        auto_shard_dataset: whether data sets are divided among processes.

    Raises:
        ValueError: `device_mesh` is no mesh.

    >>> from geartrain.distribution import DataParallel
    >>> DataParallel().get_data_layout((32, 784)).axes
    ('batch', None)
    """

    def __init__(
        self, device_mesh: Any = None, devices: Any = None, auto_shard_dataset: bool = True
    ) -> None:
        if device_mesh is None:
            own = list_devices() if devices is None else list(devices)
            device_mesh = DeviceMesh((len(own),), ["batch"], own)
        if not isinstance(device_mesh, DeviceMesh):
            raise ValueError(_mesh_message(device_mesh))
        if len(device_mesh.shape) > 1:
            warnings.warn(
                "Expect the input mesh to be 1D, but received "
                f"device_mesh.shape={device_mesh.shape}. The first axis will be used for "
                "data-parallel sharding.",
                stacklevel=levels_to_user(),
            )
        super().__init__(device_mesh, device_mesh.axis_names[0], auto_shard_dataset)


class ModelParallel(Distribution):
    """Weights are divided among devices as well, as a `LayoutMap` says.

    Args:
        layout_map: the layouts of variables by path.
        batch_dim_name: the mesh's axis along which samples are divided; None: the first.
        auto_shard_dataset: whether data sets are divided among processes.
        **kwargs: `device_mesh`, which is the map's.

    Raises:
        ValueError: there is no map, or its mesh has no such axis.
    """

    def __init__(
        self,
        *,
        layout_map: Any = None,
        batch_dim_name: str | None = None,
        auto_shard_dataset: bool = True,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("device_mesh", None)
        if kwargs:
            raise ValueError(f"ModelParallel does not know these arguments: {', '.join(kwargs)}")
        if layout_map is None or not isinstance(layout_map, LayoutMap):
            raise ValueError(_map_message(layout_map))
        mesh = layout_map.device_mesh
        name = mesh.axis_names[0] if batch_dim_name is None else batch_dim_name
        super().__init__(mesh, name, auto_shard_dataset)
        self._layout_map = layout_map

    def get_variable_layout(self, variable: Any) -> TensorLayout:
        return self._layout_map[variable.path] or super().get_variable_layout(variable)

    def get_tensor_layout(self, path: str) -> TensorLayout | None:
        return self._layout_map[path]


class _Current(threading.local):
    """The distribution in force in a thread."""

    def __init__(self) -> None:
        self.value: Distribution | None = None


_current = _Current()


def distribution() -> Distribution | None:
    """The distribution in force; None where there is none."""
    return _current.value


def set_distribution(value: Distribution | None) -> None:
    """Put a distribution in force; None ends it.

    Raises:
        ValueError: its mesh has devices that are not there.
    """
    if value is not None:
        missing = {str(each) for each in value.device_mesh.devices.flat} - set(list_devices())
        if missing:
            raise ValueError(_devices_message(missing))
    _current.value = value


def distribute_tensor(tensor: Any, layout: TensorLayout) -> Tensor:
    """A tensor in a layout: on the one device, as it is.

    Args:
        tensor: the tensor.
        layout: its layout.

    Raises:
        ValueError: the layout has another number of axes.
    """
    found = convert_to_tensor(tensor)
    if isinstance(layout, TensorLayout) and len(layout.axes) != found.ndim:
        raise ValueError(_rank_message(found, layout))
    return found


def _mesh_message(given: Any) -> str:
    return explain(
        "Expect `mesh` to be an instance of `DeviceMesh`",
        given=f"mesh={given} (of type {type(given)})",
        expected="a DeviceMesh",
        remedy="DataParallel(device_mesh=DeviceMesh((1,), ['batch']))",
    )


def _map_message(given: Any) -> str:
    return explain(
        "You must specify a layout_map argument"
        if given is None
        else "Argument `layout_map` must be a `LayoutMap` instance",
        given=f"layout_map={given!r}",
        expected="a LayoutMap",
        remedy="ModelParallel(layout_map=LayoutMap(mesh))",
    )


def _devices_message(missing: set[str]) -> str:
    return explain(
        "These devices are not there",
        given=", ".join(sorted(missing)),
        expected=", ".join(list_devices()),
        remedy="DataParallel(), which takes the devices that there are",
    )


def _rank_message(tensor: Tensor, layout: TensorLayout) -> str:
    return explain(
        "The layout does not fit the tensor",
        given=f"a tensor of rank {tensor.ndim}, axes={layout.axes}",
        expected=f"{tensor.ndim} axes",
        remedy=f"TensorLayout({(None,) * tensor.ndim}, mesh)",
    )
