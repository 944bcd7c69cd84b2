"""Geartrain: deep learning that can be seen through, from `model.fit` down to the machine code.

The rooms, from the ground up: `tensor`, `primitives`, `autodiff`, `graph`, `runtime`, `compiler`,
`ops`, then Keras's: `layers`, `losses`, `metrics`, `optimizers`, `callbacks`, `training`,
`models`, and beside them `datasets`, `utils`, `explain`, `cli`. A room imports only from those
before it.

Rooms are imported when they are first used. Start reading at `models/sequential.py` for the top,
`primitives/primitive.py` for the bottom, `docs/architecture.md` for the way between.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from geartrain.absent import absence
from geartrain.settings import validate

__version__ = "0.1.0"

ROOMS = (
    "activations",
    "applications",
    "autodiff",
    "backend",
    "callbacks",
    "compat",
    "compiler",
    "config",
    "constraints",
    "data",
    "datasets",
    "debug",
    "distillation",
    "distribution",
    "dtype_policies",
    "export",
    "explain",
    "graph",
    "initializers",
    "kernels",
    "layers",
    "legacy",
    "losses",
    "metrics",
    "mixed_precision",
    "models",
    "naive",
    "numpy",
    "ops",
    "optimizers",
    "preprocessing",
    "primitives",
    "quantizers",
    "random",
    "regularizers",
    "runtime",
    "symbolic",
    "saving",
    "tensor",
    "training",
    "tree",
    "utils",
    "visualization",
    "wrappers",
)
HOMES = {
    "DTypePolicy": "dtype_policies",
    "FloatDTypePolicy": "dtype_policies",
    "Function": "models",
    "GradientTape": "autodiff",
    "Initializer": "initializers",
    "Input": "layers",
    "InputSpec": "layers",
    "KerasTensor": "symbolic",
    "Layer": "layers",
    "Loss": "losses",
    "Metric": "metrics",
    "Model": "models",
    "Operation": "symbolic",
    "Optimizer": "optimizers",
    "Quantizer": "quantizers",
    "Regularizer": "regularizers",
    "RematScope": "layers.rematerialization",
    "Sequential": "models",
    "StatelessScope": "tensor",
    "Tensor": "tensor",
    "UnconnectedGradients": "autodiff",
    "Variable": "tensor",
    "checkpoint": "autodiff",
    "custom_gradient": "autodiff",
    "device": "tensor",
    "debug_nans": "autodiff",
    "grad": "autodiff",
    "hessian": "autodiff",
    "jacobian": "autodiff",
    "jit": "compiler",
    "jvp": "autodiff",
    "kernel": "kernels",
    "name_scope": "tensor",
    "remat": "layers.rematerialization",
    "value_and_grad": "autodiff",
    "vjp": "autodiff",
}

__all__ = ["__version__", "version", *HOMES, *ROOMS]


def version() -> str:
    """The version of Geartrain.

    >>> version() == __version__
    True
    """
    return __version__


def load_ipython_extension(ipython: Any) -> None:  # noqa: ARG001  (IPython's hook)
    """`%load_ext geartrain`: from then on, `import keras` and `import tensorflow` are Geartrain."""
    import_module("geartrain.compat").install()


validate()


def __getattr__(name: str) -> Any:
    if name in ROOMS:
        return import_module(f"geartrain.{name}")
    if name in HOMES:
        import_module("geartrain.ops")  # gives tensors their operators
        return getattr(import_module(f"geartrain.{HOMES[name]}"), name)
    raise AttributeError(absence("geartrain", name))


def __dir__() -> list[str]:
    return __all__
