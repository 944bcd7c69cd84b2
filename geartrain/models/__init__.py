"""Models: layers put together, with the training of `geartrain.training`.

Start reading at `model.py`, then `sequential.py`.
"""

from geartrain.models.model import Model
from geartrain.models.sequential import Sequential

__all__ = ["Model", "Sequential"]
