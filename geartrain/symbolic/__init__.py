"""Symbolic tensors: shapes and dtypes without numbers, of which models are made.

Here live `KerasTensor`, the tracer it belongs to (`blueprint`), the finding of shapes by letting
symbols, or numbers in their place, run through a function (`inference`), and `Operation`, the base
of all that can be called with symbolic tensors. No layer and no model lives here.

Start reading at `keras_tensor.py`.
"""

from geartrain.symbolic.blueprint import BLUEPRINT, Blueprint, UnknownSize
from geartrain.symbolic.inference import infer_specs, is_guessed, require_no_hidden_guess
from geartrain.symbolic.keras_tensor import KerasTensor, is_keras_tensor
from geartrain.symbolic.operation import Operation

__all__ = [
    "BLUEPRINT",
    "Blueprint",
    "KerasTensor",
    "Operation",
    "UnknownSize",
    "infer_specs",
    "is_guessed",
    "is_keras_tensor",
    "require_no_hidden_guess",
]
