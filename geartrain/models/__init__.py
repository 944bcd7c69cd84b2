"""Models: layers put together, with the training of `geartrain.training`.

Start reading at `model.py`, then `sequential.py` and `functional.py`.
"""

from geartrain.models.functional import Functional
from geartrain.models.model import Model
from geartrain.models.sequential import Sequential

__all__ = ["Functional", "Model", "Sequential"]
