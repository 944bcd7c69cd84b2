"""Which module of Geartrain a path of Keras's or TensorFlow's stands for.

tensorflow.keras.layers   ->   keras.layers        one of several names
keras.layers.core         ->   keras.layers        a path of Keras 2
keras.layers              ->   geartrain.compat.keras.layers, geartrain.layers
keras.src.layers.layer    ->   the same, and more: see `inside.py`
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from geartrain.compat.door.inside import inside_sources, is_inside

OURS = "geartrain.compat"
ROOTS = ("keras", "tensorflow", "tf_keras", "keras_preprocessing")

# Whole trees under other names.
TREES = {
    "keras._tf_keras": "keras",
    "tensorflow.compat": "tensorflow",
    "tensorflow.contrib": "tensorflow",
    "tensorflow.contrib.keras.python": "keras",
    "tensorflow.python": "tensorflow",
    "tensorflow.python.keras.api": "keras",
    "tensorflow.python.keras.api.v2": "keras",
    "tensorflow.v1": "tensorflow",
    "tensorflow.v2": "tensorflow",
    "tensorflow.contrib.keras.python.keras": "keras",
    "tensorflow.python.keras.api.v2.keras": "keras",
    "keras._tf_keras.keras": "keras",
    "tensorflow.contrib.keras": "keras",
    "tensorflow.compat.v1": "tensorflow",
    "tensorflow.compat.v2": "tensorflow",
    "tensorflow.python.keras": "keras",
    "tensorflow.keras": "keras",
    "keras_preprocessing": "keras.preprocessing",
    "keras.api": "keras",
    "tf_keras": "keras",
}
LAYERS = (
    "advanced_activations convolutional convolutional_recurrent core cudnn_recurrent embeddings "
    "experimental experimental.preprocessing local merge noise normalization pooling preprocessing "
    "recurrent wrappers"
)
UTILS = (
    "conv_utils data_utils generic_utils image_utils io_utils layer_utils losses_utils "
    "multi_gpu_utils np_utils test_utils training_utils vis_utils"
)
# Paths of Keras 1 and 2 for what lies elsewhere now.
FORMER = {
    **{f"keras.layers.{name}": "keras.layers" for name in LAYERS.split()},
    **{f"keras.utils.{name}": "keras.utils" for name in UTILS.split()},
    "keras.backend.common": "keras.backend",
    "keras.backend.tensorflow_backend": "keras.backend",
    "keras.engine": "keras",
    "keras.engine.base_layer": "keras.layers",
    "keras.engine.input_layer": "keras.layers",
    "keras.engine.network": "keras.models",
    "keras.engine.sequential": "keras.models",
    "keras.engine.saving": "keras.models",
    "keras.engine.topology": "keras.models",
    "keras.engine.training": "keras.models",
    "keras.initializations": "keras.initializers",
    "keras.estimator": "keras.models",
    "keras.experimental": "keras.optimizers.schedules",
    "keras.legacy.layers": "keras.layers",
    "keras.objectives": "keras.losses",
    "keras.optimizers.experimental": "keras.optimizers",
    "keras.optimizers.legacy": "keras.optimizers",
    "keras.utils.experimental": "keras.utils",
    "keras.mixed_precision.experimental": "keras.mixed_precision",
}
# Files below `tensorflow.python` that packages reach for, and what has their names in public.
DEEP = """
eager eager.backprop eager.context eager.def_function framework framework.config
framework.constant_op framework.dtypes framework.ops framework.random_seed framework.smart_cond
framework.tensor framework.tensor_shape framework.tensor_spec ops ops.array_ops ops.check_ops
ops.control_flow_ops ops.gen_sparse_ops ops.image_ops ops.init_ops ops.linalg ops.linalg.sparse
ops.linalg.sparse.sparse ops.linalg_ops ops.math_ops ops.nn_ops ops.random_ops
ops.resource_variable_ops ops.state_ops ops.string_ops ops.variable_scope ops.variables platform
platform.tf_logging training util
"""
DEEP_FILES = frozenset(f"tensorflow.{name}" for name in DEEP.split())
DEEP_SOURCES = tuple(
    f"{OURS}.tensorflow{name}"
    for name in (".inside", "", ".math", ".nn", ".linalg", ".random", ".strings", ".image")
)
# What Keras 1 and 2 have beside what is in the room of the name; the first one wins.
BESIDE = (
    "keras",
    "keras.backend",
    "keras.callbacks",
    "keras.config",
    "keras.constraints",
    "keras.layers",
    "keras.losses",
    "keras.metrics",
    "keras.models",
    "keras.utils",
    "keras.wrappers.scikit_learn",
)
# Rooms whose files are public in Keras as well: `keras.datasets.mnist`.
WITH_FILES = (
    "applications",
    "datasets",
    "legacy",
    "ops",
    "optimizers",
    "preprocessing",
    "utils.bounding_boxes",
    "utils",
)
PUBLIC_FILES = {"utils": ("bounding_boxes", "legacy"), "ops": ("image", "linalg", "nn", "numpy")}
ROOMS = [
    "activations",
    "applications",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "distillation",
    "distribution",
    "dtype_policies",
    "export",
    "initializers",
    "layers",
    "legacy",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "ops",
    "optimizers",
    "preprocessing",
    "quantizers",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
    "visualization",
    "wrappers",
]


def canonical(path: str) -> str:
    """The one name of a path that has several.

    >>> canonical("tensorflow.keras.layers.core"), canonical("tf_keras")
    ('keras.layers', 'keras')
    """
    for tree in sorted(TREES, key=len, reverse=True):
        if path == tree or path.startswith(tree + "."):
            path = TREES[tree] + path[len(tree) :]
            break
    return FORMER.get(path, path)


@cache
def sources_of(path: str) -> tuple[str, ...]:
    """The modules of Geartrain in which the names of a path are found; none, if it is no path.

    >>> sources_of("keras.layers"), sources_of("keras.optimizers.schedules")
    (('geartrain.compat.keras.layers', 'geartrain.layers'), ('geartrain.optimizers.schedules',))
    """
    root, _, rest = path.partition(".")
    if is_inside(path):
        return inside_sources(path, lambda public: sources_of(canonical(public)))
    if root == "tensorflow":
        own = f"{OURS}.{path}"
        if path in DEEP_FILES:
            return DEEP_SOURCES
        return (own,) if _exists(own) or _module_within(own) else ()
    beside = (f"{OURS}.{path}",) if path in BESIDE else ()
    room = f"geartrain.{rest}".rstrip(".")
    return (*beside, room) if _is_public(rest) and _exists(room) else beside


def is_path(path: str) -> bool:
    """Whether a module of this name can be imported."""
    return bool(sources_of(canonical(path)))


def _is_public(rest: str) -> bool:
    """Whether a path behind `keras.` is one of Keras's."""
    if not rest or rest in ROOMS:
        return True
    room, _, name = rest.rpartition(".")
    return room in WITH_FILES and name in PUBLIC_FILES.get(room, (name,))


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:
        return False


def _module_within(path: str) -> bool:
    """Whether the last name of a path is a module that another one has as an attribute."""
    parent, _, name = path.rpartition(".")
    if parent == OURS or not _exists(parent):
        return False
    return isinstance(getattr(import_module(parent), name, None), ModuleType)
