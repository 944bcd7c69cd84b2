"""Distillation: a small model learns from what a large one says, beside the true answers.

Source: Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network" (2015).

Start reading at `distiller.py`; what is compared stands in `losses.py`.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.distillation.distiller import Distiller
    from geartrain.distillation.losses import (
        DistillationLoss,
        FeatureDistillation,
        LogitsDistillation,
    )

__all__ = ["DistillationLoss", "Distiller", "FeatureDistillation", "LogitsDistillation"]
