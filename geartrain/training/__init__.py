"""Training: `compile`, `fit`, `evaluate`, `predict`.

`steps.py` holds what happens to one batch, as plain functions of tensors: run eagerly they can be
stepped through, and traced they become one native function. `runner.py` calls them over the data,
`data.py` checks the data, `progress.py` draws the bar, and `trainer.py` is the door.

Start reading at `trainer.py`, then `steps.py`.
"""

from geartrain.training.trainer import Trainer

__all__ = ["Trainer"]
