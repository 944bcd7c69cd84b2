"""Models: layers put together, with the training of `geartrain.training`.

Start reading at `model.py`, then `sequential.py` and `functional.py`.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.models.cloning import clone_model, model_from_json
    from geartrain.models.function import Function
    from geartrain.models.functional import Functional
    from geartrain.models.model import Model
    from geartrain.models.sequential import Sequential
    from geartrain.saving import load_model, save_model


__all__ = [
    "Function",
    "Functional",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_json",
    "save_model",
]
