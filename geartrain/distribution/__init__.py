"""Meshes of devices, and how tensors lie on them: Keras's words for training on several devices.

There is one device, the processor, whose threads share the work anyway: a distribution over a mesh
of it changes nothing, and one over a larger mesh can be described, but not put in force.

Start reading at `mesh.py`.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.distribution.devices import get_device_count, initialize, list_devices
    from geartrain.distribution.layout_map import LayoutMap
    from geartrain.distribution.mesh import DeviceMesh, TensorLayout
    from geartrain.distribution.strategies import (
        DataParallel,
        ModelParallel,
        distribute_tensor,
        distribution,
        set_distribution,
    )

__all__ = [
    "DataParallel",
    "DeviceMesh",
    "LayoutMap",
    "ModelParallel",
    "TensorLayout",
    "distribute_tensor",
    "distribution",
    "get_device_count",
    "initialize",
    "list_devices",
    "set_distribution",
]
