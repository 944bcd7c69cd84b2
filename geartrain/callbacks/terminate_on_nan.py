"""`TerminateOnNaN`: ends training when the loss is not finite."""

from __future__ import annotations

import math

from geartrain.callbacks.callback import Callback, Logs
from geartrain.errors import explain


class TerminateOnNaN(Callback):
    """End training as soon as the loss is NaN or infinite.

    `fit` looks at the loss after each native call anyway, so this costs nothing, and steps need
    not be single calls for it.

    Args:
        raise_error: whether training ends with a `RuntimeError`.

    >>> from geartrain import callbacks
    >>> [callbacks.TerminateOnNaN()]  # model.fit(x, y, callbacks=...)
    [<TerminateOnNaN>]
    """

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def wants_batches(self, kind: str) -> bool:
        return False

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        self.model.stop_training = True
        if self.raise_error:
            raise RuntimeError(_message(batch, loss))

    def __repr__(self) -> str:
        return "<TerminateOnNaN>"


def _message(batch: int, loss: float) -> str:
    return explain(
        "Training ends, as its loss is not finite",
        given=f"a loss of {loss} after batch {batch + 1}",
        expected="a finite loss (TerminateOnNaN(raise_error=True) watches it)",
        remedy="a smaller learning rate, or clipnorm=1.0 in the optimizer",
    )
